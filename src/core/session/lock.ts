// Failed sign-ins slow down and lock, per agent and per address: pure counting, the clock comes in.

export type LockRules = {
  /** Failures after which the key is locked. */
  readonly limit: number;
  /** Failures older than this are forgotten; a lock lasts as long. */
  readonly windowMs: number;
};

export type Failures = { readonly count: number; readonly lastAt: number };

const forgotten = (failures: Failures | undefined, rules: LockRules, now: number): boolean =>
  !failures || now - failures.lastAt >= rules.windowMs;

export const locked = (failures: Failures | undefined, rules: LockRules, now: number): boolean =>
  !forgotten(failures, rules, now) && (failures?.count ?? 0) >= rules.limit;

export const failed = (failures: Failures | undefined, rules: LockRules, now: number): Failures => ({
  count: forgotten(failures, rules, now) ? 1 : (failures?.count ?? 0) + 1,
  lastAt: now,
});

/** How long the answer to this failure waits: 0, 100, 200, 400 … 1600 ms. */
export const delayMs = ({ count }: Failures): number => (count <= 1 ? 0 : Math.min(1600, 50 * 2 ** (count - 1)));

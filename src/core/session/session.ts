// An agent's sign-in as the network sees it: its Guids and its last sign of life (decisions.md 1-4).
// A Guid is a secret: it never leaves this room but in the reply that hands it out.

export type GuidRules = {
  /** 1: one Guid for the session. 2: renewed with polls and handshakes. */
  readonly authMode: 1 | 2;
  readonly intervalMs: number;
  readonly timeoutMs: number;
};

type Guid = {
  readonly value: string;
  readonly issuedAt: number;
  /** Last poll, handshake or heartbeat that carried it (its issue before any). */
  readonly aliveAt: number;
  readonly used: boolean;
};

export type Session = {
  /** By the wall clock, as agents see it; all other times are steady ones. */
  readonly loginAt: number;
  /** Address that signed in. */
  readonly address: string;
  /** Oldest first; the last one is the newest. */
  readonly guids: readonly Guid[];
  readonly lastSeenAt: number;
};

const fresh = (value: string, now: number): Guid => ({ value, issuedAt: now, aliveAt: now, used: false });

export const openSession = (guid: string, address: string, now: number, loginAt = now): Session => ({
  loginAt,
  address,
  guids: [fresh(guid, now)],
  lastSeenAt: now,
});

/** Same time for every wrong guid of equal length. */
function same(a: string, b: string): boolean {
  let different = a.length ^ b.length;
  for (let i = 0; i < b.length; i++) different |= a.charCodeAt(i % (a.length || 1)) ^ b.charCodeAt(i);
  return different === 0;
}

const valid = (guid: Guid, rules: GuidRules, now: number): boolean =>
  rules.authMode === 1 || now - Math.max(guid.issuedAt, guid.aliveAt) < rules.timeoutMs;

export const newestGuid = (session: Session): string => session.guids.at(-1)?.value ?? "";

/**
 * A request came with this guid. null: it is not valid here. `keepAlive`: it was a poll, handshake or heartbeat.
 * `renew`: the reply has to carry the newest Guid, which is not used yet; `mint`: make a new one first (see `addGuid`).
 */
export function useGuid(
  session: Session,
  given: string,
  how: { readonly keepAlive: boolean; readonly now: number; readonly rules: GuidRules },
): { readonly session: Session; readonly next: "none" | "renew" | "mint" } | null {
  const { keepAlive, now, rules } = how;
  let found: Guid | undefined;
  for (const guid of session.guids) if (same(given, guid.value)) found = guid;
  if (!found || !valid(found, rules, now)) return null;
  const match = found;
  const guids = session.guids
    .map((guid) => (guid === match ? { ...guid, used: true, aliveAt: keepAlive ? now : guid.aliveAt } : guid))
    .filter((guid) => valid(guid, rules, now));
  const newest = guids.at(-1);
  const next =
    rules.authMode === 1 || !keepAlive || !newest
      ? "none"
      : !newest.used
        ? "renew"
        : now - newest.issuedAt > rules.intervalMs
          ? "mint"
          : "none";
  return { session: { ...session, guids, lastSeenAt: keepAlive ? now : session.lastSeenAt }, next };
}

/** As it goes on after nobody could ask for a while: its Guids are as valid as they were when it was last seen. */
export const revived = (session: Session, rules: GuidRules, now: number): Session => ({
  ...session,
  guids: session.guids
    .filter((guid) => valid(guid, rules, session.lastSeenAt))
    .map((guid) => ({ ...guid, aliveAt: now })),
  lastSeenAt: now,
});

/** Has this Guid been handed out in this session and not died in it? */
export const holds = (session: Session, given: string): boolean =>
  session.guids.reduce((found, guid) => same(given, guid.value) || found, false);

export const addGuid = (session: Session, value: string, now: number): Session => ({
  ...session,
  guids: [...session.guids, fresh(value, now)],
});

export const seen = (session: Session, now: number): Session => ({ ...session, lastSeenAt: now });

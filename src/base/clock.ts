// The clock as a port, with a virtual twin for tests. The only file that may touch Date and setTimeout.

export type Timer = { cancel(): void };

export type Clock = {
  /** Milliseconds since the epoch (wall time). */
  now(): number;
  /** Milliseconds since the machine was started (an arbitrary origin elsewhere), never going back; fractions are kept. */
  monotonic(): number;
  /**
   * Milliseconds that began as wall time and are never set: for ages and deadlines that outlive the process. They go on evenly when the
   * wall clock is set, and over restarts (runtime/journal/continued-clock.ts). Not for people: `now` is.
   */
  steady(): number;
  /** Runs `task` once after `ms`. A timer does not keep the process alive on its own. */
  after(ms: number, task: () => void): Timer;
};

/** `performance.now` counts from the start of the process, and of each thread; the same clock read as a whole, from the machine's. */
const BEFORE_MS = Number(process.hrtime.bigint()) / 1e6 - performance.now();
const BEGUN_AT = Date.now() - performance.now();

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => BEFORE_MS + performance.now(),
  steady: () => BEGUN_AT + performance.now(),
  after(ms, task) {
    const handle = setTimeout(task, ms);
    handle.unref();
    return { cancel: () => clearTimeout(handle) };
  },
};

export type VirtualClock = Clock & {
  /** Runs every timer that is due within the next `ms`, in order of time, then stands `ms` later. */
  advance(ms: number): void;
  /** Wall time is set, ahead or back; nothing else changes. */
  set(byMs: number): void;
  /** Timers that have neither run nor been cancelled. */
  pending(): number;
};

type Due = { readonly at: number; readonly order: number; readonly task: () => void };

export function virtualClock(start = 1_455_885_056_000): VirtualClock {
  let now = start;
  let ahead = 0;
  let order = 0;
  const due = new Set<Due>();
  const earliest = (limit: number): Due | undefined => {
    let first: Due | undefined;
    for (const entry of due) {
      if (entry.at > limit) continue;
      if (!first || entry.at < first.at || (entry.at === first.at && entry.order < first.order)) first = entry;
    }
    return first;
  };
  return {
    now: () => now + ahead,
    monotonic: () => now - start,
    steady: () => now,
    after(ms, task) {
      const entry: Due = { at: now + Math.max(0, ms), order: order++, task };
      due.add(entry);
      return { cancel: () => void due.delete(entry) };
    },
    advance(ms) {
      const limit = now + ms;
      for (let next = earliest(limit); next; next = earliest(limit)) {
        due.delete(next);
        now = next.at;
        next.task();
      }
      now = limit;
    },
    set(byMs) {
      ahead += byMs;
    },
    pending: () => due.size,
  };
}

/** When everything that has come in this turn of the event loop has been taken. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** `2026-01-31T08:15:30.123Z`. */
export const isoTime = (ms: number): string => new Date(ms).toISOString();

/** ms since the epoch of an ISO 8601 text; NaN when it names no time. */
export const timeOfIso = (text: string): number => Date.parse(text);

/** For the few libraries that ask for a Date. */
export const dateAt = (ms: number): Date => new Date(ms);

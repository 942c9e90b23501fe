// The clock as a port, with a virtual twin for tests. The only file that may touch Date and setTimeout.

export type Timer = { cancel(): void };

export type Clock = {
  /** Milliseconds since the epoch (wall time). */
  now(): number;
  /** Milliseconds from an arbitrary origin, never going back; fractions are kept. */
  monotonic(): number;
  /** Runs `task` once after `ms`. A timer does not keep the process alive on its own. */
  after(ms: number, task: () => void): Timer;
};

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, task) {
    const handle = setTimeout(task, ms);
    handle.unref();
    return { cancel: () => clearTimeout(handle) };
  },
};

export type VirtualClock = Clock & {
  /** Runs every timer that is due within the next `ms`, in order of time, then stands `ms` later. */
  advance(ms: number): void;
  /** Timers that have neither run nor been cancelled. */
  pending(): number;
};

type Due = { readonly at: number; readonly order: number; readonly task: () => void };

export function virtualClock(start = 1_455_885_056_000): VirtualClock {
  let now = start;
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
    now: () => now,
    monotonic: () => now - start,
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

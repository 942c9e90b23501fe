// A feed as a journal keeps it: each event by its number, written once, and a head that says who has had which. Events that came
// after the head was written are those that nobody has had.

import type { Feed } from "./feed.ts";

type Range = readonly [first: number, last: number];

export type FeedHead = {
  /** Number of the first event that the head knows nothing of. */
  readonly next: number;
  /** What the queue has still to give, below `next`. */
  readonly waiting: readonly Range[];
  readonly asked: boolean;
  /** All up to here were read. */
  readonly read: number;
};

export type KeptEvent<Event> = { readonly number: number; readonly at: number; readonly event: Event };

/**
 * `out`: numbers that the queue has given and nobody has acknowledged: they wait again when the process dies. `next`: the head
 * is to know of more events than the feed does.
 */
export function headOf<Event>(feed: Feed<Event>, out: ReadonlySet<number>, next = feed.next): FeedHead {
  const { kept, waiting, asked } = feed;
  const read = kept.findIndex(({ readAt, number }) => readAt === null || out.has(number));
  const first = read === -1 ? feed.next : (kept[read]?.number ?? feed.next);
  const all = out.size === 0 ? waiting : [...waiting, ...out].toSorted((one, other) => one - other);
  return { next: Math.max(next, feed.next), waiting: rangesOf(all), asked, read: first - 1 };
}

function rangesOf(numbers: readonly number[]): readonly Range[] {
  const ranges: [number, number][] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last && last[1] + 1 === number) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges;
}

/** `events` in any order; those before a hole are of no use. */
export function feedOf<Event>(head: FeedHead, events: readonly KeptEvent<Event>[], now: number): Feed<Event> {
  const sorted = events.toSorted((one, other) => one.number - other.number);
  const hole = sorted.findLastIndex(({ number }, index) => index > 0 && sorted[index - 1]?.number !== number - 1);
  const whole = sorted.slice(Math.max(0, hole));
  const kept = whole.map((entry) => ({ ...entry, readAt: entry.number <= head.read ? now : null }));
  const waits = ({ number }: { readonly number: number }): boolean =>
    number >= head.next || head.waiting.some(([first, last]) => number >= first && number <= last);
  const next = Math.max(head.next, (whole.at(-1)?.number ?? 0) + 1);
  // The last of them belongs right before the next one.
  const joined = kept.at(-1)?.number === next - 1 ? kept : [];
  return { next, kept: joined, waiting: joined.filter(waits).map(({ number }) => number), asked: head.asked };
}

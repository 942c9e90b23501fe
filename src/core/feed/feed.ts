// An agent's events, numbered from 1 in the order in which they came, kept until they are read and a while after.
//
// One queue gives each event once (the poll, a push target); any number of readers follow with a cursor of their own, which is
// the number of the last event that they have. Whoever comes back within the time of keeping goes on without a gap.
//
//   number   1 2 3 | 4 5 6 7 8 |            next = 9
//            gone  |   kept    |            waiting = 6, 7, 8: the queue has given 4 and 5
//
// Whatever is appended, taken, put back or read is one small change of plain data: a journal can write each as it comes.

export type Numbered<Event> = { readonly number: number; readonly event: Event };

type Kept<Event> = Numbered<Event> & {
  /** When it arose, in ms. */
  readonly at: number;
  /** When the queue or a reader took it; null = nobody has. */
  readonly readAt: number | null;
};

export type Feed<Event> = {
  /** Number of the next event. */
  readonly next: number;
  /** Without holes, oldest first. */
  readonly kept: readonly Kept<Event>[];
  /** Numbers that the queue has still to give, ascending. */
  readonly waiting: readonly number[];
  /** Somebody takes from the queue: what readers have seen still waits there. */
  readonly asked: boolean;
};

/** How long events are kept. */
export type Keeping = {
  /** Events of one agent at most: an agent who keeps his session alive and reads nothing cannot fill the memory. */
  readonly most: number;
  /** Unread ones, ms. */
  readonly unreadMs: number;
  /** Those that were read, ms after it: for whoever comes back after a lost connection. */
  readonly readMs: number;
};

export const emptyFeed: Feed<never> = { next: 1, kept: [], waiting: [], asked: false };

const firstOf = <Event>({ kept, next }: Feed<Event>): number => kept[0]?.number ?? next;

const outdated = <Event>(feed: Feed<Event>, entry: Kept<Event>, keeping: Keeping, now: number): boolean => {
  if (now - entry.at >= keeping.unreadMs) return true;
  // The oldest entry is looked at: it waits only as the first.
  if (entry.readAt === null || (feed.asked && feed.waiting[0] === entry.number)) return false;
  return now - entry.readAt >= keeping.readMs;
};

/** At the bound the oldest goes: what an agent is now counts more than what he was. `lost`: how many went unread. */
export function append<Event>(
  feed: Feed<Event>,
  event: Event,
  keeping: Keeping,
  now: number,
): { readonly feed: Feed<Event>; readonly lost: number } {
  const { next: number } = feed;
  let drop = Math.max(0, feed.kept.length + 1 - keeping.most);
  for (let entry = feed.kept[drop]; entry && outdated(feed, entry, keeping, now); entry = feed.kept[drop]) drop += 1;
  let lost = 0;
  for (let gone = 0; gone < drop; gone++) if (feed.kept[gone]?.readAt === null) lost += 1;
  const kept = [...(drop === 0 ? feed.kept : feed.kept.slice(drop)), { number, event, at: now, readAt: null }];
  const first = kept[0]?.number ?? number;
  const gone = feed.waiting.findIndex((waits) => waits >= first);
  const waiting = gone === -1 ? [number] : [...feed.waiting.slice(gone), number];
  return { feed: { ...feed, next: number + 1, kept, waiting }, lost };
}

const marked = <Event>(feed: Feed<Event>, number: number, readAt: number | null): readonly Kept<Event>[] => {
  const index = number - firstOf(feed);
  const entry = feed.kept[index];
  return entry ? feed.kept.with(index, { ...entry, readAt }) : feed.kept;
};

/** Nothing waits in the queue any more; readers are not touched. */
export const emptied = <Event>(feed: Feed<Event>): Feed<Event> => ({ ...feed, waiting: [] });

/** The oldest event of the queue, taken out; undefined when nothing waits. */
export function take<Event>(feed: Feed<Event>, now: number): readonly [Feed<Event>, Numbered<Event>] | undefined {
  const [number, ...waiting] = feed.waiting;
  const entry = number === undefined ? undefined : feed.kept[number - firstOf(feed)];
  if (!entry) return undefined;
  return [{ ...feed, waiting, kept: marked(feed, entry.number, now), asked: true }, entry];
}

/** Undelivered: back in its place by number, so that two of them that come back in any order still stand right. */
export function putBack<Event>(feed: Feed<Event>, number: number): Feed<Event> {
  if (number < firstOf(feed) || number >= feed.next || feed.waiting.includes(number)) return feed;
  const at = feed.waiting.findIndex((waits) => waits > number);
  const place = at === -1 ? feed.waiting.length : at;
  const waiting = [...feed.waiting.slice(0, place), number, ...feed.waiting.slice(place)];
  return { ...feed, waiting, kept: marked(feed, number, null) };
}

export type Next<Event> =
  | { readonly type: "event"; readonly number: number; readonly event: Event }
  /** The next event after this cursor is gone, or the cursor is not one of this feed. `missed` null: nobody can say how many. */
  | { readonly type: "gap"; readonly missed: number | null };

/** What a reader gets who has everything up to `cursor`; undefined when he has all. */
export function nextAfter<Event>(feed: Feed<Event>, cursor: number): Next<Event> | undefined {
  if (cursor >= feed.next) return { type: "gap", missed: null };
  if (cursor + 1 === feed.next) return undefined;
  const entry = feed.kept[cursor + 1 - firstOf(feed)];
  if (!entry) return { type: "gap", missed: feed.next - 1 - cursor };
  return { type: "event", number: entry.number, event: entry.event };
}

/** A reader has got this event. */
export const seen = <Event>(feed: Feed<Event>, number: number, now: number): Feed<Event> => ({
  ...feed,
  kept: marked(feed, number, now),
});

/** `number` of the last event; 0 before the first. */
export const lastNumber = <Event>(feed: Feed<Event>): number => feed.next - 1;

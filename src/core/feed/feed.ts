// An agent's event queue: first in, first out, numbered. One reader at a time; an event that could not be
// delivered goes back to the head (decisions.md 7).

export type Numbered<Event> = { readonly number: number; readonly event: Event };

export type Feed<Event> = {
  /** Number of the next event. */
  readonly next: number;
  readonly waiting: readonly Numbered<Event>[];
};

export const emptyFeed: Feed<never> = { next: 1, waiting: [] };

/** Events that wait at most: an agent who keeps his session alive and never polls cannot fill the memory. */
export const MOST_WAITING = 1000;

/** At the bound the oldest goes: what an agent is now counts more than what he was. */
export const append = <Event>(feed: Feed<Event>, event: Event): Feed<Event> => ({
  next: feed.next + 1,
  waiting: [...feed.waiting.slice(1 - MOST_WAITING), { number: feed.next, event }],
});

/** Nothing waits any more; the numbers go on. */
export const emptied = <Event>(feed: Feed<Event>): Feed<Event> => ({ ...feed, waiting: [] });

/** The oldest event, taken out; undefined when nothing waits. */
export function take<Event>(feed: Feed<Event>): readonly [Feed<Event>, Numbered<Event>] | undefined {
  const [head, ...rest] = feed.waiting;
  return head ? [{ ...feed, waiting: rest }, head] : undefined;
}

/** Undelivered: back in its place by number, so that two of them that come back in any order still stand right. */
export function putBack<Event>(feed: Feed<Event>, entry: Numbered<Event>): Feed<Event> {
  const at = feed.waiting.findIndex(({ number }) => number > entry.number);
  const place = at === -1 ? feed.waiting.length : at;
  return { ...feed, waiting: [...feed.waiting.slice(0, place), entry, ...feed.waiting.slice(place)] };
}

// One agent's events of one session, as all who read them share it, and its place in the journal: each event is written once, and a
// head says what was given. An event has its number at once and is seen when it is on disk, so that nobody hears of what a restart
// would not know; what the queue has given is waiting until it was acknowledged, so that a restart gives it again.

import type { Clock, Timer } from "../base/clock.ts";
import type { AgentEventMessage } from "../contract/agent-event.ts";
import type { PushTarget } from "../core/feed/delivery.ts";
import {
  append,
  emptied,
  emptyFeed,
  type Feed,
  type Keeping,
  type Numbered,
  putBack,
  seen,
  take,
} from "../core/feed/feed.ts";
import { type FeedHead, feedOf, headOf } from "../core/feed/head.ts";
import type { Polled, Refused } from "./face.ts";
import type { Journal } from "./journal/journal.ts";

/** An event as it is kept: with the trace of what caused it. */
export type Told = { readonly message: AgentEventMessage; readonly trace: string };

/** How a session ends for those who read its events. */
export type Closing = {
  /** codes.json sign_out_reasons. */
  readonly reason: number;
  /** Who, from where and when. */
  readonly message: string;
  /** The last event; null where the documents give the waiting poll a refusal instead. */
  readonly last: AgentEventMessage | null;
  /** The agent has ended it himself. */
  readonly quiet?: boolean;
  /** The same for a push target, which has no poll to be refused. */
  readonly pushed?: AgentEventMessage | undefined;
  /** What the waiting poll gets without a last event. */
  readonly refusal: Refused;
};

type Waiter = { readonly resolve: (answer: Polled | Refused) => void; readonly timer: Timer };

/** Where its events are pushed to, and the Guid that goes with them. */
export type Pushing = { readonly target: PushTarget; readonly guid: string };

export type Queue = {
  readonly agent: string;
  /** When the agent signed in, ms: the first half of each event's id. */
  readonly session: number;
  feed: Feed<Told>;
  waiter: Waiter | null;
  closing: Closing | null;
  push: Pushing | null;
  /** Told that there may be something to read. */
  readonly wakes: Set<() => void>;
  /** Readers whose connection is a sign of the agent's life. */
  signsOfLife: number;
  /** `shown`: it can be read now, and so many have made room for it that nobody had read. */
  append(told: Told, shown: (lost: number) => void): void;
  /** The oldest that waits. What was taken is acknowledged or comes back. */
  take(): Numbered<Told> | undefined;
  acknowledge(numbers: readonly number[]): void;
  giveBack(numbers: readonly number[]): void;
  /** A reader has got this one. */
  seen(number: number): void;
  /** Nothing waits any more. */
  clear(): void;
  /** What is to be known of it after a restart is something else now. */
  keep(): void;
  /** The session is over, but for what is still to be pushed. */
  end(closing: Closing): void;
  /** Nothing of it is needed after a restart. */
  forget(): void;
};

/** `<sign-in, ms>-<number>`. */
export const eventId = ({ session }: Pick<Queue, "session">, number: number): string => `${session}-${number}`;

/** How somebody gets an event: asked for, followed, or sent to him. */
export type DeliveryWay = "poll" | "stream" | "push";

export type QueueOptions = {
  readonly clock: Pick<Clock, "steady">;
  readonly keeping: Keeping;
  readonly journal: Pick<Journal, "keep" | "note" | "after" | "seal">;
  /** Told of each event that somebody has got, so many ms after it arose. */
  readonly delivered?: (way: DeliveryWay, ms: number) => void;
};

type Head = FeedHead & { readonly push: string | null; readonly closing: Closing | null };
type EventImage = { readonly at: number; readonly told: Told };

type Start = {
  readonly agent: string;
  readonly session: number;
  readonly feed?: Feed<Told>;
  readonly closing?: Closing | null;
  readonly push?: Pushing | null;
};

export function openQueue({ clock, keeping, journal, delivered }: QueueOptions, start: Start): Queue {
  const { agent, session } = start;
  const headKey = `${agent} ${session}`;
  const keyOf = (number: number): string => `${headKey}-${number}`;
  /** Given, and not acknowledged yet. */
  const out = new Set<number>();
  /** Events that are on their way to the disk. */
  let pending = 0;
  /** Numbers up to here do not wait, whenever they come. */
  let cleared = 0;
  let ending: Closing | null = null;
  let forgotten = false;

  const head = (): Head => ({
    ...headOf(queue.feed, out, cleared + 1),
    push: queue.push && journal.seal(JSON.stringify(queue.push)),
    closing: queue.closing ?? ending,
  });

  const keep = (): void => {
    if (!forgotten) journal.keep("feed", headKey, head);
  };

  const first = (): number => queue.feed.kept[0]?.number ?? queue.feed.next;

  const remove = (from: number, to: number): void => {
    for (let number = from; number < to; number++) journal.keep("feed", keyOf(number), null);
  };

  const tell = (way: DeliveryWay, number: number): void => {
    const kept = delivered && queue.feed.kept[number - first()];
    if (kept) delivered(way, clock.steady() - kept.at);
  };

  const show = (number: number, { at, told }: EventImage): number => {
    const before = first();
    const { feed, lost } = append(queue.feed, told, keeping, at);
    queue.feed = number <= cleared ? emptied(feed) : feed;
    if (!forgotten) remove(before, first());
    return lost;
  };

  const queue: Queue = {
    ...{ agent, session, feed: start.feed ?? emptyFeed, waiter: null, closing: start.closing ?? null },
    ...{ push: start.push ?? null, wakes: new Set<() => void>(), signsOfLife: 0 },
    append(told, shown) {
      const number = queue.feed.next + pending;
      pending += 1;
      const image: EventImage = { at: clock.steady(), told };
      if (!forgotten) journal.keep("feed", keyOf(number), image);
      journal.after(() => {
        pending -= 1;
        shown(show(number, image));
      });
    },
    take() {
      const taken = take(queue.feed, clock.steady());
      if (!taken) return undefined;
      queue.feed = taken[0];
      out.add(taken[1].number);
      return taken[1];
    },
    acknowledge(numbers) {
      for (const number of numbers) {
        out.delete(number);
        tell(queue.push ? "push" : "poll", number);
      }
      keep();
    },
    giveBack(numbers) {
      for (const number of numbers) {
        out.delete(number);
        queue.feed = putBack(queue.feed, number);
      }
    },
    seen(number) {
      // What comes once more after a lost connection has been told.
      if (queue.feed.kept[number - first()]?.readAt === null) tell("stream", number);
      queue.feed = seen(queue.feed, number, clock.steady());
      if (!forgotten) journal.note("feed", headKey, head);
    },
    clear() {
      cleared = queue.feed.next + pending - 1;
      queue.feed = emptied(queue.feed);
      keep();
    },
    keep,
    end(closing) {
      ending = closing;
      if (queue.push) keep();
      else queue.forget();
    },
    forget() {
      if (forgotten) return;
      remove(first(), queue.feed.next + pending);
      journal.keep("feed", headKey, null);
      forgotten = true;
    },
  };
  return queue;
}

/** Those that the journal has found; sessions that are over, too, where something is still to be pushed. */
export function foundQueues(options: QueueOptions & { readonly journal: Journal }): readonly Queue[] {
  const { clock, journal } = options;
  const heads = new Map<string, Head>();
  const events = new Map<string, { number: number; at: number; event: Told }[]>();
  for (const [key, image] of journal.found<Head | EventImage>("feed")) {
    const [name = "", number] = key.split("-");
    if ("told" in image) {
      const { at, told } = image;
      const all = events.get(name) ?? [];
      events.set(name, all);
      all.push({ number: Number(number), at, event: told });
    } else heads.set(name, image);
  }
  return [...heads].map(([name, { push, closing, ...head }]) => {
    const [agent = "", session] = name.split(" ");
    const feed = feedOf(head, events.get(name) ?? [], clock.steady());
    const pushing = push === null ? null : journal.unseal(push);
    const target = pushing === null ? null : (JSON.parse(pushing) as Pushing);
    return openQueue(options, { agent, session: Number(session), feed, closing, push: target });
  });
}

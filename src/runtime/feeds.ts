// The agents' feeds and who reads them: the one queue with its poll (decisions.md 7: the newer poll of an agent waits, the older
// one returns empty; an event whose reply could not be written goes back to the head), and readers with cursors of their own
// (feed-reader.ts). A feed belongs to one sign-in: the next one has a feed of its own.

import type { Clock, Timer } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { AgentEventMessage } from "../contract/agent-event.ts";
import { append, emptied, emptyFeed, type Feed, type Keeping, putBack, take } from "../core/feed/feed.ts";
import type { OnGone, Polled, Refused } from "./face.ts";

type Answer = Polled | Refused;
type Waiter = { readonly resolve: (answer: Answer) => void; readonly timer: Timer };

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

export type Queue = {
  readonly agent: string;
  /** When the agent signed in, ms: the first half of each event's id. */
  readonly session: number;
  feed: Feed<Told>;
  waiter: Waiter | null;
  closing: Closing | null;
  /** Told that there may be something to read. */
  readonly wakes: Set<() => void>;
  /** Readers whose connection is a sign of the agent's life. */
  signsOfLife: number;
};

export const nothing: Polled = { event: null, undelivered: () => {} };

/** Several queues read at once, in the order in which their events came (one trusted host: wire.md 15). */
export type Gathered = {
  readonly events: readonly AgentEventMessage[];
  readonly traces: readonly string[];
  readonly undelivered: () => void;
};

export type Feeds = {
  open(agent: string, loginAt: number): void;
  /** The waiting poll and the readers get the closing; what was not fetched is gone with the session (decisions.md 1). */
  close(agent: string, closing: Closing): void;
  has(agent: string): boolean;
  append(agent: string, told: Told): void;
  poll(agent: string, holdMs: number, onGone: OnGone): Promise<Answer>;
  /** A poll or a reader of the agent's own is connected. */
  waiting(agent: string): boolean;
  /** What waits is dropped; the poll that waits goes on waiting, and readers read on. */
  clear(agent: string): void;
  gather(agents: () => readonly string[], holdMs: number, onGone: OnGone): Promise<Gathered>;
  /** Streams and pushes that are open. */
  readers(): number;
  /** The feed itself, for who reads by other means than a poll; it outlives its session for those who hold it. */
  queue(agent: string): Queue | undefined;
};

/** Events in one answer to a trusted host; the others come with the next. */
const GATHERED_AT_ONCE = 100;

/** `<sign-in, ms>-<number>`. */
export const eventId = (queue: Queue, number: number): string => `${queue.session}-${number}`;

/** `unread`: told of each event that made room for another one before anybody had read it. */
export function openFeeds(clock: Clock, log: Log, keeping: Keeping, unread: () => void = () => {}): Feeds {
  const queues = new Map<string, Queue>();
  const gatherers = new Set<() => void>();
  /** Two sign-ins in one millisecond are two sessions, and so are those between which the clock went back. */
  const sessions = new Map<string, number>();

  const answer = (queue: Queue, given: Answer): void => {
    const { waiter } = queue;
    if (!waiter) return;
    queue.waiter = null;
    waiter.timer.cancel();
    waiter.resolve(given);
  };

  const next = (queue: Queue): Polled | null => {
    const taken = take(queue.feed, clock.now());
    if (!taken) return null;
    const [feed, { number, event }] = taken;
    queue.feed = feed;
    let back = false;
    return {
      event: event.message,
      id: eventId(queue, number),
      trace: event.trace,
      undelivered() {
        if (back) return;
        back = true;
        // A new sign-in has a queue of its own: an old session's event does not enter it.
        if (queues.get(queue.agent) !== queue) return;
        queue.feed = putBack(queue.feed, number);
        serve(queue);
      },
    };
  };

  const serve = (queue: Queue): void => {
    if (!queue.waiter) return;
    const polled = next(queue);
    if (polled) answer(queue, polled);
  };

  const add = (queue: Queue, told: Told): void => {
    const { feed, lost } = append(queue.feed, told, keeping, clock.now());
    queue.feed = feed;
    for (let each = 0; each < lost; each++) unread();
    if (lost > 0) log.warn({ agent: queue.agent, lost }, "an event was lost: the agent does not read");
  };

  const wake = (queue: Queue): void => {
    for (const each of [...queue.wakes]) each();
  };

  /** All that wait, `GATHERED_AT_ONCE` at most. */
  const collect = (agents: readonly string[]): Gathered => {
    const polled: Polled[] = [];
    for (const agent of agents) {
      const queue = queues.get(agent);
      while (queue && polled.length < GATHERED_AT_ONCE) {
        const one = next(queue);
        if (!one) break;
        polled.push(one);
      }
    }
    return {
      events: polled.flatMap(({ event }) => (event ? [event] : [])),
      traces: polled.map(({ trace = "" }) => trace),
      undelivered: () => {
        for (const { undelivered } of polled) undelivered();
      },
    };
  };

  return {
    open(agent, loginAt) {
      const session = Math.max(loginAt, (sessions.get(agent) ?? 0) + 1);
      sessions.set(agent, session);
      const wakes = new Set<() => void>();
      queues.set(agent, { agent, session, feed: emptyFeed, waiter: null, closing: null, wakes, signsOfLife: 0 });
    },
    close(agent, closing) {
      const queue = queues.get(agent);
      if (!queue) return;
      queues.delete(agent);
      queue.closing = closing;
      const { last, message, refusal, pushed = last } = closing;
      answer(queue, last ? { event: last, message, undelivered: () => {} } : refusal);
      if (!last) queue.feed = emptied(queue.feed);
      if (pushed) add(queue, { message: pushed, trace: "" });
      wake(queue);
    },
    has: (agent) => queues.has(agent),
    queue: (agent) => queues.get(agent),
    readers: () => [...queues.values()].reduce((sum, { wakes }) => sum + wakes.size, 0),
    waiting(agent) {
      const queue = queues.get(agent);
      return queue !== undefined && (queue.waiter !== null || queue.signsOfLife > 0);
    },
    clear(agent) {
      const queue = queues.get(agent);
      if (queue) queue.feed = emptied(queue.feed);
    },
    append(agent, told) {
      const queue = queues.get(agent);
      if (!queue) return;
      add(queue, told);
      serve(queue);
      wake(queue);
      for (const look of gatherers) look();
    },
    async poll(agent, holdMs, onGone) {
      const queue = queues.get(agent);
      if (!queue) return nothing;
      answer(queue, nothing);
      const ready = next(queue);
      if (ready || holdMs === 0) return ready ?? nothing;
      return new Promise<Answer>((resolve) => {
        const waiter: Waiter = {
          resolve,
          timer: clock.after(holdMs, () => {
            if (queue.waiter === waiter) answer(queue, nothing);
          }),
        };
        queue.waiter = waiter;
        onGone(() => {
          if (queue.waiter === waiter) answer(queue, nothing);
        });
      });
    },
    gather(agents, holdMs, onGone) {
      const ready = collect(agents());
      if (ready.events.length > 0 || holdMs === 0) return Promise.resolve(ready);
      return new Promise<Gathered>((resolve) => {
        const finish = (gathered: Gathered): void => {
          gatherers.delete(look);
          timer.cancel();
          resolve(gathered);
        };
        const look = (): void => {
          const gathered = collect(agents());
          if (gathered.events.length > 0) finish(gathered);
        };
        const timer = clock.after(holdMs, () => finish(collect(agents())));
        gatherers.add(look);
        onGone(() => {
          if (gatherers.has(look)) finish({ events: [], traces: [], undelivered: () => {} });
        });
      });
    },
  };
}

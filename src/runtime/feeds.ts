// The agents' event queues and the polls that wait for them (decisions.md 7): the newer poll of an agent waits, the older
// one returns empty; an event whose reply could not be written goes back to the head.

import type { Clock, Timer } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { AgentEventMessage } from "../contract/agent-event.ts";
import {
  append,
  emptied,
  emptyFeed,
  type Feed,
  MOST_WAITING,
  type Numbered,
  putBack,
  take,
} from "../core/feed/feed.ts";
import type { OnGone, Polled, Refused } from "./face.ts";

type Answer = Polled | Refused;
type Waiter = { readonly resolve: (answer: Answer) => void; readonly timer: Timer };
type Queue = { feed: Feed<AgentEventMessage>; waiter: Waiter | null };

export const nothing: Polled = { event: null, undelivered: () => {} };

/** Several queues read at once, in the order in which their events came (one trusted host: wire.md 15). */
export type Gathered = { readonly events: readonly AgentEventMessage[]; readonly undelivered: () => void };

export type Feeds = {
  open(agent: string): void;
  /** The waiting poll gets `last`; what was not fetched is gone with the session (decisions.md 1). */
  close(agent: string, last: Answer): void;
  has(agent: string): boolean;
  append(agent: string, message: AgentEventMessage): void;
  poll(agent: string, holdMs: number, onGone: OnGone): Promise<Answer>;
  waiting(agent: string): boolean;
  /** What waits is dropped; the poll that waits goes on waiting. */
  clear(agent: string): void;
  gather(agents: () => readonly string[], holdMs: number, onGone: OnGone): Promise<Gathered>;
};

export function openFeeds(clock: Clock, log: Log): Feeds {
  const queues = new Map<string, Queue>();
  const gatherers = new Set<() => void>();

  const answer = (queue: Queue, given: Answer): void => {
    const { waiter } = queue;
    if (!waiter) return;
    queue.waiter = null;
    waiter.timer.cancel();
    waiter.resolve(given);
  };

  const giveBack = (agent: string, entry: Numbered<AgentEventMessage>): void => {
    const queue = queues.get(agent);
    if (!queue) return;
    queue.feed = putBack(queue.feed, entry);
    serve(agent, queue);
  };

  const next = (agent: string, queue: Queue): Polled | null => {
    const taken = take(queue.feed);
    if (!taken) return null;
    const [feed, entry] = taken;
    queue.feed = feed;
    let back = false;
    return {
      event: entry.event,
      undelivered() {
        if (back) return;
        back = true;
        // A new sign-in has a queue of its own: an old session's event does not enter it.
        if (queues.get(agent) === queue) giveBack(agent, entry);
      },
    };
  };

  const serve = (agent: string, queue: Queue): void => {
    if (!queue.waiter) return;
    const polled = next(agent, queue);
    if (polled) answer(queue, polled);
  };

  return {
    open: (agent) => void queues.set(agent, { feed: emptyFeed, waiter: null }),
    close(agent, last) {
      const queue = queues.get(agent);
      queues.delete(agent);
      if (queue) answer(queue, last);
    },
    has: (agent) => queues.has(agent),
    waiting: (agent) => Boolean(queues.get(agent)?.waiter),
    clear(agent) {
      const queue = queues.get(agent);
      if (queue) queue.feed = emptied(queue.feed);
    },
    append(agent, message) {
      const queue = queues.get(agent);
      if (!queue) return;
      if (queue.feed.waiting.length >= MOST_WAITING) log.warn({ agent }, "an event was lost: the agent does not poll");
      queue.feed = append(queue.feed, message);
      serve(agent, queue);
      for (const look of gatherers) look();
    },
    async poll(agent, holdMs, onGone) {
      const queue = queues.get(agent);
      if (!queue) return nothing;
      answer(queue, nothing);
      const ready = next(agent, queue);
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
      const collect = (): Gathered => {
        const polled = agents().flatMap((agent) => {
          const queue = queues.get(agent);
          const found: Polled[] = [];
          for (let one = queue && next(agent, queue); one; one = queue && next(agent, queue)) found.push(one);
          return found;
        });
        return {
          events: polled.flatMap(({ event }) => (event ? [event] : [])),
          undelivered: () => {
            for (const { undelivered } of polled) undelivered();
          },
        };
      };
      const ready = collect();
      if (ready.events.length > 0 || holdMs === 0) return Promise.resolve(ready);
      return new Promise<Gathered>((resolve) => {
        const finish = (gathered: Gathered): void => {
          gatherers.delete(look);
          timer.cancel();
          resolve(gathered);
        };
        const look = (): void => {
          const gathered = collect();
          if (gathered.events.length > 0) finish(gathered);
        };
        const timer = clock.after(holdMs, () => finish(collect()));
        gatherers.add(look);
        onGone(() => {
          if (gatherers.has(look)) finish({ events: [], undelivered: () => {} });
        });
      });
    },
  };
}

// The agents' feeds and who reads them: the one queue with its poll (decisions.md 7: the newer poll of an agent waits, the older
// one returns empty; an event whose reply could not be written goes back to the head), and readers with cursors of their own
// (feed-reader.ts). A feed belongs to one sign-in: the next one has a feed of its own.

import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Keeping } from "../core/feed/feed.ts";
import type { Gathered, OnGone, Polled, Refused } from "./face.ts";
import { type Journal, noJournal } from "./journal/journal.ts";
import { type Closing, eventId, foundQueues, openQueue, type Queue, type QueueOptions, type Told } from "./queue.ts";

type Answer = Polled | Refused;

export const nothing: Polled = { event: null, delivered: () => {}, undelivered: () => {} };

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
  /** He has polled for all that there is, and waits for more; or he does not poll. */
  told(agent: string): boolean;
  gather(agents: () => readonly string[], holdMs: number, onGone: OnGone): Promise<Gathered>;
  /** Streams and pushes that are open. */
  readers(): number;
  /** The feed itself, for who reads by other means than a poll; it outlives its session for those who hold it. */
  queue(agent: string): Queue | undefined;
  /** Those whose events were pushed before the restart: each once. */
  pushed(): readonly Queue[];
};

/** Events in one answer to a trusted host; the others come with the next. */
const GATHERED_AT_ONCE = 100;

export type FeedsOptions = {
  readonly clock: Clock;
  readonly log: Log;
  readonly keeping: Keeping;
  /** Told of each event that made room for another one before anybody had read it. */
  readonly unread?: () => void;
  readonly delivered?: QueueOptions["delivered"];
  readonly journal?: Journal;
};

export function openFeeds({ clock, log, keeping, unread, delivered, journal = noJournal }: FeedsOptions): Feeds {
  const queueOptions = { clock, keeping, journal, ...(delivered && { delivered }) };
  const found = foundQueues(queueOptions);
  const queues = new Map(found.flatMap((queue) => (queue.closing ? [] : [[queue.agent, queue] as const])));
  const gatherers = new Set<() => void>();
  /** Two sign-ins in one millisecond are two sessions, and so are those between which the clock went back. */
  const sessions = new Map(found.map(({ agent, session }) => [agent, session]));

  const answer = (queue: Queue, given: Answer): void => {
    const { waiter } = queue;
    if (!waiter) return;
    queue.waiter = null;
    waiter.timer.cancel();
    waiter.resolve(given);
  };

  /** `back`: into its queue, and nobody is woken. */
  const takeFrom = (queue: Queue): { readonly polled: Polled; back(): boolean } | null => {
    const taken = queue.take();
    if (!taken) return null;
    const { number, event } = taken;
    let over = false;
    const back = (): boolean => {
      // A new sign-in has a queue of its own: an old session's event does not enter it.
      const enters = !over && queues.get(queue.agent) === queue;
      over = true;
      if (enters) queue.giveBack([number]);
      return enters;
    };
    const polled: Polled = {
      event: event.message,
      id: eventId(queue, number),
      trace: event.trace,
      delivered() {
        if (over) return;
        over = true;
        queue.acknowledge([number]);
      },
      undelivered() {
        if (back()) offer([queue]);
      },
    };
    return { polled, back };
  };

  const next = (queue: Queue): Polled | null => takeFrom(queue)?.polled ?? null;

  const serve = (queue: Queue): void => {
    if (!queue.waiter) return;
    const polled = next(queue);
    if (polled) answer(queue, polled);
  };

  /** Their events, to the polls that wait: each agent's own before those of trusted hosts. */
  const offer = (changed: Iterable<Queue>): void => {
    for (const queue of changed) serve(queue);
    for (const look of gatherers) look();
  };

  const add = (queue: Queue, told: Told, shown: () => void): void =>
    queue.append(told, (lost) => {
      for (let each = 0; each < lost; each++) unread?.();
      if (lost > 0) log.warn({ agent: queue.agent, lost }, "an event was lost: the agent does not read");
      shown();
    });

  const wake = (queue: Queue): void => {
    for (const each of [...queue.wakes]) each();
  };

  /** All that wait, `GATHERED_AT_ONCE` at most. */
  const collect = (agents: readonly string[]): Gathered => {
    const taken: { readonly queue: Queue; readonly polled: Polled; back(): boolean }[] = [];
    for (const agent of agents) {
      const queue = queues.get(agent);
      while (queue && taken.length < GATHERED_AT_ONCE) {
        const one = takeFrom(queue);
        if (!one) break;
        taken.push({ queue, ...one });
      }
    }
    const polled = taken.map((one) => one.polled);
    return {
      events: polled.flatMap(({ event }) => (event ? [event] : [])),
      traces: polled.map(({ trace = "" }) => trace),
      ids: polled.map(({ id = "" }) => id),
      delivered: () => {
        for (const { delivered } of polled) delivered();
      },
      undelivered: () => {
        // All of them before anybody looks: what came later must not overtake them.
        const returned = taken.filter(({ back }) => back());
        if (returned.length > 0) offer(new Set(returned.map(({ queue }) => queue)));
      },
    };
  };

  return {
    open(agent, loginAt) {
      const session = Math.max(loginAt, (sessions.get(agent) ?? 0) + 1);
      sessions.set(agent, session);
      const queue = openQueue(queueOptions, { agent, session });
      queue.keep();
      queues.set(agent, queue);
    },
    close(agent, closing) {
      const queue = queues.get(agent);
      if (!queue) return;
      queues.delete(agent);
      const { last, message, refusal, pushed = last } = closing;
      if (!last) queue.clear();
      if (pushed) add(queue, { message: pushed, trace: "" }, () => {});
      queue.end(closing);
      journal.after(() => {
        queue.closing = closing;
        answer(queue, last ? { ...nothing, event: last, message } : refusal);
        wake(queue);
      });
    },
    has: (agent) => queues.has(agent),
    queue: (agent) => queues.get(agent),
    readers: () => [...queues.values()].reduce((sum, { wakes }) => sum + wakes.size, 0),
    waiting(agent) {
      const queue = queues.get(agent);
      return queue !== undefined && (queue.waiter !== null || queue.signsOfLife > 0);
    },
    told(agent) {
      const queue = queues.get(agent);
      return !queue?.feed.asked || queue.push !== null || (queue.waiter !== null && queue.feed.waiting.length === 0);
    },
    clear: (agent) => queues.get(agent)?.clear(),
    pushed: () => found.filter(({ push }) => push !== null),
    append(agent, told) {
      const queue = queues.get(agent);
      if (!queue) return;
      add(queue, told, () => {
        serve(queue);
        wake(queue);
        for (const look of gatherers) look();
      });
    },
    async poll(agent, holdMs, onGone) {
      const queue = queues.get(agent);
      if (!queue) return nothing;
      answer(queue, nothing);
      const ready = next(queue);
      if (ready || holdMs === 0) return ready ?? nothing;
      return new Promise<Answer>((resolve) => {
        const waiter: NonNullable<Queue["waiter"]> = {
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
          if (gatherers.has(look)) finish(collect([]));
        });
      });
    },
  };
}

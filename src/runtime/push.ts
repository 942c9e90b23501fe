// Pushes events to where the agent's sign-in has asked for it (behaviour.md §3, wire.md 30): POSTs one after another for each agent,
// so that the order is kept; what failed is sent again, with waits that grow. It takes from the agent's one queue, and what was not
// acknowledged goes back to its head. Where events may go at all is a list of the site's, since a URL from outside is a request that
// somebody else makes us send.

import type { Clock, Timer } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { refuse } from "../base/step.ts";
import { backOffMs, batchOf, LAST_TRIES, type PushTarget } from "../core/feed/delivery.ts";
import type { Numbered } from "../core/feed/feed.ts";
import type { Refused } from "./face.ts";
import type { Feeds } from "./feeds.ts";
import { eventId, type Pushing, type Queue, type Told } from "./queue.ts";

/** One POST. Resolves with the status; rejects with an Error whose message holds no part of the request. */
export type Post = (request: {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}) => Promise<number>;

export type PushOptions = {
  readonly clock: Clock;
  readonly log: Log;
  readonly feeds: Feeds;
  readonly newestGuid: (agent: string) => string;
  readonly post: Post;
  /** Origins that events may be pushed to, as `URL.origin` writes them. */
  readonly targets: readonly string[];
  /** Told of each POST. */
  readonly pushed?: (outcome: "acknowledged" | "failed") => void;
  /** 0 to 1. */
  readonly random: () => number;
};

export type PushDesk = {
  /** Why events may not go there; null: they may. */
  check(target: PushTarget): Refused | null;
  /** After the feed was opened; goes on until the session has ended and its last events are told. */
  begin(agent: string, target: PushTarget): void;
  target(agent: string): PushTarget | undefined;
  /** Goes on with what was pushed before the restart. */
  resume(): void;
  /** A handshake has brought a new token. */
  refresh(agent: string, serviceToken: string): void;
  /** Resolves when nothing is under way any more, or after `ms`: what is left then is dropped. */
  drain(ms: number): Promise<void>;
};

type Errand = {
  readonly queue: Queue;
  failures: number;
  /** Ends a wait early: there is something to do. */
  rouse: () => void;
};

type Batch = readonly Numbered<Told>[];

export function openPushDesk(options: PushOptions): PushDesk {
  const { clock, log, feeds } = options;
  const errands = new Map<string, Errand>();
  const running = new Set<Promise<void>>();
  let dropping = false;

  const collect = ({ queue }: Errand): Batch => {
    const batch: Numbered<Told>[] = [];
    for (let most = batchOf(pushingOf(queue).target.form); most > 0; most--) {
      const taken = queue.take();
      if (!taken) break;
      batch.push(taken);
    }
    return batch;
  };

  /** `open`: the session was when it was taken. One that ended meanwhile without a last event takes with it what nobody had (feeds.ts). */
  const giveBack = ({ queue }: Errand, batch: Batch, open: boolean): void => {
    if (open && queue.closing?.last === null) queue.acknowledge(numbersOf(batch));
    else queue.giveBack(numbersOf(batch));
  };

  /** Until `rouse`, or `ms` when it is given. */
  const rest = (errand: Errand, ms?: number): Promise<void> =>
    new Promise((resolve) => {
      let timer: Timer | undefined;
      errand.rouse = () => {
        timer?.cancel();
        errand.rouse = () => {};
        resolve();
      };
      if (ms !== undefined) timer = clock.after(ms, errand.rouse);
    });

  const acknowledged = async (errand: Errand, batch: Batch): Promise<boolean> => {
    const { queue } = errand;
    const { agent } = queue;
    const { target, guid } = pushingOf(queue);
    // The Guid of the session that came after is none of this one's target.
    if (!queue.closing) queue.push = { target, guid: options.newestGuid(agent) || guid };
    let why: string;
    try {
      const status = await options.post(requestOf(queue, batch));
      if (status >= 200 && status <= 299) {
        options.pushed?.("acknowledged");
        queue.acknowledge(numbersOf(batch));
        return true;
      }
      why = `status ${status}`;
    } catch (fault) {
      why = fault instanceof Error ? fault.message : String(fault);
    }
    options.pushed?.("failed");
    if (errand.failures === 0) log.warn({ agent, to: new URL(target.url).origin, why }, "events cannot be pushed");
    return false;
  };

  /** false: nothing more is to be done. */
  const turn = async (errand: Errand): Promise<boolean> => {
    const { queue } = errand;
    const batch = collect(errand);
    const open = queue.closing === null;
    if (batch.length === 0) {
      if (queue.closing || dropping) return false;
      await rest(errand);
      return true;
    }
    if (await acknowledged(errand, batch)) {
      if (errand.failures > 0) log.info({ agent: queue.agent, failures: errand.failures }, "events are pushed again");
      errand.failures = 0;
      return true;
    }
    giveBack(errand, batch, open);
    errand.failures += 1;
    if (dropping || (queue.closing && errand.failures >= LAST_TRIES)) return false;
    const calm = backOffMs(errand.failures, options.random());
    await patience(errand, calm);
    return true;
  };

  /** New events do not shorten a wait; the end of the session does. */
  const patience = async (errand: Errand, ms: number): Promise<void> => {
    const until = clock.monotonic() + ms;
    const open = errand.queue.closing === null;
    for (let left = ms; left > 0; left = until - clock.monotonic()) {
      await rest(errand, left);
      if (dropping || (open && errand.queue.closing)) return;
    }
  };

  const run = async (errand: Errand): Promise<void> => {
    const { queue } = errand;
    const wake = (): void => errand.rouse();
    queue.wakes.add(wake);
    while (await turn(errand));
    queue.wakes.delete(wake);
    const left = queue.feed.waiting.length;
    if (left > 0) log.warn({ agent: queue.agent, left }, "the last events of a session could not be pushed");
    if (errands.get(queue.agent) === errand) errands.delete(queue.agent);
    // What is left of a process that goes down is for the next one.
    if (left === 0 || !dropping) queue.forget();
  };

  const begin = (queue: Queue): void => {
    const { agent } = queue;
    const errand: Errand = { queue, failures: 0, rouse: () => {} };
    if (!queue.closing) errands.set(agent, errand);
    const done = run(errand)
      .catch((fault: unknown) => log.error({ agent, error: String(fault) }, "pushing ended"))
      .finally(() => running.delete(done));
    running.add(done);
  };

  const check: PushDesk["check"] = ({ url }) => {
    const parsed = URL.canParse(url) ? new URL(url) : undefined;
    const plain = parsed && /^https?:$/.test(parsed.protocol) && parsed.username === "" && parsed.password === "";
    if (!plain) return refuse("100-001", "callBackUri: an http or https URL without user and password");
    if (options.targets.includes(parsed.origin)) return null;
    return refuse("100-001", "callBackUri: its origin is not one of SEATWAY_PUSH_TARGETS");
  };

  /** The list may be another one than before the restart: what waits can be polled. */
  const resume = (queue: Queue): void => {
    const { target } = pushingOf(queue);
    if (check(target) === null) return begin(queue);
    const { agent } = queue;
    log.warn({ agent, to: new URL(target.url).origin }, "events are not pushed there any more: SEATWAY_PUSH_TARGETS");
    queue.push = null;
    if (queue.closing) queue.forget();
    else queue.keep();
  };

  return {
    check,
    begin(agent, target) {
      const queue = feeds.queue(agent);
      if (!queue) return;
      queue.push = { target, guid: options.newestGuid(agent) };
      queue.keep();
      begin(queue);
    },
    resume: () => feeds.pushed().forEach(resume),
    target(agent) {
      const errand = errands.get(agent);
      return errand && !errand.queue.closing ? pushingOf(errand.queue).target : undefined;
    },
    refresh(agent, serviceToken) {
      const queue = errands.get(agent)?.queue;
      if (!queue) return;
      const { target, guid } = pushingOf(queue);
      if (target.form !== "list" || target.serviceToken === serviceToken) return;
      queue.push = { target: { ...target, serviceToken }, guid };
      queue.keep();
    },
    async drain(ms) {
      const over = new Promise<void>((resolve) => void clock.after(ms, resolve));
      await Promise.race([Promise.all(running), over]);
      dropping = true;
      for (const { rouse } of errands.values()) rouse();
    },
  };
}

const numbersOf = (batch: Batch): readonly number[] => batch.map(({ number }) => number);

/** Of a queue whose errand runs. */
function pushingOf({ push, agent }: Queue): Pushing {
  if (!push) throw new Error(`the events of ${agent} are not pushed`);
  return push;
}

function requestOf(queue: Queue, batch: Batch): Parameters<Post>[0] {
  const { target, guid } = pushingOf(queue);
  const list = batch.map(({ event }) => event.message);
  const said = queue.closing && queue.feed.waiting.length === 0 ? { message: queue.closing.message } : {};
  const body =
    target.form === "list"
      ? { workNo: queue.agent, eventList: list, ...said }
      : { workNo: queue.agent, event: list[0], ...said };
  return {
    url: target.url,
    body: JSON.stringify(body),
    headers: {
      "Content-Type": "application/json",
      Guid: guid,
      ...(target.serviceToken === "" ? {} : { service_token: target.serviceToken }),
      "Event-Id": batch.map(({ number }) => eventId(queue, number)).join(),
      "Trace-Id": batch.map(({ event }) => event.trace).join(),
    },
  };
}

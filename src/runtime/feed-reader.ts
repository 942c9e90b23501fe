// One reader of an agent's feed with a cursor of his own: a WebSocket, server-sent events. He pulls, so that a slow connection
// fills no memory here: what he could not take meanwhile waits in the feed, or is a gap once the feed has let it go.

import { refuse } from "../base/step.ts";
import { lastNumber, nextAfter } from "../core/feed/feed.ts";
import type { AgentSnapshot, Refused, StreamItem, StreamReader } from "./face.ts";
import { eventId, type Queue } from "./queue.ts";

export type ReaderOptions = {
  readonly queue: Queue;
  /** Id of the last event that he has; "0" = from the sign-in on; null = from now on, with a snapshot first. */
  readonly since: string | null;
  /** His connection shows that the agent is there. */
  readonly own: boolean;
  readonly snapshot: () => AgentSnapshot;
  readonly wake: () => void;
};

/** Two tabs, a supervisor, a program: far above that somebody opens streams and forgets them. */
export const MOST_READERS = 32;

const idForm = /^(\d{1,16})-(\d{1,15})$/;

export const isEventId = (text: string): boolean => text === "0" || idForm.test(text);

/** The number up to which he has everything; -1: he was in another session. */
function cursorOf({ queue, since }: ReaderOptions): number {
  if (since === null) return lastNumber(queue.feed);
  if (since === "0") return 0;
  const [, session, number] = idForm.exec(since) ?? [];
  return Number(session) === queue.session ? Number(number) : -1;
}

export function openReader(options: ReaderOptions): StreamReader | Refused {
  const { queue, own, snapshot, wake } = options;
  if (queue.wakes.size >= MOST_READERS) return refuse("100-007", `at most ${MOST_READERS} readers of one agent`);
  let cursor = cursorOf(options);
  let fresh = options.since === null;
  let over = false;
  queue.wakes.add(wake);
  if (own) queue.signsOfLife += 1;

  const present = (): { readonly id: string; readonly snapshot: AgentSnapshot } => {
    cursor = lastNumber(queue.feed);
    return { id: eventId(queue, cursor), snapshot: snapshot() };
  };

  /** The state now stands for every event before it. */
  const gap = (missed: number | null): StreamItem => ({ type: "gap", missed, ...present() });

  const close = (): void => {
    if (!queue.wakes.delete(wake)) return;
    if (own) queue.signsOfLife -= 1;
  };

  const following = (): StreamItem | null => {
    const next = nextAfter(queue.feed, cursor);
    if (!next) return null;
    if (next.type === "gap") return gap(next.missed);
    const { number, event } = next;
    cursor = number;
    queue.seen(number);
    return { type: "event", id: eventId(queue, number), trace: event.trace, event: event.message };
  };

  return {
    next() {
      if (over) return null;
      if (fresh) {
        fresh = false;
        return { type: "snapshot", ...present() };
      }
      const item = cursor < 0 ? gap(null) : following();
      if (item || !queue.closing) return item;
      over = true;
      close();
      const { reason, message } = queue.closing;
      return { type: "end", reason, message };
    },
    close,
  };
}

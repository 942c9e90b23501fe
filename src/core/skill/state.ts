// The queues of all skills: which calls wait, which agents are free, and who is being offered what. All plain data.

import type { AgentId, CallId } from "../../base/ids.ts";
import type { CallEvent, QueueEvent as CallQueueEvent, QueueTicket } from "../call/state.ts";

/** Levels: the larger, the sooner the agent gets the calls of this skill. */
export type Served = { readonly skill: number; readonly level: number };

export type FreeAgent = {
  readonly agent: AgentId;
  /** Idle since, steady ms: the order among the free. */
  readonly since: number;
  readonly skills: readonly Served[];
};

/** `entry`: rises with each call that is queued, over all skills: who came first of one millisecond. */
export type Waiting = QueueTicket & { readonly entry: number };

export type Queue = {
  /** By priority, then by how long they wait. */
  readonly waiting: readonly Waiting[];
  /** By level, then by how long they are idle. */
  readonly free: readonly FreeAgent[];
};

export type Queues = {
  readonly skills: ReadonlyMap<number, Queue>;
  /** A call is on its way to them; back in the lists when it is not taken for a reason that is not theirs. */
  readonly assigned: ReadonlyMap<AgentId, FreeAgent>;
  /** Of the next call that is queued. */
  readonly entry: number;
};

export type QueuesEvent =
  | CallQueueEvent
  | ({ readonly type: "agent-free" } & FreeAgent)
  /** With the skills that he had when he was free. */
  | { readonly type: "agent-taken"; readonly agent: AgentId; readonly skills: readonly Served[] };

export type QueuesEffect = {
  readonly type: "tell-call";
  readonly call: CallId;
  readonly event: Extract<CallEvent, { type: "assigned" | "queued" | "queue-refused" | "place" }> extends infer Event
    ? Event extends unknown
      ? Omit<Event, "at">
      : never
    : never;
};

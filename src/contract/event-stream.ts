// The stream of an agent's events for new clients: GET /seatway/v1/agents/{id}/events, as server-sent events or as a WebSocket
// (docs/events.md). What crosses is one item after another; over SSE its `type` is the name of the event and its `id` the id.

import type { AgentEventMessage } from "./agent-event.ts";
import type { CallInfoMessage } from "./call-data.ts";

/** `{id}` is the work number. */
export const eventStreamPath = "/seatway/v1/agents/{id}/events";

/** The agent now: what every event before it has led to. */
export type AgentSnapshot = {
  /** 2 signed out, 3 busy, 4 idle, 5 wrap-up, 7 talking, 8 rest. */
  readonly agentState: number;
  /** He is in a call. */
  readonly isWorking: boolean;
  /** His phone's number, "" without one. */
  readonly phone: string;
  /** His calls and where he stands in each. */
  readonly calls: readonly (CallInfoMessage & { readonly stage: string })[];
};

export type StreamItem =
  /** `id`: `<sign-in, ms>-<number>`, for `since` and `Last-Event-ID`. `trace`: the same in everything that one request or call caused. */
  | { readonly type: "event"; readonly id: string; readonly trace: string; readonly event: AgentEventMessage }
  /** First, for who asks without `since`. */
  | { readonly type: "snapshot"; readonly id: string; readonly snapshot: AgentSnapshot }
  /** Events are gone that this reader has not had: the snapshot stands for all up to `id`. `missed` null: unknown how many. */
  | { readonly type: "gap"; readonly id: string; readonly missed: number | null; readonly snapshot: AgentSnapshot }
  /** A new Guid (AUTHMODE 2), for the next requests. A secret. */
  | { readonly type: "guid"; readonly guid: string }
  /**
   * Server-sent events alone: this connection ends now, and is to be opened anew behind the last event. Nothing is over: they have no
   * answer, so whoever comes again shows that he is there.
   */
  | { readonly type: "again" }
  /** The session is over. `reason`: codes.json sign_out_reasons; `message`: who, from where and when. */
  | { readonly type: "end"; readonly reason: number; readonly message: string };

/** First message of a WebSocket whose request had no header `Guid`: `since` as in the query. */
export type StreamHello = { readonly guid: string; readonly since?: string };

/** Over a WebSocket now and then: no item, but a sign of the gateway's life, since a script sees no ping. */
export const aliveMessage = '{"type":"alive"}';

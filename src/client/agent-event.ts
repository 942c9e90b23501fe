// The event poll of one agent: GET /agentevent/{agentid}, again and again (behaviour.md §3, wire.md 5-8). It is also
// the sign of life, and its replies renew the Guid (AUTHMODE=2). Ends by itself when the session is over.

import type { AgentEventMessage } from "../contract/agent-event.ts";
import { type Exchange, GatewayFault, type Read } from "./exchange.ts";

export type End = {
  /** `displaced`: the Guid is no longer ours (forced sign-in elsewhere, or it expired while we were cut off). */
  readonly name: "signed-out" | "displaced" | "unreachable" | "refused" | "stopped";
  readonly message: string;
};

/** `lost` when the first request in a row fails, `restored` with the next reply. */
export type Link = "lost" | "restored";

export type PollOptions = {
  readonly agent: string;
  readonly exchange: Exchange;
  readonly signal: AbortSignal;
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly onEvent: (event: AgentEventMessage) => void;
  readonly onLink: (link: Link) => void;
  /** The event with this id is known already. */
  readonly has?: (id: string) => boolean;
  /** The id of an event that has come, where the gateway says it. */
  readonly onPlace?: (id: string) => void;
  /** In a row, before the first poll: the link is lost already. Default: 0. */
  readonly failures?: number;
  /** Asked after each reply that is no failure; `restored`: the first one after a failure. true: no further poll. Default: never. */
  readonly enough?: (restored: boolean) => boolean;
};

/** The documented hold is 10 s; a reply must come well under 20 s (wire.md 7). */
const pollTimeoutMs = 25_000;
/** Between an empty reply that was not held and the next poll. */
const emptyPauseMs = 200;
const forbiddenPauseMs = 500;
const forbiddenLimit = 6;
const firstRetryMs = 250;
const longestRetryMs = 5_000;
/** Failures in a row after which the gateway has signed us out anyway (SEATWAY_POLL_TIMEOUT_MS, two minutes). */
const retryLimit = 28;

type Turn = { readonly failures: number; readonly forbidden: number };
type Outcome = { readonly next: Turn; readonly waitMs: number } | { readonly end: End };

const fresh: Turn = { failures: 0, forbidden: 0 };

/** Resolves with the reason once nothing more will come; null: it was `enough`. Never rejects because of the gateway or the network. */
export async function pollEvents(options: PollOptions): Promise<End | null> {
  let turn: Turn = { ...fresh, failures: options.failures ?? 0 };
  for (;;) {
    if (options.signal.aborted) return stopped;
    const outcome = await pollOnce(options, turn);
    if ("end" in outcome) return outcome.end;
    if (tellLink(options, turn, outcome.next)) return null;
    turn = outcome.next;
    if (outcome.waitMs > 0) await options.pause(outcome.waitMs, options.signal);
  }
}

/** true: no further poll. */
function tellLink({ onLink, enough }: PollOptions, before: Turn, { failures }: Turn): boolean {
  const restored = failures === 0 && before.failures > 0;
  if (restored) onLink("restored");
  if (failures === 1 && before.failures === 0) onLink("lost");
  return failures === 0 && enough?.(restored) === true;
}

const stopped: End = { name: "stopped", message: "" };

async function pollOnce(options: PollOptions, turn: Turn): Promise<Outcome> {
  const { agent, exchange, signal } = options;
  let place: string | null = null;
  const request = {
    method: "GET",
    path: ["agentevent", agent],
    member: "event",
    timeoutMs: pollTimeoutMs,
    heard: (header: (name: string) => string | null) => {
      place = header("Event-Id");
    },
    signal,
  } as const;
  try {
    const reply = await exchange.ask(request, readEvent);
    if (!reply.ok) return refused(reply.retcode, reply.message, turn);
    if (reply.result === null) return { next: fresh, waitMs: emptyPauseMs };
    hear(options, reply.result, place);
    // This event always means signed out: time-out, inspector or platform (behaviour.md §4).
    if (reply.result.eventType === "AgentOther_ShutdownService") {
      return { end: { name: "signed-out", message: "signed out by the platform" } };
    }
    return { next: fresh, waitMs: 0 };
  } catch (error) {
    if (!(error instanceof GatewayFault)) throw error;
    return failed(error, turn);
  }
}

function hear({ has, onPlace, onEvent }: PollOptions, event: AgentEventMessage, id: string | null): void {
  if (id !== null && has?.(id)) return;
  if (id !== null) onPlace?.(id);
  onEvent(event);
}

/** Too much is asked for at the moment, or the gateway has a fault: his session goes on. */
export const PASSING = "100-007";

/** 100-006 ends the session; 000-003 may be a passing race with a renewal, so six in a row (wire.md 8). */
function refused(retcode: string, message: string, turn: Turn): Outcome {
  if (retcode === PASSING) return again(message, turn);
  if (retcode === "100-006") return { end: { name: "signed-out", message } };
  if (retcode !== "000-003") return { end: { name: "refused", message: `${retcode} ${message}`.trim() } };
  const forbidden = turn.forbidden + 1;
  if (forbidden >= forbiddenLimit) return { end: { name: "displaced", message } };
  return { next: { failures: 0, forbidden }, waitMs: forbiddenPauseMs };
}

function failed(error: GatewayFault, turn: Turn): Outcome {
  return error.fault === "stopped" ? { end: stopped } : again(error.message, turn);
}

function again(message: string, turn: Turn): Outcome {
  const failures = turn.failures + 1;
  if (failures >= retryLimit) return { end: { name: "unreachable", message } };
  const waitMs = Math.min(firstRetryMs * 2 ** turn.failures, longestRetryMs);
  return { next: { failures, forbidden: turn.forbidden }, waitMs };
}

/** Types that this client does not know pass through: a newer gateway may have more of them. */
const readEvent: Read<AgentEventMessage | null> = (value) => {
  if (value === null) return null;
  if (typeof value !== "object" || !("eventType" in value) || !("workNo" in value)) return undefined;
  return typeof value.eventType === "string" ? (value as AgentEventMessage) : undefined;
};

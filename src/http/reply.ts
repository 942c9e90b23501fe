// Replies, byte for byte as programs in the field need them (wire.md 1-6, 9, 10). Written on Node's own response:
// Fastify would lower-case `Set-GUID` and add a charset to the Content-Type.

import type { ServerResponse } from "node:http";
import { isRefusal } from "../base/step.ts";
import type { AgentEventMessage } from "../contract/agent-event.ts";
import type { ResultForm } from "../contract/operation.ts";
import type { Refused } from "../runtime/face.ts";
import type { RecordingFile } from "../runtime/recording-face.ts";
import type { KeptReply } from "../runtime/replies.ts";

/** A request that was carried out. */
export type Answer = {
  /** What the gateway says of a command that has no result. */
  readonly done?: true;
  /** For operations whose result is a value. */
  readonly result?: unknown;
  /** In place of the whole envelope. */
  readonly file?: RecordingFile;
  /** For polls: null = nothing happened, and the key is left out (wire.md 5). */
  readonly event?: AgentEventMessage | readonly AgentEventMessage[] | null;
  /** In place of the documented success message. */
  readonly message?: string;
  /** Goes into Set-GUID and Guid. */
  readonly guid?: string;
  /** For the log. */
  readonly callId?: string;
  readonly called?: string;
  /** Of the event of a poll: its id in the feed, and the trace of what caused it, or of each of several. */
  readonly eventId?: string | undefined;
  readonly trace?: string | undefined;
  /** In place of all: the first reply to this command, as it went out. */
  readonly kept?: KeptReply;
  /** Whichever it is is called when the reply has left, or could not be written. */
  readonly delivery?: { delivered(): void; undelivered(): void };
};

/** `result`: for operations that have one when they fail. */
export type Failure = Refused & { readonly result?: object };

export type Outcome = Answer | Failure;

/** Name, value, name, value: the spelling of names survives. */
export type HeaderList = readonly string[];

/** The envelope of an event, its keys in the order of the documents whatever order they came in. */
const eventMessage = (event: AgentEventMessage): AgentEventMessage => ({
  eventType: event.eventType,
  ...(event.eventGenTime === undefined ? {} : { eventGenTime: event.eventGenTime }),
  workNo: event.workNo,
  content: event.content,
});

function eventMember(event: NonNullable<Answer["event"]>): { event?: unknown } {
  if (!("length" in event)) return { event: eventMessage(event) };
  return event.length === 0 ? {} : { event: event.map(eventMessage) };
}

function member(form: ResultForm, answer: Answer): object {
  if (form === "reserved") return { result: {} };
  if (form === "value") return { result: answer.result };
  return form === "event" && answer.event ? eventMember(answer.event) : {};
}

/** Key order: message, retcode, then result or event (wire.md 4). */
export const answerBody = (form: ResultForm, success: string, answer: Answer): string =>
  JSON.stringify({ message: answer.message ?? success, retcode: "0", ...member(form, answer) });

/** When the same request may be sent again (RFC 9110 §10.2.3). */
export const retryHeaders = ({ retryAfterS }: Refused): HeaderList =>
  retryAfterS === undefined ? [] : ["Retry-After", String(retryAfterS)];

/** 000-003 carries an empty result, the others none (decisions.md 2) unless the operation has one. */
export const refusalBody = ({ refused, message, result }: Failure): string =>
  JSON.stringify({
    message,
    retcode: refused,
    ...(refused === "000-003" ? { result: "" } : result === undefined ? {} : { result }),
  });

/** One `=` in the whole value and no attributes: programs cut it there (wire.md 9, 10). */
export const guidHeaders = (guid: string | undefined): HeaderList =>
  guid === undefined ? [] : ["Set-GUID", `JSESSIONID=${guid}`, "Guid", guid];

/** Names that old clients pass over (docs/events.md). */
export const traceHeaders = (trace: string, outcome: Outcome): HeaderList => {
  if (isRefusal(outcome)) return ["Trace-Id", trace];
  const { eventId, trace: caused = trace } = outcome;
  return eventId === undefined ? ["Trace-Id", caused] : ["Trace-Id", caused, "Event-Id", eventId];
};

/**
 * Writes and ends the reply. Nothing is thrown when the peer is gone. The body is a text, because Node then sends head and
 * body in one write, which costs 10 µs less than two pieces.
 */
export function sendJson(response: ServerResponse, status: number, body: string, headers: HeaderList): void {
  const octets = Buffer.byteLength(body);
  const own = ["Content-Type", "application/json", "Content-Length", String(octets), "Cache-Control", "no-store"];
  response.writeHead(status, own.concat(headers));
  // ASCII alone is the same in both, and quicker to write so.
  response.end(body, octets === body.length ? "latin1" : "utf8");
}

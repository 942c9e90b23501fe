// Message -> bytes (RFC 3261 §7), by plain concatenation. What we send never carries a line break inside a header: every
// text that comes from outside this room passes `oneLine`.

import type { SipRequest } from "./parse.ts";
import { reasonPhrase } from "./reason.ts";
import { isMalformed, toWire } from "./syntax.ts";

/** A request of ours before it has a Via. Header values in wire text (latin1). */
export type RequestDraft = {
  readonly method: string;
  readonly uri: string;
  readonly from: string;
  readonly to: string;
  readonly callId: string;
  readonly cseq: number;
  /** Route header values, topmost first. */
  readonly route: readonly string[];
  /** Further header lines, each with its CRLF. */
  readonly extra: string;
  readonly body: string;
};

/** The whole request with `via` on top; Max-Forwards is 70 (§8.1.1.6). */
export function requestBytes(draft: RequestDraft, via: string): Buffer {
  let head = `${draft.method} ${draft.uri} SIP/2.0\r\nVia: ${via}\r\nMax-Forwards: 70\r\n`;
  for (const route of draft.route) head += `Route: ${route}\r\n`;
  head += `From: ${draft.from}\r\nTo: ${draft.to}\r\nCall-ID: ${draft.callId}\r\nCSeq: ${draft.cseq} ${draft.method}\r\n`;
  return withBody(head + draft.extra, draft.body);
}

/** What a response says beyond what it copies from its request. */
export type Reply = {
  readonly status: number;
  /** Absent: the standard phrase. */
  readonly reason?: string;
  /** Added to To when the request had none (RFC 3261 §8.2.6.2). */
  readonly toTag?: string;
  /** Further header lines, each with its CRLF. */
  readonly extra?: string;
  readonly body?: string;
};

/** A response carries Via, From, To, Call-ID and CSeq of its request unchanged (RFC 3261 §8.2.6.2). */
export function responseBytes(request: SipRequest, reply: Reply): Buffer {
  const { headers } = request;
  const { names, values } = headers;
  let head = `SIP/2.0 ${reply.status} ${reply.reason ?? reasonPhrase(reply.status)}\r\n`;
  for (let at = 0; at < names.length; at++) if (names[at] === "via") head += `Via: ${values[at]}\r\n`;
  head += echo("From", headers.get("from")) + toLine(request, reply.toTag);
  head += echo("Call-ID", headers.get("call-id")) + echo("CSeq", headers.get("cseq"));
  if (request.method === "INVITE" && reply.status > 100 && reply.status < 300) head += recordRoutes(request);
  return withBody(head + (reply.extra ?? ""), reply.body ?? "");
}

/** A request that is answered with 400 may lack any of them. */
const echo = (name: string, value: string | undefined): string => (value === undefined ? "" : `${name}: ${value}\r\n`);

function toLine(request: SipRequest, tag: string | undefined): string {
  const value = request.headers.get("to");
  if (value === undefined) return "";
  const { headers } = request;
  const tagged = tag === undefined || isMalformed(headers.to()) || headers.toTag() !== undefined;
  return tagged ? `To: ${value}\r\n` : `To: ${value};tag=${tag}\r\n`;
}

/** Record-Route goes back in what makes a dialog (RFC 3261 §12.1.1). */
function recordRoutes(request: SipRequest): string {
  let lines = "";
  for (const value of request.headers.lines("record-route")) lines += `Record-Route: ${value}\r\n`;
  return lines;
}

function withBody(head: string, body: string): Buffer {
  if (body === "") return Buffer.from(`${head}Content-Length: 0\r\n\r\n`, "latin1");
  const length = Buffer.byteLength(body, "utf8");
  const text = `${head}Content-Length: ${length}\r\n\r\n`;
  const bytes = Buffer.allocUnsafe(text.length + length);
  bytes.write(text, 0, "latin1");
  bytes.write(body, text.length, "utf8");
  return bytes;
}

/** Text from outside as one header value: line breaks and other controls become spaces. */
export const oneLine = (text: string): string => toWire(text.replace(/[\x00-\x1f\x7f]/g, " ").trim());

/** One header line. The name must be a token; the value becomes one line. */
export const headerLine = (name: string, value: string): string => `${name}: ${oneLine(value)}\r\n`;

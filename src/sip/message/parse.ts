// Bytes -> message (RFC 3261 §7). Only the lines are split here; a header is read when somebody asks for it, and whether the
// message keeps the rules is validate.ts's question. Never throws: bytes that are no message at all are `malformed`.

import { HeaderFields } from "./header-fields.ts";
import { digits, type Malformed, malformed, skipBlanks, skipBlanksBack } from "./syntax.ts";

/** `body` is decoded as UTF-8, cut by Content-Length. */
export type SipRequest = {
  readonly kind: "request";
  readonly method: string;
  /** Request-URI as written. */
  readonly uri: string;
  /** "SIP/2.0", or whatever stood there. */
  readonly version: string;
  readonly headers: HeaderFields;
  readonly body: string;
};

export type SipResponse = {
  readonly kind: "response";
  readonly version: string;
  readonly status: number;
  readonly reason: string;
  readonly headers: HeaderFields;
  readonly body: string;
};

export type SipMessage = SipRequest | SipResponse;

/** Start line and headers together, in bytes. */
export const MAX_HEAD = 65_536;
/** Bytes of a body: SDP with many candidates stays far below. */
export const MAX_BODY = 262_144;
const MAX_LINES = 256;
const LF = 10;
const CR = 13;
const SPACE = 32;
const TAB = 9;

/** `bytes`: a whole datagram, or exactly one message of a stream. */
export function parse(bytes: Buffer): SipMessage | Malformed {
  const text = bytes.toString("latin1");
  let at = 0;
  // CRLFs before the start line are skipped (RFC 3261 §7.5).
  while (text.charCodeAt(at) === CR || text.charCodeAt(at) === LF) at++;
  const lineEnd = text.indexOf("\n", at);
  if (lineEnd < 0) return malformed("no start line");
  const start = text.slice(at, endOfLine(text, lineEnd));
  const headers = new HeaderFields();
  const bodyStart = splitHeaders(text, lineEnd + 1, headers);
  if (bodyStart < 0) return malformed("headers do not end");
  const body = readBody(bytes, bodyStart, headers);
  return start.startsWith("SIP/") ? response(start, headers, body) : request(start, headers, body);
}

/** Lines end with CRLF; a bare LF is tolerated. */
const endOfLine = (text: string, lf: number): number => (text.charCodeAt(lf - 1) === CR ? lf - 1 : lf);

/** Fills `headers`; the index of the body, or -1 when the empty line never comes. */
function splitHeaders(text: string, from: number, headers: HeaderFields): number {
  let at = from;
  for (let lines = 0; ; lines++) {
    const lf = text.indexOf("\n", at);
    if (lf < 0 || lf - from > MAX_HEAD || lines > MAX_LINES) return -1;
    const end = endOfLine(text, lf);
    if (end === at) return lf + 1;
    addLine(text, at, end, headers);
    at = lf + 1;
  }
}

function addLine(text: string, at: number, end: number, headers: HeaderFields): void {
  const first = text.charCodeAt(at);
  if (first === SPACE || first === TAB) {
    headers.fold(text.slice(at, end).trim());
    return;
  }
  const colon = text.indexOf(":", at);
  if (colon < 0 || colon >= end || colon === at) {
    headers.fault ??= "header line without a name";
    return;
  }
  const from = skipBlanks(text, colon + 1, end);
  const to = skipBlanksBack(text, from, end);
  headers.add(text.slice(at, skipBlanksBack(text, at, colon)), text.slice(from, to));
}

/** The body by Content-Length; without one, all that is left of a datagram (RFC 3261 §18.3). Bytes behind it are ignored. */
function readBody(bytes: Buffer, start: number, headers: HeaderFields): string {
  const header = headers.get("content-length");
  const here = bytes.length - start;
  const length = header === undefined ? here : digits(header, MAX_BODY);
  if (length === undefined) headers.fault ??= "bad Content-Length";
  else if (length > here) headers.fault ??= "body shorter than Content-Length";
  return here === 0 || !length ? "" : bytes.toString("utf8", start, start + Math.min(length, here));
}

function request(start: string, headers: HeaderFields, body: string): SipMessage | Malformed {
  const first = start.indexOf(" ");
  if (first <= 0) return malformed("not a SIP start line");
  // Whatever white space is left in the middle or at the end is validate.ts's to refuse.
  const last = Math.max(first, start.lastIndexOf(" SIP/"));
  if (last === first) return malformed("not a SIP start line");
  return {
    kind: "request",
    method: start.slice(0, first),
    uri: start.slice(first + 1, last),
    version: start.slice(last + 1),
    headers,
    body,
  };
}

function response(start: string, headers: HeaderFields, body: string): SipMessage | Malformed {
  const space = start.indexOf(" ");
  const version = start.slice(0, space);
  const status = digits(start.slice(space + 1, space + 4), 699);
  const behind = start.charAt(space + 4);
  if (space < 0 || status === undefined || status < 100) return malformed("bad status line");
  if (behind !== "" && behind !== " ") return malformed("bad status line");
  return { kind: "response", version, status, reason: start.slice(space + 5), headers, body };
}

// Which messages may go further (RFC 3261 §8.2, §18.1.2, RFC 4475). Run by the transaction layer before anything else looks
// at a message, so that all rooms above can rely on: one Call-ID, From, To and CSeq, a readable topmost Via, a URI.

import type { Transport } from "../face.ts";
import { isByteStream, isSecure } from "../transport/kinds.ts";
import type { NameAddress, Via } from "./address.ts";
import type { CSeq, HeaderFields } from "./header-fields.ts";
import type { SipRequest, SipResponse } from "./parse.ts";
import { digits, isMalformed, isToken, type Malformed } from "./syntax.ts";
import { parseTel } from "./tel.ts";
import { parseUri, schemeOf } from "./uri.ts";

/** The answer that the RFC asks for. */
export type Objection = { readonly status: 400 | 416 | 505; readonly reason: string };

/** The fields that every message must have, read. */
export type Essentials = {
  readonly via: Via;
  readonly from: NameAddress;
  readonly to: NameAddress;
  readonly cseq: CSeq;
  readonly callId: string;
};

/** The first fault in the order in which a reader would meet it. */
export function essentials(headers: HeaderFields): Essentials | Malformed {
  if (headers.fault !== undefined) return { malformed: headers.fault };
  const via = headers.topVia();
  if (isMalformed(via)) return via;
  const from = headers.from();
  if (isMalformed(from)) return from;
  const to = headers.to();
  if (isMalformed(to)) return to;
  const cseq = headers.cseq();
  if (isMalformed(cseq)) return cseq;
  const callId = headers.callId();
  return callId === "" || /\s/.test(callId) ? { malformed: "bad Call-ID" } : { via, from, to, cseq, callId };
}

/** Without regard to case (RFC 3261 §7.1). */
const isVersion2 = (version: string): boolean => version === "SIP/2.0" || version.toUpperCase() === "SIP/2.0";

/** What is wrong with a request, undefined when it may go on. `transport`: what it came over. */
export function objectToRequest(request: SipRequest, transport: Transport): Objection | undefined {
  const isOurs = isVersion2(request.version);
  if (!isOurs && /^SIP\/\d+\.\d+$/i.test(request.version)) return { status: 505, reason: "Version Not Supported" };
  const found = essentials(request.headers);
  if (isMalformed(found)) return bad(found.malformed);
  if (!isOurs || !isToken(request.method)) return bad("bad request line");
  if (found.cseq.method !== request.method) return bad("CSeq of another method");
  // §20.17: SIP dates are in GMT only.
  const date = request.headers.get("date");
  if (date !== undefined && !date.endsWith(" GMT")) return bad("Date that is not in GMT");
  const hops = request.headers.get("max-forwards");
  if (hops !== undefined && digits(hops, 255) === undefined) return bad("bad Max-Forwards");
  // Without Content-Length a byte stream cannot be framed (RFC 3261 §18.3).
  if (isByteStream(transport) && request.headers.get("content-length") === undefined) return bad("no Content-Length");
  return objectToUri(request.uri, transport);
}

function objectToUri(uri: string, transport: Transport): Objection | undefined {
  const scheme = schemeOf(uri);
  if (scheme === "" || /\s/.test(uri)) return bad("bad Request-URI");
  if (scheme === "tel") {
    const number = parseTel(uri);
    return isMalformed(number) ? bad(`Request-URI: ${number.malformed}`) : undefined;
  }
  // §8.2.2.1. `sips` promises TLS on every hop (§26.2.2), and this one is the last.
  if (scheme !== "sip" && !(scheme === "sips" && isSecure(transport)))
    return { status: 416, reason: "Unsupported URI Scheme" };
  // §19.1.1: headers have no place in a Request-URI.
  if (uri.includes("?", uri.indexOf("@"))) return bad("headers in Request-URI");
  const parsed = parseUri(uri);
  return isMalformed(parsed) ? bad(`Request-URI: ${parsed.malformed}`) : undefined;
}

const bad = (reason: string): Objection => ({ status: 400, reason: `Bad Request: ${reason}` });

/** A response that breaks the rules is dropped: nothing is ever answered to a response. */
export const isUsableResponse = (response: SipResponse): boolean =>
  isVersion2(response.version) && !isMalformed(essentials(response.headers));

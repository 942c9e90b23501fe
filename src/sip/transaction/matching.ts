// Which transaction a message belongs to (RFC 3261 §17.1.3, §17.2.3), as keys of a map.

import type { SipRequest } from "../message/parse.ts";
import { isMalformed } from "../message/syntax.ts";

/** Branches of RFC 3261 begin with this cookie (§8.1.1.7); one that is nothing else says no more than none (RFC 4475 §3.1.2.6). */
export const COOKIE = "z9hG4bK";

/** A response belongs to the request with the same branch and method; a CANCEL shares the branch of its INVITE. */
export const clientKey = (branch: string, method: string): string => `${branch} ${method}`;

/** `method` is INVITE for an ACK, which belongs to its INVITE. */
export function serverKey(request: SipRequest, method: string): string {
  const { headers } = request;
  const via = headers.topVia();
  if (isMalformed(via)) return "";
  const sentBy = `${via.host.toLowerCase()}:${via.port ?? 5060}`;
  if (via.branch.length > COOKIE.length && via.branch.startsWith(COOKIE)) return `${via.branch} ${sentBy} ${method}`;
  // A peer of RFC 2543 has no unique branch: Request-URI, From tag, Call-ID, CSeq and the topmost Via stand for it.
  const cseq = headers.cseq();
  const number = isMalformed(cseq) ? 0 : cseq.number;
  return `${request.uri} ${headers.fromTag() ?? ""} ${headers.callId()} ${number} ${sentBy} ${via.branch} ${method}`;
}

/** Equal for copies of one request that came by two ways; undefined inside a dialog, where copies cannot be told (§8.2.2.2). */
export function mergeKey(request: SipRequest): string | undefined {
  const { headers } = request;
  const cseq = headers.cseq();
  if (isMalformed(headers.to()) || isMalformed(cseq) || headers.toTag() !== undefined) return undefined;
  // A CANCEL has the CSeq number of its INVITE.
  return request.method === "CANCEL"
    ? undefined
    : `${headers.fromTag() ?? ""} ${headers.callId()} ${cseq.number} ${request.method}`;
}

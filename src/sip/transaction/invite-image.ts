// INVITEs that have no final response, as plain data from which another endpoint with the same address and ports ends them
// (dialog/left-behind.ts). No session description and no credentials are in it.

import type { EarlyPeer, InviteKeeper, Peer, ReceivedInvite, SentInvite } from "../face.ts";
import { parse, type SipRequest } from "../message/parse.ts";
import type { RequestDraft } from "../message/serialise.ts";
import { isMalformed } from "../message/syntax.ts";

/** For who needs none: nothing waits. */
export const noKeeper: InviteKeeper = { keep: (_, then) => then?.(), drop() {} };

type Sent = {
  readonly draft: RequestDraft;
  readonly branch: string;
  readonly peer: Peer;
  readonly early?: readonly EarlyPeer[];
};

export function sentImage({ draft, branch, peer, early = [] }: Sent): SentInvite {
  const { callId: sipCallId, uri, from, to, cseq, route } = draft;
  return { type: "sent", id: branch, sipCallId, uri, from, to, cseq, route, peer, early };
}

/** The INVITE as far as its CANCEL and the ACK to its refusal need it. */
export function draftOf({ sipCallId: callId, uri, from, to, cseq, route }: SentInvite): RequestDraft {
  return { method: "INVITE", uri, from, to, callId, cseq, route, extra: "", body: "" };
}

/** By canonical names: what a response copies (RFC 3261 §8.2.6.2), and what makes the dialog (§12.1.1). */
const KEPT = ["via", "from", "to", "call-id", "cseq", "contact", "record-route"];

export function receivedImage({ uri, headers }: SipRequest, source: Peer, toTag: string): ReceivedInvite {
  let head = `INVITE ${uri} SIP/2.0\r\n`;
  for (const [at, name] of headers.names.entries())
    if (KEPT.includes(name)) head += `${name}: ${headers.values[at]}\r\n`;
  return { type: "received", id: toTag, head, source };
}

/** undefined: it is none. */
export function requestOf({ head }: ReceivedInvite): SipRequest | undefined {
  const message = parse(Buffer.from(`${head}\r\n`, "latin1"));
  return isMalformed(message) || message.kind !== "request" ? undefined : message;
}

// The first INVITE of a call (RFC 3261 §8.1.1, §13.2.1).

import type { OutgoingInvite } from "../face.ts";
import { formatNameAddress } from "../message/address.ts";
import { randomToken } from "../message/random.ts";
import { headerLine, type RequestDraft } from "../message/serialise.ts";
import { isMalformed, isToken } from "../message/syntax.ts";
import { parseUri } from "../message/uri.ts";
import { ALLOW, peerOf, SDP_TYPE, SUPPORTED, type UserAgent } from "../user-agent/user-agent.ts";

/** The user part of the From URI, which our Contact carries too. */
export function contactUserOf(invite: OutgoingInvite): string {
  const from = parseUri(invite.from.uri);
  return isMalformed(from) ? "" : from.user;
}

/** Undefined when a URI of the caller is none. */
export function inviteDraft(agent: UserAgent, invite: OutgoingInvite, localTag: string): RequestDraft | undefined {
  const from = parseUri(invite.from.uri);
  if (isMalformed(from) || isMalformed(parseUri(invite.uri))) return undefined;
  const transport = (invite.peer ?? peerOf(invite.uri))?.transport ?? "udp";
  let extra = agent.contactLine(from.user, transport, invite.uri) + ALLOW + SUPPORTED + agent.agentLine;
  for (const [name, value] of invite.headers ?? []) if (isToken(name)) extra += headerLine(name, value);
  return {
    method: "INVITE",
    uri: invite.uri,
    from: `${formatNameAddress(invite.from.uri, invite.from.displayName)};tag=${localTag}`,
    to: `<${invite.uri}>`,
    callId: `${randomToken()}@${from.host}`,
    cseq: 1,
    route: [],
    extra: extra + SDP_TYPE,
    body: invite.sdp,
  };
}

// The first INVITE of a call (RFC 3261 §8.1.1, §13.2.1).

import type { OutgoingInvite, Peer, SessionTimerPolicy } from "../face.ts";
import { formatNameAddress } from "../message/address.ts";
import { identityLines, shownFrom } from "../message/identity.ts";
import { randomToken } from "../message/random.ts";
import { headerLine, oneLine, type RequestDraft } from "../message/serialise.ts";
import { isMalformed, isToken } from "../message/syntax.ts";
import { parseTel } from "../message/tel.ts";
import { parseUri } from "../message/uri.ts";
import { ALLOW, SDP_TYPE, SUPPORTED, type UserAgent } from "../user-agent/user-agent.ts";
import { askTimer } from "./session-timer.ts";

/** The user part of the From URI, which our Contact carries too; nothing of a caller who is hidden (RFC 3323 §4.1.1.2). */
export function contactUserOf(invite: OutgoingInvite): string {
  const from = parseUri(invite.from.uri);
  return isMalformed(from) || invite.identity?.hidden ? "" : from.user;
}

/** Our Contact line where it is a GRUU; it would name a hidden caller. */
export const ownContactOf = ({ contact, identity }: OutgoingInvite): string | undefined =>
  contact === undefined || identity?.hidden ? undefined : `Contact: <${oneLine(contact)}>\r\n`;

/** What an INVITE shares with those that came before it in the same call. */
export type InviteIdentity = {
  readonly localTag: string;
  readonly callId: string;
  readonly cseq: number;
  readonly timerPolicy: SessionTimerPolicy;
};

export const newCallId = (invite: OutgoingInvite): string => {
  const from = parseUri(shownFrom(invite.from, invite.identity).uri);
  return isMalformed(from) ? "" : `${randomToken()}@${from.host}`;
};

const isUri = (text: string): boolean => !isMalformed(parseUri(text)) || !isMalformed(parseTel(text));

/** Undefined when a URI of the caller is none. `uri`: the Request-URI, which a 3xx may have replaced; To stays as it was. */
export function inviteDraft(
  agent: UserAgent,
  invite: OutgoingInvite,
  { identity, uri, peer }: { readonly identity: InviteIdentity; readonly uri: string; readonly peer: Peer },
): RequestDraft | undefined {
  const shown = shownFrom(invite.from, invite.identity);
  const asserted = invite.identity?.asserted;
  if (isMalformed(parseUri(shown.uri)) || !isUri(uri) || (asserted && !isUri(asserted.uri))) return undefined;
  const { localTag, callId, cseq, timerPolicy } = identity;
  const contact = ownContactOf(invite);
  let extra = contact ?? agent.contactLine(contactUserOf(invite), peer.transport, uri);
  extra += ALLOW + SUPPORTED + askTimer(timerPolicy);
  extra += identityLines(invite.identity) + agent.agentLine;
  for (const [name, value] of invite.headers ?? []) if (isToken(name)) extra += headerLine(name, value);
  return {
    method: "INVITE",
    uri,
    from: `${formatNameAddress(shown.uri, shown.displayName)};tag=${localTag}`,
    to: `<${invite.uri}>`,
    callId,
    cseq,
    route: invite.route ?? [],
    extra: extra + SDP_TYPE,
    body: invite.sdp,
  };
}

// The INVITE to an agent's phone: from the number that it shows, to where the phone is registered.

import type { CallId } from "../base/ids.ts";
import type { PhoneOrder } from "../core/agent/state.ts";
import type { DialogObserver, OutgoingInvite, SipEndpoint } from "../sip/face.ts";
import type { OfferIn, SendInvite } from "./leg.ts";
import { PhoneCall, type Target } from "./phone-call.ts";

type Headers = NonNullable<OutgoingInvite["headers"]>;

/** The number as user part of a SIP URI (RFC 3261 §25.1: `#` is escaped; decisions.md 12). */
export const userPart = (number: string): string => number.replaceAll("#", "%23");

/** Of a caller who hides his number, or has none that can be read (RFC 3323 §4.1.1.3). A URI without a user is refused by phones. */
const ANONYMOUS = { uri: "sip:anonymous@anonymous.invalid", displayName: "Anonymous" } as const;

/** From with this number; "" = the caller hides his. */
export const fromOf = (number: string, domain: string): OutgoingInvite["from"] =>
  number === "" ? ANONYMOUS : { uri: `sip:${userPart(number)}@${domain}` };

export type PhoneInviteOptions = {
  readonly sip: Pick<SipEndpoint, "invite" | "takeUp">;
  /** Host part of our identities. */
  readonly domain: string;
  /** An INVITE of this call went out with this SIP Call-ID. */
  readonly sent?: (call: CallId, sipCallId: string, trunk: string) => void;
};

/** To one place and, after a loss, to another. */
export function phoneInvite({ sip, domain, sent }: PhoneInviteOptions, number: string, order: PhoneOrder) {
  const from = fromOf(order.shown, domain);
  return (target: Target, headers: Headers = []): SendInvite => {
    const ring = (way: Target, offer: OfferIn, observer: DialogObserver) => {
      const { profile = "RTP/AVP", uri, peer, route } = way;
      const place = { uri, ...(peer && { peer }), ...(route && { route }) };
      const dialog = sip.invite({ ...place, from, sdp: offer(profile), watched: number, headers }, observer);
      sent?.(order.call, dialog.sipCallId, "");
      return dialog;
    };
    return (offer, observer) => new PhoneCall(target, (way, told) => ring(way, offer, told), observer);
  };
}

/** The agent was in the call already: his page may take it without asking him (RFC 5373; and what phones know instead). */
export const answerAtOnce = (domain: string): Headers => [
  ["Answer-Mode", "Auto"],
  ["Call-Info", `<sip:${domain}>;answer-after=0`],
];

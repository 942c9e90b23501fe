// One leg of runtime/legs.ts: its media, its dialog, and what is known of it. What it says goes to the machine that asked for it.

import type { Timer } from "../base/clock.ts";
import { type CallId, callId, type LegId } from "../base/ids.ts";
import type { PhoneConnection, PhoneOrder } from "../core/agent/state.ts";
import type { CallPlan, Heard, LegEvent } from "../core/call/state.ts";
import type { Agreed, Direction, MediaLeg, MediaProfile, OfferOptions } from "../media/face.ts";
import type { Dialog, DialogObserver, IncomingInvite, Peer } from "../sip/face.ts";
import type { Target } from "./phone-call.ts";

export type LegReport = LegEvent | PhoneConnection;
export type Reporter = (report: LegReport) => void;

/** Our offer in the profile that the way out wants. */
export type OfferIn = (profile: MediaProfile) => string;

/** Sends an INVITE with it. */
export type SendInvite = (offer: OfferIn, observer: DialogObserver) => Dialog;

/** What a party's INVITE says; numbers as the site writes them. */
export type PartyOrder = {
  readonly caller: string;
  readonly called: string;
  /** A new one for each trunk that is tried. */
  readonly offer: OfferIn;
  /** Each INVITE that it takes, by its SIP Call-ID, and the trunk that it goes to. */
  readonly sent?: (sipCallId: string, trunk: string) => void;
};

/** Sends it, over as many trunks as it takes. */
export type PartyLine = (order: PartyOrder, observer: DialogObserver) => Dialog;

/** `optional`: without a free port for video, audio alone is offered. */
export type Offer = OfferOptions & { readonly optional: boolean };

/** The phone of a leg; it registered over a WebSocket. */
export type PhoneLine = {
  readonly number: string;
  /** The page's contact, and the connection that it is reached over. */
  target: Target & { readonly peer: Peer };
  state: "up" | "away" | "lost" | "resuming";
  /** A page that has registered since. */
  newcomer: PhoneLine["target"] | null;
  /** Runs while it is seen whether a newcomer has taken the place of the page. */
  probation: Timer | null;
  /** As the leg was last offered. */
  offer: Offer;
  readonly inviteTo: (target: Target) => SendInvite;
  /** Its dialog is of no use: a page that is back is invited anew, whatever it knows. */
  readonly anew?: true;
};

/** An agent's phone: what it was invited to, and where. */
export type PhoneImage = {
  readonly number: string;
  readonly order: PhoneOrder;
  readonly autoAnswer: boolean;
  readonly target: Omit<Target, "next">;
};

export type Leg = {
  readonly id: LegId;
  readonly report: Reporter;
  /** For its image: the call that it was made for, the trunk that its INVITE went to, the phone that it is. */
  call: CallId;
  trunk: string;
  phone: PhoneImage | null;
  media: MediaLeg | null;
  dialog: Dialog | null;
  rung: boolean;
  /** Media of its own came before the answer. */
  early: boolean;
  answered: boolean;
  /** What it is to hear, when that was said before its media were there. */
  hears: Heard;
  over: boolean;
  /** Its user has put us on hold. */
  held: boolean;
  /** The INVITE of a party that has called, until it is answered. */
  incoming: IncomingInvite | null;
  /** Dialogs so far: what an earlier one says counts no more. */
  dialogs: number;
  /** A phone that may come back over another connection. */
  line: PhoneLine | null;
};

export const newLeg = (id: LegId, report: Reporter): Leg => ({
  ...{ id, report, media: null, dialog: null, rung: false, early: false, answered: false },
  ...{ hears: null, over: false, held: false, incoming: null, dialogs: 0, line: null },
  ...{ call: callId(""), trunk: "", phone: null },
});

export const isLost = ({ line }: Leg): boolean => line?.state === "lost" || line?.state === "resuming";

/** null: a phone that is reached by an address does not come back over another connection. */
export function phoneLine(target: Target, line: Pick<PhoneLine, "number" | "offer" | "inviteTo">): PhoneLine | null {
  return reachedByFlow(target) ? { ...line, target, state: "up", newcomer: null, probation: null } : null;
}

export const reachedByFlow = (target: Target): target is PhoneLine["target"] =>
  target.peer?.transport === "ws" || target.peer?.transport === "wss";

export const answeredReport = (leg: { readonly id: LegId }, agreed: Agreed): LegReport => ({
  type: "leg-answered",
  leg: leg.id,
  video: showsVideo(agreed),
  telephoneEvent: agreed.audio?.telephoneEvent ?? false,
});

/** Told when it changes (RFC 3264 §8.4): whoever holds us wants nothing of us. */
export function tellHeld(leg: Leg, { audio }: Agreed): void {
  const held = audio?.direction === "recvonly" || audio?.direction === "inactive";
  if (held === leg.held) return;
  leg.held = held;
  leg.report({ type: "leg-held", leg: leg.id, held });
}

export const showsVideo = ({ video }: Agreed): boolean => video !== null && video.direction !== "inactive";

/** The agent's side of the party's video: what the party sends, the agent receives. */
const opposite: Readonly<Record<NonNullable<CallPlan["videoDirection"]>, Direction>> = {
  sendonly: "recvonly",
  recvonly: "sendonly",
  sendrecv: "sendrecv",
};

/** Towards the agent's phone: video when the call may have it, in the direction opposite to the party's. */
export const phoneOffer = ({ mediaAbility, videoDirection }: PhoneOrder): Offer => ({
  video: mediaAbility !== 0,
  optional: mediaAbility === 2,
  ...(mediaAbility !== 0 && videoDirection ? { videoDirection: opposite[videoDirection] } : {}),
});

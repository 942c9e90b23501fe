// Part of face.ts: an INVITE dialog as the rest of the house sees it (RFC 3261 §12 to §15), asked for by us or by the peer, and what
// happens to it.

import type { DialogImage } from "./face-image.ts";
import type { Credentials, Peer } from "./face-peer.ts";

/** Why a dialog or an attempt ended, as the wire said it. */
export type Evidence = {
  /** SIP status; 408 and 503 also when we made them ourselves (see `local`). */
  readonly status: number;
  readonly reason: string;
  /** Q.850 cause from a Reason header (RFC 3326). */
  readonly q850?: number;
  /** SIP cause of a Reason header. */
  readonly sipCause?: number;
  /** Retry-After, seconds. */
  readonly retryAfterS?: number;
  /** Set when no peer said this: a timer ran out or the transport failed (RFC 3261 §8.1.3.1). */
  readonly local?: "timeout" | "transport";
};

/** What happens to an INVITE dialog. Exactly one `failed` or `ended` comes, and nothing after it. */
export type DialogEvent =
  | {
      readonly type: "provisional";
      readonly status: number;
      readonly reason: string;
      readonly sdp?: string;
      /** The branch of a forked INVITE that says this, by the order in which they spoke first; absent: the first one. */
      readonly branch?: number;
      /** Event packages of which it may be notified in this dialog (Allow-Events); absent: none that it has named. */
      readonly events?: readonly string[];
    }
  /** 2xx received (ACK is already sent), with the peer's session description as it is in force. */
  | { readonly type: "answered"; readonly sdp: string }
  /** The INVITE never got a 2xx (or it was cancelled: 487). */
  | ({ readonly type: "failed" } & Evidence)
  /** A confirmed (or, as server, an early) dialog is over. */
  | {
      readonly type: "ended";
      readonly by: "remote" | "local" | "error";
      readonly q850?: number;
      /** SIP cause of a Reason header: 200 in a CANCEL says that somebody else has answered (RFC 3326). */
      readonly sipCause?: number;
      readonly status?: number;
    }
  /**
   * A re-INVITE or UPDATE with an offer (a re-INVITE also without one: `sdp` absent, then the answer is our offer). Also before
   * the 2xx, once the first exchange is complete. Reply exactly once.
   */
  | { readonly type: "offer"; readonly sdp?: string; readonly reply: (answer: OfferReply) => void }
  /** ACK for our 2xx arrived (server side only). */
  | { readonly type: "confirmed"; readonly sdp?: string }
  /** PRACK for a reliable provisional response of ours; `sdp` answers the offer in that (server side only, RFC 3262). */
  | { readonly type: "acknowledged"; readonly sdp?: string }
  /** A re-INVITE of ours that only refreshed the session was answered so (RFC 4028 §7.4). */
  | { readonly type: "refreshed"; readonly sdp: string }
  | Referral
  | { readonly type: "info"; readonly contentType: string; readonly body: string }
  /** A NOTIFY of the caller for one of our `allowEvents`; it has been answered. */
  | { readonly type: "notified"; readonly event: string }
  /** The dialog's `image` is another one now. */
  | { readonly type: "changed" };

/** Names a dialog as its other side sees it: `toTag` is that side's tag (RFC 3891). */
export type Replaces = {
  readonly sipCallId: string;
  readonly toTag: string;
  readonly fromTag: string;
  /** Only while it has no 2xx. */
  readonly earlyOnly: boolean;
};

/**
 * The peer asks us to call somebody (RFC 3515), with `replaces` in the place of another call (RFC 5589). Accept or reject before
 * the observer returns: what nobody takes is answered 603.
 */
export type Referral = {
  readonly type: "refer";
  /** A SIP URI. */
  readonly target: string;
  readonly replaces?: Replaces;
  /** Referred-By, as written. */
  readonly referredBy?: string;
  /** 202; what becomes of the new call goes to the peer by `progress`. */
  readonly accept: () => ReferProgress;
  readonly reject: (status: number) => void;
};

/** Statuses of the new call; the first final one is the last. */
export type ReferProgress = { readonly progress: (status: number) => void };

export type OfferReply = { readonly sdp: string } | { readonly status: number };

export type DialogObserver = (event: DialogEvent) => void;

/** Who calls, for a network that trusts us to say so (RFC 3325). `hidden`: From is anonymous, and the network shall not tell. */
export type CallerIdentity = {
  readonly asserted?: { readonly uri: string; readonly displayName?: string };
  readonly hidden?: boolean;
};

/** A target that a call had before it came to us (RFC 5806, RFC 7044). */
export type Diversion = {
  readonly uri: string;
  /** User part, unescaped; the number of a tel URI. */
  readonly user: string;
  /** The Diversion header's word, such as `no-answer`. */
  readonly reason?: string;
  /** The SIP status that History-Info gives as reason. */
  readonly cause?: number;
};

export type OutgoingInvite = {
  /** Route values, topmost first, loose routers all (RFC 3327 §5.4); they do not change `peer`. */
  readonly route?: readonly string[];
  /** Request-URI, also To: sip, sips, or tel with a `nextHop`. */
  readonly uri: string;
  /** The URI that leads to the next hop, when it is not `uri`. */
  readonly nextHop?: string;
  /** Where to send it; absent = where the URI leads (RFC 3263), to the next server when one fails (§4.3). */
  readonly peer?: Peer;
  /** From URI and display name. */
  readonly from: { readonly uri: string; readonly displayName?: string };
  readonly identity?: CallerIdentity;
  /** The URI of our Contact, a GRUU (RFC 5627 §4.4.1), when it is not our own address. Not for a hidden caller. */
  readonly contact?: string;
  readonly sdp: string;
  /** For a 401/407 (RFC 3261 §22). */
  readonly credentials?: Credentials;
  /** The number of ours that this rings: those who have subscribed to its dialogs hear of it (RFC 4235). */
  readonly watched?: string;
  /** So many targets of 3xx responses are tried, highest q first (RFC 3261 §8.1.3.4). Absent: a 3xx is a failure. */
  readonly redirects?: number;
  /**
   * A server from which nothing has come after so many ms, no 100 either, is given up: the next one is tried, else the call
   * fails with 408 and `local`. Should it answer later, it gets CANCEL, or ACK and BYE. Absent: 64*T1 (Timer B).
   */
  readonly patienceMs?: number;
  /** More header lines, e.g. `["Subject", "…"]`. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
};

/** An INVITE dialog of ours, early or confirmed. */
export type Dialog = {
  readonly sipCallId: string;
  /**
   * Ends it in the way that fits its state: CANCEL, BYE, or a 4xx as server. Safe to repeat. `parted`: the peer has answered our
   * BYE, or never will; at once where there is none to send.
   */
  hangUp(cause?: { readonly q850: number; readonly text: string }, parted?: () => void): void;
  /**
   * A re-INVITE with this offer, before the 2xx an UPDATE; resolves with the answer or the refusing status (491 is retried
   * inside; it also says that the time for an UPDATE has not come).
   */
  reoffer(sdp: string): Promise<OfferReply>;
  /**
   * An INFO with this body; resolves with the final status, 405 without asking when the peer's Allow does not name INFO, 491 while
   * there is no 2xx. Absent where no such dialog can be.
   */
  info?(contentType: string, body: string): Promise<number>;
  /**
   * A NOTIFY of this event before the 2xx, as `talk` that asks a ringing phone to answer; resolves with the final status, 489 without
   * asking when no Allow-Events of the peer has named it, 481 while there is no dialog. Absent where no such dialog can be.
   */
  notify?(event: string): Promise<number>;
  /** The peer is reached over another connection from now on (RFC 5626 §5.3). Absent where no connection is the way. */
  follow?(peer: Peer): void;
  /** As it is now, once it is confirmed and until it is over. */
  image?(): DialogImage | undefined;
};

export type IncomingInvite = Dialog & {
  /** The Request-URI, as written: it may be a GRUU. */
  readonly uri: string;
  /** User part of the Request-URI, unescaped; the number of a tel URI (RFC 3966). */
  readonly user: string;
  readonly from: { readonly user: string; readonly host: string; readonly displayName: string };
  readonly source: Peer;
  /** The account that has proved itself, where that was asked for. */
  readonly account?: string;
  /** P-Asserted-Identity: only to be believed from a trusted peer (RFC 3325 §5). `user` as in `user` of the call. */
  readonly asserted?: { readonly uri: string; readonly user: string; readonly displayName: string };
  /** `sipCallId` of the dialog of ours whose place this call takes (RFC 3891): it is hung up when this one is answered. */
  readonly replaces?: string;
  /** Whom the call was for before, earliest first. */
  readonly diversions: readonly Diversion[];
  /** The offer; absent when the INVITE had none. */
  readonly sdp?: string;
  header(name: string): string | undefined;
  observe(observer: DialogObserver): void;
  /** 1xx, e.g. ring(180) or ring(183, sdp); reliable where the caller asks for it (RFC 3262). */
  ring(status: number, sdp?: string): void;
  /** 200 with SDP, sent again until the ACK comes (RFC 3261 §13.3.1.4). */
  answer(sdp: string): void;
  /** `q850`: the cause in a Reason header; `retryAfterS`: when to come again (RFC 3261 §20.33). */
  reject(status: number, about?: { readonly q850?: number; readonly retryAfterS?: number }): void;
};

// Part of face.ts: what an endpoint leaves to the one after it, as plain data: confirmed dialogs, and INVITEs without a final response.

import type { Credentials, Peer } from "./face-peer.ts";

/** Session timers (RFC 4028): the interval that we ask for, and the shortest one that we take; both in seconds. */
export type SessionTimerPolicy = { readonly expiresS: number; readonly minS: number };

/**
 * A confirmed dialog (RFC 3261 §12) as plain data, from which another endpoint with the same address and ports takes it up. It
 * holds no secret: neither a session description, which may have keys in it, nor credentials.
 */
export type DialogImage = {
  readonly sipCallId: string;
  readonly localTag: string;
  readonly remoteTag: string;
  /** From and To values of our requests. */
  readonly local: string;
  readonly remote: string;
  /** Remote target. */
  readonly target: string;
  /** Route set, topmost first. */
  readonly routes: readonly string[];
  /** No request of ours has a higher CSeq number than this: they are reserved in steps, ahead of their use. */
  readonly localSeq: number;
  readonly remoteSeq?: number;
  readonly flow?: Peer;
  /** We have sent the first INVITE. */
  readonly caller: boolean;
  /** Our Contact: its user part, or the whole line where it is a GRUU. */
  readonly contactUser: string;
  readonly ownContact?: string;
  /** Methods that the peer's Allow names. */
  readonly peerUpdates: boolean;
  readonly peerInforms: boolean;
  readonly timerPolicy: SessionTimerPolicy;
  /** The session timer that is agreed on (RFC 4028). */
  readonly timer?: { readonly intervalS: number; readonly weRefresh: boolean };
};

/** The far end of an early dialog (RFC 3261 §12.1.2): what a BYE needs beside its INVITE. */
export type EarlyPeer = {
  /** The To value of the response, with its tag. */
  readonly remote: string;
  /** Remote target. */
  readonly target: string;
  /** Route set, topmost first. */
  readonly routes: readonly string[];
};

/**
 * An INVITE of ours without a final response, as plain data from which another endpoint with the same address and ports ends it: no
 * session description and no credentials are in it. `id` is its branch.
 */
export type SentInvite = {
  readonly type: "sent";
  readonly id: string;
  readonly sipCallId: string;
  readonly uri: string;
  readonly from: string;
  readonly to: string;
  readonly cseq: number;
  readonly route: readonly string[];
  readonly peer: Peer;
  readonly early: readonly EarlyPeer[];
};

/** The same of one that has come to us. `id` is the To tag of our responses. */
export type ReceivedInvite = {
  readonly type: "received";
  readonly id: string;
  /** Its start line and those headers that a response, and a BYE should it have been answered, are made from. */
  readonly head: string;
  readonly source: Peer;
};

export type InviteImage = SentInvite | ReceivedInvite;

/** Keeps such images for the endpoint after this one. */
export type InviteKeeper = {
  /** The last one of an id counts. `then` runs when it is safe. */
  keep(image: InviteImage, then?: () => void): void;
  /** There is a final response, or there will never be one. */
  drop(id: string): void;
};

export type LeftBehind = {
  readonly images: readonly InviteImage[];
  /** For who challenges a BYE. */
  readonly credentials?: (invite: SentInvite) => Credentials | undefined;
};

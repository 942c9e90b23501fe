// A confirmed dialog to plain data and back (face.ts says what is in it).

import type { DialogImage, SessionTimerPolicy } from "../face.ts";
import type { OpenDialog, OpenDialogStart } from "./open-dialog.ts";
import type { SessionTimer } from "./session-timer.ts";

type Shown = Pick<OpenDialog, "dialog" | "caller" | "contactUser" | "ownContact" | "peerUpdates"> & ImageParts;

type ImageParts = {
  readonly peerInforms: boolean;
  readonly localSeq: number;
  readonly timerPolicy: SessionTimerPolicy;
  readonly timer: SessionTimer | undefined;
};

export function imageOf(shown: Shown): DialogImage {
  const { callId, localTag, remoteTag, local, remote, target, routes, remoteSeq, flow } = shown.dialog;
  const { caller, contactUser, ownContact, peerUpdates, peerInforms, localSeq, timerPolicy, timer } = shown;
  return {
    ...{ sipCallId: callId, localTag, remoteTag, local, remote, target, routes, localSeq },
    ...(remoteSeq !== undefined && { remoteSeq }),
    ...(flow && { flow }),
    ...{ caller, contactUser, peerUpdates, peerInforms, timerPolicy },
    ...(ownContact !== undefined && { ownContact }),
    ...(timer && { timer }),
  };
}

/** A session that goes on from there. Its own session description is unknown until the next exchange of offer and answer. */
export function startOf(image: DialogImage): Omit<OpenDialogStart, "observation"> & Omit<ImageParts, "localSeq"> {
  const { sipCallId: callId, localTag, remoteTag, local, remote, target, routes, localSeq, remoteSeq, flow } = image;
  const { caller, contactUser, ownContact, peerUpdates, peerInforms, timerPolicy, timer } = image;
  return {
    dialog: { callId, localTag, remoteTag, local, remote, target, routes, localSeq, remoteSeq, flow },
    ...{ caller, contactUser, ownContact, peerUpdates, peerInforms, timerPolicy, timer, sdp: "" },
  };
}

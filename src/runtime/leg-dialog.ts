// What the dialog of a leg says, and what its machine hears of it: ringing, the answer, offers of the peer (RFC 3261 §14.2), digits in
// an INFO, the end.

import type { LegId } from "../base/ids.ts";
import type { Log } from "../base/log.ts";
import type { Heard } from "../core/call/state.ts";
import type { DialogEvent, DialogObserver, Referral } from "../sip/face.ts";
import { infoDigit } from "./info-digit.ts";
import { answeredReport, type Leg, type LegReport, tellHeld } from "./leg.ts";
import { causeOf, rings } from "./leg-events.ts";
import type { PhoneReturn } from "./phone-return.ts";

export type DialogEarOptions = {
  readonly log: Log;
  readonly keeper: { keep(leg: Leg): void };
  /** The leg is over for us. */
  readonly finish: (leg: Leg, report: LegReport) => void;
  readonly hear: (leg: Leg, source: Heard) => void;
  readonly listenersOf: (leg: Leg) => Iterable<Leg>;
  readonly dialTo: (leg: Leg, digits: string) => void;
  /** Asked when a dialog has said something. */
  readonly returns: () => Pick<PhoneReturn, "takes" | "spoke">;
  /** A peer asks to pass its call on; absent, it is answered 603. */
  readonly referred?: (leg: LegId, referral: Referral) => void;
};

export type DialogEar = {
  /** For the next dialog of this leg: what an earlier one says then counts no more. */
  observer(leg: Leg): DialogObserver;
  /** The leg ends, since nothing in its answer can be used. */
  mediaRefused(leg: Leg, why: string): void;
  digitPressed(leg: Leg, digit: string, by: "event" | "tone" | "info"): void;
};

export function openDialogEar(options: DialogEarOptions): DialogEar {
  const { log, keeper, finish, hear, listenersOf, dialTo, returns, referred } = options;

  const mediaRefused = (leg: Leg, why: string): void => {
    log.info({ leg: leg.id, reason: why }, "answer refused");
    leg.dialog?.hangUp({ q850: 88, text: "Incompatible destination" });
    const cause = { status: 488, rung: leg.rung, ours: "media" } as const;
    finish(leg, { type: "leg-failed", leg: leg.id, cause });
  };

  const ringing = (leg: Leg, event: DialogEvent & { type: "provisional" }): void => {
    if (!rings(event.status)) return;
    leg.rung = true;
    // Once there, early media stay: a 180 without SDP that follows does not take them away (RFC 3960 §3.2).
    if (event.sdp !== undefined && leg.media && !("refused" in leg.media.acceptAnswer(event.sdp))) leg.early = true;
    const talks = event.events?.includes("talk") === true;
    leg.report({ type: "leg-ringing", leg: leg.id, early: leg.early, ...(talks && { talks }) });
  };

  const answered = (leg: Leg, sdp: string): void => {
    const agreed = leg.media?.acceptAnswer(sdp);
    if (!agreed) return;
    if ("refused" in agreed) return mediaRefused(leg, agreed.refused);
    if (!agreed.audio) return mediaRefused(leg, "no audio in common");
    leg.answered = true;
    keeper.keep(leg);
    leg.report(answeredReport(leg, agreed));
  };

  /** An answer of the peer. To the offer in our first 200: only now there is somebody to talk to. */
  const settled = (leg: Leg, sdp: string): void => {
    if (!leg.incoming) {
      leg.media?.acceptAnswer(sdp);
      return keeper.keep(leg);
    }
    leg.incoming = null;
    answered(leg, sdp);
    if (!leg.over && leg.hears) hear(leg, leg.hears);
  };

  const late = (event: DialogEvent): void => {
    if (event.type === "offer") event.reply({ status: 481 });
  };

  /** A re-INVITE of the peer (RFC 3261 §14.2); without an offer ours goes into the 200 and the answer comes with the ACK. */
  const reoffered = (leg: Leg, event: DialogEvent & { type: "offer" }): void => {
    if (!leg.media) return event.reply({ status: 491 });
    if (event.sdp === undefined)
      return event.reply({ sdp: leg.media.offer({ video: Boolean(leg.media.agreed?.video) }) });
    const answer = leg.media.answer(event.sdp);
    if ("refused" in answer) return event.reply({ status: 488 });
    event.reply({ sdp: answer.sdp });
    keeper.keep(leg);
    returns().spoke(leg, answer.agreed);
    tellHeld(leg, answer.agreed);
  };

  /** A digit may be part of a PIN: it is reported, and never logged. */
  const digitPressed = (leg: Leg, digit: string, by: "event" | "tone" | "info"): void =>
    leg.report({ type: "leg-digit", leg: leg.id, digit, by });

  /** A digit in an INFO is heard by nobody in the media: it goes on from here. */
  const infoArrived = (leg: Leg, { contentType, body }: DialogEvent & { type: "info" }): void => {
    const pressed = infoDigit(contentType, body);
    if (!pressed) return;
    digitPressed(leg, pressed.digit, "info");
    for (const other of listenersOf(leg)) dialTo(other, pressed.digit);
  };

  const observe = (leg: Leg, event: DialogEvent): void => {
    if (returns().takes(leg, event)) return;
    switch (event.type) {
      case "provisional":
        return ringing(leg, event);
      case "answered":
        return answered(leg, event.sdp);
      case "failed":
        log.debug({ leg: leg.id, status: event.status, reason: event.reason }, "leg failed");
        return finish(leg, { type: "leg-failed", leg: leg.id, cause: causeOf(event, leg.rung) });
      case "ended":
        return finish(leg, { type: "leg-ended", leg: leg.id, remote: event.by === "remote" });
      case "offer":
        return reoffered(leg, event);
      case "confirmed":
      case "refreshed":
        if (event.sdp !== undefined) settled(leg, event.sdp);
        // RFC 3261 §13.2.2.4: the ACK has the answer to the offer in our 200.
        else if (event.type === "confirmed" && leg.incoming) mediaRefused(leg, "no answer in the ACK");
        return;
      case "info":
        return infoArrived(leg, event);
      case "changed":
        return keeper.keep(leg);
      case "refer":
        return referred?.(leg.id, event);
    }
  };

  /** What the dialog of an earlier INVITE says, or one of a leg that is over, counts no more. */
  const observer = (leg: Leg): DialogObserver => {
    leg.dialogs += 1;
    const { dialogs } = leg;
    return (event) => (!leg.over && leg.dialogs === dialogs ? observe(leg, event) : late(event));
  };

  return { observer, mediaRefused, digitPressed };
}

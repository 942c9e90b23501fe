// What the legs of parties report: ringing, answered, failed, gone.

import { stay } from "../../base/step.ts";
import type { Cause } from "../detect/cause.ts";
import { announce, tellGuided } from "./announcing.ts";
import { over } from "./ending.ts";
import { alerting, invitationFailed, joined, mediaWanted, stopRinging } from "./invitation.ts";
import { reoffered } from "./media-switch.ts";
import { departed } from "./members.ts";
import { listenEarly, listenOn, refusalIn } from "./screening.ts";
import { change, type Next, parties, partySeat, tellPresent, without } from "./seats.ts";
import type { CallEffect, CallEvent, Live, PartyMember } from "./state.ts";

type Timed<Type extends CallEvent["type"]> = Extract<CallEvent, { type: Type }>;

/** How a party's leg comes and goes. */
type LegTurn = Timed<"leg-ringing" | "leg-answered" | "leg-failed" | "leg-ended" | "leg-sign" | "leg-reoffered">;

export function reduceLeg(call: Live, event: LegTurn): Next {
  const seat = partySeat(call, event.leg);
  if (!seat) return stay(call);
  switch (event.type) {
    case "leg-ringing":
      return ringing(call, seat, event.early);
    case "leg-answered":
      return answered(call, seat, event);
    case "leg-failed":
      return gone(call, seat, event.at, event.cause);
    case "leg-ended":
      return gone(call, seat, event.at, { status: 487, rung: seat.rung, ours: "no-answer" });
    case "leg-sign":
      return heard(call, seat, event);
    case "leg-reoffered":
      return reoffered(call, seat, event);
  }
}

function ringing(call: Live, seat: PartyMember, early: boolean): Next {
  if (seat.stage !== "calling") return stay(call);
  const alerted = seat.rung ? [] : alerting(call, seat);
  return [change(call, seat, { rung: true, early }), [...alerted, ...listenEarly(call, seat, early)]];
}

/** decisions.md 15, 17: an answer without any 18x alerts first; video that was asked for and is missing ends the call. */
function answered(call: Live, seat: PartyMember, event: Timed<"leg-answered">): Next {
  const { video } = event;
  if (seat.stage === "arrived") return arrivedAnswered(call, seat, event);
  if (seat.stage !== "calling") return stay(call);
  if (mediaWanted(call) === 1 && !video) {
    const cause: Cause = { status: 488, rung: seat.rung, ours: "media" };
    return notComing(call, seat, { at: event.at, cause, hangUp: true });
  }
  const present = change(call, seat, { stage: "in", video });
  const told = seat.rung ? [] : alerting(call, seat);
  // A caller whose call went on to a number: now there is somebody to answer it for.
  const waiting = parties(call).find(({ stage }) => stage === "arrived");
  if (waiting)
    return [present, [stopRinging, ...told, { type: "answer-party", leg: waiting.leg, like: seat.leg, video }]];
  const [next, effects] = joined(present, null, event.at);
  return [next, [stopRinging, ...told, ...effects, ...listenOn(call, seat)]];
}

/** Our 200 is out: it talks with the agent who is there, or waits for one. */
function arrivedAnswered(call: Live, seat: PartyMember, { video, at }: Timed<"leg-answered">): Next {
  const next = change(call, seat, { stage: "in", video });
  return next.members.some((member) => member.stage === "in" && (member.side === "agent" || member.leg !== seat.leg))
    ? joined(next, null, at)
    : [next, [...tellGuided(next), ...announce(next)]];
}

/** A tone of the network ends the wait as a refusal would; of a machine or fax the agents in the call are told. */
function heard(call: Live, seat: PartyMember, { sign, at }: Timed<"leg-sign">): Next {
  const cause = refusalIn(sign, seat);
  if (cause) return seat.stage === "calling" ? notComing(call, seat, { at, cause, hangUp: true }) : stay(call);
  if (seat.stage === "calling") return stay(call);
  return [call, tellPresent(call, { type: "call-screened", call: call.plan.id, sign })];
}

/** Our ring time is over. */
export function ringTimeOver(call: Live, at: number): Next {
  const seat = call.members.find((member): member is PartyMember => member.stage === "calling");
  if (!seat) return stay(call);
  return notComing(call, seat, { at, cause: { status: 487, rung: seat.rung, ours: "ring-timeout" }, hangUp: true });
}

function gone(call: Live, seat: PartyMember, at: number, cause: Cause): Next {
  if (seat.stage === "calling") return notComing(call, seat, { at, cause, hangUp: false });
  const left = tellPresent(call, { type: "member-left", call: call.plan.id, number: seat.number });
  const rest = without(call, seat);
  // Nobody talks to a caller before our answer has reached him: whoever was there for him is there for nothing.
  return seat.stage === "arrived" ? over(rest, { at, failure: null, told: left }) : departed(rest, at, left);
}

type Failing = { readonly at: number; readonly cause: Cause; readonly hangUp: boolean };

function notComing(call: Live, seat: PartyMember, { at, cause, hangUp }: Failing): Next {
  const hungUp: readonly CallEffect[] = hangUp ? [{ type: "hang-up", leg: seat.leg }] : [];
  const [next, effects] = invitationFailed(without(call, seat), cause, at);
  return [next, [stopRinging, ...hungUp, ...effects]];
}

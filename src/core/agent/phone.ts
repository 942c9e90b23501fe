// The leg to the agent's phone: rung for a callout, kept or hung up after it.
//
//   on-hook --callout--> ringing --answers--> off-hook <--re-INVITE--> adding-video
//      '<----- failed, released, hung up ------'  |  ^
//      '<----- stays away, released --------- lost <-'  connection lost, back again

import type { CallId, LegId } from "../../base/ids.ts";
import type { LegEvent } from "../call/state.ts";
import type { Cause, Phase } from "../detect/cause.ts";
import { dropUnanswered, onHook, stopRinging, stopWaiting } from "./handset.ts";
import { change } from "./leaving.ts";
import { heldByPhone } from "./linked-phone.ts";
import {
  type OfferedCall,
  offeredCall,
  offerFailed,
  offerReady,
  phoneAlerting,
  phoneAnswered,
  tellAlerting,
  whyDeclined,
} from "./offer-outcome.ts";
import { phoneLegId } from "./phone-leg.ts";
import { settle, settleUnanswered } from "./presence.ts";
import {
  type AgentCall,
  type AgentEffect,
  type AgentInput,
  callReleased,
  conferenceLeft,
  notify,
  type Outcome,
  type Phone,
  type PhoneConnection,
  type PhoneOrder,
  type Playback,
  placedCallFailed,
  type SignedIn,
} from "./state.ts";
import { phoneSwitched } from "./video.ts";

/** Rings the phone for this call, or takes it as it is when it is off-hook already. */
export function raisePhone(agent: SignedIn, order: PhoneOrder, ringMs: number): Outcome {
  const { call } = order;
  if (agent.phone.name === "off-hook") {
    if (order.mediaAbility === 0 || agent.phone.video) return phoneReady(agent, agent.phone, call);
    const { leg } = agent.phone;
    return [{ ...agent, phone: { name: "adding-video", leg, call } }, [{ type: "reoffer-phone", leg, order }]];
  }
  const leg = phoneLegId(agent.id, agent.legs + 1);
  const { phoneNumber, autoAnswer } = agent.profile;
  return [
    { ...agent, legs: agent.legs + 1, phone: { name: "ringing", leg, call, alerted: false, talks: false } },
    [
      { type: "invite-phone", leg, number: phoneNumber, order, autoAnswer },
      { type: "start-timer", name: "ring-agent", ms: ringMs },
    ],
  ];
}

/** The phone is there: state 7 and AgentState_Busy (unless there already), then the party's turn. */
function phoneReady(agent: SignedIn, phone: Phone & { name: "off-hook" }, call: CallId): Outcome {
  const offered = offeredCall(agent, call);
  if (offered) return offerReady({ ...agent, phone }, offered);
  const busy = agent.presence.name === "talking" ? [] : [notify("AgentState_Busy", null)];
  const next: SignedIn = { ...agent, phone, presence: { name: "talking" } };
  const playback = agent.calls.find(({ id }) => id === call)?.playback;
  if (playback) return [change(next, call, { stage: "playing" }), [...busy, ...play(phone.leg, call, playback)]];
  if (isInspection(agent, call)) return [change(next, call, { stage: "inspecting" }), busy];
  return [next, [...busy, { type: "tell-call", call, event: phoneAnswered(agent, phone) }]];
}

export function reducePhone(
  agent: SignedIn,
  event: LegEvent | PhoneConnection | Extract<AgentInput, { type: "leg-reoffered" }>,
): Outcome {
  const { phone } = agent;
  // A leg that we have hung up may still report its end: it is not the phone's leg any more.
  if (phone.name === "on-hook" || phone.leg !== event.leg) return [agent, []];
  switch (event.type) {
    case "leg-ringing":
      return phone.name === "ringing" ? alerted(agent, phone, event.talks === true) : [agent, []];
    case "leg-answered":
      return phone.name === "ringing" ? answered(agent, phone, event.video) : [agent, []];
    case "leg-failed":
      return phone.name === "ringing" ? refused(agent, phone.call, event.cause) : handsetDown(agent, false);
    case "leg-reoffered":
      return reoffered(agent, phone, event.video);
    case "leg-lost":
      return lost(agent, phone, event.graceMs);
    case "leg-returned":
      return phone.name === "lost"
        ? [{ ...agent, phone: { name: "off-hook", leg: phone.leg, video: event.video } }, [stopWaiting]]
        : [agent, []];
    case "leg-held":
      return [agent, heldByPhone(agent, event.held)];
    case "leg-digit":
    case "leg-sign":
    case "leg-silent":
    case "leg-heard":
      return [agent, []];
    case "leg-ended":
      return handsetDown(agent, event.remote);
  }
}

/** wire.md 23: an incoming call is named, the agent's own is not. Told once, however often it rings. */
function alerted(agent: SignedIn, phone: Phone & { name: "ringing" }, talks: boolean): Outcome {
  if (phone.alerted) return [talks && !phone.talks ? { ...agent, phone: { ...phone, talks } } : agent, []];
  const offered = offeredCall(agent, phone.call);
  return [
    { ...agent, phone: { ...phone, alerted: true, talks } },
    [phoneAlerting(offered), ...(offered ? [tellAlerting(offered)] : [])],
  ];
}

/**
 * No event says so: for the agent and his calls nothing has changed yet. A call that waits for the phone's video has no phone
 * to wait for.
 */
function lost(agent: SignedIn, phone: Phone, graceMs: number): Outcome {
  const wait: AgentEffect = { type: "start-timer", name: "phone-return", ms: graceMs };
  if (phone.name === "off-hook") return [{ ...agent, phone: { ...phone, name: "lost" } }, [wait]];
  if (phone.name !== "adding-video") return [agent, []];
  const { leg, call } = phone;
  const away: SignedIn = { ...agent, phone: { name: "lost", leg, video: false } };
  const [next, effects] = refused(away, call, { status: 480, rung: false, ours: "unreachable" });
  return [next, next.phone.name === "lost" ? [wait, ...effects] : effects];
}

/** The grace time is over: what follows is told as for a leg that broke. */
export function phoneStaysAway(agent: SignedIn): Outcome {
  if (agent.phone.name !== "lost") return [agent, []];
  const { leg } = agent.phone;
  const [next, effects] = handsetDown(agent, false);
  return [next, [{ type: "hang-up", leg }, ...effects]];
}

const play = (leg: LegId, call: CallId, { file, fromMs, times }: Playback): readonly AgentEffect[] => [
  notify("AgentMediaEvent_Play", null),
  { type: "play-file", call, leg, file, fromMs, times },
];

const isInspection = (agent: SignedIn, call: CallId): boolean => kindOf(agent, call) === "inspection";

const mediaOf = (agent: SignedIn, call: CallId): AgentCall["mediaAbility"] =>
  agent.calls.find(({ id }) => id === call)?.mediaAbility ?? 0;

const kindOf = (agent: SignedIn, call: CallId): AgentCall["kind"] =>
  agent.calls.find(({ id }) => id === call)?.kind ?? "outgoing";

/** decisions.md 17: a phone that answers a video call without video fails the call before the party is rung. */
function answered(agent: SignedIn, phone: Phone & { name: "ringing" }, video: boolean): Outcome {
  if (mediaOf(agent, phone.call) === 1 && !video) {
    return refused(agent, phone.call, { status: 488, rung: phone.alerted, ours: "media" });
  }
  const [next, effects] = phoneReady(agent, { name: "off-hook", leg: phone.leg, video }, phone.call);
  return [
    next,
    [
      stopRinging,
      ...(phone.alerted ? [] : [phoneAlerting(offeredCall(agent, phone.call))]),
      notify("AgentOther_PhoneOffhook", { type: "main" }),
      ...effects,
    ],
  ];
}

function reoffered(agent: SignedIn, phone: Phone, video: boolean): Outcome {
  if (phone.name !== "adding-video") return phoneSwitched(agent, video);
  const { leg, call } = phone;
  if (video || mediaOf(agent, call) !== 1) return phoneReady(agent, { name: "off-hook", leg, video }, call);
  return refused({ ...agent, phone: { name: "off-hook", leg, video: false } }, call, {
    status: 488,
    rung: false,
    ours: "media",
  });
}

/** The agent's leg failed: the call is told, and the events of decisions.md 16 follow. */
export function refused(agent: SignedIn, call: CallId, cause: Cause): Outcome {
  const offered = offeredCall(agent, call);
  if (offered) return offerFailed(agent, offered, whyDeclined(cause), cause);
  const [next, effects] = failedBeforeAnswer(agent, call, cause);
  const told: AgentEffect = {
    type: "tell-call",
    call,
    event: { type: "release", failure: { phase: "agent", cause } },
  };
  return [next, [told, ...effects]];
}

/**
 * PhoneBusy if it was, detect, Call_Out_Fail, Connect_Fail, PhoneRelease unless the phone stays off-hook for another call or
 * for good, and with P18=1 the state (decisions.md 16).
 */
export function failedBeforeAnswer(agent: SignedIn, id: CallId, cause: Cause): Outcome {
  const left: SignedIn = { ...agent, calls: agent.calls.filter((call) => call.id !== id) };
  const busy = cause.ours === undefined && (cause.status === 486 || cause.status === 600 || cause.q850 === 17);
  const [down, released] = dropUnanswered(left, cause);
  const [settled, state] = settleUnanswered(down);
  return [
    settled,
    [
      ...(busy ? [notify("AgentOther_PhoneBusy", null)] : []),
      ...placedCallFailed(kindOf(agent, id), id, "agent", cause),
      ...released,
      ...state,
    ],
  ];
}

/**
 * The agent put the handset down (or the leg broke): every call of his ends, answered ones first. A call whose party was not
 * rung yet fails on the agent's side, with the events in that order (decisions.md 16).
 */
function handsetDown(agent: SignedIn, byHand: boolean): Outcome {
  const offered = offeredCall(agent, null);
  if (offered) return putDownOnOffer(agent, offered, byHand);
  const phase = agent.phone.name === "off-hook" || agent.phone.name === "lost" ? "party" : "agent";
  const unanswered = agent.calls.filter((call) => call.stage === "setting-up");
  const answeredCalls = agent.calls.filter((call) => call.stage !== "setting-up");
  const down: SignedIn = { ...agent, phone: onHook, calls: [] };
  const [settled, state] = phase === "agent" && answeredCalls.length === 0 ? settleUnanswered(down) : settle(down);
  const failures = unanswered.flatMap(({ id, kind }) => placedCallFailed(kind, id, phase, handsetCause));
  const released = notify("AgentOther_PhoneRelease", { phoneState: byHand ? 2 : 3 });
  return [
    settled,
    [
      stopRinging,
      stopWaiting,
      ...agent.calls.map((call) => leftBehind(call, phase, byHand)),
      ...answeredCalls.flatMap(callReleased),
      ...(phase === "agent" ? [...failures, released] : [released, ...failures]),
      ...answeredCalls.flatMap(conferenceLeft),
      ...state,
    ],
  ];
}

/** Instead of answering he hangs up, or the leg broke. */
function putDownOnOffer(agent: SignedIn, offered: OfferedCall, byHand: boolean): Outcome {
  const why = byHand ? "rejected" : "unreachable";
  const [next, effects] = offerFailed({ ...agent, phone: onHook }, offered, why, handsetCause);
  return [next, [notify("AgentOther_PhoneRelease", { phoneState: byHand ? 2 : 3 }), ...effects]];
}

const handsetCause: Cause = { status: 487, rung: false, ours: "gave-up" };

const leftBehind = ({ id, stage }: AgentCall, phase: Phase, byHand: boolean): AgentEffect => ({
  type: "tell-call",
  call: id,
  event: {
    type: "release",
    failure: stage === "setting-up" ? { phase, cause: handsetCause } : null,
    ...(byHand && { why: "hung-up" }),
  },
});

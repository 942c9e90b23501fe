// What becomes of a call that was offered to the agent: his phone is up and it rings, or he does not take it.

import type { CallId } from "../../base/ids.ts";
import type { Declined, MemberEvent, Offer } from "../call/state.ts";
import type { Cause } from "../detect/cause.ts";
import { dropUnanswered } from "./handset.ts";
import { enter, settle, settleUnanswered } from "./presence.ts";
import {
  type AgentCall,
  type AgentEffect,
  conferenceLeft,
  type Forwarding,
  notify,
  type Outcome,
  type Phone,
  type SignedIn,
} from "./state.ts";

export type OfferedCall = AgentCall & { readonly offer: NonNullable<AgentCall["offer"]> };

/** A call that waits for this agent's phone or for his answer. */
export const offeredCall = (agent: SignedIn, id: CallId | null): OfferedCall | undefined =>
  agent.calls.find(
    (call): call is OfferedCall =>
      call.offer !== null && (call.stage === "offered" || call.stage === "ringing") && (id === null || call.id === id),
  );

/** wire.md 23: an incoming call is named, the agent's own is not. A conference has no call id. */
export const phoneAlerting = (offered: OfferedCall | undefined): AgentEffect =>
  notify(
    "AgentOther_PhoneAlerting",
    offered && offered.kind !== "conference" ? { callid: offered.id, caller: offered.offer.caller } : null,
  );

export const tellAlerting = ({ id }: OfferedCall): AgentEffect => ({
  type: "tell-call",
  call: id,
  event: { type: "phone-alerting" },
});

/** codes.json media_types: 5 = an ordinary audio or video call. */
const ORDINARY_CALL = 5;

const described = ({ id, role, feature, offer }: OfferedCall) =>
  ({
    caller: offer.caller,
    transfer: offer.transferredBy === "" ? "no" : "yes",
    callid: id,
    transfrom: offer.transferredBy,
    called: offer.called,
    type: role,
    mediaAbility: offer.mediaAbility === 0 ? "1" : "3",
    feature: String(feature),
  }) as const;

/** events.json's sample: no agent has released it. */
const NOBODY = 65_535;

/** Whose call it is and which skill it is for, told of customers alone (behaviour.md §6). */
export function callArrived({ id, offer }: OfferedCall): readonly AgentEffect[] {
  const { kind, skill, caller, called, returned } = offer;
  if (kind !== "incoming") return [];
  const info = {
    ...{ callId: id, skillName: skill.name, skillId: skill.id, caller, called },
    lastReleaseAgentId: returned.by === null ? NOBODY : Number(returned.by),
    mediaType: ORDINARY_CALL,
    releaseAndReQueueCount: returned.times,
    releaseAndReQueueCallFlag: returned.times > 0 ? 1 : 0,
  } as const;
  return [notify("AgentEvent_Incoming_CallInfo", info)];
}

/** The phone is off-hook: answered by the platform, or rung on the screen until the agent answers (behaviour.md §6). */
export function offerReady(agent: SignedIn, call: OfferedCall): Outcome {
  const next = {
    ...agent,
    calls: agent.calls.map((one) => (one === call ? { ...one, stage: "ringing" as const } : one)),
  };
  if (call.conference !== undefined) return conferenceReady(next, call, call.conference);
  // He has asked for it: it is answered as soon as his phone is.
  if (call.offer.requested) return [next, tellAnswered(next, call)];
  if (agent.profile.autoAnswer) {
    const event = notify("AgentEvent_Auto_Answer", { ...described(call), mediaType: ORDINARY_CALL });
    return [next, [...callArrived(call), event, ...tellAnswered(next, call)]];
  }
  const rung = [
    ...callArrived(call),
    notify("AgentEvent_Ringing", { ...described(call), mediaType: String(ORDINARY_CALL) }),
  ];
  if (call.pickedUp) return [next, [...rung, ...tellAnswered(next, call)]];
  return [next, [...rung, { type: "start-timer", name: "ring-agent", ms: call.offer.ringMs }]];
}

/** Rung on the screen in any case; answered by the platform if he has it so. */
function conferenceReady(agent: SignedIn, call: OfferedCall, confId: number): Outcome {
  const rung = notify("AgentConf_Ringing", { confId });
  if (agent.profile.autoAnswer || call.pickedUp) return [agent, [rung, ...tellAnswered(agent, call)]];
  return [agent, [rung, { type: "start-timer", name: "ring-agent", ms: call.offer.ringMs }]];
}

export function tellAnswered(agent: SignedIn, { id }: AgentCall): readonly AgentEffect[] {
  if (agent.phone.name !== "off-hook") return [];
  return [{ type: "tell-call", call: id, event: phoneAnswered(agent, agent.phone) }];
}

/** What the call learns of a phone that is off-hook for it. */
export const phoneAnswered = (
  { profile }: SignedIn,
  { leg, video }: Phone & { name: "off-hook" },
): Extract<MemberEvent, { type: "phone-answered" }> => ({
  type: "phone-answered",
  phone: leg,
  video,
  record: profile.selfRecord,
});

export function whyDeclined({ status, ours }: Cause): Declined {
  if (ours === "restart") return "restart";
  if (ours === "ring-timeout" || (ours === undefined && status === 408)) return "no-answer";
  return status === 603 || status === 486 || status === 600 ? "rejected" : "unreachable";
}

const forwardedWhen = {
  always: [],
  busy: ["occupied"],
  "no-answer": ["no-answer", "unreachable"],
  either: ["occupied", "no-answer", "unreachable"],
} as const satisfies Record<Forwarding["when"], readonly Declined[]>;

/** A call for his own number may go on elsewhere; any other goes back to where it came from. */
export function notTaken({ profile }: SignedIn, { call, direct }: Offer, why: Declined): AgentEffect {
  const { forwarding } = profile;
  const reasons: readonly Declined[] = forwarding ? forwardedWhen[forwarding.when] : [];
  return direct && forwarding && (forwarding.when === "always" || reasons.includes(why))
    ? { type: "forward", call, to: forwarding.to, why }
    : { type: "tell-call", call, event: { type: "offer-declined", why } };
}

/** codes.json busy_reasons: what the platform writes on an agent who does not take a call. */
const busyReasons = { "no-answer": 2, unreachable: 5, rejected: 7 } as const;

/**
 * The agent does not take the call: it goes back, and he is busy so that the next one is not lost on him as well; not after a
 * restart, which says nothing of him and his phone.
 */
export function offerFailed(agent: SignedIn, call: OfferedCall, why: Declined, cause: Cause): Outcome {
  const left: SignedIn = { ...agent, calls: agent.calls.filter((one) => one !== call) };
  const busyPhone = cause.ours === undefined && (cause.status === 486 || cause.status === 600);
  const [down, released] = dropUnanswered(left, cause);
  // Whoever rejects a conference is idle after it (operations.json).
  const idle = why === "rejected" && call.kind === "conference";
  const [settled, state] = afterwards(down, call, idle ? "released" : why);
  return [
    settled,
    [
      { type: "stop-timer", name: "ring-agent" },
      notTaken(agent, call.offer, why),
      ...(busyPhone ? [notify("AgentOther_PhoneBusy", null)] : []),
      ...(why === "no-answer" && call.kind !== "conference" ? [notify("AgentEvent_No_Answer", call.id)] : []),
      ...released,
      ...state,
    ],
  ];
}

function afterwards(agent: SignedIn, { before }: OfferedCall, why: Declined): Outcome {
  if (agent.afterwards) return settle(agent);
  if (why === "occupied" || why === "released" || why === "restart") return settleUnanswered(agent, before);
  return enter(agent, { name: "busy", reason: busyReasons[why] });
}

/** The caller has gone, or a colleague has picked the call up, before he answered. */
export function offerWithdrawn(
  agent: SignedIn,
  call: OfferedCall,
  { number, pickedUp = false }: { readonly number: string; readonly pickedUp?: boolean },
): Outcome {
  const left: SignedIn = { ...agent, calls: agent.calls.filter((one) => one !== call) };
  const [down, released] = dropUnanswered(left, { status: 487, rung: false, ours: "gave-up" });
  const [settled, state] = settleUnanswered(down, call.before);
  const withdrawn = [
    ...(pickedUp ? [] : [notify("AgentEvent_Customer_Release", { callid: call.id, number })]),
    notify("AgentEvent_Call_Release", call.id),
  ];
  return [
    settled,
    [
      { type: "stop-timer", name: "ring-agent" },
      ...(call.kind === "conference" ? [] : withdrawn),
      ...released,
      ...conferenceLeft(call),
      ...state,
    ],
  ];
}

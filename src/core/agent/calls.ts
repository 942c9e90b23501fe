// The agent's requests for his calls, and the facts that calls report. Every event here stands in the documented order
// (behaviour.md §6, decisions.md 13-21).

import type { CallId } from "../../base/ids.ts";
import { refuse, unreachable } from "../../base/step.ts";
import type { CallFact } from "../call/state.ts";
import type { Cause } from "../detect/cause.ts";
import { hangUpPhone } from "./handset.ts";
import { offeredCall } from "./offer-outcome.ts";
import { answer, reject } from "./offers.ts";
import { failedBeforeAnswer, raisePhone } from "./phone.ts";
import { settle } from "./presence.ts";
import {
  type AgentCall,
  type AgentCallRequest,
  type AgentEffect,
  callReleased,
  currentCall,
  notify,
  type Outcome,
  placedCallFailed,
  type Refused,
  type SignedIn,
} from "./state.ts";

export function reduceCallRequest(agent: SignedIn, request: AgentCallRequest): Outcome | Refused {
  const current = currentCall(agent);
  switch (request.type) {
    case "call-out":
      return callOut(agent, request);
    case "answer":
      return answer(agent, request.callId);
    case "reject":
      return reject(agent, request);
    case "join-held":
      return joinHeld(agent, current, request);
    case "release":
      return current ? release(agent, current) : refuse("200-017", "there is no call to release");
    case "drop-call": {
      const call = agent.calls.find(({ id }) => id === request.callId);
      return call ? release(agent, call) : refuse("200-025", "no call can be droped");
    }
    case "hold":
      return hold(agent, current);
    case "get-hold":
      return retrieve(agent, request.callId);
    case "begin-mute":
      return mute(agent, current);
    case "end-mute":
      return unmute(agent, current);
    case "dial-digits":
      return dial(agent, current, request.digits);
    default:
      return unreachable(request);
  }
}

/** decisions.md 13: in 3, 4, 5, and in 7 when every call is held; 21: P18=1 that fails here rings nobody. */
function callOut(agent: SignedIn, request: AgentCallRequest & { type: "call-out" }): Outcome | Refused {
  const why = hindrance(agent);
  if (why) return refuse("100-007", `a callout is not possible: ${why}`);
  const { plan } = request;
  const call: AgentCall = {
    id: plan.id,
    kind: plan.kind,
    stage: "setting-up",
    feature: plan.kind === "help" ? 51 : plan.kind === "internal" ? 6 : 7,
    role: "main",
    offer: null,
    muted: false,
    mediaAbility: plan.mediaAbility,
    recording: null,
  };
  const next: SignedIn = { ...agent, calls: [...agent.calls, call] };
  const [occupiedAgent, occupation] = request.occupyFirst ? occupy(next) : ([next, []] as const);
  const { id, called, mediaAbility, videoDirection } = plan;
  const order = { call: id, shown: called, mediaAbility, videoDirection };
  const [raised, effects] = raisePhone(occupiedAgent, order, request.ringMs);
  return [raised, [{ type: "start-call", plan }, ...occupation, ...effects]];
}

function hindrance(agent: SignedIn): string | null {
  if (currentCall(agent)) return "another call is in progress";
  if (agent.presence.name === "rest") return "the agent rests";
  return agent.phone.name === "lost" ? "the connection to the agent's phone is lost" : null;
}

/** State 7 and AgentState_Busy, once. */
function occupy(agent: SignedIn): Outcome {
  return agent.presence.name === "talking"
    ? [agent, []]
    : [{ ...agent, presence: { name: "talking" } }, [notify("AgentState_Busy", null)]];
}

function release(agent: SignedIn, call: AgentCall): Outcome | Refused {
  if (offeredCall(agent, call.id)) return reject(agent, { type: "reject", callId: call.id, mode: 1 });
  if (call.stage !== "setting-up") return leave(agent, call);
  const { phone } = agent;
  const pending = phone.name === "ringing" || phone.name === "adding-video";
  const cause: Cause = { status: 487, rung: phone.name === "ringing" && phone.alerted, ours: "gave-up" };
  const told: AgentEffect = {
    type: "tell-call",
    call: call.id,
    event: { type: "release", failure: { phase: pending ? "agent" : "party", cause } },
  };
  if (!pending) {
    const [next, effects] = partyFailed(agent, call.id, cause);
    return [next, [told, ...effects]];
  }
  const [next, effects] = failedBeforeAnswer(agent, call.id, cause);
  return [next, [told, ...effects]];
}

/** The agent leaves an answered call. */
function leave(agent: SignedIn, call: AgentCall): Outcome {
  const told: AgentEffect = { type: "tell-call", call: call.id, event: { type: "release", failure: null } };
  const [left, effects] = callOver(agent, call);
  return [left, [told, ...effects]];
}

/** Current call and held call become one; with `leave` the agent is out of it at once (connecthold). */
function joinHeld(
  agent: SignedIn,
  current: AgentCall | undefined,
  { callId, leave: leaves }: AgentCallRequest & { type: "join-held" },
): Outcome | Refused {
  const held = agent.calls.find(({ id, stage }) => id === callId && stage === "held");
  if (current?.stage !== "talking") return refuse(leaves ? "200-005" : "200-010", "there is no call to join");
  if (!held) return refuse(leaves ? "200-006" : "200-011", "callid: not a held call of this agent");
  const joined: SignedIn = { ...agent, calls: agent.calls.filter((call) => call !== held) };
  const merge: AgentEffect = {
    type: "tell-call",
    call: held.id,
    event: { type: "merge-into", call: current.id, leave: leaves },
  };
  const done = held.recording ? [{ type: "notify-record-done", recording: held.recording } as const] : [];
  if (!leaves) return [joined, [merge, ...done]];
  const [left, effects] = callOver(joined, current);
  return [left, [merge, ...callReleased(held), ...effects]];
}

/** decisions.md 16: PhoneRelease (unless the phone is kept or busy with another call), detect, Call_Out_Fail, Connect_Fail, state. */
function partyFailed(agent: SignedIn, id: CallId, cause: Cause): Outcome {
  const kind = agent.calls.find((call) => call.id === id)?.kind ?? "outgoing";
  const left = { ...agent, calls: agent.calls.filter((call) => call.id !== id) };
  const [onHook, hungUp] = left.calls.length === 0 ? hangUpPhone(left, 3) : ([left, []] as const);
  const [settled, state] = settle(onHook);
  return [settled, [...hungUp, ...placedCallFailed(kind, id, "party", cause), ...state]];
}

function hold(agent: SignedIn, current: AgentCall | undefined): Outcome | Refused {
  if (!current) return refuse("200-013", "there is no call to hold");
  if (current.stage !== "talking") return refuse("200-014", "the call is not connected yet");
  return [
    change(agent, current.id, { stage: "held", muted: false }),
    [{ type: "tell-call", call: current.id, event: { type: "hold" } }, notify("AgentEvent_Hold", current.id)],
  ];
}

/** decisions.md 19 and the seed: the current call, if there is one, is held first. */
function retrieve(agent: SignedIn, id: string): Outcome | Refused {
  const heldCalls = agent.calls.filter((call) => call.stage === "held");
  const wanted = id === "" ? heldCalls.at(-1) : heldCalls.find((call) => call.id === id);
  if (!wanted) return refuse("200-015", id === "" ? "there is no held call" : "callid: not a held call of this agent");
  const current = currentCall(agent);
  if (current && current.stage !== "talking") return refuse("200-016", "another call is being set up");
  const parked = current ? hold(agent, current) : ([agent, []] as const);
  if ("refused" in parked) return parked;
  return [parked[0], [...parked[1], { type: "tell-call", call: wanted.id, event: { type: "retrieve" } }]];
}

function mute(agent: SignedIn, current: AgentCall | undefined): Outcome | Refused {
  if (!current) return refuse("200-003", "there is no call to mute");
  if (current.stage !== "talking") return refuse("200-004", "the call is not connected yet");
  return setMuted(agent, current, true);
}

function unmute(agent: SignedIn, current: AgentCall | undefined): Outcome | Refused {
  if (!current) return refuse("200-007", "there is no call to unmute");
  if (!current.muted) return refuse("200-008", "the call is not muted");
  return setMuted(agent, current, false);
}

const setMuted = (agent: SignedIn, call: AgentCall, muted: boolean): Outcome => [
  change(agent, call.id, { muted }),
  [{ type: "tell-call", call: call.id, event: { type: "mute", muted } }],
];

function dial(agent: SignedIn, current: AgentCall | undefined, digits: string): Outcome | Refused {
  if (current?.stage !== "talking") return refuse("100-007", "there is no connected call");
  return [agent, [{ type: "tell-call", call: current.id, event: { type: "dial", digits } }]];
}

/** What a call reports. A fact about a call that the agent has left already says nothing new. */
export function reduceCallFact(agent: SignedIn, fact: CallFact): Outcome {
  const call = agent.calls.find(({ id }) => id === fact.call);
  if (!call) return [agent, []];
  switch (fact.type) {
    case "call-alerting":
      return [agent, [customerAlerting(call, fact)]];
    case "call-talking":
      return talking(agent, call, fact);
    case "call-joined":
      return joined(agent, call, fact.partners);
    case "call-recorded":
      return [
        change(agent, fact.call, { recording: fact.recording }),
        [notify("AgentMediaEvent_Record", recorded(fact))],
      ];
    case "call-not-recorded":
      return [change(agent, fact.call, { recording: null }), [notify("AgentMediaEvent_Record_Fail", recorded(fact))]];
    case "call-failed":
      return partyFailed(agent, fact.call, fact.cause);
    case "invitation-failed":
      return [agent, [notify("AgentEvent_Connect_Fail", fact.call)]];
    case "member-left":
      return [agent, [notify("AgentEvent_Customer_Release", { callid: fact.call, number: fact.number })]];
    case "call-over":
      return callOver(agent, call);
    case "call-merged":
      return [change(agent, fact.call, { id: fact.into }), []];
    default:
      return unreachable(fact);
  }
}

const customerAlerting = (call: AgentCall, fact: CallFact & { type: "call-alerting" }): AgentEffect =>
  notify("AgentEvent_Customer_Alerting", {
    callid: fact.call,
    otherPhoneWorkno: fact.otherAgent,
    otherPhone: fact.other,
    type: call.role,
  });

/** Also after retrieve. An incoming call alerts here, when the agent has answered it (behaviour.md §6). */
function talking(agent: SignedIn, call: AgentCall, fact: CallFact & { type: "call-talking" }): Outcome {
  const alerted =
    call.stage === "ringing" && call.kind === "incoming"
      ? [customerAlerting(call, { type: "call-alerting", call: call.id, other: fact.caller, otherAgent: "" })]
      : [];
  return [
    change(agent, fact.call, { stage: "talking" }),
    [
      ...alerted,
      notify("AgentEvent_Talking", {
        caller: fact.caller,
        callid: fact.call,
        called: fact.called,
        feature: String(call.feature),
        type: call.role,
        mediaAbility: fact.video ? "3" : "1",
      }),
    ],
  ];
}

/** Whoever holds the call hears of it, and goes on holding. */
const joined = (agent: SignedIn, call: AgentCall, partners: readonly string[]): Outcome => [
  call.stage === "held" ? agent : change(agent, call.id, { stage: "talking" }),
  [notify("AgentEvent_Conference", { callid: call.id, partner: partners.join(",") })],
];

/** The last of the others has gone. */
function callOver(agent: SignedIn, call: AgentCall): Outcome {
  const left = { ...agent, calls: agent.calls.filter(({ id }) => id !== call.id) };
  const [onHook, hungUp] = left.calls.length === 0 ? hangUpPhone(left, 3) : ([left, []] as const);
  const [settled, state] = settle(onHook);
  return [settled, [...callReleased(call), ...hungUp, ...state]];
}

/** One node, so one location; the recording goes by the name of its call. */
const recorded = ({ call, caller, called, recording }: CallFact & { type: "call-recorded" | "call-not-recorded" }) => ({
  taskId: recording.taskId,
  caller,
  recordID: call,
  called,
  locationId: "1",
  fileName: recording.file,
  fileMediaType: "1" as const,
  callId: call,
});

const change = (agent: SignedIn, id: CallId, part: Partial<AgentCall>): SignedIn => ({
  ...agent,
  calls: agent.calls.map((call) => (call.id === id ? { ...call, ...part } : call)),
});

// What a call reports, as the agent's events.

import { unreachable } from "../../base/step.ts";
import type { CallFact, Purpose } from "../call/state.ts";
import { conferred } from "./conferences.ts";
import { callOver, change, partyFailed } from "./leaving.ts";
import { callArrived } from "./offer-outcome.ts";
import { failedBeforeAnswer } from "./phone.ts";
import { type AgentCall, type AgentEffect, notify, type Outcome, recordDone, type SignedIn } from "./state.ts";
import { mediaSwitched, videoOf } from "./video.ts";

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
        change(agent, fact.call, { recording: { file: fact.recording, paused: call.recording?.paused === true } }),
        [notify("AgentMediaEvent_Record", recorded(fact))],
      ];
    case "call-not-recorded":
      return [change(agent, fact.call, { recording: null }), [notify("AgentMediaEvent_Record_Fail", recorded(fact))]];
    case "call-screened":
      return [agent, [{ type: "notify-screened", call: fact.call, sign: fact.sign }]];
    case "call-failed":
      return placedFailed(agent, fact);
    case "invitation-failed":
      return [change(agent, call.id, { bringing: null }), notComing(call, fact.purpose)];
    case "media-switched":
      return mediaSwitched(agent, call, fact);
    case "call-passed-on":
      return passedOn(agent, call);
    case "member-left":
      return [agent, [notify("AgentEvent_Customer_Release", { callid: fact.call, number: fact.number })]];
    case "call-over":
      return callOver(agent, call);
    case "call-merged":
      return [change(agent, fact.call, { id: fact.into, recording: null }), recordDone(call.recording)];
    case "call-conferred":
      return conferred(agent, call, { id: fact.conference, number: fact.number });
    default:
      return unreachable(fact);
  }
}

/** While his phone is still asked no party can have failed: the call itself is broken, and the phone is given up. */
function placedFailed(agent: SignedIn, { call, cause }: CallFact & { type: "call-failed" }): Outcome {
  const { phone } = agent;
  const asked = (phone.name === "ringing" || phone.name === "adding-video") && phone.call === call;
  return asked ? failedBeforeAnswer(agent, call, cause) : partyFailed(agent, call, cause);
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
  // He has asked for it, so nothing has rung for him: what it is follows (operations.json, snatchPickup).
  const { offer } = call;
  const arrived = call.stage === "ringing" && offer?.requested ? callArrived({ ...call, offer }) : [];
  return [
    change(agent, fact.call, {
      ...{ stage: "talking", bringing: null },
      video: { ...videoOf(call), on: fact.video },
    }),
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
      ...arrived,
    ],
  ];
}

/** Whoever holds the call hears of it, and goes on holding. */
const joined = (agent: SignedIn, call: AgentCall, partners: readonly string[]): Outcome => [
  change(agent, call.id, call.stage === "held" ? { bringing: null } : { stage: "talking", bringing: null }),
  [notify("AgentEvent_Conference", { callid: call.id, partner: partners.join(",") })],
];

/** events.json: a success transfer has a result, help fails as a consult, the others as a connection. */
function notComing({ id }: AgentCall, purpose: Purpose): readonly AgentEffect[] {
  if (purpose === "success") return [notify("AgentEvent_SuccTransResult", { callId: id, result: 1 })];
  return [purpose === "help" ? notify("AgentEvent_Consult_Fail", id) : notify("AgentEvent_Connect_Fail", id)];
}

function passedOn(agent: SignedIn, call: AgentCall): Outcome {
  const [left, effects] = callOver(agent, call);
  return [left, [notify("AgentEvent_SuccTransResult", { callId: call.id, result: 0 }), ...effects]];
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

// The agent and conferences: he asks for one and is in its chair, or is invited to one. What he is in then is no call: hold and transfer
// find none, but he may mute himself and record what he hears.
//
//   idle --asks--> setting-up --phone off-hook--> conferring <--answers, his phone off-hook-- ringing <-- offered <--invited-- idle
//   talking --asks: the call becomes it ------------^

import type { CallId } from "../../base/ids.ts";
import { refuse } from "../../base/step.ts";
import type { ConferenceFact, ConferencePlan } from "../conference/state.ts";
import { callOver, change } from "./leaving.ts";
import { offeredCall, offerFailed, tellAnswered } from "./offer-outcome.ts";
import { raisePhone } from "./phone.ts";
import {
  type AgentCall,
  type AgentEffect,
  type ConferenceRequest,
  callReleased,
  currentCall,
  notify,
  type Outcome,
  type Refused,
  type SignedIn,
} from "./state.ts";

export const conferenceOf = (agent: SignedIn): AgentCall | undefined =>
  agent.calls.find(({ kind }) => kind === "conference");

export function reduceConferenceRequest(agent: SignedIn, request: ConferenceRequest): Outcome | Refused {
  switch (request.type) {
    case "request-conference":
      return ask(agent, request.plan);
    case "answer-conference":
      return answer(agent);
    case "reject-conference":
      return reject(agent);
  }
}

function ask(agent: SignedIn, plan: ConferencePlan): Outcome | Refused {
  if (conferenceOf(agent)) return refuse("101-003", "the agent is in a conference already");
  const current = currentCall(agent);
  if (current) return outOfCall(agent, current, plan);
  const why = hindrance(agent);
  if (why) return refuse("100-007", `a conference is not possible: ${why}`);
  const occupation: AgentCall = { ...occupationBy(plan.id, plan.number), stage: "setting-up" };
  const next: SignedIn = { ...agent, presence: { name: "talking" }, calls: [occupation] };
  const order = { call: plan.id, shown: agent.id, mediaAbility: 0, videoDirection: null } as const;
  const [raised, effects] = raisePhone(next, order, plan.ringMs.agent);
  return [raised, [{ type: "start-conference", plan }, notify("AgentState_Busy", null), ...effects]];
}

const occupationBy = (id: CallId, conference: number): Omit<AgentCall, "stage"> => ({
  ...{ id, kind: "conference", feature: 0, role: "main", bringing: null, offer: null },
  ...{ muted: false, mediaAbility: 0, recording: null, conference },
});

/** operations.json: idle, or talking. */
function hindrance({ calls, presence, phone, profile }: SignedIn): string | null {
  if (calls.length > 0) return "a call is on hold";
  if (profile.phoneNumber === "") return "the agent signed in without a phone";
  if (presence.name !== "idle") return "the agent is not idle";
  return phone.name === "lost" ? "the connection to the agent's phone is lost" : null;
}

/** A stable call that is his: not one that he was called into by a colleague. */
function outOfCall(agent: SignedIn, call: AgentCall, plan: ConferencePlan): Outcome | Refused {
  const why = instability(agent, call);
  if (why) return refuse("100-007", `a conference is not possible: ${why}`);
  const { id, number } = plan;
  const occupation: AgentCall = { ...occupationBy(id, number), stage: "setting-up", ...sight(call) };
  const moved: SignedIn = { ...agent, calls: [occupation] };
  return [
    moved,
    [
      { type: "start-conference", plan },
      { type: "tell-call", call: call.id, event: { type: "confer", conference: id, number } },
      ...callReleased(call),
    ],
  ];
}

function instability({ calls, phone }: SignedIn, call: AgentCall): string | null {
  if (call.stage !== "talking") return "the agent does not talk yet";
  if (calls.length > 1) return "another call is on hold";
  if (call.muted || call.video?.muted) return "the call is muted";
  if (call.video?.switching) return "the media of the call are being switched";
  if (call.bringing) return "somebody is being brought into the call";
  if (call.role === "assistant" || (call.kind === "internal" && call.offer !== null))
    return "the agent was called into this call";
  return phone.name === "off-hook" ? null : "the connection to the agent's phone is lost";
}

function answer(agent: SignedIn): Outcome | Refused {
  const call = conferenceOf(agent);
  if (!call) return refuse("101-001", "the agent is invited to no conference");
  if (call.stage === "conferring") return refuse("101-003", "the agent is in the conference already");
  if (call.stage !== "ringing" || agent.phone.name !== "off-hook") {
    return refuse("100-007", "the agent's phone is not off-hook");
  }
  return [agent, [{ type: "stop-timer", name: "ring-agent" }, ...tellAnswered(agent, call)]];
}

function reject(agent: SignedIn): Outcome | Refused {
  const call = conferenceOf(agent);
  if (!call) return refuse("101-001", "the agent is invited to no conference");
  const offered = offeredCall(agent, call.id);
  if (!offered) return refuse("100-007", "the conference does not ring");
  return offerFailed(agent, offered, "rejected", { status: 603, rung: true, ours: "gave-up" });
}

/** Whoever was seen in the call, or has muted that, goes on so. */
const sight = ({ video }: AgentCall): Pick<AgentCall, "video"> =>
  video ? { video: { ...video, switching: null } } : {};

/** A call of his is a conference now, to which another agent has made it. */
export function conferred(agent: SignedIn, call: AgentCall, { id, number }: { id: CallId; number: number }): Outcome {
  const { muted } = call;
  const occupation: AgentCall = { ...occupationBy(id, number), stage: "setting-up", muted, ...sight(call) };
  return [{ ...agent, calls: agent.calls.map((one) => (one === call ? occupation : one)) }, callReleased(call)];
}

/** News of one that he has left already is none. */
export function reduceConferenceFact(agent: SignedIn, fact: ConferenceFact): Outcome {
  const call = agent.calls.find(({ id }) => id === fact.call);
  if (call?.conference === undefined) return [agent, []];
  const confId = call.conference;
  switch (fact.type) {
    case "conference-joined":
      return [
        change(agent, call.id, { stage: "conferring" }),
        [
          notify("AgentConf_SelfJoinResult", { confId }),
          ...(fact.granted ? [notify("AgentConf_RequestSuccess", { confId })] : []),
        ],
      ];
    case "conference-left":
      return callOver(agent, call);
    case "conference-changed":
      return [agent, [participantChanged(confId, fact.change)]];
    case "conference-short":
      return [agent, [notify("AgentConf_Timeout", { confId })]];
    case "conference-chair":
      return [agent, [notify("AgentConf_PresidentChanged", { confId })]];
    case "conference-voice-over": {
      const content = { result: fact.failed ? 1 : 0 } as const;
      const event = fact.to === "all" ? "AgentConf_StopVoice" : "AgentConf_StopParticipantVoice";
      return [agent, [notify(event, content)]];
    }
  }
}

type Changed = Extract<ConferenceFact, { type: "conference-changed" }>["change"];

/** codes.json: 6 a telephone number, 9 a work number. What kind of call and device it is, no document says: 0. */
const participantChanged = (confId: number, { result, changeType, changeReason, member }: Changed): AgentEffect =>
  notify("AgentConf_ParticipantChanged", {
    ...{ result, changeReason, changeType, confId, participant: member.number },
    ...{ participantType: member.type === "agent" ? 9 : 6, deviceCallType: 0, deviceType: 0 },
  });

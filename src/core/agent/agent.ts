// The agent's machine: one entry for everything that can happen to an agent.
//
//   signed-out --sign-in--> signed-in: idle | busy | wrap-up | rest <--callout ... last call ends--> talking
//        '<------ sign-out (forced: in a call too) ------'

import { refuse, unreachable } from "../../base/step.ts";
import type { Cause } from "../detect/cause.ts";
import { reduceCallFact } from "./call-facts.ts";
import { reduceCallRequest } from "./calls.ts";
import { reduceConferenceFact, reduceConferenceRequest } from "./conferences.ts";
import { reduceForce } from "./forced.ts";
import { dropPhone } from "./handset.ts";
import { inspectedEvent, reduceInspection } from "./inspections.ts";
import { withPhoneStates } from "./linked-phone.ts";
import { offeredCall, offerFailed } from "./offer-outcome.ts";
import { declined, reduceOffer } from "./offers.ts";
import { phoneStaysAway, reducePhone, refused } from "./phone.ts";
import { reducePlayReport, reducePlayRequest } from "./playback.ts";
import { enter, reducePresence, wrapUpOver } from "./presence.ts";
import {
  type Agent,
  type AgentCall,
  type AgentEffect,
  type AgentInput,
  type AgentTimer,
  callReleased,
  conferenceLeft,
  notify,
  occupied,
  type Presence,
  type Refused,
  type SignedIn,
  type SignedOut,
} from "./state.ts";

type Next = readonly [Agent, readonly AgentEffect[]];

export const newAgent = (id: SignedOut["id"]): Agent => ({ name: "signed-out", id, legs: 0 });

export function reduceAgent(agent: Agent, input: AgentInput): Next | Refused {
  if (agent.name === "signed-out") return signedOut(agent, input);
  const outcome = signedIn(agent, input);
  return "refused" in outcome ? outcome : [outcome[0], withPhoneStates(agent, outcome[1])];
}

function signedIn(agent: SignedIn, input: AgentInput): Next | Refused {
  switch (input.type) {
    case "sign-in":
      return refuse("100-002", "the agent is signed in already");
    case "sign-out":
      return signOut(agent, input);
    case "say-busy":
    case "cancel-busy":
    case "say-free":
    case "work":
    case "cancel-work":
    case "rest":
    case "cancel-rest":
    case "set-auto-enter-idle":
    case "set-auto-answer":
    case "reset-skills":
    case "set-talk-right":
    case "set-self-record":
    case "set-custom-state":
    case "set-forwarding":
    case "bind-phone":
      return reducePresence(agent, input);
    case "call-out":
    case "answer":
    case "reject":
    case "bring-in":
    case "take-back":
    case "drop-member":
    case "set-data":
    case "consult":
    case "join-held":
    case "replace-call":
    case "release":
    case "drop-call":
    case "hold":
    case "get-hold":
    case "begin-mute":
    case "end-mute":
    case "begin-mute-video":
    case "end-mute-video":
    case "switch-media":
    case "release-phone":
    case "pick-up-phone":
    case "hang-up-phone":
    case "dial-digits":
    case "say-number":
    case "begin-record":
    case "pause-record":
    case "resume-record":
    case "stop-record":
      return reduceCallRequest(agent, input);
    case "request-conference":
    case "answer-conference":
    case "reject-conference":
      return reduceConferenceRequest(agent, input);
    case "conference-joined":
    case "conference-changed":
    case "conference-left":
    case "conference-short":
    case "conference-chair":
    case "conference-voice-over":
      return reduceConferenceFact(agent, input);
    case "begin-play":
    case "pause-play":
    case "resume-play":
    case "stop-play":
    case "jump-play":
      return reducePlayRequest(agent, input);
    case "play-began":
    case "play-ended":
      return reducePlayReport(agent, input);
    case "begin-inspection":
    case "switch-inspection":
    case "end-inspection":
    case "take-over":
      return reduceInspection(agent, input);
    case "force-busy":
    case "force-idle":
    case "force-rest":
      return reduceForce(agent, input);
    case "inspected-from":
    case "inspected-until":
      return [agent, [inspectedEvent(input)]];
    case "leg-ringing":
    case "leg-answered":
    case "leg-failed":
    case "leg-ended":
    case "leg-reoffered":
    case "leg-lost":
    case "leg-returned":
    case "leg-digit":
    case "leg-sign":
    case "leg-held":
    case "leg-silent":
    case "leg-heard":
      return reducePhone(agent, input);
    case "call-alerting":
    case "call-talking":
    case "call-recorded":
    case "call-not-recorded":
    case "call-screened":
    case "call-failed":
    case "call-joined":
    case "invitation-failed":
    case "media-switched":
    case "call-passed-on":
    case "member-left":
    case "call-over":
    case "call-merged":
    case "call-conferred":
      return reduceCallFact(agent, input);
    case "offer":
    case "offer-withdrawn":
      return reduceOffer(agent, input);
    case "timer":
      return timer(agent, input.name);
    default:
      return unreachable(input);
  }
}

/** Reports of legs and calls may come after the sign-out that ended them; requests may not. */
function signedOut(agent: SignedOut, input: AgentInput): Next | Refused {
  if (input.type === "sign-in") return signIn(agent, input);
  if (input.type === "offer") return [agent, [declined(input.offer, "unreachable")]];
  const late =
    input.type === "timer" ||
    input.type === "end-inspection" ||
    input.type.startsWith("inspected-") ||
    input.type.startsWith("leg-") ||
    "call" in input;
  return late ? [agent, []] : refuse("100-006", "the agent is not signed in");
}

/** Events by status: behaviour.md §4. */
function signIn(agent: SignedOut, input: AgentInput & { type: "sign-in" }): Next {
  const states = {
    3: [{ name: "busy", reason: 0 }, [notify("AgentState_SetNotReady_Success", { reason: "0" })]],
    4: [{ name: "idle" }, []],
    5: [{ name: "wrap-up", timed: false }, [notify("AgentState_Work", null)]],
  } as const satisfies Record<3 | 4 | 5, readonly [Presence, readonly AgentEffect[]]>;
  const [presence, effects] = states[input.status];
  const next: SignedIn = {
    name: "signed-in",
    id: agent.id,
    profile: input.profile,
    presence,
    afterwards: null,
    phone: { name: "on-hook" },
    calls: [],
    legs: agent.legs,
  };
  const told = [notify("AgentOther_InService", null), notify("AgentState_Ready", null), ...effects];
  if (!input.rest) return [next, told];
  const [resting, rested] = enter(next, { name: "rest", ...input.rest });
  return [resting, [...told, ...rested]];
}

function signOut(agent: SignedIn, input: AgentInput & { type: "sign-out" }): Next | Refused {
  if (!input.force && occupied(agent)) return refuse("100-010", "sign-out is not possible during a call");
  const effects: AgentEffect[] = [];
  for (const call of agent.calls) {
    const { id, stage, kind } = call;
    if (stage === "offered" || stage === "ringing") {
      effects.push({ type: "tell-call", call: id, event: { type: "offer-declined", why: "unreachable" } });
      if (kind !== "conference") effects.push(notify("AgentEvent_Call_Release", id));
      continue;
    }
    const cause = { status: 487, rung: false, ours: "gave-up" } as const;
    const failure = stage === "setting-up" ? ({ phase: "party", cause } as const) : null;
    effects.push({ type: "tell-call", call: id, event: { type: "release", failure, why: "signed-out" } });
    effects.push(...(failure ? failedAtSignOut(kind, id, failure.cause) : callReleased(call)));
  }
  effects.push(...dropPhone(agent));
  effects.push(...agent.calls.flatMap((call) => (call.stage === "setting-up" ? [] : conferenceLeft(call))));
  effects.push({ type: "stop-timer", name: "rest" }, { type: "stop-timer", name: "wrap-up" });
  if (input.told) {
    effects.push(notify("AgentOther_ShutdownService", { loginTime: String(agent.profile.loginAt) }));
  }
  return [{ name: "signed-out", id: agent.id, legs: agent.legs }, effects];
}

const failedAtSignOut = (kind: AgentCall["kind"], call: AgentCall["id"], cause: Cause): readonly AgentEffect[] => {
  if (kind === "inspection") return [];
  if (kind === "conference") return [{ type: "notify-conference-failed", phase: "agent", cause }];
  if (kind === "playback") return [notify("AgentMediaEvent_Play_Fail", null)];
  if (kind === "internal") return [notify("AgentEvent_Inside_Call_Fail", call)];
  return [kind === "help" ? notify("AgentEvent_Consult_Fail", call) : notify("AgentEvent_Call_Out_Fail", call)];
};

function timer(agent: SignedIn, name: AgentTimer): Next {
  if (name === "rest") {
    return agent.presence.name === "rest" ? [agent, [notify("AgentState_Rest_Timeout", null)]] : [agent, []];
  }
  if (name === "wrap-up") return wrapUpOver(agent);
  if (name === "phone-return") return phoneStaysAway(agent);
  const offered = offeredCall(agent, null);
  if (offered?.stage === "ringing") {
    return offerFailed(agent, offered, "no-answer", { status: 487, rung: true, ours: "ring-timeout" });
  }
  if (agent.phone.name !== "ringing") return [agent, []];
  return refused(agent, agent.phone.call, { status: 487, rung: agent.phone.alerted, ours: "ring-timeout" });
}

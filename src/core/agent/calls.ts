// The agent's requests for his calls, and the facts that calls report. Every event here stands in the documented order
// (behaviour.md §6, decisions.md 13-21).

import { refuse, unreachable } from "../../base/step.ts";
import type { Cause } from "../detect/cause.ts";
import { featureOf } from "../feature.ts";
import { releasePhone } from "./handset.ts";
import { callOver, change, partyFailed } from "./leaving.ts";
import { hangUpRinging, pickUpPhone } from "./linkage.ts";
import { offeredCall } from "./offer-outcome.ts";
import { answer, reject } from "./offers.ts";
import { failedBeforeAnswer, raisePhone } from "./phone.ts";
import { reduceRecording } from "./recording.ts";
import {
  type AgentCall,
  type AgentCallRequest,
  type AgentEffect,
  currentCall,
  isConnected,
  notify,
  type Outcome,
  type Refused,
  type SignedIn,
} from "./state.ts";
import { bringIn, joinHeld, replaceCall, takeBack, tellCall } from "./transfers.ts";
import { muteVideo, switchMedia, unmuteVideo, unseen } from "./video.ts";

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
    case "replace-call":
      return replaceCall(agent, current, request);
    case "bring-in":
      return bringIn(agent, current, request);
    case "take-back":
      return takeBack(agent, current);
    case "drop-member":
    case "set-data":
      return tellCall(agent, request);
    case "consult":
      return consult(agent, current, request);
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
    case "begin-mute-video":
      return muteVideo(agent, current);
    case "end-mute-video":
      return unmuteVideo(agent, current);
    case "switch-media":
      return switchMedia(agent, current, request);
    case "release-phone":
      return releasePhone(agent);
    case "pick-up-phone":
      return pickUpPhone(agent);
    case "hang-up-phone":
      return hangUpRinging(agent, release);
    case "dial-digits":
      return dial(agent, current, request.digits);
    case "say-number":
      return sayNumber(agent, current, request.names);
    case "begin-record":
    case "pause-record":
    case "resume-record":
    case "stop-record":
      return reduceRecording(agent, current, request);
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
    feature: featureOf(plan),
    role: "main",
    bringing: null,
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

/** Two-party help: the customer is held, and another agent asked (behaviour.md §6, Consult). */
function consult(
  agent: SignedIn,
  current: AgentCall | undefined,
  { plan, ringMs }: AgentCallRequest & { type: "consult" },
): Outcome | Refused {
  if (current?.stage !== "talking") return refuse("200-018", "there is no call to consult about");
  const held = hold(agent, current);
  if ("refused" in held) return held;
  const called = callOut(held[0], { type: "call-out", plan, occupyFirst: false, ringMs });
  return "refused" in called ? called : [called[0], [...held[1], ...called[1]]];
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

export function release(agent: SignedIn, call: AgentCall): Outcome | Refused {
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

function hold(agent: SignedIn, current: AgentCall | undefined): Outcome | Refused {
  if (!current) return refuse("200-013", "there is no call to hold");
  if (current.stage !== "talking") return refuse("200-014", "the call is not connected yet");
  if (current.bringing) return refuse("200-014", "somebody is being brought into this call");
  if (current.video?.switching) return refuse("200-014", "the media of this call are being switched");
  return [
    change(agent, current.id, { stage: "held", muted: false, ...unseen(current) }),
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
  if (!isConnected(current)) return refuse("200-004", "the call is not connected yet");
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

function sayNumber(agent: SignedIn, current: AgentCall | undefined, names: readonly string[]): Outcome | Refused {
  if (current?.stage !== "talking") return refuse("200-009", "there is no connected call");
  return [agent, [{ type: "tell-call", call: current.id, event: { type: "announce", names } }]];
}

// Calls that come to the agent: offered by the queues or by another agent, answered or rejected by him.

import { refuse } from "../../base/step.ts";
import type { Offer, OfferFact } from "../call/state.ts";
import { notTaken, type OfferedCall, offeredCall, offerFailed, offerWithdrawn, tellAnswered } from "./offer-outcome.ts";
import { raisePhone } from "./phone.ts";
import {
  type AgentCall,
  type AgentCallRequest,
  type AgentEffect,
  notify,
  type Outcome,
  type Refused,
  type SignedIn,
} from "./state.ts";

export function reduceOffer(agent: SignedIn, fact: OfferFact): Outcome {
  if (fact.type === "offer") return takeOffer(agent, fact.offer);
  const call = offeredCall(agent, fact.call);
  return call ? offerWithdrawn(agent, call, fact) : [agent, []];
}

/** Wrapping up he is still there for his colleagues (codes.json agent_states 5), not for the queues and callers from outside. */
const mayBeAsked = (agent: SignedIn, { kind }: Offer): boolean =>
  isFree(agent.presence.name === "wrap-up" && byColleague(kind) ? atEase(agent) : agent);

const byColleague = (kind: Offer["kind"]): boolean => kind === "internal" || kind === "help" || kind === "conference";

const atEase = (agent: SignedIn): SignedIn => ({ ...agent, presence: { name: "idle" } });

/** May be given a call now. */
export const isFree = (agent: SignedIn): boolean =>
  agent.presence.name === "idle" &&
  agent.calls.length === 0 &&
  agent.profile.phoneNumber !== "" &&
  agent.phone.name !== "lost";

/** Why he may not take a call that he asks for himself; null: he may, idle or not (decisions.md 13). */
export function mayTake(agent: SignedIn): string | null {
  if (agent.calls.length > 0 || agent.presence.name === "talking") return "the agent is in a call";
  if (agent.presence.name === "rest") return "the agent rests";
  if (agent.profile.phoneNumber === "") return "the agent signed in without a phone";
  return agent.phone.name === "lost" ? "the connection to the agent's phone is lost" : null;
}

/** codes.json agent_types_client: 4 signs in for audio, 11 for video too. */
const AUDIO_AGENT = 4;

/** Occupied at once, so that nothing else comes between; then his phone (behaviour.md §6, incoming). */
function takeOffer(agent: SignedIn, offer: Offer): Outcome {
  if (offer.direct && agent.profile.forwarding?.when === "always")
    return [agent, [notTaken(agent, offer, "unreachable")]];
  if (offer.requested ? mayTake(agent) !== null : !mayBeAsked(agent, offer))
    return [agent, [notTaken(agent, offer, "occupied")]];
  const mediaAbility = offer.mediaAbility === 0 || agent.profile.agentType === AUDIO_AGENT ? 0 : 2;
  const call: AgentCall = {
    id: offer.call,
    kind: offer.kind,
    stage: "offered",
    feature: offer.feature,
    role: offer.role,
    bringing: null,
    offer: { ...offer, mediaAbility },
    muted: false,
    mediaAbility,
    recording: null,
    ...(agent.presence.name === "wrap-up" && { before: agent.presence }),
    ...(offer.conference !== undefined && { conference: offer.conference }),
  };
  const next: SignedIn = { ...agent, presence: { name: "talking" }, calls: [call] };
  const { call: id, caller: shown, videoDirection, beside = null } = offer;
  const order = { call: id, shown, mediaAbility, videoDirection, beside } as const;
  const [raised, effects] = raisePhone(next, order, offer.ringMs);
  return [raised, [notify("AgentState_Busy", null), ...effects]];
}

export const declined = ({ call }: Offer, why: "occupied" | "unreachable"): AgentEffect => ({
  type: "tell-call",
  call,
  event: { type: "offer-declined", why },
});

export function answer(agent: SignedIn, id: string): Outcome | Refused {
  const call = ringing(agent, id);
  if (call?.stage !== "ringing") return refuse("200-002", "there is no call to answer");
  if (agent.phone.name !== "off-hook") return refuse("100-007", "the connection to the agent's phone is lost");
  return [agent, [{ type: "stop-timer", name: "ring-agent" }, ...tellAnswered(agent, call)]];
}

export function reject(agent: SignedIn, request: AgentCallRequest & { type: "reject" }): Outcome | Refused {
  const call = ringing(agent, request.callId);
  if (!call) return refuse("100-007", "there is no call to reject");
  const why = request.mode === 1 ? "rejected" : "released";
  return offerFailed(agent, call, why, { status: 603, rung: true, ours: "gave-up" });
}

/** A conference is answered and rejected in its own way. */
const ringing = (agent: SignedIn, id: string): OfferedCall | undefined => {
  const call = offeredCall(agent, null);
  return call && call.kind !== "conference" && (id === "" || call.id === id) ? call : undefined;
};

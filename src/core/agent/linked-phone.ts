// What the agent is told of his linked phone beside the events of his calls (events.json, AgentEvent_linkagePhone…). A phone whose
// microphone is muted says nothing of it in SIP.

import { type AgentEffect, currentCall, isConnected, notify, type SignedIn } from "./state.ts";

/** events.json: off-hook, on-hook, talking, ringing. */
const states = {
  AgentOther_PhoneOffhook: 0,
  AgentOther_PhoneRelease: 1,
  AgentEvent_Talking: 2,
  AgentOther_PhoneAlerting: 5,
} as const;

const isState = (eventType: string): eventType is keyof typeof states => Object.hasOwn(states, eventType);

/** Behind the event that tells it: the state of the phone. */
export const withPhoneStates = ({ profile }: SignedIn, effects: readonly AgentEffect[]): readonly AgentEffect[] =>
  profile.phoneLinkage ? effects.flatMap((effect) => [effect, ...stateAfter(effect)]) : effects;

function stateAfter(effect: AgentEffect): readonly AgentEffect[] {
  if (effect.type !== "notify" || !isState(effect.event.eventType)) return [];
  return [notify("AgentEvent_linkagePhoneStatus", { result: states[effect.event.eventType] })];
}

/** By its hold key, in a call that goes on. */
export function heldByPhone(agent: SignedIn, held: boolean): readonly AgentEffect[] {
  const call = currentCall(agent);
  if (!agent.profile.phoneLinkage || !call || !isConnected(call)) return [];
  const content = { callId: call.id };
  return [held ? notify("AgentEvent_linkagePhoneHold", content) : notify("AgentEvent_linkagePhoneUnHold", content)];
}

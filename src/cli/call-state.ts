// What the command line makes of the agent's events: one callout, from its request to its end. Pure.
//
//   setting-up --Talking--> talking --Call_Release--> ended
//        '--Call_Out_Fail--> failed (who: the customer when the agent's phone was off-hook, else that phone)

import type { AgentEventMessage } from "../contract/agent-event.ts";

export type CallState =
  | { readonly name: "setting-up"; readonly phoneUp: boolean; readonly reason: string }
  | { readonly name: "talking" }
  | { readonly name: "failed"; readonly who: "customer" | "phone"; readonly reason: string }
  | { readonly name: "ended" };

/** The state of call `callId` after these events, all of them received since the request. */
export function callState(callId: string, events: readonly AgentEventMessage[]): CallState {
  let state: CallState = { name: "setting-up", phoneUp: false, reason: "" };
  for (const event of events) state = follow(state, callId, event);
  return state;
}

function follow(state: CallState, callId: string, event: AgentEventMessage): CallState {
  if (state.name === "setting-up") return settingUp(state, callId, event);
  const released = event.eventType === "AgentEvent_Call_Release" && event.content === callId;
  return state.name === "talking" && released ? { name: "ended" } : state;
}

type SettingUp = Extract<CallState, { name: "setting-up" }>;

function settingUp(state: SettingUp, callId: string, { eventType, content }: AgentEventMessage): CallState {
  if (eventType === "AgentOther_PhoneOffhook") return { ...state, phoneUp: true };
  if (eventType === "AgentEvent_Talking" && member(content, "callid") === callId) return { name: "talking" };
  if (eventType === "OUTBOUND_DETECT_EVENT" && member(content, "callId") === callId) {
    return { ...state, reason: `${member(content, "detect")} ${member(content, "desc")}` };
  }
  if (eventType === "AgentEvent_Call_Out_Fail" && content === callId) {
    return { name: "failed", who: state.phoneUp ? "customer" : "phone", reason: state.reason };
  }
  return state;
}

/** The content crossed the network: look before reading. */
const member = (content: unknown, name: string): unknown =>
  typeof content === "object" && content !== null ? Reflect.get(content, name) : undefined;

/** The last event of a callout that failed or ended (decisions.md 16): the agent, or only his phone, is free again. */
export function isLastOf(state: CallState, event: AgentEventMessage): boolean {
  if (state.name === "failed" && state.who === "phone") return event.eventType === "AgentOther_PhoneRelease";
  return event.eventType === "AgentState_Ready" || event.eventType === "AgentState_Work";
}

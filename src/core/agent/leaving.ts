// How a call ends for the agent: his phone, his state and what he is told, in the documented order (decisions.md 16).

import type { CallId } from "../../base/ids.ts";
import type { Cause } from "../detect/cause.ts";
import { hangUpPhone } from "./handset.ts";
import { settle } from "./presence.ts";
import {
  type AgentCall,
  callReleased,
  conferenceLeft,
  type Outcome,
  placedCallFailed,
  type SignedIn,
} from "./state.ts";

/** The last of the others has gone. */
export function callOver(agent: SignedIn, call: AgentCall): Outcome {
  const left = { ...agent, calls: agent.calls.filter(({ id }) => id !== call.id) };
  const [onHook, hungUp] = left.calls.length === 0 ? hangUpPhone(left, 3) : ([left, []] as const);
  const [settled, state] = settle(onHook);
  return [settled, [...callReleased(call), ...hungUp, ...conferenceLeft(call), ...state]];
}

/** decisions.md 16: PhoneRelease (unless the phone is kept or busy with another call), detect, Call_Out_Fail, Connect_Fail, state. */
export function partyFailed(agent: SignedIn, id: CallId, cause: Cause): Outcome {
  const kind = agent.calls.find((call) => call.id === id)?.kind ?? "outgoing";
  const left = { ...agent, calls: agent.calls.filter((call) => call.id !== id) };
  const [onHook, hungUp] = left.calls.length === 0 ? hangUpPhone(left, 3) : ([left, []] as const);
  const [settled, state] = settle(onHook);
  return [settled, [...hungUp, ...placedCallFailed(kind, id, "party", cause), ...state]];
}

export const change = (agent: SignedIn, id: CallId, part: Partial<AgentCall>): SignedIn => ({
  ...agent,
  calls: agent.calls.map((call) => (call.id === id ? { ...call, ...part } : call)),
});

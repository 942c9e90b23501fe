// An agent as he is now, for who reads his events from here on: the state and the calls that all events before have led to.

import { type Agent, occupied, stateNumber } from "../core/agent/state.ts";
import type { Call } from "../core/call/state.ts";
import { callInfo } from "./call-views.ts";
import type { AgentSnapshot } from "./face.ts";

export function agentSnapshot(agent: Agent, call: (id: string) => Call | undefined): AgentSnapshot {
  const calls = agent.name === "signed-in" ? agent.calls : [];
  return {
    agentState: stateNumber(agent),
    isWorking: agent.name === "signed-in" && occupied(agent),
    phone: agent.name === "signed-in" ? agent.profile.phoneNumber : "",
    calls: calls.flatMap(({ id, stage }) => {
      const found = call(id);
      return found ? [{ ...callInfo(found), stage }] : [];
    }),
  };
}

// Who else is there, /agentgroup/{agentid}/… (operations.json, group agentgroup).

import type { AgentState } from "../contract/agent-group.ts";
import type { Exchange } from "./exchange.ts";
import { list, record } from "./shape.ts";

const agents = list(record<AgentState>({ workno: "string", name: "string", status: "number", statetime: "number" }));

export function agentGroup(exchange: Exchange, agent: string) {
  return {
    /** The agents signed in, their states and for how many seconds. */
    agents: () => exchange.ask({ method: "GET", path: ["agentgroup", agent, "queryagentstatus"] }, agents),
  };
}

// Names of the legs to agents' phones: the agent and a number of its own.

import { type AgentId, agentId, type LegId, legId } from "../../base/ids.ts";

export const phoneLegId = (agent: AgentId, count: number): LegId => legId(`${agent}.phone.${count}`);

/** Whose phone it is. */
export const phoneOwner = (leg: LegId): AgentId => agentId(leg.slice(0, leg.indexOf(".")));

// Agents as others see them (codes.json agent_states, cti_agent_states).

import { type Agent, currentCall, type SignedIn, stateNumber } from "../core/agent/state.ts";
import type { Site, SiteAgent } from "../core/site.ts";
import type { AgentView } from "./reads-face.ts";
import type { StatisticsDesk } from "./statistics-desk.ts";

export type AgentSources = {
  readonly site: Site;
  readonly agentOf: (id: string) => Agent;
  readonly statistics: Pick<StatisticsDesk, "state">;
};

/** 3 occupied: it is being connected or his phone rings; 4 answering; 5 talking. */
const stages = {
  "setting-up": 3,
  offered: 3,
  ringing: 4,
  talking: 5,
  conferring: 5,
  held: 5,
  inspecting: 5,
  playing: 5,
} as const;
const states = { busy: 7, idle: 1, "wrap-up": 6, rest: 8 } as const;

function ctiState(agent: Agent): number {
  if (agent.name === "signed-out") return 0;
  if (agent.presence.name !== "talking") return states[agent.presence.name];
  return stages[currentCall(agent)?.stage ?? "held"];
}

const restOf = ({ presence }: SignedIn, until: number | null): AgentView["rest"] =>
  presence.name === "rest" ? { cause: presence.cause, until } : null;

export function agentView({ id, name, rights, skills }: SiteAgent, sources: AgentSources): AgentView {
  const { site, agentOf, statistics } = sources;
  const agent = agentOf(id);
  const signedIn = agent.name === "signed-in" ? agent : null;
  const { begunAt, untilAt } = statistics.state(id);
  const among = (ids: readonly number[]) => site.skills.filter((skill) => ids.includes(skill.id));
  return {
    id,
    name,
    rights,
    state: stateNumber(agent),
    ctiState: ctiState(agent),
    since: begunAt,
    group: site.groups?.find(({ members }) => members.includes(id)) ?? null,
    configured: among(skills),
    serves: among(signedIn?.profile.skills ?? []),
    takesCalls: signedIn !== null && signedIn.profile.phoneNumber !== "",
    phone: signedIn?.profile.phoneNumber ?? "",
    busyReason: signedIn?.presence.name === "busy" ? signedIn.presence.reason : null,
    rest: signedIn && restOf(signedIn, untilAt),
  };
}

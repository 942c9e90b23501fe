// Statistics of the day, counted from every step of the loop (core/statistics): nothing is estimated, and no reducer can forget
// to report something.

import type { Clock } from "../base/clock.ts";
import type { CallId } from "../base/ids.ts";
import {
  type AgentCounts,
  type AgentTally,
  agentCounts,
  newAgentTally,
  reduceAgentTally,
} from "../core/statistics/agent-tally.ts";
import {
  newSkillTally,
  reduceSkillTally,
  type SkillCounts,
  type SkillEvent,
  type SkillTally,
  type Sought,
  seek,
  skillCounts,
} from "../core/statistics/skill-tally.ts";
import type { Witness } from "./loop.ts";

export type StatisticsDesk = {
  readonly witness: Witness;
  /** Of today, as they stand now. */
  agent(id: string): AgentCounts;
  skill(id: number): SkillCounts;
  /** When the agent's state began and, for a rest, when it should end; ms since the epoch. */
  state(id: string): { readonly begunAt: number; readonly untilAt: number | null };
};

export function openStatisticsDesk(clock: Clock): StatisticsDesk {
  const agents = new Map<string, AgentTally>();
  const skills = new Map<number, SkillTally>();
  const sought = new Map<CallId, Sought>();
  /** The skill that a live call was answered for. */
  const served = new Map<CallId, number>();

  const count = (skill: number, event: SkillEvent): void => {
    skills.set(skill, reduceSkillTally(skills.get(skill) ?? newSkillTally(event.at), event));
  };
  const tallyOf = (id: string): AgentTally => agents.get(id) ?? newAgentTally(clock.now());

  return {
    witness: {
      agent(id, agent, effects) {
        const at = clock.now();
        const skillOf = (call: CallId): number | null => served.get(call) ?? null;
        const [next, times] = reduceAgentTally(tallyOf(id), { at, agent, effects, skillOf });
        agents.set(id, next);
        for (const { skill, kind, ms } of times) count(skill, { type: kind, at, ms });
      },
      call(call) {
        const at = clock.now();
        const { id } = call.plan;
        const known = sought.get(id) ?? null;
        const step = seek(known, call, at);
        if (known && step.fate) count(known.skill, { type: step.fate, at, waitMs: at - known.since });
        if (known && step.fate === "answered") served.set(id, known.skill);
        if (step.sought && step.sought !== known) count(step.sought.skill, { type: "offered", at });
        if (step.sought) sought.set(id, step.sought);
        else sought.delete(id);
        if (call.name === "ended") served.delete(id);
      },
    },
    agent: (id) => agentCounts(tallyOf(id), clock.now()),
    skill: (id) => {
      const tally = skills.get(id) ?? newSkillTally(clock.now());
      return skillCounts(tally, clock.now());
    },
    state: (id) => tallyOf(id).state,
  };
}

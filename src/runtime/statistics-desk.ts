// Statistics of the day, counted from every step of the loop (core/statistics): nothing is estimated, and no reducer can forget
// to report something.

import type { Clock } from "../base/clock.ts";
import { type CallId, callId } from "../base/ids.ts";
import type { Call } from "../core/call/state.ts";
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
import { type Journal, noJournal } from "./journal/journal.ts";
import type { Witness } from "./loop.ts";

export type StatisticsDesk = {
  readonly witness: Witness;
  /** Of today, as they stand now. */
  agent(id: string): AgentCounts;
  skill(id: number): SkillCounts;
  /** When the agent's state began and, for a rest, when it should end; ms since the epoch. */
  state(id: string): { readonly begunAt: number; readonly untilAt: number | null };
};

/** Of a live call: the search for an agent, and the skill that it was answered for. */
type CallImage = { readonly sought: Sought | null; readonly served: number | null };

/** What the journal has, by the first word of the key. */
type Images = { readonly agent: AgentTally; readonly skill: SkillTally; readonly call: CallImage };

function foundOf<Name extends keyof Images>(all: ReadonlyMap<string, unknown>, name: Name): [string, Images[Name]][] {
  return [...all].flatMap(([key, image]) => {
    const [kind, id = ""] = key.split(" ");
    return kind === name ? [[id, image as Images[Name]] as [string, Images[Name]]] : [];
  });
}

/** Those of the day go on after a restart. */
export function openStatisticsDesk(clock: Clock, journal: Pick<Journal, "keep" | "found"> = noJournal): StatisticsDesk {
  const found = journal.found("statistics");
  const agents = new Map(foundOf(found, "agent"));
  const skills = new Map(foundOf(found, "skill").map(([id, tally]) => [Number(id), tally]));
  const ofCalls = foundOf(found, "call").map(([id, image]) => [callId(id), image] as const);
  const sought = new Map(ofCalls.flatMap(([id, { sought: one }]) => (one ? [[id, one] as const] : [])));
  const served = new Map(ofCalls.flatMap(([id, { served: skill }]) => (skill === null ? [] : [[id, skill] as const])));

  const count = (skill: number, event: SkillEvent): void => {
    const tally = reduceSkillTally(skills.get(skill) ?? newSkillTally(event.at), event);
    skills.set(skill, tally);
    journal.keep("statistics", `skill ${skill}`, tally);
  };
  const keepAgent = (id: string, tally: AgentTally): void => {
    if (agents.get(id) === tally) return;
    agents.set(id, tally);
    journal.keep("statistics", `agent ${id}`, tally);
  };
  const keepCall = (id: CallId): void => {
    const image: CallImage = { sought: sought.get(id) ?? null, served: served.get(id) ?? null };
    journal.keep("statistics", `call ${id}`, image.sought === null && image.served === null ? null : image);
  };
  const follow = (call: Call, known: Sought | null, now: Sought | null): void => {
    const { id } = call.plan;
    if (now) sought.set(id, now);
    else sought.delete(id);
    if (call.name === "ended") served.delete(id);
    if (known !== now || call.name === "ended") keepCall(id);
  };

  const tallyOf = (id: string): AgentTally => agents.get(id) ?? newAgentTally(clock.now());

  return {
    witness: {
      agent(id, agent, effects) {
        const at = clock.now();
        const skillOf = (call: CallId): number | null => served.get(call) ?? null;
        const [next, times] = reduceAgentTally(tallyOf(id), { at, agent, effects, skillOf });
        keepAgent(id, next);
        for (const { skill, kind, ms } of times) count(skill, { type: kind, at, ms });
      },
      call(call) {
        const at = clock.now();
        const { id } = call.plan;
        const known = sought.get(id) ?? null;
        const step = seek(known, call, at);
        if (known && step.fate) count(known.skill, { type: step.fate, at, waitMs: Math.max(0, at - known.since) });
        if (known && step.fate === "answered") served.set(id, known.skill);
        if (step.sought && step.sought !== known) count(step.sought.skill, { type: "offered", at });
        follow(call, known, step.sought);
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

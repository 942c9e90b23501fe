// What has become of the calls of a skill today: offered, answered, abandoned by the caller, refused, sent on to another skill, and
// how long they waited. Read off the steps of the calls' machines by `sought`; the desk keeps one tally per skill.

import type { AgentId } from "../../base/ids.ts";
import type { Call, Live } from "../call/state.ts";
import { dayOf } from "./day.ts";

/** Numbers of calls; times in ms. */
export type SkillCounts = {
  readonly offered: number;
  readonly answered: number;
  /** The caller, or whoever had asked for somebody, gave up waiting. */
  readonly abandoned: number;
  /** Nobody came: none signed in, too many waiting, the waiting time over. */
  readonly refused: number;
  /** Sent on to another skill. */
  readonly overflowed: number;
  /** Of those that wait no more: in all, and the longest one. */
  readonly waitMs: number;
  readonly longestWaitMs: number;
  /** Of the answered ones: time with and without the agent. */
  readonly talkMs: number;
  readonly holdMs: number;
};

export type SkillTally = { readonly day: number; readonly counts: SkillCounts };

export type Fate = "answered" | "abandoned" | "refused" | "overflowed";

export type SkillEvent = { readonly at: number } & (
  | { readonly type: "offered" }
  | { readonly type: Fate; readonly waitMs: number }
  | { readonly type: "talk" | "hold"; readonly ms: number }
);

const nothing: SkillCounts = {
  offered: 0,
  answered: 0,
  abandoned: 0,
  refused: 0,
  overflowed: 0,
  waitMs: 0,
  longestWaitMs: 0,
  talkMs: 0,
  holdMs: 0,
};

export const newSkillTally = (at: number): SkillTally => ({ day: dayOf(at), counts: nothing });

export const skillCounts = (tally: SkillTally, at: number): SkillCounts =>
  dayOf(at) === tally.day ? tally.counts : nothing;

export function reduceSkillTally(tally: SkillTally, event: SkillEvent): SkillTally {
  const counts = skillCounts(tally, event.at);
  return { day: dayOf(event.at), counts: { ...counts, ...changed(counts, event) } };
}

function changed(counts: SkillCounts, event: SkillEvent): Partial<SkillCounts> {
  switch (event.type) {
    case "offered":
      return { offered: counts.offered + 1 };
    case "talk":
      return { talkMs: counts.talkMs + event.ms };
    case "hold":
      return { holdMs: counts.holdMs + event.ms };
    default:
      return {
        [event.type]: counts[event.type] + 1,
        waitMs: counts.waitMs + event.waitMs,
        longestWaitMs: Math.max(counts.longestWaitMs, event.waitMs),
      };
  }
}

/** A call whose skill's queue looks for an agent. */
export type Sought = {
  readonly skill: number;
  readonly since: number;
  /** Agents who were in it already. */
  readonly there: readonly AgentId[];
};

const soughtSkill = (call: Call): number | null => {
  if (call.name === "ended" || !call.invitation?.queued) return null;
  const { target } = call.invitation;
  return target.type === "skill" ? target.skill : null;
};

export type SoughtStep = {
  readonly sought: Sought | null;
  /** What has become of the search that there was. */
  readonly fate: Fate | null;
};

/** What a step of the call means for whoever looks for an agent for it. */
export function seek(known: Sought | null, call: Call, at: number): SoughtStep {
  const skill = soughtSkill(call);
  if (skill === (known?.skill ?? null)) return { sought: known, fate: null };
  const sought = skill === null || call.name === "ended" ? null : { skill, since: at, there: agentsIn(call) };
  return { sought, fate: known && fateOf(known, call) };
}

function fateOf({ there }: Sought, call: Call): Fate {
  if (call.name === "ended") {
    const gaveUp = call.failure === null || call.failure.cause.ours === "gave-up";
    return gaveUp ? "abandoned" : "refused";
  }
  if (call.invitation?.queued) return "overflowed";
  const newcomer = agentsIn(call).some((agent) => !there.includes(agent));
  return newcomer ? "answered" : call.invitation === null ? "refused" : "overflowed";
}

const agentsIn = ({ members }: Live): readonly AgentId[] =>
  members.flatMap((member) =>
    member.side === "agent" && (member.stage === "in" || member.stage === "away") ? [member.agent] : [],
  );

// What an agent has done today, counted from the steps of his machine: how often he was busy, rested, answered, called out, and for
// how long. A step that changes nothing counted costs one comparison. The desk (runtime/statistics-desk.ts) keeps one per agent.

import type { CallId } from "../../base/ids.ts";
import type { Step } from "../../base/step.ts";
import type { Agent, AgentCall, AgentEffect } from "../agent/state.ts";
import { beginOf, dayOf } from "./day.ts";

/** Numbers of calls and of changes of state; times in ms. */
export type AgentCounts = {
  /** Calls offered to him that he answered, and that he let ring until the time was over. */
  readonly answered: number;
  readonly unanswered: number;
  /** Calls that he placed: to customers, to agents or skills, to be helped. */
  readonly calledOut: number;
  readonly calledInside: number;
  readonly askedHelp: number;
  /** Calls that he passed on: inside the contact centre, and to external numbers. */
  readonly transferred: number;
  readonly transferredOut: number;
  readonly held: number;
  /** Answered calls that he ended, not the other side. */
  readonly released: number;
  readonly busy: number;
  readonly rested: number;
  /** Rests that were longer than he had asked for. */
  readonly overrested: number;
  readonly talkMs: number;
  readonly holdMs: number;
  readonly busyMs: number;
  readonly restMs: number;
  readonly overrestMs: number;
};

type State = {
  readonly name: string;
  /** Busy and rest with another reason are another interval. */
  readonly reason: number;
  /** When it began, ms since the epoch; for a rest, when it should end. */
  readonly begunAt: number;
  readonly untilAt: number | null;
};

type Counted = {
  readonly id: CallId;
  readonly stage: AgentCall["stage"];
  readonly stageSince: number;
  /** The skill that it was answered for; null = none. */
  readonly skill: number | null;
};

export type AgentTally = {
  readonly day: number;
  readonly counts: AgentCounts;
  readonly state: State;
  readonly calls: readonly Counted[];
};

/** One step of the agent's machine. `skillOf`: the skill that a call was answered for. */
export type AgentStep = {
  readonly at: number;
  readonly agent: Agent;
  readonly effects: readonly AgentEffect[];
  readonly skillOf: (call: CallId) => number | null;
};

/** Time in a call that a skill's statistics take over. */
export type SkillTime = { readonly skill: number; readonly kind: "talk" | "hold"; readonly ms: number };

const nothing: AgentCounts = {
  answered: 0,
  unanswered: 0,
  calledOut: 0,
  calledInside: 0,
  askedHelp: 0,
  transferred: 0,
  transferredOut: 0,
  held: 0,
  released: 0,
  busy: 0,
  rested: 0,
  overrested: 0,
  talkMs: 0,
  holdMs: 0,
  busyMs: 0,
  restMs: 0,
  overrestMs: 0,
};

export const newAgentTally = (at: number): AgentTally => ({
  day: dayOf(at),
  counts: nothing,
  state: { name: "signed-out", reason: 0, begunAt: at, untilAt: null },
  calls: [],
});

export function reduceAgentTally(known: AgentTally, step: AgentStep): Step<AgentTally, SkillTime> {
  const tally = today(known, step.at);
  const [calls, callCounts, times] = countCalls(tally, step);
  const state = stateAfter(tally, step);
  const counts = [...callCounts, ...stateCounts(tally, state, step.at), ...effectCounts(tally, step.effects)];
  if (tally === known && counts.length === 0 && state === known.state && calls === known.calls) return [known, []];
  return [{ ...tally, counts: sum(tally.counts, counts), state, calls }, times];
}

/** As it stands at `at`, with what is still going on. */
export function agentCounts(known: AgentTally, at: number): AgentCounts {
  const tally = today(known, at);
  const open = tally.calls.flatMap((call) => timeIn(tally, call, at));
  return sum(tally.counts, [...open.map(({ part }) => part), ...stateTime(tally, at)]);
}

type Part = Partial<AgentCounts>;

const sum = (counts: AgentCounts, parts: readonly Part[]): AgentCounts => {
  if (parts.length === 0) return counts;
  const total: Record<keyof AgentCounts, number> = { ...counts };
  for (const part of parts) {
    for (const name in part) total[name as keyof AgentCounts] += part[name as keyof AgentCounts] ?? 0;
  }
  return total;
};

/** After midnight everything begins anew; what is going on counts from midnight. */
const today = (tally: AgentTally, at: number): AgentTally =>
  dayOf(at) === tally.day ? tally : { ...tally, day: dayOf(at), counts: nothing };

/** Of a clock that was set back meanwhile: nothing. */
const lengthOf = (tally: AgentTally, since: number, at: number): number => Math.max(0, at - countedFrom(tally, since));

const countedFrom = ({ day }: AgentTally, since: number): number => Math.max(since, beginOf(day));

function stateAfter({ state }: AgentTally, { agent, effects, at }: AgentStep): State {
  const name = agent.name === "signed-out" ? agent.name : agent.presence.name;
  const presence = agent.name === "signed-in" ? agent.presence : null;
  const reason = presence?.name === "busy" ? presence.reason : presence?.name === "rest" ? presence.cause : 0;
  const begun = effects.find((effect) => effect.type === "start-timer" && effect.name === "rest");
  const restMs = begun?.type === "start-timer" ? begun.ms : null;
  if (state.name === name && state.reason === reason && restMs === null) return state;
  return { name, reason, begunAt: at, untilAt: restMs === null || name !== "rest" ? null : at + restMs };
}

function stateCounts(tally: AgentTally, next: State, at: number): readonly Part[] {
  if (next === tally.state) return noParts;
  const begun: Part = next.name === "busy" ? { busy: 1 } : next.name === "rest" ? { rested: 1 } : {};
  return [...stateTime(tally, at), begun];
}

function stateTime(tally: AgentTally, at: number): readonly Part[] {
  const { name, begunAt, untilAt } = tally.state;
  const ms = lengthOf(tally, begunAt, at);
  if (name === "busy") return [{ busyMs: ms }];
  if (name !== "rest") return [];
  const over = untilAt === null ? 0 : lengthOf(tally, untilAt, at);
  return [{ restMs: ms, overrestMs: over, overrested: over > 0 ? 1 : 0 }];
}

type CallCounts = readonly [calls: readonly Counted[], parts: readonly Part[], times: readonly SkillTime[]];

const noCalls: readonly AgentCall[] = [];
const noTimes: readonly SkillTime[] = [];

function countCalls(tally: AgentTally, { agent, at, skillOf }: AgentStep): CallCounts {
  const calls = agent.name === "signed-in" ? agent.calls : noCalls;
  const same = calls.length === tally.calls.length && calls.every((call, index) => isSame(call, tally.calls[index]));
  if (same) return [tally.calls, noParts, noTimes];
  const parts: Part[] = [];
  const times: SkillTime[] = [];
  const closed = new Set(tally.calls);
  const next = calls.map((call, index): Counted => {
    const before = knownAs(tally, calls, index);
    if (before?.stage === call.stage) {
      closed.delete(before);
      return { ...before, id: call.id };
    }
    parts.push(stageCount(before, call));
    const skill = before?.skill ?? (call.stage === "talking" ? skillOf(call.id) : null);
    return { id: call.id, stage: call.stage, stageSince: at, skill };
  });
  for (const call of closed) {
    for (const { part, time } of timeIn(tally, call, at)) {
      parts.push(part);
      if (time) times.push(time);
    }
  }
  return [next, parts, times];
}

const isSame = (call: AgentCall, known: Counted | undefined): boolean =>
  known?.id === call.id && known.stage === call.stage;

/** A call that was merged into another has a new id in the same place. */
function knownAs({ calls: known }: AgentTally, calls: readonly AgentCall[], index: number): Counted | undefined {
  const id = calls[index]?.id;
  const there = known.find((call) => call.id === id);
  const before = known[index];
  return there ?? (before && !calls.some((call) => call.id === before.id) ? before : undefined);
}

function stageCount(before: Counted | undefined, { stage }: AgentCall): Part {
  if (stage === "held") return { held: 1 };
  const offered = before?.stage === "offered" || before?.stage === "ringing";
  return stage === "talking" && offered ? { answered: 1 } : {};
}

function timeIn(tally: AgentTally, { stage, stageSince, skill }: Counted, at: number) {
  if (stage !== "talking" && stage !== "held") return [];
  const ms = lengthOf(tally, stageSince, at);
  const kind = stage === "held" ? ("hold" as const) : ("talk" as const);
  const part: Part = kind === "hold" ? { holdMs: ms } : { talkMs: ms };
  return [{ part, time: skill === null ? null : { skill, kind, ms } }];
}

const placed = { outgoing: { calledOut: 1 }, internal: { calledInside: 1 }, help: { askedHelp: 1 }, incoming: {} };

/** Of most steps: nothing. */
const noParts: readonly Part[] = [];

function effectCounts(tally: AgentTally, effects: readonly AgentEffect[]): readonly Part[] {
  let parts = noParts;
  for (const effect of effects) {
    if (effect.type === "start-call") parts = [...parts, placed[effect.plan.kind]];
    else if (effect.type === "tell-call") parts = [...parts, ...toldCounts(tally, effect)];
  }
  return parts;
}

function toldCounts(tally: AgentTally, { call, event }: AgentEffect & { type: "tell-call" }): readonly Part[] {
  if (event.type === "offer-declined") return event.why === "no-answer" ? [{ unanswered: 1 }] : [];
  if (event.type === "release") return isAnswered(tally, call) ? [{ released: 1 }] : [];
  if (event.type !== "bring-in") return [];
  if (event.purpose === "help") return [{ askedHelp: 1 }];
  return [event.target.type === "party" ? { transferredOut: 1 } : { transferred: 1 }];
}

const isAnswered = ({ calls }: AgentTally, id: CallId): boolean =>
  calls.some((call) => call.id === id && (call.stage === "talking" || call.stage === "held"));

// Who plays a scenario on the demo site: each leg of the file is a simulated phone or party, told beforehand what it will do and when,
// since nobody can tell it in the middle of a call to answer. Times of its own are divided by the speed.

import type { Scenario, ScenarioStep } from "../../../src/contract/scenario.ts";

export type Place = { readonly kind: "phones" | "parties"; readonly number: string };

/** What a leg does by itself from one INVITE on (docs/sim.md, "Behaviour"). */
export type Part = {
  readonly ring: boolean;
  readonly early: "ringback" | null;
  readonly answerAfterMs: number | null;
  readonly refuse: number | null;
  readonly q850: number | null;
  /** When it hangs up is a step of its own. */
  readonly hangUpAfterMs: null;
};

export type Cast = {
  /** By the names in the file: `phone 101`, `party 1`. */
  readonly places: ReadonlyMap<string, Place>;
  /** Of each leg, one after the other. */
  readonly parts: ReadonlyMap<string, readonly Part[]>;
  /** Legs of the file for which there is nobody here. */
  readonly missing: readonly string[];
};

type Deed = Extract<ScenarioStep, { readonly leg: string }>;

/** Numbers that its requests name, in their order: whom the agents called. */
function namedIn(steps: Scenario["steps"], parties: ReadonlySet<string>): readonly string[] {
  const texts = steps.flatMap((step) => ("asks" in step ? (JSON.stringify(step.body ?? "").match(/\d+/g) ?? []) : []));
  return [...new Set(texts.filter((text) => parties.has(text)))];
}

/** `caller`: the party that calls in, where the file begins with a call from outside. */
export function castOf(scenario: Scenario, parties: readonly string[], caller: string): Cast {
  const { agents, steps } = scenario;
  const called = namedIn(steps, new Set(parties));
  const people = steps.some((step) => "calls" in step) ? [caller, ...called] : called;
  const places = new Map<string, Place>([
    ...agents.map(({ id, phone }) => [`phone ${id}`, { kind: "phones", number: phone }] as const),
    ...people.map((number, place) => [`party ${place + 1}`, { kind: "parties", number }] as const),
  ]);
  const legs = [...new Set(steps.flatMap((step) => ("leg" in step ? [step.leg] : [])))];
  return {
    places,
    parts: new Map(legs.map((leg) => [leg, partsOf(leg, steps)])),
    missing: legs.filter((leg) => !places.has(leg)),
  };
}

const still: Part = { ring: false, early: null, answerAfterMs: null, refuse: null, q850: null, hangUpAfterMs: null };

/** One for each INVITE: it ends with an answer or a failure, or nothing comes of it. */
function partsOf(leg: string, steps: Scenario["steps"]): readonly Part[] {
  const parts: Part[] = [];
  let rang: Deed | undefined;
  for (const [place, step] of steps.entries()) {
    if (!("leg" in step) || step.leg !== leg || step.does === "hang-up") continue;
    if (step.does === "ring") {
      // It rang before, and nothing came of that.
      if (rang) parts.push(partOf(rang, undefined, 0));
      rang = step;
      continue;
    }
    parts.push(partOf(rang, step, rang?.at ?? steps[place - 1]?.at ?? 0));
    rang = undefined;
  }
  return rang ? [...parts, partOf(rang, undefined, 0)] : parts;
}

/** 487 and nothing at all are what a call ends with that others gave up. */
const refuses = (end: Deed | undefined): boolean =>
  end?.does === "fail" && (end.status ?? 0) >= 300 && end.status !== 487 && end.status !== 408;

function partOf(rang: Deed | undefined, end: Deed | undefined, invitedAt: number): Part {
  const part = { ...still, ring: rang !== undefined && !rang.media, early: rang?.media ? ("ringback" as const) : null };
  if (!end || (end.does === "fail" && !refuses(end))) return part;
  const answerAfterMs = Math.max(0, end.at - invitedAt);
  if (end.does === "answer") return { ...part, answerAfterMs };
  return { ...part, answerAfterMs, refuse: end.status ?? 480, q850: end.q850 ?? null };
}

/** As the simulation is told it. */
export const sped = (part: Part, speed: number): Part => ({
  ...part,
  answerAfterMs: part.answerAfterMs === null ? null : Math.round(part.answerAfterMs / speed),
});

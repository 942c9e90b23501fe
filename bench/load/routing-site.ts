// The contact centre of the routing load: agents with three skills each, at levels of their own, and one number per skill.

import { FIRST_SKILL, seat, siteText } from "./site.ts";

export type Centre = { readonly agents: number; readonly skills: number };

/** Levels by skill. */
export type Seat = { readonly agent: string; readonly phone: string; readonly levels: ReadonlyMap<number, number> };

const LEVELS = 3;
const FIRST_NUMBER = 8001;

/** Each skill has as many agents as any other, and no two agents in a row share all three: work evens out between all skills. */
export function seatsOf(centre: Centre): readonly Seat[] {
  return Array.from({ length: centre.agents }, (_, index) => ({ ...seat(index), levels: levelsOf(index, centre) }));
}

function levelsOf(index: number, { skills }: Centre): ReadonlyMap<number, number> {
  const half = Math.max(1, Math.floor((skills - 1) / 2));
  const round = Math.floor(index / skills);
  const steps = [0, 1 + (round % half), 1 + half + (round % half)];
  return new Map(
    steps.map((step, turn) => [FIRST_SKILL + ((index + step) % skills), 1 + ((round + turn) % LEVELS)] as const),
  );
}

export const skillNumber = (skill: number): string => String(FIRST_NUMBER + skill - FIRST_SKILL);

export const skillsOf = ({ skills }: Centre): readonly number[] =>
  Array.from({ length: skills }, (_, index) => FIRST_SKILL + index);

export function routingSite(centre: Centre, trunkPort: number): string {
  const skills = skillsOf(centre);
  const served = seatsOf(centre).map(({ levels }) =>
    [...levels].map(([id, level]) => `{ id: ${id}, level: ${level} }`).join(", "),
  );
  const numbers = skills.map((skill) => `  - { pattern: "${skillNumber(skill)}", to: { skill: ${skill} } }`);
  return `${siteText({ agents: centre.agents, trunkPort, skills, served })}numbers:\n${numbers.join("\n")}\n`;
}

/** A caller's number, by which his call is found again at the agent. */
const FIRST_CALLER = 13_800_000_000;
export const callerNumber = (index: number): string => String(FIRST_CALLER + index);
export const callerIndex = (caller: string): number => Number(caller) - FIRST_CALLER;

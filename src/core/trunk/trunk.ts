// Number plan and trunks: which trunk a called number goes to, and which caller number it shows.

import type { Site, SiteAgent, SiteSkill, SiteTrunk } from "../site.ts";

/** `4xxxx`: digits, `*`, `#` as they are, `x` any digit, `.` at the end: one or more further characters. */
export function matches(pattern: string, number: string): boolean {
  const open = pattern.endsWith(".");
  const fixed = open ? pattern.slice(0, -1) : pattern;
  if (open ? number.length <= fixed.length : number.length !== fixed.length) return false;
  for (let i = 0; i < fixed.length; i++) {
    const want = fixed[i];
    const got = number[i] ?? "";
    if (want === "x" ? got < "0" || got > "9" : want !== got) return false;
  }
  return true;
}

/** The trunks for this number, best first; [] = no route. */
export const route = (trunks: readonly SiteTrunk[], number: string): readonly SiteTrunk[] =>
  trunks
    .filter(({ patterns }) => patterns.some((pattern) => matches(pattern, number)))
    .toSorted((a, b) => a.priority - b.priority);

/** The request's caller, else the agent's, the skill's, the platform's default. */
export const callerNumber = (
  asked: string,
  site: Site,
  who: { readonly agent: SiteAgent; readonly skill: SiteSkill },
): string => asked || who.agent.caller || who.skill.caller || site.defaultCaller;

export const callerAllowed = (site: Site, number: string): boolean =>
  number === site.defaultCaller || site.callers.includes(number);

/**
 * Health of a trunk from its OPTIONS probes: one answer of any kind but 503 or silence brings it up,
 * two misses in a row take it down (a single lost datagram does not).
 */
export type TrunkHealth = { readonly up: boolean; readonly misses: number; readonly lastStatus: number };

export const unprobed: TrunkHealth = { up: false, misses: 0, lastStatus: 0 };

export function probed(health: TrunkHealth, status: number): TrunkHealth {
  if (status !== 408 && status !== 503) return { up: true, misses: 0, lastStatus: status };
  const misses = health.misses + 1;
  return { up: health.up && misses < 2, misses, lastStatus: status };
}

// Number plan and trunks: which trunks a called number goes to and in which order, how numbers are written for them, and
// which caller number a callout shows.

import { drawOrder } from "../../base/draw.ts";
import type { Rewriting, Site, SiteAgent, SiteSkill, SiteTrunk } from "../site.ts";

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

/** The trunks for this number, in the order of the file; [] = no route. */
export const route = (trunks: readonly SiteTrunk[], number: string): readonly SiteTrunk[] =>
  trunks.filter(({ patterns }) => patterns.some((pattern) => matches(pattern, number)));

/** The order in which a call tries them: by priority, among equals drawn by weight. `random` from 0 up to, not including, 1. */
export const tryOrder = (trunks: readonly SiteTrunk[], random: () => number): readonly SiteTrunk[] =>
  drawOrder(
    trunks.map((trunk) => ({ trunk, rank: trunk.priority, weight: trunk.weight ?? 1 })),
    random,
  ).map(({ trunk }) => trunk);

/** A number as the trunk wants it. What is shorter than `strip` loses all its digits, and the prefix stays. */
export function rewritten(number: string, by: Rewriting | { readonly always: string } | undefined): string {
  if (!by) return number;
  if ("always" in by) return by.always;
  // Nobody stays nobody: a prefix alone is no number.
  return number === "" ? "" : by.prefix + number.slice(by.strip);
}

/** A final status of one trunk after which the next one is tried: its servers failed, the customer said nothing. */
export const failsOver = (status: number): boolean => FAILS_OVER.has(status);

/** RFC 3263 §4.3 names 503 alone; the others are a server that failed as well (RFC 3261 §21.5). */
const FAILS_OVER = new Set([500, 502, 503, 504]);

/** The request's caller, else the agent's, the skill's, the platform's default. */
export const callerNumber = (
  asked: string,
  site: Site,
  who: { readonly agent: SiteAgent; readonly skill: SiteSkill },
): string => asked || who.agent.caller || who.skill.caller || site.defaultCaller;

export const callerAllowed = (site: Site, number: string): boolean =>
  number === site.defaultCaller || site.callers.includes(number);

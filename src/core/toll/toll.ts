// Walls against toll fraud: which numbers may be called at all, and how often in a day. The third wall is at the SIP sockets.

import type { SiteSkill, TollRules } from "../site.ts";

/** Dearer than they look, and where stolen accounts call: international, then premium prefixes. A site may name its own. */
export const DEFAULT_TOLL_RULES: TollRules = {
  barred: ["00", "011", "0900", "0190", "1900"],
  agentDailyCalls: 2_000,
  skillDailyCalls: 100_000,
};

/** Calls begun today, by `dayKey`. */
export type DailyCalls = ReadonlyMap<string, number>;

export const dayKey = (who: "agent" | "skill", id: string | number): string => `${who} ${id}`;

export type TollCall = {
  readonly called: string;
  readonly agent: string;
  readonly skill: Pick<SiteSkill, "id" | "prefixes">;
};

/** What stands against this call, in words without its number; undefined: nothing does. */
export function tollBar(call: TollCall, rules: TollRules, calls: DailyCalls): string | undefined {
  return barredNumber(call.called, call.skill, rules) ?? usedUp(call, rules, calls);
}

/** The longer prefix decides, so that a skill with `0049` may call Germany while `00` is barred. */
function barredNumber(called: string, { prefixes }: TollCall["skill"], { barred }: TollRules): string | undefined {
  const allowed = longest(prefixes ?? [], called);
  if (prefixes && allowed === undefined) return "not a prefix of this skill";
  const bar = longest(barred, called);
  return bar !== undefined && bar.length > (allowed ?? "").length ? `prefix ${bar} is barred` : undefined;
}

const longest = (prefixes: readonly string[], called: string): string | undefined =>
  prefixes.filter((prefix) => called.startsWith(prefix)).toSorted((a, b) => b.length - a.length)[0];

function usedUp({ agent, skill }: TollCall, rules: TollRules, calls: DailyCalls): string | undefined {
  const { agentDailyCalls: byAgent, skillDailyCalls: bySkill } = rules;
  if ((calls.get(dayKey("agent", agent)) ?? 0) >= byAgent) return `${byAgent} calls of this agent today`;
  if ((calls.get(dayKey("skill", skill.id)) ?? 0) >= bySkill) return `${bySkill} calls of this skill today`;
  return undefined;
}

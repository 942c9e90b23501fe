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
  /** "": no agent asks for it (a test of a trunk). */
  readonly agent: string;
  readonly skill: Pick<SiteSkill, "id" | "prefixes">;
};

/** Which rule stopped a call. `skill-prefix`: its skill may call other numbers only. */
export type TollRule = "skill-prefix" | "barred-prefix" | "agent-day" | "skill-day";

/** `why`: in words, without the number. */
export type TollBar = { readonly rule: TollRule; readonly why: string };

/** What stands against this call; undefined: nothing does. */
export function tollBar(call: TollCall, rules: TollRules, calls: DailyCalls): TollBar | undefined {
  return barredNumber(call.called, call.skill, rules) ?? usedUp(call, rules, calls);
}

/** The longer prefix decides, so that a skill with `0049` may call Germany while `00` is barred. */
function barredNumber(called: string, { prefixes }: TollCall["skill"], { barred }: TollRules): TollBar | undefined {
  const allowed = longest(prefixes ?? [], called);
  if (prefixes && allowed === undefined) return { rule: "skill-prefix", why: "not a prefix of this skill" };
  const bar = longest(barred, called);
  if (bar === undefined || bar.length <= (allowed ?? "").length) return undefined;
  return { rule: "barred-prefix", why: `prefix ${bar} is barred` };
}

const longest = (prefixes: readonly string[], called: string): string | undefined =>
  prefixes.filter((prefix) => called.startsWith(prefix)).toSorted((a, b) => b.length - a.length)[0];

function usedUp({ agent, skill }: TollCall, rules: TollRules, calls: DailyCalls): TollBar | undefined {
  const { agentDailyCalls: byAgent, skillDailyCalls: bySkill } = rules;
  if ((calls.get(dayKey("agent", agent)) ?? 0) >= byAgent)
    return { rule: "agent-day", why: `${byAgent} calls of this agent today` };
  if ((calls.get(dayKey("skill", skill.id)) ?? 0) >= bySkill)
    return { rule: "skill-day", why: `${bySkill} calls of this skill today` };
  return undefined;
}

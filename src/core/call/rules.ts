// What the site says about calls that wait: the queues of its skills, its menus. Plain data that every plan carries along; how the
// site file writes them is the matter of whoever makes the plan.

import type { AgentId } from "../../base/ids.ts";

/** Whom a call is for: somebody outside, one agent, or whoever serves a skill. */
export type Target =
  /** `caller` null: the number that the call shows anyway. `mediaAbility` as in the plan; absent: the plan's. */
  | {
      readonly type: "party";
      readonly number: string;
      readonly caller: string | null;
      readonly mediaAbility?: 0 | 1 | 2;
    }
  /** `record`: as SiteSkill. */
  | { readonly type: "agent"; readonly agent: AgentId; readonly record?: boolean }
  /** `record`: as SiteSkill. */
  | { readonly type: "skill"; readonly skill: number; readonly record?: boolean }
  /** Nobody: it is played and the call ends, or keys lead on (guide.ts). */
  | { readonly type: "announcement"; readonly name: string }
  | { readonly type: "menu"; readonly name: string };

/** Where a call goes on: to somebody, to the menu again, or to its end (`status` when it was never answered, RFC 3261 §21). */
export type Way = Target | { readonly type: "repeat" } | { readonly type: "release"; readonly status: number };

export type SkillRules = {
  readonly name: string;
  /** Calls from outside are recorded from answer to end. */
  readonly record: boolean;
  /** Calls that may wait at a time; null = as many as come. */
  readonly maxWaiting: number | null;
  /** After so long it waits no more, ms; null = it waits on. */
  readonly maxWaitMs: number | null;
  /** Where a call goes that may not wait, or not any longer. */
  readonly overflow: Way;
  /** How long the phone of one of its agents may ring, and how long he may take to answer, ms; null = as the plan has it. */
  readonly ringMs: number | null;
  readonly announce: Announcing | null;
};

/** What is played to those who wait: at once, then again and again. Names of announcements. */
export type Announcing = {
  /** null = once. */
  readonly everyMs: number | null;
  readonly announcement: string | null;
  /** For who is first, second, and so on; who is further behind hears none. */
  readonly places: readonly string[];
};

export type MenuRules = {
  readonly announcement: string;
  /** For a digit after the announcement, ms. */
  readonly waitMs: number;
  /** So often it is played to who presses nothing, or nothing that leads on. */
  readonly rounds: number;
  readonly keys: Readonly<Record<string, Way>>;
  /** After the last round. */
  readonly otherwise: Way;
};

export type CallRules = {
  readonly skills: ReadonlyMap<number, SkillRules>;
  readonly menus: ReadonlyMap<string, MenuRules>;
};

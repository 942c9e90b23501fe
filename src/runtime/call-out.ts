// A callout request becomes a plan: caller number, skill, route and video direction, all before any state is looked at
// (decisions.md 8, 9, 14, 22).

import { agentId, type CallId } from "../base/ids.ts";
import { refuse } from "../base/step.ts";
import type { CallPlan, Target } from "../core/call/state.ts";
import type { InForce } from "../core/parameter/parameter.ts";
import type { Site } from "../core/site.ts";
import type { TollCall } from "../core/toll/toll.ts";
import { callerAllowed, callerNumber } from "../core/trunk/trunk.ts";
import { callRules } from "./call-rules.ts";
import type { CallOut, Refused } from "./face.ts";

export type Planning = {
  readonly site: Site;
  readonly parameters: InForce;
  readonly hasRoute: (number: string) => boolean;
  /** What stands against a call to this number, in words; undefined: nothing does. */
  readonly barred: (call: TollCall) => string | undefined;
  readonly now: number;
};

/** behaviour.md §9: 1 the party only receives, so we only send. */
export const directions = { 1: "sendonly", 2: "recvonly", 3: "sendrecv", 4: null } as const;

/** codes.json call_features. */
const PREVIEW = 44;

/** decisions.md 22. */
export const directionIgnored = "userVideoDirection: ignored, a bit of soft parameter P978 is set";

export type Planned = { readonly plan: Omit<CallPlan, "id">; readonly note: string };

export function planCallOut(agent: string, request: CallOut, planning: Planning): Planned | Refused {
  const { site, parameters, hasRoute, now } = planning;
  const who = site.agents.find(({ id }) => id === agent);
  if (!who) return refuse("100-006", "the agent is not signed in");
  if (request.caller !== "" && !callerAllowed(site, request.caller)) {
    return refuse("000-002", "caller: not a caller number of this site");
  }
  const skillId = request.skillId || site.defaultSkill;
  const skill = site.skills.find(({ id }) => id === skillId);
  if (!skill) return refuse("000-002", "skillid: not a skill of this site");
  const bar = planning.barred({ called: request.called, agent, skill });
  if (bar !== undefined) return refuse("200-001", `called: ${bar}`);
  if (!hasRoute(request.called)) return refuse("200-001", "called: no route to this number");
  const ignored = request.mediaAbility === 1 && request.userVideoDirection !== 4 && parameters.P978 !== 0;
  const directed = request.mediaAbility === 1 && !ignored;
  return {
    plan: {
      kind: "outgoing",
      ...(request.preview ? { feature: PREVIEW } : {}),
      agent: agentId(agent),
      target: { type: "party", number: request.called, caller: null },
      caller: callerNumber(request.caller, site, { agent: who, skill }),
      called: request.called,
      skill: { id: skill.id, name: skill.name },
      rules: callRules(site),
      record: skill.record === true,
      detect: skill.detect ?? [],
      appData: request.appData,
      mediaAbility: request.mediaAbility,
      videoDirection: directed ? directions[request.userVideoDirection] : null,
      ringMs: site.ring.customerMs,
      createdAt: now,
    },
    note: ignored ? directionIgnored : "",
  };
}

type Inner = {
  readonly agent: string;
  readonly kind: "internal" | "help";
  readonly target: Target;
  /** 0 = the default skill, when the target is none. */
  readonly skillId: number;
  readonly appData: string;
  readonly site: Site;
  readonly now: number;
};

/** A call inside the house: audio, never recorded, shown with the work number of who places it. */
export function planInner({ agent, kind, target, skillId: asked, appData, site, now }: Inner): Omit<CallPlan, "id"> {
  const skillId = target.type === "skill" ? target.skill : asked || site.defaultSkill;
  const called = target.type === "agent" ? target.agent : String(skillId);
  return {
    kind,
    agent: agentId(agent),
    target,
    caller: agent,
    called,
    skill: { id: skillId, name: site.skills.find(({ id }) => id === skillId)?.name ?? "" },
    rules: callRules(site),
    record: false,
    detect: [],
    appData,
    mediaAbility: 0,
    videoDirection: null,
    ringMs: site.ring.agentMs,
    createdAt: now,
  };
}

export const withId = (plan: Omit<CallPlan, "id">, id: CallId): CallPlan => ({ ...plan, id });

// Calls from outside: an INVITE becomes a plan and a party's leg, or is refused with the status that says why.

import type { CallId } from "../base/ids.ts";
import type { CallPlan } from "../core/call/state.ts";
import type { Site, SiteNumber } from "../core/site.ts";
import type { IncomingInvite } from "../sip/face.ts";
import { callRules, targetOf } from "./call-rules.ts";

type Arriving = { readonly site: Site; readonly id: CallId; readonly now: number };

/** As the site's patterns have it: carriers write the same number with and without the + of E.164. */
export const calledNumber = ({ user }: Pick<IncomingInvite, "user">): string => user.replace(/^\+/, "");

type Numbers = { readonly caller: string; readonly called: string };

export function planArrival(
  { caller, called }: Numbers,
  { to, priority = 0 }: SiteNumber,
  { site, id, now }: Arriving,
): CallPlan {
  const skillId = "skill" in to ? to.skill : site.defaultSkill;
  const skill = site.skills.find((one) => one.id === skillId);
  return {
    id,
    kind: "incoming",
    agent: null,
    target: targetOf(to, site),
    rules: callRules(site),
    caller,
    called,
    skill: { id: skillId, name: skill?.name ?? "" },
    record: skill?.record === true,
    detect: [],
    appData: "",
    mediaAbility: 2,
    videoDirection: null,
    ringMs: site.ring.agentMs,
    priority,
    createdAt: now,
  };
}

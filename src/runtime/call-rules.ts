// The site's queues, menus and numbers as the core's calls know them: every number of the site is looked up once, so that a call
// never meets a name that leads nowhere.

import { agentId } from "../base/ids.ts";
import type { CallRules, MenuRules, SkillRules, Target, Way } from "../core/call/rules.ts";
import type { Destination, KeyWay, Onward, Site, SiteMenu, SiteNumber, SiteSkill } from "../core/site.ts";
import { matches } from "../core/trunk/trunk.ts";

/** Where the number leads; undefined = nowhere, 404. */
export const numberOf = (site: Pick<Site, "numbers">, called: string): SiteNumber | undefined =>
  site.numbers?.find(({ pattern }) => matches(pattern, called));

export function targetOf(to: Destination, { skills }: Pick<Site, "skills">): Target {
  if ("skill" in to) {
    const record = skills.find(({ id }) => id === to.skill)?.record === true;
    return { type: "skill", skill: to.skill, record };
  }
  if ("agent" in to) return { type: "agent", agent: agentId(to.agent) };
  return "menu" in to ? { type: "menu", name: to.menu } : { type: "announcement", name: to.announcement };
}

type Made = Pick<Site, "skills" | "menus" | "numbers"> & { readonly rules: CallRules };
const known = new WeakMap<Site, Made>();

/** The same as long as the site is what it is: plans share it. A call keeps those that it began with. */
export function callRules(site: Site): CallRules {
  const { skills, menus, numbers } = site;
  const before = known.get(site);
  if (before && before.skills === skills && before.menus === menus && before.numbers === numbers) return before.rules;
  const rules = {
    skills: new Map(site.skills.map((skill) => [skill.id, skillRules(skill, site)])),
    menus: new Map((site.menus ?? []).map((menu) => [menu.name, menuRules(menu, site)])),
  };
  known.set(site, { skills, rules, ...(menus && { menus }), ...(numbers && { numbers }) });
  return rules;
}

/** Everybody is busy: what a caller hears of a full queue where the site says nothing else. */
const BUSY = 486;

function skillRules({ name, record = false, queue = {} }: SiteSkill, site: Site): SkillRules {
  const { maxWaiting = null, maxWaitMs = null, ringMs = null, overflow, announce } = queue;
  return {
    name,
    record,
    maxWaiting,
    maxWaitMs,
    ringMs,
    overflow: overflow ? wayOf(overflow, site) : { type: "release", status: BUSY },
    announce: announce
      ? {
          everyMs: announce.everyMs ?? null,
          announcement: announce.announcement ?? null,
          places: announce.places ?? [],
        }
      : null,
  };
}

const menuRules = ({ announcement, waitMs, rounds, keys, otherwise }: SiteMenu, site: Site): MenuRules => ({
  announcement,
  waitMs,
  rounds,
  keys: Object.fromEntries(Object.entries(keys).map(([key, way]) => [key, wayOf(way, site)])),
  otherwise: otherwise ? wayOf(otherwise, site) : { type: "release", status: BUSY },
});

/** A number leads where a call from outside to it would go. The site file is checked: it does lead somewhere. */
function wayOf(way: Onward | KeyWay, site: Site): Way {
  if (way === "repeat") return { type: "repeat" };
  if (way === "hang-up") return { type: "release", status: 480 };
  if ("release" in way) return { type: "release", status: way.release };
  if (!("number" in way)) return targetOf(way, site);
  const number = numberOf(site, way.number);
  return number ? targetOf(number.to, site) : { type: "release", status: 404 };
}

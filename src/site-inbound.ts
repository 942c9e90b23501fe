// The parts of the site file that calls from outside need: numbers, work groups, and how well agents serve skills. Read by site-file.ts.

import type {
  Destination,
  KeyWay,
  Onward,
  Site,
  SiteGroup,
  SiteMenu,
  SiteNumber,
  SiteWorkNumberVoice,
  SkillQueue,
} from "./core/site.ts";
import { matches } from "./core/trunk/trunk.ts";
import { quoted } from "./setting.ts";
import { identity, label, pattern, workNumber } from "./site-terms.ts";
import {
  defaulted,
  type Find,
  listOf,
  mapOf,
  mapping,
  oneOf,
  optional,
  type Read,
  required,
  scalarOr,
  text,
  whole,
} from "./site-yaml.ts";

const servedForm = mapping({ id: required(identity), level: defaulted(1, whole(1, 100)) });

type AgentSkills = { readonly skills: readonly number[]; readonly levels?: Readonly<Record<number, number>> };

/** Skills as plain ids, or with a level. */
export const agentSkills: Read<AgentSkills> = (field, complain) => {
  const read = listOf(scalarOr<number | { readonly id: number; readonly level: number }>(identity, servedForm))(
    field,
    complain,
  );
  if (!read) return undefined;
  const levels = read.flatMap((one) => (typeof one === "number" ? [] : [[one.id, one.level] as const]));
  return {
    skills: read.map((one) => (typeof one === "number" ? one : one.id)),
    ...(levels.length > 0 && { levels: Object.fromEntries(levels) }),
  };
};

const announcementName = label;
const places = {
  skill: optional(identity),
  agent: optional(workNumber),
  announcement: optional(announcementName),
  menu: optional(label),
};

/** Exactly one of the keys of a form. */
const oneKey =
  <Value>(form: Read<object>, names: string): Read<Value> =>
  (field, complain) => {
    const read = form(field, complain);
    if (!read) return undefined;
    return Object.keys(read).length === 1 ? (read as Value) : complain(field, `one of ${names} expected`);
  };

const destination = oneKey<Destination>(mapping(places), "skill, agent, announcement, menu");

/** A response that refuses (RFC 3261 §21.4-21.6). */
const refusal = whole(400, 699);
const called = text(/^[0-9*#]{1,24}$/, "1 to 24 of digits, * and #");

const overflow = oneKey<Onward>(
  mapping({ ...places, number: optional(called), release: optional(refusal) }),
  "skill, agent, announcement, menu, number, release",
);

/** `repeat` and `hang-up` stand alone. */
const keyWay = scalarOr<KeyWay>(
  oneOf("repeat", "hang-up"),
  oneKey(mapping({ ...places, number: optional(called) }), "skill, agent, announcement, menu, number"),
);

const waitingTime = whole(1000, 3_600_000);

/** How calls wait for a skill. */
export const queue: Read<SkillQueue> = mapping({
  maxWaiting: optional(whole(0, 100_000)),
  maxWaitMs: optional(waitingTime),
  overflow: optional(overflow),
  ringMs: optional(whole(1000, 600_000)),
  announce: optional(
    mapping({
      everyMs: optional(waitingTime),
      announcement: optional(announcementName),
      places: optional(listOf(announcementName)),
    }),
  ),
});

const keys: Read<Readonly<Record<string, KeyWay>>> = (field, complain) => {
  const read = mapOf(keyWay)(field, complain);
  const wrong = read && Object.keys(read).find((key) => !/^[0-9*#]$/.test(key));
  return wrong === undefined
    ? read
    : complain(field, `${quoted(wrong, 40)} is not a key, one of 0-9, * and # expected`);
};

export const menus: Read<readonly SiteMenu[]> = listOf(
  mapping({
    name: required(label),
    announcement: required(announcementName),
    waitMs: defaulted(5_000, whole(1000, 60_000)),
    rounds: defaulted(3, whole(1, 10)),
    keys: required(keys),
    otherwise: optional(overflow),
  }),
);

export const workNumberVoice: Read<SiteWorkNumberVoice> = mapping({
  before: optional(announcementName),
  digits: required(listOf(announcementName)),
  after: optional(announcementName),
});

const number: Read<SiteNumber> = mapping({
  pattern: required(pattern),
  to: required(destination),
  priority: optional(whole(0, 100)),
});

export const numbers = listOf(number);

export const groups: Read<readonly SiteGroup[]> = listOf(
  mapping({
    id: required(identity),
    name: required(label),
    members: defaulted<readonly string[]>([], listOf(workNumber)),
  }),
);

/** What they name has to exist. */
export function checkInbound(site: Site, find: Find): void {
  for (const [index, { id, skills: own }] of site.agents.entries()) {
    if (new Set(own).size < own.length) find(["agents", index, "skills"], `a skill of ${id} stands here twice`);
  }
  const leads = leadsSomewhere(site, find);
  for (const [index, { to }] of (site.numbers ?? []).entries()) leads(to, ["numbers", index, "to"]);
  for (const [index, { queue = {} }] of site.skills.entries()) checkQueue(queue, ["skills", index, "queue"], leads);
  for (const [index, menu] of (site.menus ?? []).entries()) checkMenu(menu, ["menus", index], leads);
  if (site.workNumberVoice) checkVoice(site.workNumberVoice, leads, find);
  checkGroups(site.groups ?? [], new Set(site.agents.map(({ id }) => id)), find);
}

type Path = readonly (string | number)[];
type Leads = (way: Onward | KeyWay, path: Path) => void;

/** Says when a way leads to what the site does not have. */
function leadsSomewhere(site: Site, find: Find): Leads {
  const has: Readonly<Record<string, { readonly what: string; readonly names: (name: string) => boolean }>> = {
    skill: { what: "a skill", names: within(site.skills.map(({ id }) => String(id))) },
    agent: { what: "an agent", names: within(site.agents.map(({ id }) => id)) },
    announcement: { what: "an announcement", names: within(Object.keys(site.announcements ?? {})) },
    menu: { what: "a menu", names: within((site.menus ?? []).map(({ name }) => name)) },
    number: { what: "a number", names: (name) => site.numbers?.some(({ pattern }) => matches(pattern, name)) ?? false },
  };
  return (way, path) => {
    if (typeof way === "string") return;
    for (const [kind, name] of Object.entries(way)) {
      const list = has[kind];
      if (list && !list.names(String(name))) find(path, `${name} is not ${list.what} of this site`);
    }
  };
}

const within = (names: readonly string[]) => {
  const set = new Set(names);
  return (name: string): boolean => set.has(name);
};

function checkQueue({ overflow, announce = {} }: SkillQueue, path: Path, leads: Leads): void {
  if (overflow) leads(overflow, [...path, "overflow"]);
  const { announcement, places = [] } = announce;
  if (announcement !== undefined) leads({ announcement }, [...path, "announce", "announcement"]);
  for (const [index, name] of places.entries()) leads({ announcement: name }, [...path, "announce", "places", index]);
}

function checkMenu({ announcement, keys, otherwise }: SiteMenu, path: Path, leads: Leads): void {
  leads({ announcement }, [...path, "announcement"]);
  for (const [key, way] of Object.entries(keys)) leads(way, [...path, "keys", key]);
  if (otherwise) leads(otherwise, [...path, "otherwise"]);
}

function checkVoice({ before, digits, after }: SiteWorkNumberVoice, leads: Leads, find: Find): void {
  if (digits.length !== 10) find(["workNumberVoice", "digits"], "ten announcements expected, those of 0 to 9");
  for (const [index, announcement] of digits.entries()) leads({ announcement }, ["workNumberVoice", "digits", index]);
  if (before !== undefined) leads({ announcement: before }, ["workNumberVoice", "before"]);
  if (after !== undefined) leads({ announcement: after }, ["workNumberVoice", "after"]);
}

/** An agent is in one group at most. */
function checkGroups(groups: readonly SiteGroup[], agents: ReadonlySet<string>, find: Find): void {
  const grouped = new Set<string>();
  for (const [index, { members }] of groups.entries()) {
    for (const [place, member] of members.entries()) {
      const path = ["groups", index, "members", place];
      if (!agents.has(member)) find(path, `${member} is not an agent of this site`);
      if (grouped.has(member)) find(path, `${member} is in a group already`);
      grouped.add(member);
    }
  }
}

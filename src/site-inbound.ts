// The parts of the site file that calls from outside need: numbers, work groups, and how well agents serve skills. Read by site-file.ts.

import type { Destination, SiteGroup, SiteNumber } from "./core/site.ts";
import { identity, label, pattern, workNumber } from "./site-terms.ts";
import { defaulted, type Find, listOf, mapping, optional, type Read, required, scalarOr, whole } from "./site-yaml.ts";

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

const destinationForm = mapping({ skill: optional(identity), agent: optional(workNumber) });

const destination: Read<Destination> = (field, complain) => {
  const read = destinationForm(field, complain);
  if (!read) return undefined;
  if (Object.keys(read).length !== 1) return complain(field, "one of skill, agent expected");
  return read as Destination;
};

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

type Inbound = {
  readonly agents: readonly { readonly id: string; readonly skills: readonly number[] }[];
  readonly skills: readonly { readonly id: number }[];
  readonly numbers?: readonly SiteNumber[];
  readonly groups?: readonly SiteGroup[];
};

/** What they name has to exist. */
export function checkInbound(site: Inbound, find: Find): void {
  const agents = new Set(site.agents.map(({ id }) => id));
  const skills = new Set(site.skills.map(({ id }) => id));
  for (const [index, { id, skills: own }] of site.agents.entries()) {
    if (new Set(own).size < own.length) find(["agents", index, "skills"], `a skill of ${id} stands here twice`);
  }
  for (const [index, { to }] of (site.numbers ?? []).entries()) {
    const path = ["numbers", index, "to"];
    if ("skill" in to && !skills.has(to.skill)) find(path, `${to.skill} is not a skill of this site`);
    if ("agent" in to && !agents.has(to.agent)) find(path, `${to.agent} is not an agent of this site`);
  }
  checkGroups(site.groups ?? [], agents, find);
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

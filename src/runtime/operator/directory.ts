// The site as operators see it: agents, skills, numbers, phones, users; never a password. Pure views over the site and what is
// registered and signed in now.

import type { Directory, PhoneView, UserView } from "../../contract/operator-reply.ts";
import type { Binding } from "../../core/registration/registration.ts";
import type { Destination, KeyWay, Onward, Site } from "../../core/site.ts";
import type { AgentView } from "../reads-face.ts";

/** `skill 25`, `agent 101`, `menu main`: where a call goes. */
export function wayText(way: Destination | Onward | KeyWay): string {
  if (typeof way === "string") return way;
  const [kind = "", where = ""] = Object.entries(way)[0] ?? [];
  return `${kind} ${where}`;
}

export function directoryOf(site: Site): Directory {
  const groupOf = (agent: string) => site.groups?.find(({ members }) => members.includes(agent))?.name ?? "";
  return {
    agents: site.agents.map(({ id, name, rights, skills, levels, caller = "" }) => ({
      ...{ id, name, rights, caller, group: groupOf(id) },
      skills: skills.map((skill) => ({ id: skill, level: levels?.[skill] ?? 1 })),
    })),
    skills: site.skills.map(({ id, name, mediaType, record = false, detect = [], caller = "", queue }) => ({
      ...{ id, name, mediaType, record, detect, caller },
      agents: site.agents.filter(({ skills }) => skills.includes(id)).length,
      queue: queue ? { ...queue, ...(queue.overflow && { overflow: wayText(queue.overflow) }) } : {},
    })),
    groups: site.groups ?? [],
    numbers: (site.numbers ?? []).map(({ pattern, to, priority = 0 }) => ({ pattern, to: wayText(to), priority })),
    menus: (site.menus ?? []).map(({ name, announcement, keys }) => ({
      ...{ name, announcement },
      keys: Object.fromEntries(Object.entries(keys).map(([key, way]) => [key, wayText(way)])),
    })),
    restCauses: site.restCauses ?? [],
    callers: site.callers,
    defaultCaller: site.defaultCaller,
    defaultSkill: site.defaultSkill,
  };
}

type PhoneSources = {
  readonly contacts: (number: string) => readonly Binding[];
  readonly agents: () => readonly Pick<AgentView, "id" | "phone">[];
};

export function phonesOf(site: Pick<Site, "phones">, { contacts, agents }: PhoneSources): readonly PhoneView[] {
  const owners = new Map(agents().flatMap(({ id, phone }) => (phone === "" ? [] : [[phone, id] as const])));
  return site.phones.map(({ number, srtp = false }) => ({
    ...{ number, srtp, agent: owners.get(number) ?? "" },
    contacts: contacts(number).map(({ uri, flow, expiresAt, q, simulated }) => ({
      ...{ uri, expiresAt, q, simulated },
      ...{ transport: flow.transport, address: flow.address, port: flow.port },
    })),
  }));
}

type UserSources = { readonly hasPassword: (agent: string) => boolean; readonly signedIn: (agent: string) => boolean };

export const usersOf = (site: Pick<Site, "agents">, { hasPassword, signedIn }: UserSources): readonly UserView[] =>
  site.agents.map(({ id, name, rights }) => ({
    ...{ id, name, rights, signedIn: signedIn(id) },
    password: hasPassword(id) ? "set" : "empty",
  }));

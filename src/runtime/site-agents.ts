// Agents of the site by their work number. The table is made once for each list of agents that the site has had.

import type { Site, SiteAgent } from "../core/site.ts";

const tables = new WeakMap<readonly SiteAgent[], ReadonlyMap<string, SiteAgent>>();

export function siteAgents({ agents }: Pick<Site, "agents">): ReadonlyMap<string, SiteAgent> {
  const known = tables.get(agents);
  if (known) return known;
  const table = new Map(agents.map((agent) => [agent.id, agent]));
  tables.set(agents, table);
  return table;
}

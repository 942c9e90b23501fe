// The site as its file says it, for administrators. Whoever asks is known by his Guid alone: these requests name no agent.

import { refuse } from "../base/step.ts";
import type { Site } from "../core/site.ts";
import type { Gateway } from "./face.ts";

export type ConfigurationDesk = Pick<Gateway, "administrator" | "configuration">;

/** `holder`: whose session a Guid belongs to. */
export const openConfiguration = (
  { agents, restCauses = [] }: Site,
  holder: (guid: string) => string | undefined,
): ConfigurationDesk => ({
  configuration: { agents, restCauses },
  administrator(guid) {
    const agent = guid === undefined ? undefined : holder(guid);
    if (agent === undefined) return refuse("107-000", "Guid: of nobody who is signed in");
    const isOne = agents.some(({ id, rights }) => id === agent && rights.includes("administrator"));
    return isOne ? { agent } : refuse("107-007", "the agent is no administrator");
  },
});

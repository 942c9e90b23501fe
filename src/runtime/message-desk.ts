// What agents tell each other beside calls: notes and bulletins. Who is not signed in is not told.

import { refuse } from "../base/step.ts";
import type { AgentEvent } from "../contract/agent-event.ts";
import type { Site } from "../core/site.ts";
import type { Gateway } from "./face.ts";

type MessageDeskOptions = {
  readonly site: Pick<Site, "agents" | "groups" | "skills">;
  readonly tellAgent: (agent: string, event: AgentEvent) => void;
};

const done = { done: true } as const;

export function openMessageDesk({ site, tellAgent }: MessageDeskOptions): Pick<Gateway, "sendNote" | "publish"> {
  const inGroup = (name: string): readonly string[] | undefined =>
    site.groups?.find((group) => group.name === name)?.members;

  /** Names of skills need not differ. */
  const withSkill = (name: string): readonly string[] | undefined => {
    const ids = site.skills.filter((skill) => skill.name === name).map(({ id }) => id);
    if (ids.length === 0) return undefined;
    return site.agents.filter(({ skills }) => ids.some((id) => skills.includes(id))).map(({ id }) => id);
  };

  return {
    sendNote(receivers) {
      const unknown = receivers.find((receiver) => !site.agents.some(({ id }) => id === receiver));
      if (unknown !== undefined) return refuse("100-001", "agentIds: not an agent of this site");
      for (const receiver of new Set(receivers)) tellAgent(receiver, { eventType: "AgentOther_Note", content: null });
      return done;
    },
    publish(sender, { to, name, text }) {
      const receivers = to === "group" ? inGroup(name) : withSkill(name);
      if (!receivers)
        return refuse("000-002", `targetname: not a ${to === "group" ? "work group" : "skill"} of this VDN`);
      const content = { sender, target: name, bulletin: text };
      for (const receiver of receivers) tellAgent(receiver, { eventType: "AgentOther_Note", content });
      return done;
    },
  };
}

// Calls for an agent's own number that go on elsewhere: the way is checked when it is set, and the walls against toll fraud once more
// when a call takes it.

import { agentId } from "../base/ids.ts";
import { type Log, maskNumber } from "../base/log.ts";
import { refuse } from "../base/step.ts";
import type { AgentEffect } from "../core/agent/state.ts";
import type { Target } from "../core/call/state.ts";
import type { Site } from "../core/site.ts";
import { callerNumber } from "../core/trunk/trunk.ts";
import type { ForwardingRequest, Gateway, Refused } from "./face.ts";
import type { Loop } from "./loop.ts";
import type { TollDesk } from "./toll.ts";
import type { Trunks } from "./trunks.ts";

export type ForwardingOptions = {
  readonly log: Log;
  readonly site: Site;
  readonly loop: Pick<Loop, "post" | "call">;
  readonly trunks: Pick<Trunks, "hasRoute">;
  readonly toll: Pick<TollDesk, "bar" | "count">;
};

export type ForwardingDesk = Pick<Gateway, "setForwarding"> & {
  carryOut(agent: string, effect: Extract<AgentEffect, { type: "forward" }>): void;
};

export function openForwarding({ log, site, loop, trunks, toll }: ForwardingOptions): ForwardingDesk {
  const skillOf = (id: number) => site.skills.find((skill) => skill.id === id) ?? { id };

  const targetOf = (agent: string, { device, address }: ForwardingRequest): Target | Refused => {
    if (device === "skill") {
      const skill = site.skills.find(({ id }) => String(id) === address);
      return skill ? { type: "skill", skill: skill.id } : refuse("000-002", "address: not a skill of this site");
    }
    if (device === "agent") {
      if (address === agent) return refuse("000-002", "address: the agent himself");
      return site.agents.some(({ id }) => id === address)
        ? { type: "agent", agent: agentId(address) }
        : refuse("000-002", "address: not an agent of this site");
    }
    const why = noWay(agent, address, site.defaultSkill);
    return why ? refuse("200-001", `address: ${why}`) : { type: "party", number: address, caller: shown(agent) };
  };

  const noWay = (agent: string, number: string, skill: number): string | undefined =>
    toll.bar({ called: number, agent, skill: skillOf(skill) }) ??
    (trunks.hasRoute(number) ? undefined : "no route to this number");

  /** A number that is ours: a carrier takes no other. */
  const shown = (agent: string): string | null => {
    const who = site.agents.find(({ id }) => id === agent);
    const skill = site.skills.find(({ id }) => id === site.defaultSkill);
    return who && skill ? callerNumber("", site, { agent: who, skill }) : null;
  };

  return {
    setForwarding(agent, request) {
      const to = request && targetOf(agent, request);
      if (to && "refused" in to) return to;
      const forwarding = request && to ? { when: request.when, to } : null;
      return (
        loop.post({ to: "agent", id: agentId(agent), input: { type: "set-forwarding", forwarding } }) ?? { done: true }
      );
    },
    carryOut(agent, { call: id, to, why }) {
      const call = loop.call(id);
      if (call?.name !== "live") return;
      const member = agentId(agent);
      if (to.type === "party") {
        if (noWay(agent, to.number, call.plan.skill.id) !== undefined) {
          loop.post({ to: "call", id, event: { type: "offer-declined", why, member } });
          return;
        }
        toll.count(agent, call.plan.skill.id);
      }
      log.info(
        { agent, callId: id, called: to.type === "party" ? maskNumber(to.number) : undefined },
        "call forwarded",
      );
      loop.post({ to: "call", id, event: { type: "forwarded", to, member } });
    },
  };
}

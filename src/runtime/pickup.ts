// Agents who take a call that was not given to them: one that waits, or one that rings at a colleague. Looked at here, since several
// machines have to agree; then the queues or the call let it go, and it is offered like any other. And who pick their own phone up.

import { agentId, callId } from "../base/ids.ts";
import { refuse } from "../base/step.ts";
import { offeredCall } from "../core/agent/offer-outcome.ts";
import { mayTake } from "../core/agent/offers.ts";
import type { Site } from "../core/site.ts";
import type { Gateway, Refused } from "./face.ts";
import type { Legs } from "./legs-port.ts";
import type { Loop } from "./loop.ts";

export type PickupDesk = Pick<Gateway, "requestCall" | "pickUp" | "pickUpPhone">;

type Desk = { readonly site: Site; readonly loop: Loop; readonly legs: Pick<Legs, "talk"> };

const done = { done: true } as const;

export function openPickupDesk({ site, loop, legs }: Desk): PickupDesk {
  /** What stands against his taking a call now. */
  const hindrance = (agent: string): Refused | null => {
    const state = loop.agent(agentId(agent));
    if (state.name === "signed-out") return refuse("100-006", "the agent is not signed in");
    const why = mayTake(state);
    return why === null ? null : refuse("100-007", why);
  };

  const groupOf = (agent: string) => site.groups?.find(({ members }) => members.includes(agent));

  return {
    requestCall(agent, { callId: id, skill }) {
      if (!site.skills.some((one) => one.id === skill)) return refuse("000-002", "skillId: not a skill of this site");
      const waits = loop
        .queues()
        .skills.get(skill)
        ?.waiting.find(({ call }) => call === id);
      if (!waits) return refuse("100-007", "callid: no call that waits in this queue");
      const why = hindrance(agent);
      if (why) return why;
      loop.post({ to: "queues", event: { type: "call-requested", call: waits.call, skill, agent: agentId(agent) } });
      return done;
    },
    pickUp(agent, from) {
      if (!site.agents.some(({ id }) => id === from)) return refuse("000-002", "destWorkNo: not an agent of this site");
      const group = groupOf(agent);
      if (from === agent || !group || groupOf(from) !== group)
        return refuse("100-007", "destWorkNo: not another agent of the same work group");
      const ringsAt = loop.agent(agentId(from));
      const call = ringsAt.name === "signed-in" ? offeredCall(ringsAt, null) : undefined;
      if (!call || call.kind === "internal" || call.kind === "help")
        return refuse("100-007", "destWorkNo: no call from outside rings at this agent");
      const why = hindrance(agent);
      if (why) return why;
      const event = { type: "picked-up", from: agentId(from), by: agentId(agent) } as const;
      loop.post({ to: "call", id: callId(call.id), event });
      return done;
    },
    async pickUpPhone(agent) {
      const refused = loop.post({ to: "agent", id: agentId(agent), input: { type: "pick-up-phone" } });
      if (refused) return refused;
      const state = loop.agent(agentId(agent));
      if (state.name === "signed-out" || state.phone.name !== "ringing") return done;
      const status = await legs.talk(state.phone.leg);
      return status < 300 ? done : refuse("100-007", `the agent's phone does not answer: it said ${status}`);
    },
  };
}

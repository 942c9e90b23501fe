// A call that an agent's linked phone places by itself is told to him (events.json, AgentEvent_linkagePhoneCallOut).

import type { AgentEvent } from "../contract/agent-event.ts";
import type { CallPlan } from "../core/call/state.ts";
import type { Loop } from "./loop.ts";

export const dialledBy =
  (agents: Loop["agents"], tellAgent: (agent: string, event: AgentEvent) => void) =>
  (phone: string, { id: callId, called, skill }: CallPlan): void => {
    const linked = [...agents()].find(
      (agent) => agent.name === "signed-in" && agent.profile.phoneLinkage && agent.profile.phoneNumber === phone,
    );
    if (!linked) return;
    const content = {
      addrCalled: { address: called, addressType: 6 },
      addrCaller: { address: phone, addressType: 6 },
      ...{ skillId: skill.id, callId },
    } as const;
    tellAgent(linked.id, { eventType: "AgentEvent_linkagePhoneCallOut", content });
  };

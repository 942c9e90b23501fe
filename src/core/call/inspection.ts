// Inspectors in a call: they come and go without anybody's being told here; one may take the place of the agent whom he inspects;
// one may end the call.

import type { AgentId } from "../../base/ids.ts";
import type { Cause } from "../detect/cause.ts";
import { over } from "./ending.ts";
import { talkingFact } from "./invitation.ts";
import { agentSeat, type Next, newAgentSeat, tell, tellPresent } from "./seats.ts";
import type { Inspector, Live, Member } from "./state.ts";

export const inspected = (call: Live, inspector: Inspector): Live => ({
  ...call,
  inspectors: [...call.inspectors.filter(({ agent }) => agent !== inspector.agent), inspector],
});

export const uninspected = (call: Live, agent: AgentId): Live => ({
  ...call,
  inspectors: call.inspectors.filter((inspector) => inspector.agent !== agent),
});

/** In the seat of the agent, with the others where they were; the agent is out of it. */
export function intercepted(call: Live, by: AgentId): Next {
  const inspector = call.inspectors.find(({ agent }) => agent === by);
  const seat = inspector && agentSeat(call, inspector.of);
  if (!seat || agentSeat(call, by)) return [call, [tell(by, { type: "call-over", call: call.plan.id })]];
  const recorded = call.plan.record ? { name: "", paused: false } : null;
  const taken: Member = { ...newAgentSeat(by), leg: inspector.leg, stage: "in", rung: true, recorded };
  const next: Live = {
    ...uninspected(call, by),
    members: call.members.map((member) => (member === seat ? taken : member)),
    past: [...call.past, seat.agent],
  };
  return [
    next,
    [
      tell(seat.agent, { type: "call-over", call: call.plan.id }),
      tell(by, talkingFact(next)),
      ...tellPresent(next, { type: "member-left", call: call.plan.id, number: seat.agent }, by),
    ],
  ];
}

/** For a call that has been answered, or that no agent has placed: else its agent gives it up. */
export function forceDropped(call: Live, at: number): Next {
  const cause: Cause = { status: 480, rung: false };
  return over({ ...call, inspectors: [] }, { at, failure: { phase: "party", cause }, status: 480 });
}

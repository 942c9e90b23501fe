// What becomes of a call or a conference whose reducer threw: whatever state it is in, its parties are hung up and its agents told.

import type { AgentId } from "../base/ids.ts";
import type { AgentInput } from "../core/agent/state.ts";
import type { Live } from "../core/call/state.ts";
import type { Live as LiveConference } from "../core/conference/state.ts";
import type { Envelope, Outward } from "./envelope.ts";

/** For the mailbox of the loop, and for the outside. */
export type Ending = { readonly told: readonly Envelope[]; readonly outward: readonly Outward[] };

export function endBrokenCall(call: Live): Ending {
  const { id } = call.plan;
  const told: Envelope[] = [{ to: "queues", event: { type: "call-gone", call: id } }];
  const outward: Outward[] = [];
  for (const member of call.members) {
    if (member.side === "party") outward.push({ by: "call", id, effect: { type: "hang-up", leg: member.leg } });
    else told.push({ to: "agent", id: member.agent, input: overFor(call, member) });
  }
  return { told, outward };
}

function overFor(
  { plan, answeredAt }: Live,
  { agent, stage }: Extract<Live["members"][number], { side: "agent" }>,
): AgentInput {
  const { id, caller } = plan;
  const cause = { status: 500, rung: false };
  if (answeredAt === null && plan.agent === agent) return { type: "call-failed", call: id, cause };
  if (stage === "expected") return { type: "offer-withdrawn", call: id, number: caller };
  return { type: "call-over", call: id };
}

export function endBrokenConference({ plan: { id, chair }, seats }: LiveConference): Ending {
  const told: Envelope[] = [];
  const outward: Outward[] = [];
  for (const { type, number, leg, stage } of seats) {
    if (type === "agent") {
      const input: AgentInput =
        stage === "coming" && number !== chair
          ? { type: "offer-withdrawn", call: id, number: chair }
          : { type: "conference-left", call: id };
      told.push({ to: "agent", id: number as AgentId, input });
    } else if (leg !== null) outward.push({ by: "conference", id, effect: { type: "hang-up", leg } });
  }
  return { told, outward };
}

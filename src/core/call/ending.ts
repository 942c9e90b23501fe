// The end of a call: every party's leg is hung up, every agent is told, the queues forget it. Exactly once.

import type { AgentId } from "../../base/ids.ts";
import { agents, isPresent, type Next, parties, tell } from "./seats.ts";
import type { AgentMember, CallEffect, Ended, Live } from "./state.ts";

export type Ending = {
  readonly at: number;
  /** Set when it was never answered. */
  readonly failure: Ended["failure"];
  /** For a party whose INVITE was not answered; absent = 480. */
  readonly status?: number;
  /** Said before the others hear of the end. */
  readonly told?: readonly CallEffect[];
  /** Knows already. */
  readonly except?: AgentId | null;
};

/** Ends the call for everybody who is left in it. */
export function over(call: Live, { at, failure, status, told = [], except = null }: Ending): Next {
  const { plan } = call;
  const calling = parties(call).some(({ stage }) => stage === "calling");
  const ended: Ended = {
    name: "ended",
    plan,
    appData: call.appData,
    agents: [...new Set([...call.past, ...agents(call).map(({ agent }) => agent)])],
    answeredAt: call.answeredAt,
    endedAt: at,
    ...(status === undefined ? {} : { unreached: status }),
    failure: call.answeredAt === null ? failure : null,
    abandoned: plan.kind === "incoming" && call.answeredAt === null && failure === null,
  };
  return [
    ended,
    [
      ...(calling ? [{ type: "stop-timer", name: "ring-party" } as const] : []),
      ...(call.invitation?.queued ? queueLeft(call) : []),
      ...parties(call).map(
        ({ leg, stage }): CallEffect =>
          stage === "arrived" && status !== undefined ? { type: "hang-up", leg, status } : { type: "hang-up", leg },
      ),
      ...told,
      ...agents(call).flatMap((seat) => (seat.agent === except ? [] : [withdrawn(call, seat)])),
    ],
  ];
}

export const queueLeft = ({ plan }: Live): readonly CallEffect[] => [
  { type: "tell-queues", event: { type: "call-gone", call: plan.id } },
];

/** Who takes part is told of the end; to whom it was offered, that the offer is void. */
export function withdrawn(call: Live, seat: AgentMember): CallEffect {
  const { id, caller } = call.plan;
  if (isPresent(seat)) return tell(seat.agent, { type: "call-over", call: id });
  return { type: "tell-agent", agent: seat.agent, fact: { type: "offer-withdrawn", call: id, number: caller } };
}

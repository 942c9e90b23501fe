// Who sits where in a call: looking members up, changing them, telling the agents among them.

import type { AgentId, LegId } from "../../base/ids.ts";
import type { Step } from "../../base/step.ts";
import type { AgentMember, Call, CallEffect, CallFact, Invitation, Live, Member, PartyMember } from "./state.ts";

export type Next = Step<Call, CallEffect>;

export const newAgentSeat = (agent: AgentId, role: AgentMember["role"] = "main"): AgentMember => ({
  side: "agent",
  agent,
  leg: null,
  stage: "expected",
  role,
  rung: false,
  recorded: null,
  muted: false,
  videoMuted: false,
  heldAt: null,
  video: false,
});

export const newPartySeat = (leg: LegId, number: string, stage: "arrived" | "calling"): PartyMember => ({
  side: "party",
  leg,
  number,
  stage,
  rung: false,
  early: false,
  video: false,
  guestOf: null,
  asked: null,
});

export const agentSeat = (call: Live, agent: AgentId): AgentMember | undefined =>
  call.members.find((member): member is AgentMember => member.side === "agent" && member.agent === agent);

export const partySeat = (call: Live, leg: LegId): PartyMember | undefined =>
  parties(call).find((member) => member.leg === leg);

export const parties = (call: Live): readonly PartyMember[] => call.members.filter((member) => member.side === "party");

export const agents = (call: Live): readonly AgentMember[] => call.members.filter((member) => member.side === "agent");

/** Takes part, be it on hold or set aside: not somebody who is still on his way. */
export const isPresent = ({ stage }: Member): boolean => stage === "in" || stage === "away" || stage === "parked";

/** Somebody is being rung for it, or has answered, and the caller's own answer is on its way. */
export const isAsked = ({ members }: Live): boolean =>
  members.some(({ stage }) => stage === "expected") ||
  (members.some(({ stage }) => stage === "arrived") &&
    members.some(({ side, stage }) => side === "agent" && stage === "in"));

export const newInvitation = (how: Pick<Invitation, "purpose" | "by" | "target">): Invitation => ({
  ...{ ...how, queued: false, since: null },
  ...{ overdue: false, round: 1, hops: 0, returned: { times: 0, by: null } },
});

export const change = <Seat extends Member>(call: Live, seat: Seat, part: Partial<Seat>): Live => ({
  ...call,
  members: call.members.map((member) => (member === seat ? { ...seat, ...part } : member)),
});

export const without = (call: Live, seat: Member): Live => ({
  ...call,
  members: call.members.filter((member) => member !== seat),
});

/** Whoever was set aside is with the others again. */
export const unparked = (call: Live): Live => ({
  ...call,
  members: call.members.map((member) => (member.stage === "parked" ? { ...member, stage: "in" } : member)),
});

/** As it is shown to the others: a work number or a telephone number. */
export const numberOf = (member: Member): string => (member.side === "agent" ? member.agent : member.number);

export const tell = (agent: AgentId, fact: CallFact): CallEffect => ({ type: "tell-agent", agent, fact });

/** The agents who take part, but not `except`. */
export const tellPresent = (call: Live, fact: CallFact, except?: AgentId): readonly CallEffect[] =>
  agents(call).flatMap((seat) => (isPresent(seat) && seat.agent !== except ? [tell(seat.agent, fact)] : []));

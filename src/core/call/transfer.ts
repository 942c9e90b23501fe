// Passing a call on and asking others in: blind, success, talk, three-party, help (codes.json transfer_modes); taking it back;
// sending one member away.

import { withdrawn } from "./ending.ts";
import { invitationFailed, invite, stopRinging, talkingFact } from "./invitation.ts";
import { departed } from "./members.ts";
import { type Next, newInvitation, numberOf, parties, tell, tellPresent, unparked, without } from "./seats.ts";
import type { AgentMember, CallEffect, CallEvent, Live, Member, PartyMember } from "./state.ts";

type Timed<Type extends CallEvent["type"]> = Extract<CallEvent, { type: Type }>;

/** One is brought in at a time: who asks for a second is told that nobody comes. */
export function bringIn(call: Live, seat: AgentMember, event: Timed<"bring-in">): Next {
  const { purpose, target } = event;
  const { id } = call.plan;
  if (call.invitation) {
    const cause = { status: 491, rung: false } as const;
    return [call, [tell(seat.agent, { type: "invitation-failed", call: id, purpose, cause })]];
  }
  const informed: Live = event.appData === null ? call : { ...call, appData: event.appData };
  const ready = event.park || purpose === "talk" ? parked(informed) : informed;
  const invitation = newInvitation({ purpose, by: seat.agent, target });
  if (purpose !== "blind") return invite(ready, invitation, event.at);
  const left: Live = { ...without(ready, seat), past: [...call.past, seat.agent] };
  return invite(left, invitation, event.at);
}

const parked = (call: Live): Live => ({
  ...call,
  members: call.members.map(
    (member): Member => (member.side === "party" && member.stage === "in" ? { ...member, stage: "parked" } : member),
  ),
});

/** The guest goes, rung or there already, and the agent talks with the others again. */
export function takeBack(call: Live, seat: AgentMember): Next {
  const guests = parties(call).filter(({ guestOf }) => guestOf === seat.agent);
  if (guests.length === 0) return [call, []];
  const rest = guests.reduce<Live>((left, guest) => without(left, guest), { ...call, invitation: null });
  const next = unparked(rest);
  const hungUp = guests.flatMap((guest) => farewell(guest));
  return [next, [...hungUp, tell(seat.agent, talkingFact(next))]];
}

const farewell = ({ leg, stage }: PartyMember): readonly CallEffect[] => [
  ...(stage === "calling" ? [stopRinging] : []),
  { type: "hang-up", leg },
];

/** Whoever is on his way is not wanted any more: as if he did not come. */
function notWanted(call: Live, seat: Member, at: number): Next {
  const gone = seat.side === "party" ? farewell(seat) : [withdrawn(call, seat)];
  const cause = { status: 487, rung: seat.rung, ours: "gave-up" } as const;
  const [next, effects] = invitationFailed(without(call, seat), cause, at);
  return [next, [...gone, ...effects]];
}

/** The member with this number is sent away: a party is hung up, an agent is out of the call. */
export function dropMember(call: Live, { number, member: by, at }: Timed<"drop-member">): Next {
  const seat = call.members.find((member) => numberOf(member) === number);
  if (!seat) return [call, []];
  if (seat.stage === "expected" || seat.stage === "calling") return notWanted(call, seat, at);
  const told = tellPresent(without(call, seat), { type: "member-left", call: call.plan.id, number });
  if (seat.side === "party") {
    const [next, effects] = departed(without(call, seat), at, told);
    return [next, [...farewell(seat), ...effects]];
  }
  const next: Live = { ...without(call, seat), past: [...call.past, seat.agent] };
  const [left, effects] = departed(next, at, seat.agent === by ? [] : told);
  return [left, [withdrawn(call, seat), ...effects]];
}

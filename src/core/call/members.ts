// What agents do in a call of theirs: leave, hold, retrieve, mute, dial, join two calls. And what is left when somebody has gone.

import type { AgentId } from "../../base/ids.ts";
import { stay } from "../../base/step.ts";
import { over, queueLeft } from "./ending.ts";
import { offerDeclined, stopRinging, talkingFact, tellJoined } from "./invitation.ts";
import {
  agentSeat,
  agents,
  change,
  isPresent,
  type Next,
  parties,
  partySeat,
  tell,
  tellPresent,
  unparked,
  without,
} from "./seats.ts";
import type { AgentMember, CallEffect, CallEvent, Ended, Live } from "./state.ts";

type Timed<Type extends CallEvent["type"]> = Extract<CallEvent, { type: Type }>;

/** An agent leaves: his own call that nobody has answered fails, an offer is declined, else the others go on or not. */
export function agentLeaves(call: Live, seat: AgentMember, event: Timed<"release">): Next {
  const own = call.plan.agent === seat.agent && call.invitation?.purpose === "setup";
  if (own) return abandoned(call, seat, event.at, event.failure);
  if (seat.stage === "expected") return offerDeclined(call, seat, "released", event.at);
  const left = tellPresent(call, { type: "member-left", call: call.plan.id, number: seat.agent }, seat.agent);
  const next = { ...without(call, seat), past: [...call.past, seat.agent] };
  return departed(released(next, seat.agent), event.at, left);
}

/** Who placed the call gives up before anybody has answered. */
function abandoned(call: Live, seat: AgentMember, at: number, failure: Ended["failure"]): Next {
  return over(call, { at, failure, except: seat.agent });
}

/** Whom the agent was bringing in comes all the same, as in a blind transfer; whom he had set aside is so no more. */
function released(call: Live, agent: AgentId): Live {
  const { invitation } = call;
  const next = unparked(call);
  return invitation?.by === agent ? { ...next, invitation: { ...invitation, purpose: "blind" } } : next;
}

/** Two can talk, one can wait for whom the call is for; else it is over. `told` comes before the end. */
export function departed(call: Live, at: number, told: readonly CallEffect[]): Next {
  const present = call.members.filter(isPresent).length;
  return present >= 2 || isExpected(call, present) ? [call, told] : over(call, { at, failure: null, told });
}

/** Somebody is on his way to one who waits for him, and not only to him who asked on behalf of another. */
function isExpected({ invitation, members }: Live, present: number): boolean {
  if (invitation?.purpose !== "setup" && invitation?.purpose !== "blind") return false;
  return present > 0 || members.some(({ stage }) => stage === "arrived");
}

export const hold = (call: Live, seat: AgentMember, at: number): Next =>
  seat.stage === "in"
    ? [change(call, seat, { stage: "away", muted: false, videoMuted: false, heldAt: at }), []]
    : stay(call);

export function retrieve(call: Live, seat: AgentMember): Next {
  if (seat.stage !== "away") return stay(call);
  return [change(call, seat, { stage: "in", heldAt: null }), [tell(seat.agent, talkingFact(call))]];
}

/** Digits go to everybody outside who is in the call. */
export const dial = (call: Live, digits: string): Next => [
  call,
  parties(call).flatMap(({ stage, leg }): CallEffect[] => (stage === "in" ? [{ type: "dial", leg, digits }] : [])),
];

/** Everybody but the agent who joins the two calls moves over; nobody is hung up. Who was only on his way is not wanted any more. */
export function mergeInto(call: Live, seat: AgentMember, event: Timed<"merge-into">): Next {
  const { call: into, at } = event;
  const leaving = event.leave ? seat.agent : null;
  const replacing = event.replacing === undefined ? {} : { replacing: event.replacing };
  const members = call.members.filter((member) => member !== seat && isPresent(member));
  const coming = parties(call).find(({ stage }) => stage === "calling");
  const offered = agents(call).filter(({ stage }) => stage === "expected");
  const { id, caller } = call.plan;
  return [
    movedOn(call, at),
    [
      ...(coming ? [stopRinging, { type: "hang-up", leg: coming.leg } as const] : []),
      ...(call.invitation?.queued ? queueLeft(call) : []),
      ...offered.map(
        ({ agent }) =>
          ({ type: "tell-agent", agent, fact: { type: "offer-withdrawn", call: id, number: caller } }) as const,
      ),
      ...members.flatMap((member) =>
        member.side === "agent" ? [tell(member.agent, { type: "call-merged", call: id, into })] : [],
      ),
      { type: "tell-call", call: into, event: { type: "adopt", members, leaving, ...replacing } },
    ],
  ];
}

/** Its members go on elsewhere. */
const movedOn = (call: Live, at: number): Ended => ({
  name: "ended",
  plan: call.plan,
  appData: call.appData,
  agents: [...call.past, ...agents(call).map(({ agent }) => agent)],
  answeredAt: call.answeredAt,
  endedAt: at,
  failure: null,
  abandoned: false,
});

/** The gateway has seen that all of them are in. The agent who asked for it knows. */
export function confer(call: Live, seat: AgentMember, { conference, number, at }: Timed<"confer">): Next {
  const { id } = call.plan;
  const unheard = parties(call).map(({ leg }): CallEffect => ({ type: "detect", leg, watch: null }));
  return [
    movedOn(call, at),
    [
      ...(call.plan.detect.length > 0 ? unheard : []),
      ...agents(call).flatMap((other) =>
        other === seat ? [] : [tell(other.agent, { type: "call-conferred", call: id, conference, number })],
      ),
      { type: "seat-members", conference, members: call.members },
    ],
  ];
}

/** The members of another call of an agent's come into this one. */
export function adopt(call: Live, { members, leaving, replacing, at }: Timed<"adopt">): Next {
  const known = members.filter((member) => member.side === "party" || !agentSeat(call, member.agent));
  const next: Live = { ...call, members: [...call.members, ...known] };
  const legs = known.flatMap((member) => (member.side === "party" ? [member.leg] : []));
  const owned: CallEffect = { type: "own", legs };
  const replaced = replacing === undefined ? undefined : partySeat(next, replacing);
  if (replaced) {
    const [rest, changes] = departed(without(next, replaced), at, []);
    return [rest, [owned, { type: "hang-up", leg: replaced.leg }, ...changes]];
  }
  const seat = leaving === null ? undefined : agentSeat(next, leaving);
  if (!seat) return [next, [owned, ...tellJoined(next)]];
  const [left, effects] = departed({ ...without(next, seat), past: [...next.past, seat.agent] }, at, []);
  return [left, [owned, ...effects]];
}

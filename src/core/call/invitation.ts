// Bringing somebody in: a party is rung, an agent gets an offer, a skill's queue looks for one. One at a time; what becomes of it
// depends on its purpose.

import type { AgentId } from "../../base/ids.ts";
import { stay } from "../../base/step.ts";
import type { Cause } from "../detect/cause.ts";
import { featureOf } from "../feature.ts";
import { partyLegId } from "../party-leg.ts";
import { announce, guide, rulesOf } from "./announcing.ts";
import { over } from "./ending.ts";
import {
  agentSeat,
  agents,
  change,
  isAsked,
  isPresent,
  type Next,
  newAgentSeat,
  newPartySeat,
  numberOf,
  parties,
  tell,
  unparked,
  without,
} from "./seats.ts";
import type {
  AgentMember,
  CallEffect,
  CallEvent,
  CallFact,
  CallPlan,
  Declined,
  Invitation,
  Live,
  Member,
  Offer,
  OfferFact,
  QueueTicket,
} from "./state.ts";

type Timed<Type extends CallEvent["type"]> = Extract<CallEvent, { type: Type }>;

/** The ring timer belongs to the party that is being rung: every way out of that stops it. */
export const stopRinging: CallEffect = { type: "stop-timer", name: "ring-party" };

/** Begins the search for `invitation.target`; `like`: whose media a party's have to fit. */
export function invite(call: Live, invitation: Invitation, at: number): Next {
  const next = { ...call, invitation };
  switch (invitation.target.type) {
    case "party":
      return inviteParty(next, invitation, invitation.target);
    case "agent":
      return agentSeat(next, invitation.target.agent) ? isThere(next, at) : offer(next, invitation.target.agent);
    case "skill":
      return enqueue(next, invitation.target.skill, at);
    case "announcement":
    case "menu":
      return guide(next);
  }
}

/** Whom somebody wants in the call is in it. Who has passed it on to him is out of it; anybody else is told that nobody comes. */
function isThere(call: Live, at: number): Next {
  const others = call.members.filter(isPresent).length;
  if (call.invitation?.purpose === "blind" && others >= 2) return [{ ...call, invitation: null }, []];
  return invitationFailed(call, { status: 486, rung: false }, at);
}

/** Its place counts from when it began to wait, through every queue. A call from outside is now one of this skill. */
function enqueue(call: Live, skill: number, at: number): Next {
  const { invitation } = call;
  if (!invitation) return stay(call);
  const rules = rulesOf(call, skill);
  const ofSkill =
    rules && call.plan.kind === "incoming" && call.answeredAt === null
      ? { plan: { ...call.plan, skill: { id: skill, name: rules.name }, record: rules.record } }
      : {};
  const queued: Invitation = { ...invitation, queued: true, since: invitation.since ?? at };
  const next: Live = { ...call, ...ofSkill, invitation: queued };
  return [next, [ticket(next, skill, rules?.maxWaiting ?? null)]];
}

const ticket = (call: Live, skill: number, limit: number | null): CallEffect => ({
  type: "tell-queues",
  event: { type: "call-waiting", ...ticketOf(call, skill, limit) },
});

const ticketOf = ({ plan, invitation }: Live, skill: number, limit: number | null): QueueTicket => ({
  call: plan.id,
  skill,
  priority: plan.priority ?? 0,
  since: invitation?.since ?? plan.createdAt,
  limit,
});

/** A call that stands in a queue, so that it stands there again; null: it stands in none. */
export function waitingTicket(call: Live): (QueueTicket & { readonly type: "call-waiting" }) | null {
  const { invitation } = call;
  if (!invitation?.queued || invitation.target.type !== "skill" || isAsked(call)) return null;
  return { type: "call-waiting", ...ticketOf(call, invitation.target.skill, null) };
}

/** Of the party that is being called. */
export const mediaWanted = ({ plan, invitation }: Live): CallPlan["mediaAbility"] =>
  (invitation?.target.type === "party" ? invitation.target.mediaAbility : undefined) ?? plan.mediaAbility;

type PartyTarget = Extract<Invitation["target"], { type: "party" }>;

function inviteParty(call: Live, { by, purpose }: Invitation, { number, caller }: PartyTarget): Next {
  const ability = mediaWanted(call);
  const { plan } = call;
  const leg = partyLegId(plan.id, call.legs + 1);
  const inviter = by === null ? undefined : agentSeat(call, by);
  const guestOf = purpose === "talk" || purpose === "three-party" ? by : null;
  const video = ability !== 0 && inviter?.video === true;
  return [
    { ...call, legs: call.legs + 1, members: [...call.members, { ...newPartySeat(leg, number, "calling"), guestOf }] },
    [
      {
        type: "invite-party",
        leg,
        call: plan.id,
        caller: caller ?? plan.caller,
        called: number,
        video,
        needsVideo: ability === 1 && video,
        videoDirection: plan.videoDirection,
        like: inviter?.leg ?? call.members.find(({ stage }) => stage === "in")?.leg ?? null,
      },
      { type: "start-timer", name: "ring-party", ms: plan.ringMs },
    ],
  ];
}

/** Offers the call to this agent; he may decline. */
function offer(call: Live, agent: AgentId, requested = false): Next {
  const { plan, invitation } = call;
  const helper = invitation?.purpose === "help";
  const role = helper || plan.kind === "help" ? "assistant" : "main";
  const fact: OfferFact = {
    type: "offer",
    offer: {
      call: plan.id,
      kind: plan.kind,
      caller: plan.caller,
      called: plan.called,
      role,
      feature: helper ? 52 : featureOf(plan),
      skill: plan.skill,
      mediaAbility: plan.mediaAbility,
      videoDirection: plan.videoDirection,
      transferredBy: invitation?.purpose === "setup" ? "" : (invitation?.by ?? ""),
      ringMs: (invitation?.target.type === "skill" && rulesOf(call, invitation.target.skill)?.ringMs) || plan.ringMs,
      direct: !requested && isForHim(call),
      requested,
      returned: invitation?.returned ?? { times: 0, by: null },
    } satisfies Offer,
  };
  return [{ ...call, members: [...call.members, newAgentSeat(agent, role)] }, [{ type: "tell-agent", agent, fact }]];
}

/** His number was called, or the call was passed on to it: no queue has found him, and nobody wants his help. */
const isForHim = ({ plan, invitation }: Live): boolean =>
  invitation?.target.type === "agent" &&
  plan.kind !== "help" &&
  (invitation.purpose === "setup" || invitation.purpose === "blind" || invitation.purpose === "success");

/** By the skill of the call, or the one that he serves in it now; who only helps is not recorded for that. */
const isRecorded = ({ plan, invitation }: Live, { role }: AgentMember): boolean =>
  role === "main" &&
  (plan.record || (invitation !== null && "record" in invitation.target && invitation.target.record === true));

/** An agent's phone is off-hook: his who placed the call, or his who answers an offer. */
export function phoneAnswered(call: Live, seat: AgentMember, event: Timed<"phone-answered">): Next {
  const { invitation, plan } = call;
  const recorded = event.record || isRecorded(call, seat) ? { name: "", paused: false } : null;
  const next = change(call, seat, { leg: event.phone, stage: "in", video: event.video, recorded });
  if (invitation?.purpose === "setup" && plan.agent === seat.agent) return invite(next, invitation, event.at);
  const alerted = seat.rung ? [] : alerting(call, seat);
  const waiting = parties(next).find(({ stage }) => stage === "arrived");
  if (waiting) {
    const video = plan.mediaAbility !== 0 && event.video;
    return [next, [...alerted, { type: "answer-party", leg: waiting.leg, like: event.phone, video }]];
  }
  const [talking, effects] = joined(next, seat.agent, event.at);
  return [talking, [...alerted, ...effects]];
}

/** Somebody is in: two talk, three and more confer. The invitation is fulfilled, as its purpose has it. */
export function joined(call: Live, newcomer: AgentId | null, at: number): Next {
  const done: Live = { ...call, invitation: null, answeredAt: call.answeredAt ?? at };
  const { invitation } = call;
  if (invitation?.purpose === "success" && invitation.by !== null) return passedOn(done, invitation.by);
  if (invitation?.purpose === "talk" && invitation.by !== null) {
    const talking = newcomer === null ? [] : [tell(newcomer, talkingFact(done))];
    return [done, [...talking, ...tellJoined(done, invitation.by)]];
  }
  const next = unparked(done);
  const present = next.members.filter(isPresent);
  if (present.length < 2) return [next, []];
  if (present.length === 2) return [next, tellTalking(next)];
  const talking = newcomer === null ? [] : [tell(newcomer, talkingFact(next))];
  return [next, [...talking, ...tellJoined(next)]];
}

/** The newcomer has the call; who passed it on is out of it. */
function passedOn(call: Live, by: AgentId): Next {
  const seat = agentSeat(call, by);
  const next = seat ? { ...without(call, seat), past: [...call.past, by] } : call;
  return [next, [tell(by, { type: "call-passed-on", call: call.plan.id }), ...tellTalking(next)]];
}

const tellTalking = (call: Live): readonly CallEffect[] =>
  agents(call).flatMap((seat) => (seat.stage === "in" ? [tell(seat.agent, talkingFact(call))] : []));

export function talkingFact(call: Live): CallFact {
  const others = parties(call).filter(isPresent);
  const { id, caller, called } = call.plan;
  return {
    type: "call-talking",
    call: id,
    caller,
    called,
    video: others.some(({ video }) => video),
  };
}

/** Each agent who takes part, or `only` this one, learns who the others are. */
export const tellJoined = (call: Live, only?: AgentId): readonly CallEffect[] =>
  agents(call).flatMap((seat) => {
    if (!isPresent(seat) || (only !== undefined && seat.agent !== only)) return [];
    const partners = call.members.filter((other) => other !== seat && isPresent(other)).map(numberOf);
    return [tell(seat.agent, { type: "call-joined", call: call.plan.id, partners })];
  });

/** The queues have found somebody; a call that waits no more gives him back. */
export function assigned(call: Live, { agent, requested = false }: Timed<"assigned">): Next {
  const wanted = call.invitation?.queued && !isAsked(call);
  return wanted
    ? offer(call, agent, requested)
    : [call, [{ type: "tell-queues", event: { type: "assignment-over", agent } }]];
}

/** It rings at him no more, but at the one who wants it. */
export function pickedUp(call: Live, { from, by }: Timed<"picked-up">): Next {
  const seat = agentSeat(call, from);
  if (seat?.stage !== "expected" || agentSeat(call, by)) return stay(call);
  const { id, caller } = call.plan;
  const fact = { type: "offer-withdrawn", call: id, number: caller, pickedUp: true } as const;
  const [next, effects] = offer(without(call, seat), by, true);
  return [next, [{ type: "tell-agent", agent: from, fact }, ...effects]];
}

/** Nobody is free. A party that has only arrived is answered now, so that it hears that it waits. */
export function queued(call: Live): Next {
  const waiting = parties(call).find(({ stage }) => stage === "arrived");
  return waiting
    ? [call, [{ type: "answer-party", leg: waiting.leg, like: null, video: false }]]
    : [call, announce(call)];
}

/** An offer that was not taken goes back to the queue it came from, with its place; an agent who was asked for is not replaced. */
export function offerDeclined(call: Live, seat: AgentMember, why: Declined, at: number): Next {
  const next = without(call, seat);
  const { invitation } = next;
  if (why === "released" || invitation?.target.type !== "skill")
    return invitationFailed(next, declinedCause(seat, why), at);
  const { skill } = invitation.target;
  // A restart is none of his doing.
  const { times } = invitation.returned;
  const returned = why === "restart" ? invitation.returned : { times: times + 1, by: seat.agent };
  // Overdue, it takes who is free now, and waits no more.
  return [{ ...next, invitation: { ...invitation, returned } }, [ticket(next, skill, invitation.overdue ? 0 : null)]];
}

const declinedCause = ({ rung }: AgentMember, why: Declined): Cause => {
  const causes = {
    occupied: { status: 486, rung },
    "no-answer": { status: 408, rung, ours: "ring-timeout" },
    unreachable: { status: 480, rung, ours: "unreachable" },
    rejected: { status: 603, rung },
    released: { status: 603, rung },
    restart: { status: 503, rung, ours: "restart" },
  } as const satisfies Record<Declined, Cause>;
  return causes[why];
};

/** Nobody comes: the call fails, or goes on without him. */
export function invitationFailed(call: Live, cause: Cause, at: number): Next {
  const { invitation, plan } = call;
  if (!invitation || invitation.purpose === "setup" || invitation.purpose === "blind" || invitation.by === null) {
    const told = call.answeredAt === null && plan.agent !== null ? [tell(plan.agent, failedFact(call, cause))] : [];
    const failure = call.answeredAt === null ? ({ phase: "party", cause } as const) : null;
    // Whoever placed it knows by its failure; that a call of his is over which was answered he has to be told.
    return over(call, { at, failure, status: cause.status, told, except: failure && plan.agent });
  }
  return [
    unparked({ ...call, invitation: null }),
    [tell(invitation.by, { type: "invitation-failed", call: plan.id, purpose: invitation.purpose, cause })],
  ];
}

const failedFact = ({ plan }: Live, cause: Cause): CallFact => ({ type: "call-failed", call: plan.id, cause });

/** Tells whoever is waiting for him that somebody rings. */
export function alerting(call: Live, member: Member): readonly CallEffect[] {
  const by = call.invitation?.by;
  if (by === undefined || by === null) return [];
  const otherAgent = member.side === "agent" ? member.agent : "";
  return [tell(by, { type: "call-alerting", call: call.plan.id, other: numberOf(member), otherAgent })];
}

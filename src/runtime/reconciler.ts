// No state that live legs contradict: once a second agents, calls, queues and legs are compared. What does not fit twice in a row is
// mended by the event that should have come, logged as an error and counted: it is a bug of ours, never something usual.

import type { AgentId, CallId, LegId } from "../base/ids.ts";
import type { Log } from "../base/log.ts";
import type { Agent, AgentCall, AgentInput, SignedIn } from "../core/agent/state.ts";
import { isAsked } from "../core/call/seats.ts";
import type { AgentMember, Call, Live } from "../core/call/state.ts";
import type { Live as LiveConference, Seat } from "../core/conference/state.ts";
import type { FreeAgent, Queues } from "../core/skill/state.ts";
import type { Journal } from "./journal/journal.ts";
import type { Envelope } from "./loop.ts";

/** Everything that has to fit together. */
export type World = {
  readonly agents: readonly Agent[];
  readonly calls: readonly Call[];
  readonly conferences: readonly LiveConference[];
  readonly queues: Queues;
  /** Agents who can be given a call, as the loop has told the queues. */
  readonly free: readonly FreeAgent[];
  readonly legs: ReadonlySet<LegId>;
};

/** All that can be wrong, as it is logged and counted. */
export const CONTRADICTIONS = [
  "an agent is in a call that does not know him",
  "an agent's phone has a leg that is no more",
  "a call has an agent who does not know it",
  "a call has a party whose leg is no more",
  "a call waits that stands in no queue",
  "a conference has an agent who does not know it",
  "a conference has a party whose leg is no more",
  "a free agent stands in no queue",
  "a leg belongs to nobody",
] as const;

/** `key` is the same as long as the same thing is wrong. */
export type Contradiction = {
  readonly key: string;
  readonly what: (typeof CONTRADICTIONS)[number];
  readonly mend: readonly Envelope[] | { readonly hangUp: LegId };
};

/** Pure: what does not fit, with what mends it. */
export function contradictions(world: World): readonly Contradiction[] {
  const live = new Map(world.calls.flatMap((call) => (call.name === "live" ? [[call.plan.id, call] as const] : [])));
  const signedIn = new Map(
    world.agents.flatMap((agent) => (agent.name === "signed-in" ? [[agent.id, agent] as const] : [])),
  );
  return [
    ...[...signedIn.values()].flatMap((agent) => ofAgent(agent, live, world)),
    ...[...live.values()].flatMap((call) => ofCall(call, signedIn, world)),
    ...world.conferences.flatMap((conference) => ofConference(conference, signedIn, world)),
    ...ofFree(world),
    ...orphans(signedIn, live, world),
  ];
}

function ofAgent(
  agent: SignedIn,
  calls: ReadonlyMap<CallId, Live>,
  { conferences, legs }: World,
): readonly Contradiction[] {
  const { phone } = agent;
  const isKnown = (id: CallId): boolean =>
    seatOf(calls.get(id), agent.id) !== undefined ||
    conferences.some(({ plan, seats }) => plan.id === id && seats.some(isOf(agent.id)));
  const found = agent.calls.flatMap((call) =>
    call.inspection || call.playback || isKnown(call.id) ? [] : [callIsGone(agent, call)],
  );
  if (phone.name === "on-hook" || phone.name === "lost" || legs.has(phone.leg)) return found;
  const cause = { status: 500, rung: false } as const;
  const input =
    phone.name === "ringing"
      ? ({ type: "leg-failed", leg: phone.leg, cause } as const)
      : ({ type: "leg-ended", leg: phone.leg, remote: false } as const);
  const what = "an agent's phone has a leg that is no more";
  return [...found, { key: `phone ${phone.leg}`, what, mend: [{ to: "agent", id: agent.id, input }] }];
}

const isOf =
  (agent: AgentId) =>
  ({ type, number }: Seat): boolean =>
    type === "agent" && number === agent;

function callIsGone(agent: SignedIn, call: AgentCall): Contradiction {
  const { id } = call;
  return {
    key: `call ${id} of ${agent.id}`,
    what: "an agent is in a call that does not know him",
    mend: [{ to: "agent", id: agent.id, input: callOver(call) }],
  };
}

function callOver({ id, kind, stage, offer }: AgentCall): AgentInput {
  const cause = { status: 500, rung: false } as const;
  if (stage === "setting-up") return { type: "call-failed", call: id, cause };
  if (stage === "offered" || stage === "ringing")
    return { type: "offer-withdrawn", call: id, number: offer?.caller ?? "" };
  return { type: kind === "conference" ? "conference-left" : "call-over", call: id };
}

const seatOf = (call: Live | undefined, agent: AgentId): AgentMember | undefined =>
  call?.members.find((member): member is AgentMember => member.side === "agent" && member.agent === agent);

function ofCall(call: Live, agents: ReadonlyMap<AgentId, SignedIn>, { legs, queues }: World): readonly Contradiction[] {
  const { id } = call.plan;
  const members = call.members.flatMap((member): readonly Contradiction[] => {
    if (member.side === "agent") {
      const known = agents.get(member.agent)?.calls.some((one) => one.id === id);
      return known ? [] : [agentIsGone(id, member)];
    }
    if (legs.has(member.leg)) return [];
    const event = { type: "leg-ended", leg: member.leg, remote: false } as const;
    const what = "a call has a party whose leg is no more";
    return [{ key: `party ${member.leg}`, what, mend: [{ to: "call", id, event }] }];
  });
  return [...members, ...ofTicket(call, queues)];
}

function agentIsGone(id: CallId, { agent, stage }: AgentMember): Contradiction {
  const event =
    stage === "expected"
      ? ({ type: "offer-declined", why: "unreachable", member: agent } as const)
      : ({ type: "release", failure: null, member: agent } as const);
  return {
    key: `seat ${agent} in ${id}`,
    what: "a call has an agent who does not know it",
    mend: [{ to: "call", id, event }],
  };
}

function ofConference(
  { plan: { id }, seats }: LiveConference,
  agents: ReadonlyMap<AgentId, SignedIn>,
  { legs }: World,
): readonly Contradiction[] {
  return seats.flatMap((seat): readonly Contradiction[] => {
    const { type, number, leg, stage } = seat;
    if (type === "agent") {
      const agent = number as AgentId;
      const known = agents.get(agent)?.calls.some((one) => one.id === id);
      if (known) return [];
      const event =
        stage === "coming"
          ? ({ type: "offer-declined", why: "unreachable", member: agent } as const)
          : ({ type: "release", failure: null, member: agent } as const);
      const what = "a conference has an agent who does not know it";
      return [{ key: `seat ${agent} in ${id}`, what, mend: [{ to: "conference", id, event }] }];
    }
    if (leg === null || legs.has(leg)) return [];
    const event = { type: "leg-ended", leg, remote: false } as const;
    const what = "a conference has a party whose leg is no more";
    return [{ key: `party ${leg}`, what, mend: [{ to: "conference", id, event }] }];
  });
}

/** A call that looks for an agent stands in a queue, or somebody is being asked. */
function ofTicket(call: Live, queues: Queues): readonly Contradiction[] {
  const { invitation, plan } = call;
  if (!invitation?.queued || invitation.target.type !== "skill") return [];
  const { skill } = invitation.target;
  if (isAsked(call) || queues.skills.get(skill)?.waiting.some((ticket) => ticket.call === plan.id)) return [];
  return [
    {
      key: `ticket ${plan.id}`,
      what: "a call waits that stands in no queue",
      mend: [{ to: "call", id: plan.id, event: { type: "queue-refused" } }],
    },
  ];
}

/** Who is free stands in the lists of all his skills, or is being given a call. */
function ofFree({ free, queues: { skills, assigned } }: World): readonly Contradiction[] {
  const lists = new Map([...skills].map(([skill, queue]) => [skill, new Set(queue.free.map(({ agent }) => agent))]));
  return free.flatMap((one) => {
    const { agent, skills: served } = one;
    if (assigned.has(agent) || served.every(({ skill }) => lists.get(skill)?.has(agent))) return [];
    return [
      {
        key: `free ${agent}`,
        what: "a free agent stands in no queue",
        mend: [
          { to: "queues", event: { type: "agent-taken", agent, skills: served } },
          { to: "queues", event: { type: "agent-free", ...one } },
        ],
      },
    ];
  });
}

function orphans(
  agents: ReadonlyMap<AgentId, SignedIn>,
  calls: ReadonlyMap<CallId, Live>,
  { conferences, legs }: World,
): readonly Contradiction[] {
  const owned = new Set<LegId>();
  for (const { phone } of agents.values()) if (phone.name !== "on-hook") owned.add(phone.leg);
  for (const { seats } of conferences) for (const { leg } of seats) if (leg !== null) owned.add(leg);
  for (const { members } of calls.values()) for (const { leg } of members) if (leg !== null) owned.add(leg);
  return [...legs].flatMap((leg) =>
    owned.has(leg) ? [] : [{ key: `leg ${leg}`, what: "a leg belongs to nobody", mend: { hangUp: leg } }],
  );
}

export type ReconcilerOptions = {
  readonly log: Log;
  readonly world: () => World;
  readonly post: (envelope: Envelope) => void;
  readonly hangUp: (leg: LegId) => void;
  /** Told of each contradiction that was mended. */
  readonly mended: (what: Contradiction["what"]) => void;
};

/** Returns one look at everything; who calls it decides how often. */
export function openReconciler({ log, world, post, hangUp, mended }: ReconcilerOptions): () => void {
  let before: ReadonlySet<string> = new Set();
  return () => {
    const found = contradictions(world());
    const again = found.filter(({ key }) => before.has(key));
    before = new Set(found.map(({ key }) => key));
    for (const { key, what, mend } of again) {
      log.error({ key, what }, "a state that the legs contradict was mended");
      mended(what);
      if ("hangUp" in mend) hangUp(mend.hangUp);
      else for (const envelope of mend) post(envelope);
    }
  };
}

/**
 * Legs that are still to be called are none that are lost: a look waits for what is under way, and the next one is asked for when it has
 * been made. Two that waited for the same commit would see the same calls that wait for theirs.
 */
export function lookWhenKept(journal: Pick<Journal, "after">, look: () => void): () => void {
  let waits = false;
  return () => {
    if (waits) return;
    waits = true;
    journal.after(() => {
      waits = false;
      look();
    });
  };
}

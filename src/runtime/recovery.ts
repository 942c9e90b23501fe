// What a restart makes of the state that the journal has found. Machines, timers, sessions and feeds stand as they did; what the
// outside has lost meanwhile, legs above all, is told to them as what it is for them: a leg that failed or ended. So every event
// of it is a documented one, and no machine knows of restarts.

import { type Clock, nextTurn } from "../base/clock.ts";
import type { AgentId, CallId, LegId } from "../base/ids.ts";
import type { Log } from "../base/log.ts";
import type { Agent } from "../core/agent/state.ts";
import { mediaAnew } from "../core/call/media-anew.ts";
import { parties } from "../core/call/seats.ts";
import type { Call, LegEvent } from "../core/call/state.ts";
import { mediaAnew as mediaOfConference } from "../core/conference/media-anew.ts";
import type { Live as LiveConference } from "../core/conference/state.ts";
import type { Cause } from "../core/detect/cause.ts";
import type { Site } from "../core/site.ts";
import { isOfAnyLeg } from "./effects.ts";
import type { Journal } from "./journal/journal.ts";
import type { Reporter } from "./leg.ts";
import type { Envelope, Loop, Outward } from "./loop.ts";
import { type Contradiction, contradictions, type World } from "./reconciler.ts";
import type { Sessions } from "./sessions.ts";

export type RecoveryOptions = {
  readonly clock: Pick<Clock, "monotonic">;
  readonly log: Log;
  readonly site: Pick<Site, "agents">;
  readonly loop: Loop;
  readonly journal: Pick<Journal, "after">;
  readonly sessions: Pick<Sessions, "get" | "agents">;
  readonly world: () => World;
  /** Takes up the legs of the process before. `report`: who hears of this one; null: nobody has it any more. */
  readonly takeUp: (report: (leg: LegId) => Reporter | null) => void;
  readonly perform: (outward: Outward) => void;
  readonly reportToCall: (call: CallId, report: LegEvent) => void;
  /** Ends a session that cannot go on. */
  readonly shutOut: (agent: string) => void;
  readonly hangUp: (leg: LegId) => void;
  /** What these legs report comes to this call, or this conference. */
  readonly own: (call: CallId, legs: readonly LegId[]) => void;
};

/** It was not answered when the gateway went down. */
const cutOff = (rung: boolean): Cause => ({ status: 503, rung, ours: "restart" });

const failed = (leg: LegId, rung: boolean): LegEvent => ({ type: "leg-failed", leg, cause: cutOff(rung) });

const ended = (leg: LegId): LegEvent => ({ type: "leg-ended", leg, remote: true });

/** Looks that mend what the looks before have led to, two for each. */
const LOOKS = 20;

/** Everything found that cannot go on ends. To be called once, when it is known which legs live. */
export function recover(options: RecoveryOptions): void {
  const { clock, log, loop, world } = options;
  const begun = clock.monotonic();
  const found = { calls: [...loop.calls()].length, conferences: [...loop.conferences()].length };
  endSessions(options);
  const owners = ownersOf(options);
  options.takeUp((leg) => owners.get(leg) ?? null);
  const { legs } = world();
  for (const envelope of lostLegs(world(), legs)) loop.post(envelope);
  playOn(options);
  mendAll(options, LOOKS);
  const agents = options.sessions.agents().length;
  if (agents + found.calls + found.conferences === 0) return;
  const kept = [...loop.calls()].length + [...loop.conferences()].length;
  const ms = Math.round(clock.monotonic() - begun);
  log.info({ agents, ...found, kept, ms }, "taken up where the last process was");
}

type Owners = ReadonlyMap<LegId, Reporter>;

/** Phones report to their agents, parties to the call or the conference that they are in. */
function ownersOf({ loop, own, reportToCall }: RecoveryOptions): Owners {
  const owners = new Map<LegId, Reporter>();
  for (const agent of loop.agents())
    if (agent.name === "signed-in" && agent.phone.name !== "on-hook")
      owners.set(agent.phone.leg, (report) => void loop.post({ to: "agent", id: agent.id, input: report }));
  const party = (call: CallId, legs: readonly LegId[]): void => {
    own(call, legs);
    for (const leg of legs) owners.set(leg, (report) => isOfAnyLeg(report) && reportToCall(call, report));
  };
  for (const call of loop.calls()) if (call.name === "live") party(call.plan.id, parties(call).map(legOf));
  for (const { plan, seats } of loop.conferences())
    party(
      plan.id,
      seats.flatMap(({ type, leg }) => (type === "party" && leg !== null ? [leg] : [])),
    );
  return owners;
}

const legOf = ({ leg }: { readonly leg: LegId }): LegId => leg;

/** What the media did follows from the state: it is said again. What was being played to an end has one. */
function playOn({ loop, perform }: RecoveryOptions): void {
  for (const outward of [...loop.calls()].flatMap(anew)) perform(outward);
  for (const conference of loop.conferences()) {
    const { id } = conference.plan;
    for (const effect of mediaOfConference(conference)) perform({ by: "conference", id, effect } as Outward);
    for (const { leg, playing } of conference.seats)
      if (leg !== null && playing !== null) loop.post({ to: "conference", id, event: { type: "played", leg } });
  }
  for (const envelope of [...loop.agents()].flatMap(playedToEnd)) loop.post(envelope);
}

const anew = (call: Call): readonly Outward[] =>
  call.name === "ended" ? [] : mediaAnew(call).map((effect) => ({ by: "call", id: call.plan.id, effect }) as Outward);

const playedToEnd = (agent: Agent): readonly Envelope[] =>
  (agent.name === "signed-in" ? agent.calls : []).flatMap(({ id, playback }) =>
    playback ? [{ to: "agent", id: agent.id, input: { type: "play-ended", call: id, failed: true } }] : [],
  );

/**
 * When what was mended has had its effects, one looks again. Only what is wrong in two looks is: a call that has begun meanwhile has
 * no leg yet while it waits for its commit.
 */
function mendAll(options: RecoveryOptions, looks: number, before: ReadonlySet<string> = new Set()): void {
  const look = (): void => {
    const wrong = looks === 0 ? [] : contradictions(options.world());
    if (wrong.length === 0) return;
    const again = wrong.filter(({ key }) => before.has(key));
    for (const each of again) mend(options, each);
    mendAll(options, looks - 1, new Set(wrong.map(({ key }) => key)));
  };
  // A journal that is given up lets everybody go at once: those who wait behind this look go before it.
  options.journal.after(() => void nextTurn().then(look));
}

function mend({ loop, hangUp }: RecoveryOptions, { mend: how }: Contradiction): void {
  if ("hangUp" in how) hangUp(how.hangUp);
  else for (const envelope of how) loop.post(envelope);
}

/** A session without its agent, or an agent without his session: the key or the site is another one than before. */
function endSessions({ site, loop, sessions, shutOut }: RecoveryOptions): void {
  const known = new Set(site.agents.map(({ id }) => id));
  const signedIn = new Set([...loop.agents()].flatMap(({ id, name }) => (name === "signed-in" ? [id as string] : [])));
  for (const agent of new Set([...signedIn, ...sessions.agents()]))
    if (!known.has(agent) || !signedIn.has(agent) || !sessions.get(agent)) shutOut(agent);
}

/** Parties first: what becomes of an agent's phone follows from his calls. */
function* lostLegs(world: World, legs: ReadonlySet<LegId>): Generator<Envelope> {
  for (const call of world.calls) yield* ofCall(call, legs);
  for (const conference of world.conferences) yield* ofConference(conference, legs);
  for (const agent of world.agents) yield* ofAgent(agent, legs);
}

function* ofCall(call: Call, legs: ReadonlySet<LegId>): Generator<Envelope> {
  if (call.name === "ended") return;
  for (const member of call.members) {
    if (member.side !== "party" || legs.has(member.leg)) continue;
    const { leg, stage, rung } = member;
    const answered = stage === "in" || stage === "parked";
    yield { to: "call", id: call.plan.id, event: answered ? ended(leg) : failed(leg, rung) };
  }
}

function* ofConference({ plan, seats }: LiveConference, legs: ReadonlySet<LegId>): Generator<Envelope> {
  for (const { type, leg, stage } of seats) {
    if (type !== "party" || leg === null || legs.has(leg)) continue;
    yield { to: "conference", id: plan.id, event: stage === "in" ? ended(leg) : failed(leg, false) };
  }
}

function* ofAgent(agent: Agent, legs: ReadonlySet<LegId>): Generator<Envelope> {
  if (agent.name === "signed-out" || agent.phone.name === "on-hook" || legs.has(agent.phone.leg)) return;
  const { name, leg } = agent.phone;
  const id: AgentId = agent.id;
  const input = name === "ringing" ? failed(leg, agent.phone.alerted) : ended(leg);
  yield { to: "agent", id, input };
}

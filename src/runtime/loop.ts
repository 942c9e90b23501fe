// The one loop: event in -> reducer -> state -> effects out. A FIFO mailbox, no locks: `tell`s go to its end, other effects
// are collected and, once it is empty and what they follow from is in the journal, performed in order. A reducer that throws is a
// bug: logged, its call ended.

import type { Clock } from "../base/clock.ts";
import type { AgentId, CallId } from "../base/ids.ts";
import type { Log } from "../base/log.ts";
import { isRefusal, refuse } from "../base/step.ts";
import { newAgent, reduceAgent } from "../core/agent/agent.ts";
import { isFree } from "../core/agent/offers.ts";
import { type Agent, type AgentEffect, type AgentInput, type Refused, stateNumber } from "../core/agent/state.ts";
import { newCall, reduceCall } from "../core/call/call.ts";
import type { CallRules } from "../core/call/rules.ts";
import type { Call, CallEffect, CallEvent, CallPlan, Ended, Live, TalkEvent, Untimed } from "../core/call/state.ts";
import { newConference, reduceConference } from "../core/conference/conference.ts";
import type { ConferenceEvent, ConferencePlan, Live as LiveConference } from "../core/conference/state.ts";
import { inspects, type Watch, type WatchEffect, watchChanges, watchOf } from "../core/inspection/watch.ts";
import { reduceQueues } from "../core/skill/queues.ts";
import type { FreeAgent, Queues, QueuesEvent, Served } from "../core/skill/state.ts";
import { type Ending, endBrokenCall, endBrokenConference } from "./broken.ts";
import type { Envelope, Outward } from "./envelope.ts";
import { type Journal, noJournal } from "./journal/journal.ts";
import { foundMachines, loopImages, type Presence } from "./journal/loop-images.ts";
import type { Traces } from "./traces.ts";

export type { Envelope, Outward } from "./envelope.ts";

export type LoopOptions = {
  readonly clock: Clock;
  readonly log: Log;
  readonly journal?: Pick<Journal, "after" | "keep" | "found">;
  readonly perform: (outward: Outward) => void;
  /** Kept with the machines; absent: nobody has any. */
  readonly traces?: Pick<Traces, "ofCall" | "ofAgent" | "adopt">;
  /** Of the site, for calls that were begun before a restart. */
  readonly rules?: CallRules;
  /** Carries out what is itself kept, so that it is in the same commit; false: it is for `perform`. */
  readonly note?: (outward: Outward) => boolean;
  /** How well the agent serves the skill: the larger, the sooner he gets its calls. */
  readonly level: (agent: AgentId, skill: number) => number;
  /** The number of his state is another one (codes.json agent_states); 2 = signed out. */
  readonly presence?: (agent: AgentId, state: number) => void;
  /** A call has ended; it is forgotten after this. */
  readonly ended: (call: Ended) => void;
  /** The queues have chosen, or have found nobody; ms. */
  readonly chose?: (ms: number) => void;
  readonly witness?: Witness;
};

/** Sees every step as it is taken, and changes nothing. */
export type Witness = {
  /** A call is there; its first step comes. */
  begun?(call: Live): void;
  agent(id: AgentId, agent: Agent, effects: readonly AgentEffect[]): void;
  call(call: Call): void;
};

export type Loop = {
  /** The refusal of this event, or null: it was taken. */
  post(envelope: Envelope): Refused | null;
  /** A call that no agent has placed: it has arrived from outside. */
  arrive(plan: CallPlan): void;
  agent(id: AgentId): Agent;
  agents(): Iterable<Agent>;
  /** Who can be given a call, as the queues were told. */
  free(): Iterable<FreeAgent>;
  call(id: CallId): Call | undefined;
  /** Calls that have not ended. */
  calls(): Iterable<Call>;
  conference(id: CallId): LiveConference | undefined;
  /** Conferences that have not ended. */
  conferences(): Iterable<LiveConference>;
  /** Calls and conferences that have not ended. */
  standing(): number;
  queues(): Queues;
  /** Whom this agent inspects, his phone being off-hook. */
  watch(inspector: AgentId): Watch | undefined;
  watches(): Iterable<Watch>;
  /** The agent's state since when, and the one before it. */
  presence(id: AgentId): Presence;
};

const noTraces = { ofCall: () => "", ofAgent: () => "" };

export function openLoop(options: LoopOptions): Loop {
  const { clock, log, journal = noJournal, perform, note, level, presence, ended, chose, witness } = options;
  const machines = foundMachines(journal, options.rules);
  const { agents, calls, conferences, free, presences, watches } = machines;
  options.traces?.adopt(machines.traces);
  const images = loopImages(journal, machines, options.traces ?? noTraces);
  let { queues } = machines;
  const mailbox: Envelope[] = [];
  const outbox: Outward[] = [];
  /** Effects whose time has come. */
  const ready: Outward[] = [];
  let running = false;

  const agentOf = (id: AgentId): Agent => agents.get(id) ?? newAgent(id);

  /** What means the same to a call and to a conference, to the one that has this id. */
  const talkOf = (id: CallId, event: TalkEvent): Envelope =>
    conferences.has(id) ? { to: "conference", id, event } : { to: "call", id, event };

  const beginCall = (plan: CallPlan): void => {
    const call = newCall(plan);
    calls.set(plan.id, call);
    images.call(plan.id);
    witness?.begun?.(call);
  };

  const beginConference = (plan: ConferencePlan): void => {
    conferences.set(plan.id, newConference(plan));
    images.conference(plan.id);
  };

  const agentEffect = (id: AgentId, effect: AgentEffect): void => {
    if (effect.type === "start-call") beginCall(effect.plan);
    else if (effect.type === "start-conference") beginConference(effect.plan);
    else if (effect.type === "tell-call") mailbox.push(talkOf(effect.call, { ...effect.event, member: id }));
    else if (effect.type === "intercept")
      mailbox.push({ to: "call", id: effect.call, event: { type: "intercepted", by: id } });
    else outbox.push({ by: "agent", id, effect });
  };

  const agentStep = (id: AgentId, input: AgentInput): Refused | null => {
    const outcome = reduceAgent(agentOf(id), input);
    if (isRefusal(outcome)) return outcome;
    agents.set(id, outcome[0]);
    for (const effect of outcome[1]) agentEffect(id, effect);
    notePresence(id, outcome[0]);
    tellFree(id, outcome[0]);
    images.agent(id);
    follow(id);
    witness?.agent(id, ...outcome);
    return null;
  };

  const notePresence = (id: AgentId, agent: Agent): void => {
    const state = stateNumber(agent);
    const known = presences.get(id);
    if (known?.state === state) return;
    presences.set(id, { state, since: clock.now(), last: known?.state ?? 2 });
    presence?.(id, state);
  };

  /** What the agent can be given now, if anything. */
  const served = (id: AgentId, agent: Agent): readonly Served[] =>
    agent.name === "signed-in" && agent.profile.talkRight && isFree(agent)
      ? agent.profile.skills.map((skill) => ({ skill, level: level(id, skill) }))
      : [];

  /** The queues hear of every change, whatever made it: no reducer can forget to say it. */
  const tellFree = (id: AgentId, agent: Agent): void => {
    const before = free.get(id);
    const skills = served(id, agent);
    if (before ? sameSkills(before.skills, skills) : skills.length === 0) return;
    if (before) {
      free.delete(id);
      mailbox.push({ to: "queues", event: { type: "agent-taken", agent: id, skills: before.skills } });
    }
    if (skills.length === 0) return;
    const now: FreeAgent = { agent: id, since: before?.since ?? clock.steady(), skills };
    free.set(id, now);
    mailbox.push({ to: "queues", event: { type: "agent-free", ...now } });
  };

  const followed = (change: WatchEffect): Envelope => (change.to === "call" ? talkOf(change.id, change.event) : change);

  /** Inspectors go where the agents go whom they inspect. Runs at each step, and most sites have no inspector at work. */
  const follow = (changed: AgentId): void => {
    const inspectors = watches.size === 0 ? [] : [...watches.values()].filter(({ of }) => of === changed);
    followOne(changed);
    for (const { inspector } of inspectors) followOne(inspector);
  };

  const followOne = (inspector: AgentId): void => {
    const before = watches.get(inspector) ?? null;
    const of = inspects(agentOf(inspector))?.of;
    if (of === undefined && !before) return;
    const inspected = of === undefined ? null : agentOf(of);
    const after = inspected && watchOf(agentOf(inspector), inspected);
    if (after) watches.set(inspector, after);
    else watches.delete(inspector);
    mailbox.push(...watchChanges(before, after, inspected?.name === "signed-out").map(followed));
  };

  const queuesStep = (event: QueuesEvent): void => {
    const begun = clock.monotonic();
    const [next, effects] = reduceQueues(queues, event);
    queues = next;
    if (event.type === "call-waiting" || event.type === "agent-free") chose?.(clock.monotonic() - begun);
    for (const effect of effects) {
      if (calls.has(effect.call)) mailbox.push({ to: "call", id: effect.call, event: effect.event });
      // The call ended before: whoever was to get it is as free as he was.
      else if (effect.event.type === "assigned")
        mailbox.push({ to: "queues", event: { type: "assignment-over", agent: effect.event.agent } });
    }
  };

  const callEffect = (id: CallId, effect: CallEffect): void => {
    if (effect.type === "tell-agent") mailbox.push({ to: "agent", id: effect.agent, input: effect.fact });
    else if (effect.type === "tell-call") mailbox.push({ to: "call", id: effect.call, event: effect.event });
    else if (effect.type === "tell-queues") mailbox.push({ to: "queues", event: effect.event });
    else if (effect.type === "seat-members") {
      const { conference, members } = effect;
      mailbox.push({ to: "conference", id: conference, event: { type: "seat", members } });
    } else outbox.push({ by: "call", id, effect });
  };

  const callStep = (id: CallId, event: Untimed<CallEvent>): void => {
    const call = calls.get(id);
    if (!call) return;
    const [next, effects] = reduceCall(call, { ...event, at: clock.now() } as CallEvent);
    for (const effect of effects) callEffect(id, effect);
    witness?.call(next);
    if (next.name !== "ended") calls.set(id, next);
    else calls.delete(id);
    images.call(id);
    if (next.name === "ended") ended(next);
  };

  const conferenceStep = (id: CallId, event: Untimed<ConferenceEvent>): Refused | null => {
    const conference = conferences.get(id);
    if (!conference) return null;
    const outcome = reduceConference(conference, { ...event, at: clock.now() } as ConferenceEvent);
    if ("refused" in outcome) return outcome;
    const [next, effects] = outcome;
    for (const effect of effects) {
      if (effect.type === "tell-agent") mailbox.push({ to: "agent", id: effect.agent, input: effect.fact });
      else outbox.push({ by: "conference", id, effect });
    }
    if (next.name === "ended") conferences.delete(id);
    else conferences.set(id, next);
    images.conference(id);
    return null;
  };

  const step = (envelope: Envelope): Refused | null => {
    try {
      if (envelope.to === "agent") return agentStep(envelope.id, envelope.input);
      if (envelope.to === "conference") return conferenceStep(envelope.id, envelope.event);
      if (envelope.to === "queues") queuesStep(envelope.event);
      else callStep(envelope.id, envelope.event);
    } catch (fault) {
      bug(envelope, fault);
      return refuse("100-007", "internal error");
    }
    return null;
  };

  const bug = (envelope: Envelope, fault: unknown): void => {
    const id = envelope.to === "queues" ? "" : envelope.id;
    const state = envelope.to === "agent" ? agentOf(envelope.id).name : "";
    const event = envelope.to === "agent" ? envelope.input.type : envelope.event.type;
    log.error({ machine: envelope.to, id, state, event, error: String(fault) }, "a reducer threw");
    if (envelope.to === "call") endCall(envelope.id);
    if (envelope.to === "conference") endConference(envelope.id);
  };

  const endCall = (id: CallId): void => {
    const call = calls.get(id);
    if (!call) return;
    calls.delete(id);
    images.call(id);
    carryOn(endBrokenCall(call));
  };

  const endConference = (id: CallId): void => {
    const conference = conferences.get(id);
    if (!conference) return;
    conferences.delete(id);
    images.conference(id);
    carryOn(endBrokenConference(conference));
  };

  const carryOn = ({ told, outward }: Ending): void => {
    mailbox.push(...told);
    outbox.push(...outward);
  };

  const performAll = (): void => {
    for (let next = ready.shift(); next; next = ready.shift()) {
      try {
        perform(next);
      } catch (fault) {
        threw(next, fault);
      }
    }
  };

  const noted = (outward: Outward): boolean => {
    try {
      return note?.(outward) ?? false;
    } catch (fault) {
      threw(outward, fault);
      return true;
    }
  };

  const threw = ({ by, id, effect }: Outward, fault: unknown): void =>
    log.error({ machine: by, id, effect: effect.type, error: String(fault) }, "an effect threw");

  /** They are performed when all that has been kept so far is; INVITEs are made ready meanwhile. */
  const handOver = (): void => {
    if (outbox.length === 0) return;
    const effects = outbox.splice(0).filter((effect) => !noted(effect));
    const [invites, others] = partition(effects, invitesAnybody);
    if (others.length > 0)
      journal.after(() => {
        ready.push(...others);
        run();
      });
    ready.push(...invites);
  };

  /** What the first step said. */
  const run = (): Refused | null => {
    if (running) return null;
    running = true;
    let first: Refused | null | undefined;
    try {
      while (mailbox.length > 0 || ready.length > 0) {
        for (let next = mailbox.shift(); next; next = mailbox.shift()) {
          const refused = step(next);
          if (first === undefined) first = refused;
        }
        handOver();
        performAll();
      }
    } finally {
      running = false;
    }
    return first ?? null;
  };

  const post = (envelope: Envelope): Refused | null => {
    mailbox.push(envelope);
    return run();
  };

  return {
    post,
    arrive(plan) {
      beginCall(plan);
      post({ to: "call", id: plan.id, event: { type: "arrived" } });
    },
    agent: agentOf,
    agents: () => agents.values(),
    free: () => free.values(),
    call: (id) => calls.get(id),
    calls: () => calls.values(),
    conference: (id) => conferences.get(id),
    conferences: () => conferences.values(),
    standing: () => calls.size + conferences.size,
    queues: () => queues,
    watch: (inspector) => watches.get(inspector),
    watches: () => watches.values(),
    presence: (id) => presences.get(id) ?? { since: clock.now(), last: 2 },
  };
}

/** Its INVITE waits for an image of its own, which is kept behind those of the step (journal/invite-images.ts), and mostly with them. */
const invitesAnybody = ({ effect }: Outward): boolean =>
  effect.type === "invite-phone" || effect.type === "invite-party";

function partition<Item>(items: readonly Item[], first: (item: Item) => boolean): readonly [Item[], Item[]] {
  const both: [Item[], Item[]] = [[], []];
  for (const item of items) both[first(item) ? 0 : 1].push(item);
  return both;
}

const sameSkills = (one: readonly Served[], other: readonly Served[]): boolean =>
  one.length === other.length &&
  one.every(({ skill, level }, index) => other[index]?.skill === skill && other[index]?.level === level);

// The loop's machines in the journal: agents, calls, conferences. Queues and inspectors are derived from them, as they are while
// the gateway runs.

import type { AgentId, CallId } from "../../base/ids.ts";
import type { Agent } from "../../core/agent/state.ts";
import { waitingTicket } from "../../core/call/invitation.ts";
import type { CallRules } from "../../core/call/rules.ts";
import type { CallPlan, Ended, Live } from "../../core/call/state.ts";
import type { Live as LiveConference } from "../../core/conference/state.ts";
import { inspects, type Watch, watchOf } from "../../core/inspection/watch.ts";
import { noQueues, reduceQueues } from "../../core/skill/queues.ts";
import type { FreeAgent, Queues, QueuesEvent } from "../../core/skill/state.ts";
import type { KnownTraces, Traces } from "../traces.ts";
import type { Journal } from "./journal.ts";

/** The agent's state since when, and the one before it. */
export type Presence = { readonly since: number; readonly last: number };

/** `state`: codes.json agent_states; 2 = signed out. */
export type NotedPresence = Presence & { readonly state: number };

export type Machines = {
  readonly agents: Map<AgentId, Agent>;
  readonly calls: Map<CallId, Live>;
  readonly conferences: Map<CallId, LiveConference>;
  readonly presences: Map<AgentId, NotedPresence>;
  /** Who can be given a call. */
  readonly free: Map<AgentId, FreeAgent>;
};

/** Of the request that began it. */
type Traced = { readonly trace?: string };

/** The rules of the site are the same in each plan: they are not written with every step. */
type CallImage = Omit<Live, "plan"> & Traced & { readonly plan: Omit<CallPlan, "rules">; readonly ruled: boolean };

function imageOf({ plan: { rules, ...plan }, ...call }: Live, trace: string): CallImage {
  return { ...call, plan, ruled: rules !== undefined, trace };
}

const callOf = ({ ruled, plan, trace: _, ...call }: CallImage, rules: CallRules | undefined): Live => ({
  ...call,
  plan: ruled && rules ? { ...plan, rules } : plan,
});

/** As it is kept for who asks for it later. */
export const withoutRules = (call: Ended): Ended => {
  const { rules: _, ...plan } = call.plan;
  return { ...call, plan };
};

type ConferenceImage = LiveConference & Traced;

type AgentImage = Traced & {
  readonly agent: Agent;
  readonly presence: NotedPresence | null;
  readonly free: FreeAgent | null;
};

export type LoopImages = {
  /** These are something else now. */
  agent(id: AgentId): void;
  call(id: CallId): void;
  conference(id: CallId): void;
};

/** Traces are asked for when the images are written: what a step tells its agents may be the first to have one. */
type Tracing = Pick<Traces, "ofCall" | "ofAgent">;

export function loopImages(journal: Pick<Journal, "keep">, machines: Machines, traces: Tracing): LoopImages {
  const { agents, calls, conferences, presences, free } = machines;
  return {
    agent(id) {
      const agent = agents.get(id);
      if (!agent) return journal.keep("agent", id, null);
      const image: AgentImage = { agent, presence: presences.get(id) ?? null, free: free.get(id) ?? null };
      journal.keep("agent", id, () => ({ ...image, trace: traces.ofAgent(id) }));
    },
    call(id) {
      const call = calls.get(id);
      journal.keep("call", id, call ? () => imageOf(call, traces.ofCall(id)) : null);
    },
    conference(id) {
      const conference = conferences.get(id);
      journal.keep("conference", id, conference ? () => ({ ...conference, trace: traces.ofCall(id) }) : null);
    },
  };
}

/** What the journal has found; the queues and the inspectors that follow from it. `rules`: those of the site. */
export function foundMachines(
  journal: Pick<Journal, "found">,
  rules: CallRules | undefined,
): Machines & {
  readonly queues: Queues;
  readonly watches: Map<AgentId, Watch>;
  readonly traces: KnownTraces;
} {
  const images = [...journal.found<AgentImage>("agent").values()];
  const callImages = [...journal.found<CallImage>("call").values()];
  const conferences = [...journal.found<ConferenceImage>("conference").values()];
  const calls = new Map(callImages.map((image) => [image.plan.id, callOf(image, rules)]));
  const agents = new Map(images.map(({ agent }) => [agent.id, agent]));
  const free = new Map(images.flatMap(({ agent, free }) => (free ? [[agent.id, free] as const] : [])));
  return {
    ...{ agents, calls, free },
    conferences: new Map(conferences.map(({ trace: _, ...conference }) => [conference.plan.id, conference])),
    traces: {
      calls: known([...callImages, ...conferences].map(({ plan, trace }) => [plan.id, trace])),
      agents: known(images.map(({ agent, trace }) => [agent.id, trace])),
    },
    presences: new Map(images.flatMap(({ agent, presence }) => (presence ? [[agent.id, presence] as const] : []))),
    queues: queuesOf(free.values(), calls.values()),
    watches: watchesOf(agents),
  };
}

const known = (traced: readonly (readonly [id: string, trace: string | undefined])[]): ReadonlyMap<string, string> =>
  new Map(traced.flatMap(([id, trace]) => (trace ? [[id, trace] as const] : [])));

/** Nobody waits beside a free agent: nothing follows from putting them back in their places. */
function queuesOf(free: Iterable<FreeAgent>, calls: Iterable<Live>): Queues {
  const events: QueuesEvent[] = [...calls].flatMap((call) => waitingTicket(call) ?? []);
  for (const agent of free) events.push({ type: "agent-free", ...agent });
  return events.reduce((queues, event) => reduceQueues(queues, event)[0], noQueues);
}

function watchesOf(agents: ReadonlyMap<AgentId, Agent>): Map<AgentId, Watch> {
  const watches = new Map<AgentId, Watch>();
  for (const [id, agent] of agents) {
    const of = inspects(agent)?.of;
    const inspected = of === undefined ? undefined : agents.get(of);
    const watch = inspected && watchOf(agent, inspected);
    if (watch) watches.set(id, watch);
  }
  return watches;
}

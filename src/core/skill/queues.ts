// Distribution of calls (ACD): a call goes to the free agent of its skill with the highest level, among equals to the one who is
// idle longest; an agent who becomes free gets, of all calls that wait for skills of his, the one of highest priority, among
// equals the one that waits longest. So nobody is served out of order, whichever of the two comes first.
//
//   call-waiting --somebody is free--> assigned      agent-free --a call waits--> assigned
//        '------ nobody: queued ------'                   '------ none: listed ------'

import type { AgentId, CallId } from "../../base/ids.ts";
import { type Step, unreachable } from "../../base/step.ts";
import type { FreeAgent, Queue, Queues, QueuesEffect, QueuesEvent, Served, Waiting } from "./state.ts";

type Next = Step<Queues, QueuesEffect>;

export const noQueues: Queues = { skills: new Map(), assigned: new Map(), entry: 0 };
const emptyQueue: Queue = { waiting: [], free: [] };

export function reduceQueues(queues: Queues, event: QueuesEvent): Next {
  switch (event.type) {
    case "call-waiting":
      return callWaiting(queues, event);
    case "call-gone":
      return [withoutCall(queues, event.call), []];
    case "call-requested": {
      const { call, agent } = event;
      const waits = queueOf(queues, event.skill).waiting.find((ticket) => ticket.call === call);
      if (!waits) return [queues, []];
      const told = { type: "assigned", agent, requested: true } as const;
      return [withoutTicket(queues, waits), [{ type: "tell-call", call, event: told }]];
    }
    case "place-asked":
      return [queues, placeOf(queues, event)];
    case "agent-free": {
      const { agent, since, skills } = event;
      return agentFree(queues, { agent, since, skills });
    }
    case "agent-taken":
      return [unlisted(unassigned(queues, event.agent), event.agent, event.skills), []];
    case "assignment-over": {
      const back = queues.assigned.get(event.agent);
      return back ? agentFree(unassigned(queues, event.agent), back) : [queues, []];
    }
    default:
      return unreachable(event);
  }
}

const queueOf = (queues: Queues, skill: number): Queue => queues.skills.get(skill) ?? emptyQueue;

function callWaiting(queues: Queues, event: Extract<QueuesEvent, { type: "call-waiting" }>): Next {
  const { type: _, ...asked } = event;
  const ticket: Waiting = { ...asked, entry: queues.entry };
  const found = queueOf(queues, ticket.skill).free[0];
  if (found) return assign(unlisted(queues, found.agent, found.skills), found, ticket.call);
  const queue = queueOf(queues, ticket.skill);
  if (ticket.limit !== null && queue.waiting.length >= ticket.limit)
    return [queues, [{ type: "tell-call", call: ticket.call, event: { type: "queue-refused" } }]];
  const waiting = inserted(queue.waiting, ticket, (one) => servedSooner(one, ticket));
  const position = waiting.indexOf(ticket) + 1;
  return [
    { ...put(queues, ticket.skill, { ...queue, waiting }), entry: queues.entry + 1 },
    [{ type: "tell-call", call: ticket.call, event: { type: "queued", position } }],
  ];
}

function placeOf(queues: Queues, { call, skill }: { call: CallId; skill: number }): readonly QueuesEffect[] {
  const place = queueOf(queues, skill).waiting.findIndex((ticket) => ticket.call === call);
  return place < 0 ? [] : [{ type: "tell-call", call, event: { type: "place", position: place + 1 } }];
}

function agentFree(queues: Queues, free: FreeAgent): Next {
  const heads = free.skills.flatMap(({ skill }) => queueOf(queues, skill).waiting[0] ?? []);
  const first = heads.find((one) => heads.every((other) => one === other || servedSooner(one, other)));
  if (first) return assign(withoutTicket(queues, first), free, first.call);
  let next = queues;
  for (const { skill, level } of free.skills) {
    const queue = queueOf(next, skill);
    const sooner = (one: FreeAgent): boolean => calledSooner(one, free, skill, level);
    next = put(next, skill, { ...queue, free: inserted(queue.free, free, sooner) });
  }
  return [next, []];
}

function assign(queues: Queues, free: FreeAgent, call: CallId): Next {
  const assigned = new Map(queues.assigned).set(free.agent, free);
  const event = { type: "assigned", agent: free.agent } as const;
  return [{ ...queues, assigned }, [{ type: "tell-call", call, event }]];
}

function servedSooner(one: Waiting, other: Waiting): boolean {
  if (one.priority !== other.priority) return one.priority > other.priority;
  return one.since !== other.since ? one.since < other.since : one.entry < other.entry;
}

function calledSooner(one: FreeAgent, newcomer: FreeAgent, skill: number, level: number): boolean {
  const own = one.skills.find((served) => served.skill === skill)?.level ?? 0;
  return own !== level ? own > level : one.since <= newcomer.since;
}

/** Behind everybody who comes before it: they stand together at the head, so that the place is found by halving. */
function inserted<Item>(list: readonly Item[], item: Item, comesBefore: (one: Item) => boolean): readonly Item[] {
  let [from, to] = [0, list.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    const one = list[middle];
    if (one !== undefined && comesBefore(one)) from = middle + 1;
    else to = middle;
  }
  return list.toSpliced(from, 0, item);
}

const put = (queues: Queues, skill: number, queue: Queue): Queues => ({
  ...queues,
  skills: new Map(queues.skills).set(skill, queue),
});

const withoutTicket = (queues: Queues, ticket: Waiting): Queues => {
  const queue = queueOf(queues, ticket.skill);
  return put(queues, ticket.skill, { ...queue, waiting: queue.waiting.filter((one) => one !== ticket) });
};

function withoutCall(queues: Queues, call: CallId): Queues {
  for (const queue of queues.skills.values()) {
    const ticket = queue.waiting.find((one) => one.call === call);
    if (ticket) return withoutTicket(queues, ticket);
  }
  return queues;
}

function unassigned(queues: Queues, agent: AgentId): Queues {
  if (!queues.assigned.has(agent)) return queues;
  const assigned = new Map(queues.assigned);
  assigned.delete(agent);
  return { ...queues, assigned };
}

function unlisted(queues: Queues, agent: AgentId, skills: readonly Served[]): Queues {
  let next = queues;
  for (const { skill } of skills) {
    const queue = queueOf(next, skill);
    const at = queue.free.findIndex((one) => one.agent === agent);
    if (at >= 0) next = put(next, skill, { ...queue, free: queue.free.toSpliced(at, 1) });
  }
  return next;
}

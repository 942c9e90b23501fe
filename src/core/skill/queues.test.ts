import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { agentId, callId } from "../../base/ids.ts";
import { noQueues, reduceQueues } from "./queues.ts";
import type { Queues, QueuesEvent } from "./state.ts";

const free = (agent: string, since: number, skills: Record<number, number> = { 1: 1 }): QueuesEvent => ({
  type: "agent-free",
  agent: agentId(agent),
  since,
  skills: Object.entries(skills).map(([skill, level]) => ({ skill: Number(skill), level })),
});
const waits = (call: string, since: number, skill = 1, priority = 0): QueuesEvent => ({
  type: "call-waiting",
  call: callId(call),
  skill,
  priority,
  since,
  limit: null,
});

/** Who got what, in order: `call>agent`. */
function run(events: readonly QueuesEvent[]): { said: string[]; queues: Queues } {
  let queues = noQueues;
  const said: string[] = [];
  for (const event of events) {
    const [next, effects] = reduceQueues(queues, event);
    queues = next;
    for (const { call, event: told } of effects) {
      if (told.type === "assigned") said.push(`${call}>${told.agent}`);
      if (told.type === "queued") said.push(`${call}@${told.position}`);
    }
  }
  return { said, queues };
}

const rows: readonly (readonly [string, readonly QueuesEvent[], readonly string[]])[] = [
  ["idle longest first", [free("102", 5), free("101", 3), waits("a", 9)], ["a>101"]],
  ["level before idle time", [free("101", 1), free("102", 5, { 1: 2 }), waits("a", 9)], ["a>102"]],
  ["longest wait first", [waits("a", 1), waits("b", 2), free("101", 3)], ["a@1", "b@2", "a>101"]],
  ["priority before wait", [waits("a", 1), waits("b", 2, 1, 5), free("101", 3)], ["a@1", "b@1", "b>101"]],
  [
    "over all skills of the agent",
    [waits("a", 2, 1), waits("b", 1, 2), free("101", 3, { 1: 1, 2: 1 })],
    ["a@1", "b@1", "b>101"],
  ],
  [
    "two of the same millisecond, in two skills: who came first",
    [waits("a", 1, 2), waits("b", 1, 1), free("101", 3, { 1: 1, 2: 1 })],
    ["a@1", "b@1", "a>101"],
  ],
  [
    "and the other way round",
    [waits("a", 1, 1), waits("b", 1, 2), free("101", 3, { 1: 1, 2: 1 })],
    ["a@1", "b@1", "a>101"],
  ],
  ["another skill's calls are not his", [waits("a", 1, 2), free("101", 3)], ["a@1"]],
  ["back with its place", [waits("b", 2), waits("a", 1), free("101", 3)], ["b@1", "a@1", "a>101"]],
  [
    "who was assigned is in no list",
    [free("101", 1, { 1: 1, 2: 1 }), waits("a", 2), waits("b", 3, 2)],
    ["a>101", "b@1"],
  ],
  [
    "a call that was gone before gives him back with his time",
    [free("101", 1), free("102", 2), waits("a", 3), { type: "assignment-over", agent: agentId("101") }, waits("b", 4)],
    ["a>101", "b>101"],
  ],
  [
    "a caller who gave up is not assigned",
    [waits("a", 1), { type: "call-gone", call: callId("a") }, free("101", 2)],
    ["a@1"],
  ],
];

for (const [what, events, expected] of rows) test(what, () => assert.deepEqual(run(events).said, expected));

type Agent = { readonly since: number; readonly skill: number; readonly level: number };
type Call = { readonly skill: number; readonly since: number };

/** Who is free and who waits by our own count, beside the queues'. */
function ledger() {
  const idle = new Map<string, Agent>();
  const waiting = new Map<string, Call>();
  const assigned = (call: string, agent: string): void => {
    const served = waiting.get(call);
    const taken = idle.get(agent);
    assert.ok(served && taken && served.skill === taken.skill, "a call that waits, a free agent of its skill");
    for (const other of waiting.values()) assert.ok(other.skill !== served.skill || other.since >= served.since);
    for (const other of idle.values()) {
      const sooner = other.level > taken.level || (other.level === taken.level && other.since < taken.since);
      assert.ok(other.skill !== served.skill || !sooner, "nobody was to be asked before him");
    }
    waiting.delete(call);
    idle.delete(agent);
  };
  const matched = (): void => {
    const skills = new Set([...idle.values()].map(({ skill }) => skill));
    for (const { skill } of waiting.values()) assert.ok(!skills.has(skill), "nobody waits beside a free agent");
  };
  return { idle, waiting, assigned, matched };
}

type Act = { readonly call: boolean; readonly who: number; readonly skill: number; readonly level: number };

/** One call or one agent more; what the queues then say has to fit the ledger. */
function act(queues: Queues, book: ReturnType<typeof ledger>, { call, who, skill, level }: Act, since: number): Queues {
  const name = call ? `c${since}` : `${who}`;
  if (book.idle.has(name)) return queues;
  if (call) book.waiting.set(name, { skill, since });
  else book.idle.set(name, { since, skill, level });
  const [next, effects] = reduceQueues(
    queues,
    call ? waits(name, since, skill) : free(name, since, { [skill]: level }),
  );
  for (const { call: id, event } of effects) if (event.type === "assigned") book.assigned(id, event.agent);
  book.matched();
  return next;
}

test("nobody is served out of order, nobody twice, whatever comes in which order", () => {
  const pick = fc.constantFrom(1, 2);
  const acts = fc.array(fc.record({ call: fc.boolean(), who: fc.nat(9), skill: pick, level: pick }), { maxLength: 60 });
  fc.assert(
    fc.property(acts, (steps) => {
      const book = ledger();
      steps.reduce((queues, step, since) => act(queues, book, step, since), noQueues);
    }),
  );
});

// The short form of `npm run chaos`, and that its judges find what they look for.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { CallNote } from "../bench/centre/desk.ts";
import { Sequence } from "../bench/centre/sequence.ts";
import type { LegNote } from "../bench/centre/town-leg.ts";
import { type Evidence, judge } from "../bench/chaos/judge.ts";
import { planFaults } from "../bench/chaos/plan.ts";

const chaos = fileURLToPath(new URL("../bench/chaos/main.ts", import.meta.url));

test("two kills and a full disk under load: each bites, the gateway comes back, and what is held holds", {
  timeout: 110_000,
}, async () => {
  const faults = ["--kills", "2", "--stops", "0", "--full", "1", "--slow", "0", "--jumps", "0", "--pace", "0.4"];
  const load = ["--rate", "8", "--agents", "20", "--stays", "3", "--store", "sqlite", "--seed", "6"];
  const { stdout } = await promisify(execFile)(process.execPath, [chaos, ...faults, ...load], {
    timeout: 100_000,
    maxBuffer: 2 ** 26,
  });
  const { failures, campaigns } = JSON.parse(stdout);
  assert.deepEqual(failures, []);
  const [{ struck, callouts }] = campaigns;
  assert.deepEqual(struck.map(({ kind }: { readonly kind: string }) => kind).sort(), ["disk-full", "kill", "kill"]);
  for (const { proof } of struck) assert.match(proof, /ESRCH|ENOSPC/);
  assert.ok(callouts.talked > 20);
  for (const { established } of struck.filter(({ kind }: { readonly kind: string }) => kind === "kill"))
    assert.ok(established > 0, "people talked when it was killed");
});

test("a sequence tells new events, repeats, holes, numbers given twice and foreign sessions apart", () => {
  const rows = [
    ["1-1", "a", "new"],
    ["1-2", "b", "new"],
    ["1-2", "b", "repeat"],
    ["1-2", "c", "changed"],
    ["1-5", "e", "lost"],
    ["1-6", "f", "new"],
    ["2-7", "g", "session"],
    [undefined, "h", "no-id"],
  ] as const;
  const patient = new Sequence(false);
  for (const [id, content, expected] of rows) assert.equal(patient.take(id, content), expected, `${id} ${content}`);
  assert.equal(patient.repeats, 1);
  assert.equal(patient.position, "1-6");
  const exact = new Sequence(true);
  exact.take("1-1", "a");
  assert.equal(exact.take("1-1", "a"), "doubled");
});

const call: CallNote = {
  ...{
    agent: "1001",
    phone: "400001",
    number: "90000001",
    manner: "talks",
    key: "k",
    askedAt: 1_000,
    repliedAt: 1_010,
  },
  ...{
    retcode: "0",
    callIds: ["7"],
    talkingAt: 1_300,
    endedAt: 5_000,
    endedBy: "AgentEvent_Call_Release",
    freeAt: 5_010,
  },
};
const party: LegNote = {
  ...{ number: "90000001", sipCallId: "s", invitedAt: 1_100, answeredAt: 1_250, confirmedAt: 1_260 },
  ...{ endedAt: 5_000, endedBy: "remote", offers: 0 },
};
const row = { callId: "7", outcome: "answered", called: "90000001", partyAnsweredAt: "2026-01-31T08:15:30.123Z" };
const whole: Evidence = {
  ...{ calls: [call], parties: [party], phones: [], standing: [], kills: [] },
  records: new Map([["7", row]]),
};
const { talkingAt: _, ...silent } = call;
const { endedAt: __, endedBy: ___, ...endless } = call;

const wrongs: readonly (readonly [string, Partial<Evidence>, readonly string[]])[] = [
  ["nothing", {}, []],
  ["no record", { records: new Map() }, ["record"]],
  ["a record that goes on", { records: new Map([["7", { ...row, outcome: "live" }]]) }, ["record"]],
  ["a record without the answer", { records: new Map([["7", { ...row, partyAnsweredAt: null }]]) }, ["record"]],
  ["no word of a talk", { calls: [silent] }, ["told"]],
  ["no word of a talk at the edge of a kill", { calls: [silent], kills: [1_200] }, []],
  ["no word of the end", { calls: [endless] }, ["told"]],
  ["a talk with nobody", { parties: [] }, ["told"]],
  ["called twice", { parties: [party, { ...party, sipCallId: "t" }] }, ["once"]],
  ["two calls for one callout", { calls: [{ ...call, callIds: ["7", "8"] }] }, ["once", "record"]],
  ["called by nobody", { parties: [party, { ...party, number: "90000002" }] }, ["told"]],
  ["refused", { calls: [{ ...call, retcode: "200-001", callIds: [] }], parties: [] }, ["refused"]],
  ["refused with a reason", { calls: [{ ...call, retcode: "100-007", callIds: [] }], parties: [] }, []],
  ["a leg that stands", { standing: ["90000001"] }, ["standing"]],
  ["a party that gave up", { parties: [{ ...party, endedBy: "silence" }] }, ["standing"]],
];

for (const [what, change, expected] of wrongs) {
  test(`the judge of chaos: ${what}`, () => {
    assert.deepEqual(
      judge({ ...whole, ...change }).map(({ kind }) => kind),
      expected,
    );
  });
}

test("a plan is the same for the same seed, and another for another", () => {
  const plan = (seed: number) => planFaults("postgres", { kill: 9, "database-stop": 3 }, { seed, pace: 1 });
  assert.deepEqual(plan(1), plan(1));
  assert.notDeepEqual(plan(1), plan(2));
  assert.equal(plan(1).filter(({ kind }) => kind === "kill").length, 9);
});

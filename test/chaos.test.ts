// The short form of `npm run chaos`, and that its judges find what they look for.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import type { CallNote } from "../bench/centre/call-note.ts";
import { Sequence } from "../bench/centre/sequence.ts";
import type { LegNote } from "../bench/centre/town-leg.ts";
import type { Evidence } from "../bench/chaos/evidence.ts";
import { judge } from "../bench/chaos/judge.ts";
import { planFaults } from "../bench/chaos/plan.ts";
import type { CallRow } from "../bench/chaos/records.ts";
import { Written } from "../bench/chaos/writer.ts";

const chaos = fileURLToPath(new URL("../bench/chaos/main.ts", import.meta.url));

test("two kills, a full disk and a set clock under load: each bites, the gateway comes back, and all holds", {
  timeout: 110_000,
}, async () => {
  const faults = ["--kills", "2", "--stops", "0", "--full", "1", "--slow", "0", "--jumps", "1", "--pace", "0.3"];
  const load = ["--rate", "8", "--agents", "20", "--stays", "3", "--store", "sqlite", "--seed", "6"];
  // Its exit code says no more than its findings.
  const child = spawn(process.execPath, [chaos, ...faults, ...load], {
    timeout: 100_000,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const { failures, campaigns } = JSON.parse(await text(child.stdout));
  const [{ struck, callouts }] = campaigns;
  // Where a start takes so long, desks lose patience: what they then say is no fault of the gateway. All else holds there too.
  const starved = struck.some(({ readyMs = 0 }: { readonly readyMs?: number }) => readyMs > 10_000);
  const ofPatience = /^(told|stuck|refused) /;
  assert.deepEqual(
    failures.filter((failure: string) => !starved || !ofPatience.test(failure)),
    [],
  );
  assert.deepEqual(struck.map(({ kind }: { readonly kind: string }) => kind).sort(), [
    ...["clock-jump", "disk-full", "kill", "kill"],
  ]);
  for (const { kind, proof, established } of struck) {
    assert.match(proof, /ESRCH|ENOSPC|dated/);
    assert.ok(kind !== "kill" || established > 0, "people talked when it was killed");
  }
  assert.ok(callouts.talked > 20);
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

test("events that come before the reply to their sign-in begin at 1, once for each sign-in", () => {
  const pushed = new Sequence(false);
  const rows = [
    ["5-1", "a", "new"],
    ["5-2", "b", "new"],
    ["4-3", "c", "session"],
    ["9-1", "d", "session"],
  ] as const;
  pushed.await();
  for (const [id, content, expected] of rows) assert.equal(pushed.take(id, content), expected, id);
  pushed.await();
  assert.equal(pushed.take("5-3", "e"), "new");
  assert.equal(pushed.take("9-1", "f"), "new");
  assert.equal(pushed.take("9-3", "g"), "lost");
});

const call: CallNote = {
  ...{ agent: "1001", phone: "400001", number: "90000001", manner: "talks", key: "k", data: ["k"] },
  ...{ askedAt: 1_000, repliedAt: 1_010, retcode: "0", callIds: ["7"], talkingAt: 1_300, releasedAt: 4_990 },
  ...{ endedAt: 5_000, endedBy: "AgentEvent_Call_Release", freeAt: 5_010 },
};
const party: LegNote = {
  ...{ number: "90000001", sipCallId: "s", invitedAt: 1_100, answeredAt: 1_250, confirmedAt: 1_260 },
  ...{ endedAt: 5_000, endedBy: "remote", offers: 0 },
};
const phone: LegNote = { ...party, number: "400001", sipCallId: "p", invitedAt: 1_020, answeredAt: 1_030 };
const at = (ms: number): string => new Date(ms).toISOString();
const row: CallRow = {
  ...{ callId: "7", kind: "outgoing", outcome: "answered", agents: ["1001"], caller: "40038", called: "90000001" },
  ...{ partyAnsweredAt: at(1_250), endedAt: at(5_000), data: "k" },
  legs: [
    { side: "agent", number: "400001", sipCallId: "p", answeredAt: at(1_030), endedAt: at(5_000) },
    { side: "party", number: "90000001", sipCallId: "s", answeredAt: at(1_250), endedAt: at(5_000) },
  ],
};
const recorded = (change: Partial<CallRow>): Pick<Evidence, "records"> => ({
  records: new Map([["7", { ...row, ...change }]]),
});
const whole: Evidence = {
  ...{ calls: [call], parties: [party], phones: [phone], standing: [], kills: [], outages: [], clockSet: false },
  ...recorded({}),
};
const { talkingAt: _, ...silent } = call;
const { endedAt: __, endedBy: ___, ...endless } = call;
const { confirmedAt: ____, ...unconfirmed } = party;
const refusal: CallNote = { ...silent, retcode: "100-007", callIds: [] };
const nothing = { parties: [], phones: [], records: new Map<string, CallRow>() };
const caller: LegNote = { ...party, number: "13800000000", sipCallId: "caller" };
const visited: CallRow = { ...row, kind: "incoming", caller: "13800000000", called: "8001", data: null };
const visitor = { parties: [caller], phones: [], records: new Map([["7", visited]]) };
const inbound: CallNote = { ...call, manner: "inbound", number: "13800000000", data: [""] };
const { confirmedAt: _____, ...hasty } = caller;
/** A caller who was not answered, and an agent who could not call out. */
const lost = (invitedAt: number, endedAt: number): Pick<Evidence, "calls" | "parties"> => ({
  calls: [refusal],
  parties: [{ ...hasty, invitedAt, endedAt, endedBy: "refused" }],
});
const leaver: LegNote = { ...party, endedBy: "local" };
const left: CallNote = { ...call, manner: "leaves" };

/** What is changed in a history in which all is well, and what the judge is to find. */
const wrongs: readonly (readonly [string, Partial<Evidence>, readonly string[]])[] = [
  ["nothing", {}, []],
  ["no record", { records: new Map() }, ["record", "record"]],
  ["a record that goes on", recorded({ outcome: "live" }), ["record"]],
  ["a record without an end", recorded({ endedAt: null }), ["record"]],
  ["a record without the answer", recorded({ partyAnsweredAt: null }), ["record"]],
  ["a record of no answer", recorded({ outcome: "failed" }), ["record"]],
  ["a record of another number", recorded({ called: "90000002" }), ["record"]],
  ["a record without its agent", recorded({ agents: [] }), ["record"]],
  ["a record with other data", recorded({ data: null }), ["record"]],
  ["a record with an open leg", recorded({ legs: row.legs.map((leg) => ({ ...leg, endedAt: null })) }), ["record"]],
  ["a record without the party's leg", recorded({ legs: row.legs.slice(0, 1) }), ["record"]],
  ["a record with the end of another hour", recorded({ endedAt: at(3_605_000) }), ["record"]],
  ["the same after the clock was set", { ...recorded({ endedAt: at(3_605_000) }), clockSet: true }, []],
  ["the end of an outage", { ...recorded({ endedAt: at(9_000) }), outages: [{ from: 4_500, to: 8_900 }] }, []],
  ["a caller without a record", { parties: [party, caller] }, ["record"]],
  ["a call that no reply named", { records: new Map([...whole.records, ["8", { ...row, callId: "8" }]]) }, ["once"]],
  ["no word of a talk", { calls: [silent] }, ["told"]],
  ["no word of a talk that was set up at a kill", { calls: [silent], kills: [{ from: 1_200, to: 1_200 }] }, []],
  ["no word of a talk that no commit had at a kill", { calls: [silent], kills: [{ from: 2_900, to: 2_900 }] }, []],
  ["no word of a talk that a commit had", { calls: [silent], kills: [{ from: 4_300, to: 4_300 }] }, ["told"]],
  ["no word of a talk that he gave up first", { calls: [{ ...silent, releaseAskedAt: 1_200 }] }, []],
  [
    "a talk that he was told of, and a record without it",
    { ...recorded({ partyAnsweredAt: null }), kills: [{ from: 2_900, to: 2_900 }] },
    ["record"],
  ],
  ["no word of a talk after a kill", { calls: [silent], kills: [{ from: 50, to: 50 }] }, ["told"]],
  ["no word of the end", { calls: [endless] }, ["told"]],
  ["a talk with nobody", { parties: [] }, ["told"]],
  ["a talk whose answer was not taken", { parties: [unconfirmed] }, ["told"]],
  ["the wrong one hung up", { calls: [left], parties: [leaver] }, ["told"]],
  [
    "we hung up, and he was told to have left",
    { calls: [{ ...call, endedBy: "AgentEvent_Customer_Release" }] },
    ["told"],
  ],
  ["the end is told late", { calls: [{ ...call, endedAt: 21_000 }] }, ["told"]],
  ["late because of an outage", { calls: [{ ...call, endedAt: 21_000 }], outages: [{ from: 5_500, to: 20_900 }] }, []],
  [
    "data that were written",
    { calls: [{ ...call, wrote: { at: 1_500, over: "old" } }], ...recorded({ data: "old" }) },
    ["record"],
  ],
  [
    "data that were written while it ended",
    { calls: [{ ...call, wrote: { at: 4_990, over: "old" } }], ...recorded({ data: "old" }) },
    [],
  ],
  [
    "a caller who gave up as he was answered",
    { calls: [inbound], ...visitor, parties: [{ ...hasty, endedBy: "local" }] },
    [],
  ],
  ["a party that left before our ACK", { parties: [{ ...unconfirmed, endedBy: "local" }] }, []],
  ["a caller who was never answered", { calls: [inbound], ...visitor, parties: [hasty] }, ["told"]],
  [
    "an agent who hung up before the caller was his, who went to another one",
    {
      ...visitor,
      calls: [inbound, { ...silent, agent: "1002", manner: "inbound", number: caller.number, data: [""] }],
    },
    [],
  ],
  ["called twice", { parties: [party, { ...party, invitedAt: 3_000 }] }, ["once"]],
  ["two calls for one callout", { calls: [{ ...call, callIds: ["7", "8"] }] }, ["once", "record"]],
  ["called by nobody", { parties: [party, { ...party, number: "90000002" }] }, ["told"]],
  ["a phone that is not called", { phones: [] }, ["binding"]],
  ["a phone that was called for another call", { phones: [{ ...phone, invitedAt: 200 }] }, ["binding"]],
  ["refused", { ...nothing, calls: [{ ...refusal, retcode: "200-001" }] }, ["refused"]],
  ["refused with a reason that is none", { ...nothing, calls: [refusal] }, ["refused"]],
  ["refused, for a caller who was lost at a kill before the agent was told", { ...visitor, ...lost(900, 3_000) }, []],
  ["refused, after such a caller had gone", { ...visitor, ...lost(500, 800) }, ["refused"]],
  [
    "refused, for a caller of somebody else",
    { ...lost(900, 3_000), phones: [], records: new Map([["7", { ...visited, agents: ["1002"] }]]) },
    ["refused"],
  ],
  ["refused, with a hint when to come back", { ...nothing, calls: [{ ...refusal, retryAfterS: 1 }] }, []],
  [
    "refused, for a call from outside was there first",
    { calls: [{ ...refusal, number: "90000002" }, inbound], ...visitor },
    [],
  ],
  ["a leg that stands", { standing: ["90000001"] }, ["standing"]],
  ["a party that gave up", { parties: [{ ...party, endedBy: "silence" }] }, ["standing"]],
  [
    "a party that gave up, far from any kill",
    { parties: [{ ...party, endedBy: "silence" }], kills: [{ from: 3_000, to: 3_000 }] },
    ["standing"],
  ],
  [
    "one that a kill had just before its answer was kept",
    { parties: [{ ...party, endedBy: "silence" }], kills: [{ from: 1_300, to: 1_300 }] },
    [],
  ],
];

for (const [what, change, expected] of wrongs) {
  test(`the judge of chaos: ${what}`, () => {
    assert.deepEqual(
      judge({ ...whole, ...change }).map(({ kind }) => kind),
      expected,
    );
  });
}

test("a written value is the last one that was acknowledged, or one that was asked for since", () => {
  const written = new Written(0);
  written.asked(1);
  written.acknowledged(1);
  written.asked(2);
  assert.equal(written.read(1), null);
  assert.equal(written.read(2), null, "refused, and kept all the same");
  assert.match(written.read(1) ?? "", /P978 is 1, and 2 was acknowledged/);
  written.asked(3);
  written.acknowledged(3);
  assert.match(written.read(2) ?? "", /P978 is 2, and 3 was acknowledged/);
});

test("a plan is the same for the same seed, and another for another", () => {
  const plan = (seed: number) => planFaults("postgres", { kill: 9, "database-stop": 3 }, { seed, pace: 1 });
  assert.deepEqual(plan(1), plan(1));
  assert.notDeepEqual(plan(1), plan(2));
  assert.equal(plan(1).filter(({ kind }) => kind === "kill").length, 9);
});

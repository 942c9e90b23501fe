// The wall clock is set an hour ahead, or back: nothing that runs ends sooner or later for it, and what the journal keeps neither. People
// are shown the new time.

import assert from "node:assert/strict";
import { test } from "node:test";
import { virtualClock } from "../../src/base/clock.ts";
import { silentLog } from "../../src/base/log.ts";
import { openJournal } from "../../src/runtime/journal/journal.ts";
import { openRegistrar } from "../../src/runtime/registrar.ts";
import type { CallRow } from "../../src/store/ports.ts";
import { allKept } from "../support/at-rest.ts";
import { journalDisk } from "../support/journal-disk.ts";
import { callsIn, here, signedIn, type TestGateway, testGateway } from "./test-gateway.ts";

const HOUR = 3_600_000;

const renews = (gateway: TestGateway, guid: string): boolean => {
  const used = gateway.authorise("101", guid, true, here);
  assert.ok(!("refused" in used), JSON.stringify(used));
  return "renewedGuid" in used;
};

for (const [name, by] of [
  ["ahead", HOUR],
  ["back", -HOUR],
] as const) {
  test(`${name}: a session lives as long as ever, its Guid is renewed when it is due, and silence ends it when it should`, async () => {
    const gateway = testGateway();
    const { clock } = gateway;
    const guid = await signedIn(gateway);
    clock.advance(10_000);
    clock.set(by);
    assert.equal(renews(gateway, guid), false);
    clock.advance(55_000);
    assert.equal(renews(gateway, guid), true, "after a minute");
    clock.advance(119_000);
    assert.equal(gateway.census().agents, 1);
    clock.advance(2_000);
    assert.equal(gateway.census().agents, 0);
  });

  test(`${name}: timers, and events that are kept, go by the time that passes`, async () => {
    const gateway = testGateway();
    const { clock } = gateway;
    await signedIn(gateway);
    gateway.command("101", { type: "rest", seconds: 60, cause: 3, prolong: false });
    clock.advance(30_000);
    clock.set(by);
    const stream = gateway.readEvents("101", { reader: "101", since: "0" }, () => {});
    assert.ok("next" in stream);
    const first = stream.next();
    assert.equal(first?.type, "event", "what was read two minutes ago at most is there");
    clock.advance(29_000);
    assert.ok(!(await gateway.told()).includes("Rest_Timeout"));
    clock.advance(1_500);
    assert.deepEqual(await gateway.told(), ["Rest_Timeout"]);
  });

  test(`${name}: a phone is registered until its time is over`, () => {
    const clock = virtualClock();
    const journal = { keep() {}, note() {}, found: () => new Map() };
    const registrar = openRegistrar({ phones: [{ number: "40001", password: "" }], clock, log: silentLog, journal });
    const source = { transport: "udp", address: "192.0.2.7", port: 5060 } as const;
    const contacts = [{ uri: "sip:40001@192.0.2.7", expiresS: 60, q: 1 }];
    registrar.register({ user: "40001", contacts, sipCallId: "a", cseq: 1, source, path: [] });
    clock.set(by);
    clock.advance(59_000);
    assert.ok(registrar.target("40001"));
    assert.equal(registrar.bindings("40001")[0]?.expiresAt, clock.now() + 1_000, "as a person reads it");
    clock.advance(1_000);
    assert.equal(registrar.target("40001"), undefined);
  });

  test(`${name}, and killed: the next process goes on with the rest of each time`, async () => {
    const clock = virtualClock();
    const disk = journalDisk();
    const ids = { calls: 0, guids: 0 };
    const started = async (): Promise<TestGateway> => {
      const secret = Buffer.alloc(32, 7);
      const journal = await openJournal({ clock, log: silentLog, store: disk, node: "n", secret, waitMs: 1000 });
      const gateway = testGateway({ journal, clock, ids });
      gateway.recover();
      await allKept(gateway.kept);
      return gateway;
    };
    const before = await started();
    const guid = await signedIn(before);
    before.command("101", { type: "rest", seconds: 60, cause: 3, prolong: false });
    await allKept(before.kept);
    clock.advance(20_000);
    clock.set(by);
    const next = await started();
    assert.equal(renews(next, guid), false);
    clock.advance(39_000);
    await allKept(next.kept);
    assert.ok(!(await next.told()).includes("Rest_Timeout"));
    await allKept(next.kept);
    clock.advance(1_500);
    await allKept(next.kept);
    assert.deepEqual(await next.told(), ["Rest_Timeout"]);
  });
}

test("back: who has been idle longest is still the first to be called", async () => {
  const gateway = testGateway({ site: { numbers: [{ pattern: "8000", to: { skill: 25 } }] } });
  await signedIn(gateway);
  gateway.clock.advance(60_000);
  gateway.clock.set(-HOUR);
  await signedIn(gateway, { phoneNumber: "40002" }, "102");
  callsIn(gateway);
  assert.deepEqual(gateway.legs.invited, ["40001"]);
});

test("back, in mid-call: figures and records have no length below nothing", async () => {
  const rows: CallRow[] = [];
  const site = { numbers: [{ pattern: "8000", to: { skill: 25 } }] };
  const gateway = testGateway({ site, store: { keepCalls: async (calls) => void rows.push(...calls) } });
  await signedIn(gateway, { status: 3 });
  callsIn(gateway);
  gateway.clock.set(-HOUR);
  gateway.command("101", { type: "cancel-busy" });
  gateway.answer(gateway.phone());
  gateway.clock.advance(2_000);
  gateway.command("101", { type: "hold" });
  gateway.clock.set(-HOUR);
  gateway.clock.advance(3_000);
  gateway.command("101", { type: "get-hold", callId: "" });
  gateway.clock.advance(1_000);
  gateway.end(gateway.party());
  gateway.clock.advance(5_000);
  await allKept(gateway.kept);
  for (const counts of [gateway.reads.agentCounts("101"), gateway.reads.skillCounts(25)])
    for (const [name, value] of Object.entries(counts)) assert.ok(value >= 0, `${name} ${value}`);
  assert.equal(gateway.reads.agentCounts("101").talkMs, 3_000);
  assert.ok(rows.length > 0 && rows.every(({ heldMs }) => heldMs >= 0));
});

// A restart in the middle of an inspection: who listens goes on listening while his phone is there, and ends with the documented
// events when it is not; who wants to know who signs in is told; and events carry the traces that they had. 103 inspects 101.

import assert from "node:assert/strict";
import { test } from "node:test";
import { virtualClock } from "../../src/base/clock.ts";
import { type LegId, legId } from "../../src/base/ids.ts";
import { silentLog } from "../../src/base/log.ts";
import type { InspectionMode } from "../../src/core/call/state.ts";
import { openJournal } from "../../src/runtime/journal/journal.ts";
import type { LegImage } from "../../src/runtime/leg-image.ts";
import { allKept } from "../support/at-rest.ts";
import { journalDisk } from "../support/journal-disk.ts";
import { callsOut, signedIn, type TestGateway, testGateway } from "./test-gateway.ts";

/** Processes on one disk. */
function machine() {
  const [disk, clock, ids] = [journalDisk(), virtualClock(), { calls: 0, guids: 0 }];
  return async (legs: Iterable<LegId> = []): Promise<TestGateway> => {
    const secret = Buffer.alloc(32, 7);
    const journal = await openJournal({ clock, log: silentLog, store: disk, node: "n", secret, waitMs: 1000 });
    const gateway = testGateway({ journal, clock, ids });
    gateway.recover(new Map([...legs].map((leg) => [leg, {} as LegImage])));
    await allKept(gateway.kept);
    return gateway;
  };
}

async function said(gateway: TestGateway, agent = "101"): Promise<string[]> {
  await allKept(gateway.kept);
  const told = await gateway.told(agent);
  await allKept(gateway.kept);
  return told;
}

/** 101 talks with 40040, and 103's phone is off-hook to inspect him. */
async function inspected(gateway: TestGateway, mode: InspectionMode) {
  await signedIn(gateway);
  await signedIn(gateway, { phoneNumber: "40003" }, "103");
  const id = callsOut(gateway);
  await allKept(gateway.kept);
  const phone = gateway.phone();
  gateway.answer(phone);
  await allKept(gateway.kept);
  const customer = legId(`${id}.party`);
  gateway.answer(customer);
  await allKept(gateway.kept);
  assert.deepEqual(gateway.inspection.inspect("103", "101", mode), { done: true });
  await allKept(gateway.kept);
  const ear = gateway.phone();
  gateway.answer(ear);
  await said(gateway);
  await said(gateway, "103");
  return { phone, customer, ear };
}

const heard = ({ legs }: TestGateway) => [...legs.heard].filter(([, source]) => source !== null).toSorted();

for (const mode of ["listen", "whisper", "insert"] as const)
  test(`${mode}: it goes on, is known as a task, and ends as ever`, async () => {
    const start = machine();
    const before = await start();
    await inspected(before, mode);
    const next = await start(before.legs.alive.keys());
    assert.deepEqual([await said(next), await said(next, "103")], [[], []]);
    assert.deepEqual(heard(next), heard(before));
    assert.deepEqual(next.inspection.tasks("103"), before.inspection.tasks("103"));
    assert.deepEqual(next.inspection.endInspection("103", "101"), { done: true });
    assert.deepEqual([await said(next, "103"), await said(next)], [["PhoneRelease 3", "Ready"], ["BeQcStop"]]);
    next.command("101", { type: "release" });
    assert.deepEqual(await said(next), ["Call_Release", "PhoneRelease 3", "Ready"]);
    assert.deepEqual([next.legs.census(), next.census().calls, next.mended], [0, 0, []]);
  });

test("the inspector's phone is gone: the inspection ends with its events, the call goes on", async () => {
  const start = machine();
  const before = await start();
  const { phone, customer } = await inspected(before, "listen");
  const next = await start([phone, customer]);
  assert.deepEqual([await said(next, "103"), await said(next)], [["PhoneRelease 2", "Ready"], ["BeQcStop"]]);
  assert.deepEqual([next.legs.heard.get(phone), next.legs.heard.get(customer)], [{ leg: customer }, { leg: phone }]);
  assert.deepEqual(next.inspection.tasks("103"), []);
});

test("the inspected agent's call is gone: the inspector goes on, and hears the next one", async () => {
  const start = machine();
  const before = await start();
  const { ear } = await inspected(before, "listen");
  const next = await start([ear]);
  assert.deepEqual(await said(next, "103"), []);
  assert.deepEqual(next.legs.heard.get(ear), { sound: "silence" });
  const id = callsOut(next);
  await allKept(next.kept);
  const phone = next.phone();
  next.answer(phone);
  await allKept(next.kept);
  next.answer(legId(`${id}.party`));
  await allKept(next.kept);
  assert.deepEqual(next.legs.heard.get(ear), { mix: [phone, legId(`${id}.party`)] });
});

test("who wants to be told who signs in and out is told after a restart, until he signs out", async () => {
  const start = machine();
  const before = await start();
  await signedIn(before, { phoneNumber: "40003", listens: true }, "103");
  await allKept(before.kept);
  const next = await start();
  await said(next, "103");
  await signedIn(next, { phoneNumber: "40002" }, "102");
  const notified = async (gateway: TestGateway) =>
    (await said(gateway, "103")).filter((event) => /QC|Notify/.test(event));
  assert.equal((await notified(next)).length, 1);
  next.signOut("103", { force: false, reason: 258 });
  await signedIn(next, { phoneNumber: "40003" }, "103");
  await said(next, "103");
  const last = await start();
  last.signOut("102", { force: false, reason: 258 });
  assert.deepEqual(await notified(last), []);
});

test("events of a call, and of the agent after it, carry the trace of the request that began it", async () => {
  const start = machine();
  const before = await start();
  await signedIn(before);
  before.during("callout", () => callsOut(before));
  await allKept(before.kept);
  before.answer(before.phone());
  await allKept(before.kept);
  before.answer(before.party());
  await said(before);
  const next = await start(before.legs.alive.keys());
  const events = next.readEvents("101", { reader: "101", since: null }, () => {});
  assert.ok("next" in events);
  while (events.next());
  next.end(next.party());
  await allKept(next.kept);
  const traces: string[] = [];
  for (let item = events.next(); item; item = events.next()) if (item.type === "event") traces.push(item.trace);
  assert.deepEqual([traces.length > 2, [...new Set(traces)]], [true, ["callout"]]);
});

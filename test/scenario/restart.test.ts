// The gateway dies between any two commits and a new one takes up what the disk has: agents, sessions, events, timers. No network: the
// legs are gone with the process.

import assert from "node:assert/strict";
import { test } from "node:test";
import { type VirtualClock, virtualClock } from "../../src/base/clock.ts";
import { silentLog } from "../../src/base/log.ts";
import type { Site } from "../../src/core/site.ts";
import { openJournal } from "../../src/runtime/journal/journal.ts";
import type { LegImage } from "../../src/runtime/leg-image.ts";
import type { CallRow, LegRow, Store } from "../../src/store/ports.ts";
import { allKept, atRest, inSomeTurn } from "../support/at-rest.ts";
import { type JournalDisk, journalDisk } from "../support/journal-disk.ts";
import { callsIn, callsOut, here, signedIn, type TestGateway, testGateway } from "./test-gateway.ts";

type Machine = {
  readonly disk: JournalDisk;
  readonly clock: VirtualClock;
  readonly ids: { calls: number; guids: number };
  readonly site: Partial<Site>;
  /** Where call records go. */
  readonly store?: Pick<Store, "keepCalls">;
};

const machine = (): Machine => ({ disk: journalDisk(), clock: virtualClock(), ids: { calls: 0, guids: 0 }, site: {} });

/** A new process on this machine: only what is on the disk is known, and the legs of the one before whose peers are still there. */
async function started(on: Machine, before?: TestGateway): Promise<TestGateway> {
  const gateway = await starting(on, before);
  await allKept(gateway.kept);
  return gateway;
}

/** The same before its first commit is made. */
async function starting({ disk, clock, ids, site, store }: Machine, before?: TestGateway): Promise<TestGateway> {
  const secret = Buffer.alloc(32, 7);
  const journal = await openJournal({ clock, log: silentLog, store: disk, node: "n", secret, waitMs: 1000 });
  const gateway = testGateway({ journal, clock, ids, site, ...(store && { store }) });
  gateway.recover(new Map([...(before?.legs.alive.keys() ?? [])].map((leg) => [leg, {} as LegImage])));
  return gateway;
}

/** What the agent is told when all is on the disk; and that he was. */
async function said(gateway: TestGateway): Promise<string[]> {
  await allKept(gateway.kept);
  const told = await gateway.told();
  await allKept(gateway.kept);
  return told;
}

test("agents are signed in as they were: state, time, reason, Guid, events that wait", async () => {
  const site = machine();
  const before = await started(site);
  const guid = await signedIn(before);
  before.command("101", { type: "rest", seconds: 60, cause: 3, prolong: false });
  await allKept(before.kept);
  site.clock.advance(20_000);
  const info = before.agentInfo("101").agentStateInfo;
  before.command("101", { type: "set-auto-answer", enabled: false });
  await allKept(before.kept);
  const next = await started(site);
  const { currentTime: _, ...now } = next.agentInfo("101").agentStateInfo;
  assert.deepEqual({ ...now, currentTime: info["currentTime"] }, info);
  assert.deepEqual(next.authorise("101", guid, false, here), {});
  assert.equal(next.loginTime("101"), before.loginTime("101"));
  assert.ok("refused" in next.authorise("101", "guid-99", false, here));
  site.clock.advance(40_000);
  await allKept(next.kept);
  assert.deepEqual(await next.told(), ["Rest_Timeout"], "the rest ends when it should have");
});

test("nobody finds a Guid in the database", async () => {
  const site = machine();
  const gateway = await started(site);
  const guid = await signedIn(gateway);
  await allKept(gateway.kept);
  assert.ok(site.disk.rows.has("session 101"));
  for (const { image } of site.disk.rows.values()) assert.ok(!image?.includes(guid));
});

test("an event is given until its reply has left, and its number goes on", async () => {
  const site = machine();
  const before = await started(site);
  await signedIn(before);
  await said(before);
  before.command("101", { type: "say-busy", reason: 0, prolong: false });
  await allKept(before.kept);
  const first = await before.poll("101", 0, () => {});
  const next = await started(site);
  const again = await next.poll("101", 0, () => {});
  assert.ok("event" in first && "event" in again && first.event && again.event);
  assert.deepEqual([again.event, again.id], [first.event, first.id]);
  again.delivered();
  await allKept(next.kept);
  const last = await started(site);
  assert.deepEqual(await last.told(), []);
  last.command("101", { type: "cancel-busy" });
  await allKept(last.kept);
  const polled = await last.poll("101", 0, () => {});
  assert.ok("event" in polled);
  assert.equal(Number(polled.id?.split("-")[1]), Number(first.id?.split("-")[1]) + 1);
});

test("nobody hears of what is not on the disk", async () => {
  const site = machine();
  const gateway = await started(site);
  await signedIn(gateway);
  await said(gateway);
  gateway.command("101", { type: "say-busy", reason: 0, prolong: false });
  assert.deepEqual(await gateway.told(), []);
  await allKept(gateway.kept);
  assert.deepEqual(await gateway.told(), ["SetNotReady_Success 0"]);
});

test("a callout in set-up ends as one that failed; a call that stands ends as one that was hung up", async () => {
  const site = machine();
  const before = await started(site);
  await signedIn(before);
  await said(before);
  const id = callsOut(before);
  await allKept(before.kept);
  before.answer(before.phone());
  await said(before);
  const next = await started(site);
  assert.deepEqual(await next.told(), ["PhoneRelease 3", "detect 605", "Call_Out_Fail", "Connect_Fail", "Ready"]);
  assert.equal(next.callById("101", id) !== undefined, true);
  callsOut(next);
  await allKept(next.kept);
  next.answer(next.phone());
  await allKept(next.kept);
  next.answer(next.party());
  await said(next);
  const last = await started(site);
  assert.deepEqual((await last.told()).slice(-3), ["Call_Release", "PhoneRelease 3", "Ready"]);
  assert.deepEqual(last.census(), { agents: 1, calls: 0 });
  await allKept(last.kept);
  last.reconcile();
  last.reconcile();
  assert.deepEqual(last.mended, []);
});

test("a callout that comes while what was lost is still being mended goes out like any other", async () => {
  const site = machine();
  const before = await started(site);
  await signedIn(before);
  await signedIn(before, { phoneNumber: "40002" }, "102");
  callsOut(before);
  await said(before);
  const next = await starting(site);
  site.disk.free = false;
  await atRest(next.kept, site.disk);
  assert.equal(site.disk.waiting(), 1, "what was lost is on its way to the disk");
  callsOut(next, {}, "102");
  site.disk.commit();
  await atRest(next.kept, site.disk);
  site.disk.free = true;
  site.disk.commit();
  await said(next);
  next.answer(next.phone());
  await allKept(next.kept);
  assert.deepEqual(next.legs.invited, ["40002", "40040"]);
});

test("who waits in a queue has gone with the process, and nobody is left behind", async () => {
  const site = { ...machine(), site: { numbers: [{ pattern: "8000", to: { skill: 25 } }] } };
  const before = await started(site);
  callsIn(before);
  await signedIn(before);
  await said(before);
  await allKept(before.kept);
  const last = await started(site);
  assert.deepEqual(last.census(), { agents: 1, calls: 0 });
});

test("a call whose legs live goes on: who hears whom, its end, its record, the figures of the day", async () => {
  const rows = new Map<string, CallRow>();
  const store: Pick<Store, "keepCalls"> = {
    async keepCalls(calls) {
      for (const row of calls) rows.set(row.callId, row);
    },
  };
  const site = { ...machine(), store };
  const before = await started(site);
  await signedIn(before);
  const id = callsOut(before);
  await allKept(before.kept);
  before.answer(before.phone());
  await allKept(before.kept);
  before.ring(before.party());
  before.answer(before.party());
  await said(before);
  site.clock.advance(10_000);
  const next = await started(site, before);
  assert.deepEqual(await said(next), []);
  assert.deepEqual(
    [...next.legs.heard],
    [...before.legs.heard].filter(([, heard]) => heard !== null),
  );
  site.clock.advance(5_000);
  assert.deepEqual(next.command("101", { type: "hold" }), { done: true });
  await allKept(next.kept);
  assert.deepEqual(await said(next), ["Hold"]);
  assert.deepEqual(next.command("101", { type: "get-hold", callId: "" }), { done: true });
  assert.deepEqual(await said(next), ["Talking"]);
  next.end(next.party());
  assert.deepEqual(await said(next), ["Customer_Release", "Call_Release", "PhoneRelease 3", "Ready"]);
  site.clock.advance(1000);
  await allKept(next.kept);
  const row = rows.get(id);
  assert.ok(row);
  const { startedAt, talkingAt, endedAt, outcome, partyAlertingAt } = row;
  assert.deepEqual(
    [outcome, (endedAt ?? 0) - startedAt, talkingAt, partyAlertingAt],
    ["answered", 15_000, startedAt, startedAt],
  );
  const { calledOut, talkMs } = next.reads.agentCounts("101");
  assert.deepEqual([calledOut, talkMs], [1, 15_000]);
});

test("a call record that the store had not taken is written by the next process", async () => {
  const rows: CallRow[] = [];
  const site = { ...machine(), store: { keepCalls: (): Promise<void> => new Promise(() => {}) } };
  const before = await started(site);
  await signedIn(before);
  const id = callsOut(before);
  await allKept(before.kept);
  before.fail(before.phone(), { status: 486 });
  await allKept(before.kept);
  const next = await started({ ...site, store: { keepCalls: async (calls) => void rows.push(...calls) } });
  site.clock.advance(1);
  await allKept(next.kept);
  assert.deepEqual(
    rows.map(({ callId, outcome }) => [callId, outcome]),
    [[id, "failed"]],
  );
});

test("each leg of a call record has its end, whether the gateway died before its BYE, or in set-up", async () => {
  const rows = new Map<string, LegRow>();
  const keepCalls: Store["keepCalls"] = async (_, legs) => {
    for (const row of legs) rows.set(`${row.callId} ${row.leg}`, row);
  };
  const site = { ...machine(), store: { keepCalls: (): Promise<void> => new Promise(() => {}) } };
  const before = await started(site);
  await signedIn(before);
  await signedIn(before, { phoneNumber: "40002" }, "102");
  const ids = [callsOut(before)];
  await allKept(before.kept);
  before.answer(before.phone());
  await allKept(before.kept);
  before.answer(before.party());
  await allKept(before.kept);
  ids.push(callsOut(before, {}, "102"));
  await allKept(before.kept);
  site.disk.free = false;
  before.command("101", { type: "release" });
  await atRest(before.kept, site.disk);
  const after = { ...site, disk: site.disk.peek(), store: { keepCalls } };
  const next = await started(after);
  site.clock.advance(1_000);
  await allKept(next.kept);
  assert.deepEqual(
    [...rows.values()].map(({ callId, side, endedAt }) => [ids.indexOf(callId), side, endedAt !== null]).toSorted(),
    [
      [0, "agent", true],
      [0, "party", true],
      [1, "agent", true],
    ],
  );
  assert.deepEqual(
    [...after.disk.rows.keys()].filter((key) => /^(record|leg-row) /.test(key)),
    [],
  );
});

test("a caller who waits for an agent keeps his place, and gets the next one who is free", async () => {
  const site = { ...machine(), site: { numbers: [{ pattern: "8000", to: { skill: 25 } }] } };
  const before = await started(site);
  callsIn(before);
  await allKept(before.kept);
  const next = await started(site, before);
  assert.deepEqual([...next.waiting()][0], [25, 1]);
  await signedIn(next);
  await allKept(next.kept);
  next.answer(next.phone());
  assert.deepEqual((await said(next)).at(-1), "Talking");
  assert.deepEqual(next.mended, []);
});

test("what follows at once from an effect is told when it is on the disk itself: Talking of a caller who is answered", async () => {
  const site = { ...machine(), site: { numbers: [{ pattern: "8000", to: { skill: 25 } }] } };
  const gateway = await started(site);
  await signedIn(gateway);
  callsIn(gateway);
  await said(gateway);
  site.disk.free = false;
  gateway.answer(gateway.phone());
  const told: string[] = [];
  await inSomeTurn("Talking", async () => {
    const polled = await gateway.poll("101", 0, () => {});
    assert.ok("event" in polled);
    if (polled.event) {
      assert.ok(site.disk.rows.has(`feed 101 ${polled.id}`), `${polled.event.eventType} is not on the disk`);
      told.push(polled.event.eventType);
      polled.delivered();
    } else site.disk.commit();
    return told.at(-1) === "AgentEvent_Talking";
  });
  assert.ok(told.length > 2);
});

test("an agent whose phone rang for a caller is not made busy for it: the caller is offered to him again", async () => {
  const site = { ...machine(), site: { numbers: [{ pattern: "8000", to: { skill: 25 } }] } };
  const before = await started(site);
  callsIn(before);
  await allKept(before.kept);
  const caller = before.party();
  await signedIn(before);
  await allKept(before.kept);
  before.ring(before.phone());
  const told = await said(before);
  assert.deepEqual(told.slice(-2), ["Busy", "PhoneAlerting"]);
  before.legs.alive.delete(before.phone());
  const next = await started(site, before);
  assert.deepEqual([...next.legs.alive.keys()].includes(caller), true);
  assert.deepEqual(await said(next), ["PhoneRelease 3", "Ready", "Busy"]);
  next.ring(next.phone());
  next.answer(next.phone());
  const events = await next.events();
  await allKept(next.kept);
  events.push(...(await next.events()));
  const info = events.find(({ eventType }) => eventType === "AgentEvent_Incoming_CallInfo")?.content;
  assert.deepEqual(
    info && typeof info === "object" && "releaseAndReQueueCount" in info && info.releaseAndReQueueCount,
    0,
  );
  assert.equal(events.at(-1)?.eventType, "AgentEvent_Talking");
  assert.deepEqual(next.mended, []);
});

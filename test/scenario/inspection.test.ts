// Inspectors on the virtual clock: who hears whom while one listens, whispers or talks with all; from call to call; taking a call
// over; whatever ends it. 103 inspects, 101 is inspected.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { agentId, type LegId, legId } from "../../src/base/ids.ts";
import type { InspectionMode } from "../../src/core/call/state.ts";
import { callsOut, call as request, signedIn, type TestGateway, talking, testGateway } from "./test-gateway.ts";

const begun = ["PhoneAlerting", "PhoneOffhook", "Busy"];

type World = { gateway: TestGateway; call: string; customer: LegId; phone: LegId };

/** 101 talks with 40040; 103 is idle. */
async function world(): Promise<World> {
  const gateway = testGateway();
  await signedIn(gateway);
  await signedIn(gateway, { phoneNumber: "40003" }, "103");
  const call = await talking(gateway);
  return { gateway, call, customer: legId(`${call}.party`), phone: gateway.phone() };
}

/** 103's phone is off-hook for it. */
async function inspects(gateway: TestGateway, mode: InspectionMode): Promise<LegId> {
  assert.deepEqual(gateway.inspection.inspect("103", "101", mode), { done: true });
  const leg = gateway.phone();
  gateway.answer(leg);
  assert.deepEqual(await gateway.told("103"), begun);
  return leg;
}

const hears = (gateway: TestGateway, leg: LegId) => gateway.legs.heard.get(leg);
const heardBy = ({ gateway, customer, phone }: World) => [hears(gateway, customer), hears(gateway, phone)];
const code = (outcome: object): string => ("refused" in outcome ? String(outcome.refused) : "0");

test("listen: he hears both, neither hears him; whisper: the agent alone does; insert: both do", async () => {
  const here = await world();
  const { gateway, customer, phone } = here;
  const ear = await inspects(gateway, "listen");
  const [start] = await gateway.events();
  assert.deepEqual([start?.eventType, start?.content], ["AgentOther_BeQcStart", { qcType: 8, qcAgentId: 103 }]);
  assert.deepEqual(hears(gateway, ear), { mix: [phone, customer] });
  assert.deepEqual(heardBy(here), [{ leg: phone }, { leg: customer }]);
  gateway.inspection.switchInspection("103", "101", "whisper");
  assert.deepEqual(heardBy(here), [{ leg: phone }, { mix: [customer, ear] }]);
  gateway.inspection.switchInspection("103", "101", "insert");
  assert.deepEqual(heardBy(here), [{ mix: [phone, ear] }, { mix: [customer, ear] }]);
  gateway.inspection.switchInspection("103", "101", "toggle");
  assert.deepEqual(heardBy(here), [{ leg: phone }, { leg: customer }]);
  assert.deepEqual(await gateway.told(), ["BeQcStart", "BeQcStart", "BeQcStart"]);
  gateway.inspection.endInspection("103", "101");
  assert.deepEqual(await gateway.told("103"), ["PhoneRelease 3", "Ready"]);
  assert.deepEqual(await gateway.told(), ["BeQcStop"]);
  gateway.command("101", { type: "release" });
  assert.deepEqual([gateway.legs.census(), gateway.census().calls], [0, 0]);
});

test("listening before there is a call: silence, then the call, and the next one", async () => {
  const gateway = testGateway();
  await signedIn(gateway);
  await signedIn(gateway, { phoneNumber: "40003" }, "103");
  const ear = await inspects(gateway, "listen");
  assert.equal(gateway.agentStatus("103").agentState, 7);
  for (let round = 0; round < 2; round += 1) {
    const id = callsOut(gateway);
    const phone = gateway.phone();
    gateway.answer(phone);
    gateway.answer(legId(`${id}.party`));
    assert.deepEqual(hears(gateway, ear), { mix: [phone, legId(`${id}.party`)] });
    gateway.command("101", { type: "hold" });
    assert.deepEqual(hears(gateway, ear), { sound: "silence" });
    gateway.command("101", { type: "get-hold", callId: "" });
    assert.deepEqual(hears(gateway, ear), { mix: [phone, legId(`${id}.party`)] });
    gateway.end(legId(`${id}.party`));
    assert.deepEqual(hears(gateway, ear), { sound: "silence" });
  }
});

test("who talks with all does not stay for the next call; who listens does", async () => {
  const { gateway, customer } = await world();
  await inspects(gateway, "insert");
  gateway.end(customer);
  assert.deepEqual(await gateway.told("103"), ["PhoneRelease 3", "Ready"]);
  assert.equal(code(gateway.inspection.inspect("103", "101", "insert")), "900-005");
  await inspects(gateway, "listen");
  assert.equal(code(gateway.inspection.switchInspection("103", "101", "insert")), "900-005");
});

test("intercept: the inspector has the customer, the agent is out of it", async () => {
  const { gateway, call, customer, phone } = await world();
  const ear = await inspects(gateway, "listen");
  await gateway.told();
  assert.equal(code(gateway.inspection.intercept("103", "101", "1-999")), "900-005");
  assert.deepEqual(gateway.inspection.intercept("103", "101", call), { done: true });
  assert.deepEqual(await gateway.told(), ["BeQcStop", "Call_Release", "PhoneRelease 3", "Ready"]);
  const [talk] = await gateway.events("103");
  assert.equal(talk?.eventType, "AgentEvent_Talking");
  assert.deepEqual([hears(gateway, customer), hears(gateway, ear)], [{ leg: ear }, { leg: customer }]);
  assert.ok(!gateway.legs.alive.has(phone));
  gateway.end(customer);
  assert.deepEqual(await gateway.told("103"), ["Customer_Release", "Call_Release", "PhoneRelease 3", "Ready"]);
  assert.deepEqual([gateway.legs.census(), gateway.census().calls], [0, 0]);
});

test("the end of either ends it: sign-out of the agent, of the inspector, his handset, release", async () => {
  for (const end of ["agent", "inspector", "handset", "release"] as const) {
    const { gateway } = await world();
    const ear = await inspects(gateway, "whisper");
    await gateway.told();
    if (end === "agent") gateway.signOut("101", { force: true, reason: 0 });
    if (end === "inspector") gateway.signOut("103", { force: true, reason: 0 });
    if (end === "handset") gateway.end(ear);
    if (end === "release") gateway.command("103", { type: "release" });
    if (end !== "agent") assert.deepEqual(await gateway.told(), ["BeQcStop"], end);
    if (end !== "inspector") assert.equal((await gateway.told("103")).at(-1), "Ready", end);
    for (const agent of ["101", "103"]) gateway.signOut(agent, { force: true, reason: 0 });
    assert.deepEqual([gateway.legs.census(), gateway.clock.pending()], [0, 0], end);
  }
});

test("the inspector's phone does not answer: he is as he was, the agent is told nothing", async () => {
  const { gateway } = await world();
  gateway.inspection.inspect("103", "101", "listen");
  gateway.fail(gateway.phone(), { status: 486 });
  assert.deepEqual(await gateway.told("103"), ["PhoneBusy", "PhoneRelease 3"]);
  assert.deepEqual(await gateway.told(), []);
  assert.equal(gateway.agentStatus("103").agentState, 4);
});

test("a reconciler finds nothing to mend in an inspection", async () => {
  const { gateway } = await world();
  await inspects(gateway, "listen");
  await gateway.told();
  gateway.reconcile();
  gateway.reconcile();
  assert.deepEqual([await gateway.told(), await gateway.told("103")], [[], []]);
});

test("forced: busy with reason 3, rest, idle; in a call it waits for the end; a call is dropped for all", async () => {
  const { gateway, call } = await world();
  gateway.inspection.force("103", "101", { type: "force-busy" });
  assert.deepEqual(await gateway.told(), []);
  assert.deepEqual(gateway.inspection.forceDrop("103", call), { done: true });
  assert.deepEqual(await gateway.told(), [
    ...["Call_Release", "PhoneRelease 3", "Force_SetNotReady"],
    "SetNotReady_Success 3",
  ]);
  gateway.inspection.force("103", "101", { type: "force-idle" });
  assert.deepEqual(await gateway.told(), ["Force_Ready", "Ready"]);
  gateway.inspection.force("103", "101", { type: "force-rest", seconds: 30, cause: 7 });
  assert.deepEqual(await gateway.told(), ["SetRest_Success 7"]);
  gateway.inspection.force("103", "101", { type: "force-busy" });
  gateway.clock.advance(60_000);
  assert.deepEqual(await gateway.told(), ["Force_SetNotReady", "SetNotReady_Success 3"], "no reminder of that rest");
  assert.equal(code(gateway.inspection.forceDrop("103", call)), "200-025");
});

test("a call that is being set up is dropped as its agent would give it up", async () => {
  const gateway = testGateway();
  await signedIn(gateway);
  await signedIn(gateway, { phoneNumber: "40003" }, "103");
  const id = callsOut(gateway);
  gateway.inspection.forceDrop("103", id);
  assert.deepEqual((await gateway.told()).at(-1), "PhoneRelease 3");
  assert.deepEqual([gateway.legs.census(), gateway.census().calls], [0, 0]);
});

type Act = (gateway: TestGateway, pick: number) => void;
const modes: readonly InspectionMode[] = ["listen", "insert", "whisper"];
const someLeg = (gateway: TestGateway, pick: number, act: (leg: LegId) => void): void => {
  const legs = [...gateway.legs.alive.keys()];
  const leg = legs[pick % Math.max(1, legs.length)];
  if (leg) act(leg);
};

const acts: readonly Act[] = [
  (gateway, pick) => gateway.inspection.inspect("103", pick % 2 === 0 ? "101" : "102", modes[pick % 3] ?? "listen"),
  (gateway, pick) => gateway.inspection.switchInspection("103", "", modes[pick % 3] ?? "listen"),
  (gateway) => gateway.inspection.endInspection("103", ""),
  (gateway, pick) => gateway.inspection.intercept("103", pick % 2 === 0 ? "101" : "102", ""),
  (gateway) => gateway.inspection.force("103", "101", { type: "force-busy" }),
  (gateway) => gateway.inspection.force("103", "101", { type: "force-idle" }),
  (gateway, pick) => gateway.callOut(pick % 2 === 0 ? "101" : "103", request),
  (gateway) =>
    gateway.command("101", {
      type: "bring-in",
      purpose: "help",
      target: { type: "agent", agent: agentId("102") },
      park: false,
      appData: null,
    }),
  (gateway, pick) => gateway.command(`${101 + (pick % 3)}`, { type: "release" }),
  (gateway) => gateway.command("101", { type: "hold" }),
  (gateway) => gateway.command("101", { type: "get-hold", callId: "" }),
  (gateway, pick) => someLeg(gateway, pick, (leg) => gateway.answer(leg)),
  (gateway, pick) => someLeg(gateway, pick, (leg) => gateway.answer(leg)),
  (gateway, pick) => someLeg(gateway, pick, (leg) => gateway.fail(leg, { status: 486 })),
  (gateway, pick) => someLeg(gateway, pick, (leg) => gateway.end(leg)),
  (gateway, pick) => gateway.clock.advance(pick * 1000),
];

test("whatever happens: who only listens is heard by nobody, and nothing is left after the end", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.nat(acts.length - 1), fc.nat(20)), { maxLength: 50 }), async (steps) => {
      const gateway = testGateway();
      for (const [agent, phoneNumber] of Object.entries({ 101: "40001", 102: "40002", 103: "40003" })) {
        await signedIn(gateway, { phoneNumber }, agent);
      }
      for (const [index, pick] of steps) {
        acts[index]?.(gateway, pick);
        for (const agent of ["101", "102", "103"]) {
          gateway.authorise(agent, undefined, true, { address: "127.0.0.1", trusted: true });
        }
        checkUnheard(gateway);
        gateway.reconcile();
      }
      assert.deepEqual(gateway.mended, []);
      for (const agent of ["101", "102", "103"]) gateway.signOut(agent, { force: true, reason: 258 });
      assert.deepEqual([gateway.legs.census(), gateway.census().calls, gateway.clock.pending()], [0, 0, 0]);
    }),
    { numRuns: 200 },
  );
});

function checkUnheard(gateway: TestGateway): void {
  const tasks = gateway.inspection.tasks("103");
  const listens = !("refused" in tasks) && tasks.some(({ qctype }) => qctype === 8);
  const own = [...gateway.legs.alive.keys()].filter((leg) => leg.startsWith("103.phone."));
  if (listens) for (const leg of own) assert.ok(!heardLegs(gateway).has(leg));
}

/** Legs that somebody hears who is there. */
function heardLegs(gateway: TestGateway): ReadonlySet<LegId> {
  const heard = new Set<LegId>();
  for (const [leg, source] of gateway.legs.heard) {
    if (!gateway.legs.alive.has(leg) || source === null) continue;
    if ("leg" in source) heard.add(source.leg);
    if ("mix" in source) for (const speaker of source.mix) heard.add(speaker);
  }
  return heard;
}

test("listenStatus: an inspector is told who signs in and out, each once, and nothing else; others are told nothing", async () => {
  const gateway = testGateway();
  const subtypes = async (agent: string): Promise<string[]> =>
    (await gateway.events(agent)).flatMap(({ content }) =>
      content !== null && typeof content === "object" && "subtype" in content
        ? [`${content.subtype.replace("QC_AgentState_", "")} ${content.monitoredagent}`]
        : [],
    );
  await signedIn(gateway, { phoneNumber: "40003", listens: true }, "103");
  await signedIn(gateway, { phoneNumber: "40002", listens: true }, "102");
  assert.deepEqual(await subtypes("103"), ["Login 102"]);
  gateway.inspection.monitor("103", ["101"], true);
  await signedIn(gateway);
  gateway.command("101", { type: "work" });
  gateway.command("102", { type: "work" });
  assert.deepEqual(await subtypes("103"), ["Login 101", "Work 101"]);
  gateway.signOut("101", { force: true, reason: 0 });
  assert.deepEqual([await subtypes("103"), await subtypes("102")], [["Logout 101"], []], "102 inspects nobody");
  gateway.signOut("103", { force: true, reason: 0 });
  await signedIn(gateway, { phoneNumber: "40003" }, "103");
  await signedIn(gateway);
  assert.deepEqual(await subtypes("103"), [], "it is asked for anew with each sign-in");
});

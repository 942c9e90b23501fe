// The call flows of behaviour.md §6, paragraph by paragraph: everything that each agent is told, in order, from the request to the end.
// What else is in these calls (media, legs, codes) stands in the files of its own.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { LegId } from "../../src/base/ids.ts";
import { legId } from "../../src/base/ids.ts";
import type { AgentEventMessage } from "../../src/contract/agent-event.ts";
import type { Transfer } from "../../src/runtime/face.ts";
import { callsIn, callsOut, signedIn, type TestGateway, talking, testGateway, testSite } from "./test-gateway.ts";

const site = {
  ...testSite,
  skills: [...testSite.skills, { id: 27, name: "recorded", mediaType: 5, record: true }],
  numbers: [{ pattern: "8000", to: { skill: 25 } }],
};

/** 101 and 102, whose events so far are forgotten; manual answer where a call is to ring on the screen. */
async function two(change: Parameters<typeof signedIn>[1] = {}): Promise<TestGateway> {
  const gateway = testGateway({ site });
  await signedIn(gateway, change);
  await signedIn(gateway, { phoneNumber: "40002", ...change }, "102");
  return gateway;
}

const phoneOf = (gateway: TestGateway, agent: string): LegId => {
  const leg = [...gateway.legs.alive.keys()].find((each) => each.startsWith(`${agent}.phone.`));
  assert.ok(leg, `the phone of ${agent}`);
  return leg;
};

/** His phone rings and is lifted. */
function lifts(gateway: TestGateway, agent: string): void {
  gateway.ring(phoneOf(gateway, agent));
  gateway.answer(phoneOf(gateway, agent));
}

const tells = async (gateway: TestGateway, expected: Readonly<Record<string, readonly string[]>>): Promise<void> => {
  for (const [agent, events] of Object.entries(expected)) {
    assert.deepEqual(await gateway.told(agent), events, `agent ${agent}`);
  }
};

const contentOf = (event: AgentEventMessage | undefined) => (event?.content ?? {}) as Readonly<Record<string, unknown>>;

const phoneUp = ["PhoneAlerting", "PhoneOffhook"];
const released = ["Call_Release", "PhoneRelease 3", "Ready"];
const customerGone = ["Customer_Release", ...released];
const offered = ["Busy", ...phoneUp, "Auto_Answer", "Talking"];

test("outgoing, answered, recorded; the agent hangs up by request", async () => {
  const gateway = await two();
  const id = callsOut(gateway, { skillId: 27 });
  lifts(gateway, "101");
  gateway.ring(gateway.party());
  gateway.answer(gateway.party());
  const report = gateway.legs.recorded.at(-1)?.report;
  const recording = { taskId: 1, file: "1.wav", beganAt: 0 };
  report?.({ type: "recording-began", agent: gateway.legs.recorded[0]?.order.agent as never, recording });
  const media = "AgentMediaEvent_Record";
  await tells(gateway, { 101: [...phoneUp, "Busy", "Customer_Alerting", "Talking", media] });
  gateway.command("101", { type: "release" });
  const events = await gateway.events("101");
  assert.deepEqual(
    events.map(({ eventType }) => eventType.replace(/^Agent(State|Event|Other|MediaEvent)_/, "")),
    ["Call_Release", "StopRecordDone", "PhoneRelease", "Ready"],
  );
  assert.equal(events[0]?.content, id);
  assert.deepEqual(events[2]?.content, { phoneState: 3 });
});

test("outgoing, the agent puts the handset down: phoneState 2; the customer hangs up: he is named first", async () => {
  const gateway = await two();
  await talking(gateway);
  gateway.end(phoneOf(gateway, "101"));
  await tells(gateway, { 101: ["Call_Release", "PhoneRelease 2", "Ready"] });
  await talking(gateway);
  gateway.end(gateway.party());
  await tells(gateway, { 101: customerGone });
});

test("release into wrap-up: Work in place of Ready", async () => {
  const gateway = await two({ autoEnterIdle: false });
  await talking(gateway);
  gateway.command("101", { type: "release" });
  await tells(gateway, { 101: ["Call_Release", "PhoneRelease 3", "Work"] });
});

test("hold and retrieve: Hold with the call id, Talking; mute: nothing", async () => {
  const gateway = await two();
  const id = await talking(gateway);
  for (const type of ["hold", "begin-mute", "end-mute"] as const) gateway.command("101", { type });
  const [hold, ...more] = await gateway.events("101");
  assert.deepEqual([hold?.eventType, hold?.content, more], ["AgentEvent_Hold", id, []]);
  gateway.command("101", { type: "get-hold", callId: id });
  const [again] = await gateway.events("101");
  assert.equal(contentOf(again)["callid"], id);
  for (const type of ["begin-mute", "end-mute"] as const) gateway.command("101", { type });
  await tells(gateway, { 101: [] });
  gateway.command("101", { type: "hold" });
  gateway.end(gateway.party());
  await tells(gateway, { 101: ["Hold", ...customerGone] });
});

for (const [name, to] of [
  ["an agent", { agent: "102" }],
  ["a skill", { skill: 26 }],
] as const) {
  test(`internal call to ${name}: both sides; who is called is named by his work number, feature 6`, async () => {
    const gateway = await two();
    const placed = gateway.callInner("101", { to, appData: "" });
    assert.ok("callId" in placed);
    lifts(gateway, "101");
    gateway.ring(phoneOf(gateway, "102"));
    assert.deepEqual(await gateway.told("101"), [...phoneUp, "Busy", "Customer_Alerting"]);
    gateway.answer(phoneOf(gateway, "102"));
    const [talk] = await gateway.events("101");
    assert.deepEqual([talk?.eventType, contentOf(talk)["feature"]], ["AgentEvent_Talking", "6"]);
    await tells(gateway, { 102: offered });
    gateway.command("102", { type: "release" });
    await tells(gateway, { 101: customerGone, 102: released });
  });
}

test("internal call that fails: declined, not answered, given up; Inside_Call_Fail with the call id", async () => {
  const gateway = await two({ autoAnswer: false });
  const call = (): string => {
    const placed = gateway.callInner("101", { to: { agent: "102" }, appData: "" });
    assert.ok("callId" in placed);
    return placed.callId;
  };
  const id = call();
  lifts(gateway, "101");
  gateway.fail(phoneOf(gateway, "102"), { status: 603 });
  const failed = (await gateway.events("101")).find(({ eventType }) => eventType === "AgentEvent_Inside_Call_Fail");
  assert.equal(failed?.content, id);
  await tells(gateway, { 102: ["Busy", "PhoneRelease 2", "SetNotReady_Success 7"] });
  gateway.command("102", { type: "say-free" });
  await gateway.told("102");
  call();
  lifts(gateway, "101");
  lifts(gateway, "102");
  gateway.clock.advance(30_000);
  await tells(gateway, {
    101: [...phoneUp, "Busy", "Customer_Alerting", "PhoneRelease 3", "Inside_Call_Fail", "Ready"],
    102: ["Busy", ...phoneUp, "Ringing", "No_Answer", "PhoneRelease 3", "SetNotReady_Success 2"],
  });
  gateway.command("102", { type: "say-free" });
  await gateway.told("102");
  call();
  gateway.ring(phoneOf(gateway, "101"));
  gateway.end(phoneOf(gateway, "101"));
  await tells(gateway, { 101: ["PhoneAlerting", "Inside_Call_Fail", "PhoneRelease 2"], 102: [] });
});

test("incoming, manual answer; not answered; rejected", async () => {
  const gateway = await two({ autoAnswer: false });
  gateway.command("102", { type: "say-busy", reason: 0, prolong: false });
  await gateway.told("102");
  callsIn(gateway);
  lifts(gateway, "101");
  await tells(gateway, { 101: ["Busy", ...phoneUp, "Incoming_CallInfo", "Ringing"] });
  gateway.command("101", { type: "answer", callId: "" });
  await tells(gateway, { 101: ["Customer_Alerting", "Talking"] });
  gateway.end(gateway.party());
  await tells(gateway, { 101: customerGone });
  callsIn(gateway);
  lifts(gateway, "101");
  gateway.clock.advance(30_000);
  const rung = ["Busy", ...phoneUp, "Incoming_CallInfo", "Ringing"];
  await tells(gateway, { 101: [...rung, "No_Answer", "PhoneRelease 3", "SetNotReady_Success 2"] });
  gateway.command("101", { type: "say-free" });
  lifts(gateway, "101");
  gateway.command("101", { type: "reject", callId: "", mode: 2 });
  await tells(gateway, { 101: ["CancelNotReady_Success", ...rung, "PhoneRelease 3", "Ready"] });
});

const outside: Transfer = {
  ...{ device: "number", address: "40041", mode: "blind", appData: null, caller: "", mediaAbility: 0 },
  ...{ hold: true, skillId: 0 },
};

test("transfer to an agent, released and on success: who passes it on, and who gets it", async () => {
  for (const mode of ["blind", "success"] as const) {
    const gateway = await two();
    await talking(gateway);
    gateway.transfer("101", { ...outside, device: "agent", address: "102", mode });
    lifts(gateway, "102");
    await tells(gateway, {
      101: mode === "blind" ? released : ["Customer_Alerting", "SuccTransResult", ...released],
      102: offered,
    });
    gateway.end(gateway.party());
    await tells(gateway, { 101: [], 102: customerGone });
  }
});

test("transfer on success, the customer leaves before the target answers", async () => {
  const gateway = await two();
  const id = await talking(gateway);
  gateway.transfer("101", { ...outside, mode: "success" });
  gateway.ring(legId(`${id}.party.2`));
  gateway.end(legId(`${id}.party`));
  await tells(gateway, { 101: ["Customer_Alerting", ...customerGone] });
  assert.equal(gateway.legs.census(), 0);
});

test("talk transfer and three-party: Conference when the target is there; it fails: Connect_Fail, and they talk on", async () => {
  for (const mode of ["talk", "three-party"] as const) {
    const gateway = await two();
    const id = await talking(gateway);
    gateway.transfer("101", { ...outside, mode });
    gateway.fail(legId(`${id}.party.2`), { status: 486 });
    await tells(gateway, { 101: ["Connect_Fail"] });
    gateway.transfer("101", { ...outside, mode });
    gateway.ring(legId(`${id}.party.3`));
    gateway.answer(legId(`${id}.party.3`));
    await tells(gateway, { 101: ["Customer_Alerting", "Conference"] });
    gateway.command("101", { type: "release" });
    await tells(gateway, { 101: released });
    assert.equal(gateway.census().calls, 1, "the two talk on");
  }
});

test("consult, two-party: the customer is held; the helper leaves, the customer is back", async () => {
  const gateway = await two();
  const id = await talking(gateway);
  const help = gateway.innerHelp("101", { to: { agent: "102" }, parties: 2, hold: true, appData: "" });
  assert.ok("callId" in help && help.callId !== id);
  lifts(gateway, "102");
  await tells(gateway, { 101: ["Hold", "Customer_Alerting", "Talking"] });
  const [, , , auto] = await gateway.events("102");
  const { feature, type, callid } = contentOf(auto);
  assert.deepEqual([feature, type, callid], ["51", "assistant", help.callId]);
  gateway.command("102", { type: "release" });
  await tells(gateway, { 101: ["Customer_Release", "Call_Release"], 102: released });
  gateway.command("101", { type: "get-hold", callId: "" });
  gateway.end(gateway.party());
  await tells(gateway, { 101: ["Talking", ...customerGone] });
});

test("consult, three-party: Conference to all who are in; consults that fail", async () => {
  const gateway = await two();
  await talking(gateway);
  const ask = (parties: 2 | 3) => gateway.innerHelp("101", { to: { agent: "102" }, parties, hold: true, appData: "" });
  ask(3);
  lifts(gateway, "102");
  await tells(gateway, { 101: ["Customer_Alerting", "Conference"], 102: [...offered, "Conference"] });
  gateway.command("102", { type: "release" });
  await tells(gateway, { 101: ["Customer_Release"], 102: released });
  ask(3);
  gateway.fail(phoneOf(gateway, "102"), { status: 603 });
  await tells(gateway, { 101: ["Consult_Fail"] });
  gateway.command("102", { type: "say-free" });
  ask(2);
  gateway.fail(phoneOf(gateway, "102"), { status: 603 });
  await tells(gateway, { 101: ["Hold", "Consult_Fail"] });
  gateway.command("101", { type: "get-hold", callId: "" });
  await tells(gateway, { 101: ["Talking"] });
});

test("connecthold after a consult: the customer and the helper go on, the agent is released from both", async () => {
  const gateway = await two();
  const id = await talking(gateway);
  gateway.innerHelp("101", { to: { agent: "102" }, parties: 2, hold: true, appData: "" });
  lifts(gateway, "102");
  await gateway.told("101");
  await gateway.told("102");
  gateway.command("101", { type: "join-held", callId: id, leave: true, appData: null });
  await tells(gateway, { 101: ["Call_Release", "Call_Release", "PhoneRelease 3", "Ready"] });
  gateway.end(gateway.party());
  assert.deepEqual((await gateway.told("102")).slice(-4), customerGone);
  assert.equal(gateway.legs.census(), 0);
});

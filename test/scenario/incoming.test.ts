// Calls from outside to a skill, on the virtual clock: who gets them, in which order, and what everybody is told
// (behaviour.md §6, incoming).

import assert from "node:assert/strict";
import { test } from "node:test";
import { agentId, legId } from "../../src/base/ids.ts";
import { callsIn, signedIn, type TestGateway, testGateway, testSite } from "./test-gateway.ts";

const site = {
  ...testSite,
  agents: testSite.agents.map((agent) => (agent.id === "103" ? { ...agent, levels: { 25: 5 } } : agent)),
  numbers: [
    { pattern: "8000", to: { skill: 25 } },
    { pattern: "8002", to: { skill: 25 }, priority: 5 },
    { pattern: "8102", to: { agent: "102" } },
  ],
};
const gatewayWith = (): TestGateway => testGateway({ site });

test("a free agent with automatic answer: busy, phone, Auto_Answer, Talking; the caller is answered when he is", async () => {
  const gateway = gatewayWith();
  await signedIn(gateway);
  const id = callsIn(gateway);
  assert.equal(gateway.legs.answered.length, 0, "not answered while the phone rings");
  gateway.ring(gateway.phone());
  gateway.answer(gateway.phone());
  assert.deepEqual(await gateway.told(), [
    "Busy",
    "PhoneAlerting",
    "PhoneOffhook",
    "Incoming_CallInfo",
    "Auto_Answer",
    "Customer_Alerting",
    "Talking",
  ]);
  assert.deepEqual(gateway.legs.heard.get(gateway.phone()), { leg: `${id}.party` });
  assert.deepEqual(gateway.legs.heard.get(legId(`${id}.party`)), { leg: gateway.phone() });
  gateway.end(gateway.party());
  assert.deepEqual(await gateway.told(), ["Customer_Release", "Call_Release", "PhoneRelease 3", "Ready"]);
});

test("manual answer: Ringing, and Talking only after the answer", async () => {
  const gateway = gatewayWith();
  await signedIn(gateway, { autoAnswer: false });
  assert.deepEqual(gateway.command("101", { type: "answer", callId: "" }), {
    refused: "200-002",
    message: "there is no call to answer",
  });
  callsIn(gateway);
  gateway.answer(gateway.phone());
  assert.deepEqual(await gateway.told(), ["Busy", "PhoneAlerting", "PhoneOffhook", "Incoming_CallInfo", "Ringing"]);
  assert.deepEqual(gateway.command("101", { type: "answer", callId: "" }), { done: true });
  assert.deepEqual(await gateway.told(), ["Customer_Alerting", "Talking"]);
});

test("no answer: the call goes to the next agent, the first is busy with reason 2", async () => {
  const gateway = gatewayWith();
  await signedIn(gateway, { autoAnswer: false });
  await signedIn(gateway, { autoAnswer: false, phoneNumber: "40002" }, "102");
  const id = callsIn(gateway);
  gateway.answer(gateway.phone());
  gateway.clock.advance(30_000);
  assert.deepEqual(await gateway.told(), [
    "Busy",
    "PhoneAlerting",
    "PhoneOffhook",
    "Incoming_CallInfo",
    "Ringing",
    "No_Answer",
    "PhoneRelease 3",
    "SetNotReady_Success 2",
  ]);
  gateway.answer(gateway.phone());
  const [info, ringing] = (await gateway.events("102")).slice(-2);
  assert.deepEqual(info?.content, {
    ...{ callId: id, skillName: "voice", skillId: 25, caller: "13800000000", called: "8000" },
    ...{ lastReleaseAgentId: 101, mediaType: 5, releaseAndReQueueCount: 1, releaseAndReQueueCallFlag: 1 },
  });
  assert.equal(ringing?.eventType, "AgentEvent_Ringing");
});

test("nobody free: the caller is answered and hears music; whoever becomes free first gets the call that waits longest", async () => {
  const gateway = gatewayWith();
  await signedIn(gateway, { status: 3 });
  const first = callsIn(gateway);
  gateway.clock.advance(1000);
  const second = callsIn(gateway);
  assert.deepEqual(gateway.legs.answered, [`${first}.party`, `${second}.party`]);
  assert.deepEqual(gateway.legs.heard.get(legId(`${first}.party`)), { sound: "music" });
  gateway.command("101", { type: "say-free" });
  gateway.answer(gateway.phone());
  assert.deepEqual(gateway.legs.heard.get(gateway.phone()), { leg: `${first}.party` });
  gateway.end(legId(`${first}.party`));
  gateway.answer(gateway.phone());
  assert.deepEqual(gateway.legs.heard.get(gateway.phone()), { leg: `${second}.party` });
});

test("the one who is idle longest is asked first", async () => {
  const gateway = gatewayWith();
  await signedIn(gateway, { phoneNumber: "40002" }, "102");
  gateway.clock.advance(1000);
  await signedIn(gateway);
  callsIn(gateway);
  assert.deepEqual(await gateway.told("102"), ["Busy"]);
  assert.deepEqual(await gateway.told("101"), []);
});

test("a higher level of the skill is asked before the one who is idle longer", async () => {
  const gateway = gatewayWith();
  await signedIn(gateway);
  gateway.clock.advance(1000);
  await signedIn(gateway, { phoneNumber: "40003" }, "103");
  callsIn(gateway);
  assert.deepEqual(await gateway.told("103"), ["Busy"]);
});

test("a call to a number of higher priority is served before one that waits longer", async () => {
  const gateway = gatewayWith();
  await signedIn(gateway, { status: 3 });
  callsIn(gateway);
  gateway.clock.advance(1000);
  const urgent = callsIn(gateway, "8002");
  gateway.command("101", { type: "say-free" });
  gateway.answer(gateway.phone());
  assert.deepEqual(gateway.legs.heard.get(gateway.phone()), { leg: `${urgent}.party` });
});

test("a number of one agent: his phone rings; when he is not free the caller is refused with 486", async () => {
  const gateway = gatewayWith();
  await signedIn(gateway);
  await signedIn(gateway, { phoneNumber: "40002" }, "102");
  callsIn(gateway, "8102");
  assert.deepEqual(await gateway.told("102"), ["Busy"]);
  assert.deepEqual(await gateway.told("101"), []);
  callsIn(gateway, "8102");
  assert.equal(gateway.legs.hungUp.length, 1);
  assert.equal(gateway.census().calls, 1);
});

test("a caller who gives up takes the offer with him, and leaves the queue", async () => {
  const gateway = gatewayWith();
  await signedIn(gateway);
  callsIn(gateway);
  gateway.ring(gateway.phone());
  gateway.end(gateway.party());
  assert.deepEqual(await gateway.told(), [
    "Busy",
    "PhoneAlerting",
    "Customer_Release",
    "Call_Release",
    "PhoneRelease 3",
    "Ready",
  ]);
  gateway.command("101", { type: "say-busy", reason: 0, prolong: false });
  callsIn(gateway);
  gateway.end(gateway.party());
  gateway.command("101", { type: "say-free" });
  assert.equal(gateway.legs.census(), 0);
  assert.equal(gateway.census().calls, 0);
});

test("reject: mode 1 sends the call back and makes busy with reason 7, mode 2 ends it", async () => {
  const gateway = gatewayWith();
  await signedIn(gateway, { autoAnswer: false });
  callsIn(gateway);
  gateway.answer(gateway.phone());
  gateway.command("101", { type: "reject", callId: "", mode: 1 });
  assert.deepEqual((await gateway.told()).slice(-2), ["PhoneRelease 3", "SetNotReady_Success 7"]);
  assert.equal(gateway.census().calls, 1);
  gateway.command("101", { type: "say-free" });
  gateway.answer(gateway.phone());
  gateway.command("101", { type: "reject", callId: "", mode: 2 });
  assert.deepEqual((await gateway.told()).slice(-2), ["PhoneRelease 3", "Ready"]);
  assert.equal(gateway.census().calls, 0);
  assert.equal(gateway.clock.pending(), 1, "the session's own timer only");
});

test("a number that leads nowhere is 404, and a forced sign-out gives the call back", async () => {
  const gateway = gatewayWith();
  const refused: number[] = [];
  gateway.receive({ ...gateway.incoming("8001"), reject: (status) => void refused.push(status) });
  assert.deepEqual(refused, [404]);
  await signedIn(gateway);
  callsIn(gateway);
  gateway.signOut(agentId("101"), { force: true, reason: 258 });
  assert.equal(gateway.census().calls, 1, "it waits");
  assert.equal(gateway.legs.alive.size, 1);
});

test("wrap-up after a call ends by itself where the site says so, and not before its time", async () => {
  const gateway = testGateway({ site: { ...site, wrapUpMs: 10_000 } });
  await signedIn(gateway, { autoEnterIdle: false });
  callsIn(gateway);
  gateway.answer(gateway.phone());
  gateway.end(gateway.party());
  assert.deepEqual((await gateway.told()).slice(-1), ["Work"]);
  gateway.clock.advance(9_999);
  assert.equal(gateway.agentStatus("101").agentState, 5);
  gateway.clock.advance(1);
  assert.deepEqual(await gateway.told(), ["Ready"]);
  gateway.command("101", { type: "work" });
  gateway.clock.advance(60_000);
  assert.equal(gateway.agentStatus("101").agentState, 5, "the wrap-up that he asked for stays");
});

test("an agent without talk right gets no call; the call waits until he has it", async () => {
  const gateway = gatewayWith();
  await signedIn(gateway);
  gateway.command("101", { type: "set-talk-right", enabled: false });
  callsIn(gateway);
  assert.deepEqual(await gateway.told(), []);
  gateway.command("101", { type: "set-talk-right", enabled: true });
  assert.deepEqual(await gateway.told(), ["Busy"]);
});

test("a caller by voice is announced as such, one with video as both; a rejected m-line is none", async () => {
  const offers = {
    "v=0": "1",
    "m=audio 4000 RTP/AVP 0\r\nm=video 4002 RTP/AVP 96\r\n": "3",
    "m=video 0 RTP/AVP 96": "1",
  };
  for (const [sdp, mediaAbility] of Object.entries(offers)) {
    const gateway = gatewayWith();
    await signedIn(gateway, { autoAnswer: false, agentType: 11 });
    gateway.receive(gateway.incoming("8000", sdp));
    gateway.answer(gateway.phone());
    const ringing = (await gateway.events()).find(({ eventType }) => eventType === "AgentEvent_Ringing");
    assert.equal((ringing?.content as { mediaAbility?: string } | undefined)?.mediaAbility, mediaAbility, sdp);
  }
});

// Calls that an agent takes for himself: one that waits, and one that rings at a colleague of his group.

import assert from "node:assert/strict";
import { test } from "node:test";
import { legId } from "../../src/base/ids.ts";
import { callsIn, callsOut, signedIn, type TestGateway, testGateway, testSite } from "./test-gateway.ts";

const site = {
  ...testSite,
  numbers: [{ pattern: "8000", to: { skill: 25 } }],
  groups: [{ id: 1, name: "first", members: ["101", "102"] }],
};
const gatewayWith = (): TestGateway => testGateway({ site });
const done = { done: true };
const code = (reply: object): string => ("refused" in reply ? String(reply.refused) : "0");
const asked = ["Busy", "PhoneAlerting", "PhoneOffhook", "Customer_Alerting", "Talking", "Incoming_CallInfo"];

test("a busy agent takes the second of two calls that wait; the first keeps its place", async () => {
  const gateway = gatewayWith();
  await signedIn(gateway, { status: 3, autoAnswer: false });
  const first = callsIn(gateway);
  const second = callsIn(gateway);
  assert.deepEqual(gateway.requestCall("101", { callId: second, skill: 25 }), done);
  gateway.answer(gateway.phone());
  assert.deepEqual(await gateway.told(), asked, "answered with his phone, automatic answer or not");
  assert.deepEqual(gateway.legs.heard.get(gateway.phone()), { leg: `${second}.party` });
  gateway.end(legId(`${second}.party`));
  await gateway.told();
  gateway.answer(gateway.phone());
  gateway.command("101", { type: "answer", callId: "" });
  assert.deepEqual(gateway.legs.heard.get(gateway.phone()), { leg: `${first}.party` });
});

test("a call that he asked for and whose phone he does not answer waits again, he is busy", async () => {
  const gateway = gatewayWith();
  await signedIn(gateway, { status: 3 });
  const id = callsIn(gateway);
  gateway.requestCall("101", { callId: id, skill: 25 });
  gateway.clock.advance(30_000);
  assert.deepEqual((await gateway.told()).slice(-2), ["PhoneRelease 3", "SetNotReady_Success 2"]);
  assert.deepEqual(gateway.waiting().get(25), 1);
});

test("refused: no such call, another queue, no skill, a call of his own, rest", async () => {
  const gateway = gatewayWith();
  await signedIn(gateway, { status: 3 });
  const id = callsIn(gateway);
  assert.equal(code(gateway.requestCall("101", { callId: "1-1", skill: 25 })), "100-007");
  assert.equal(code(gateway.requestCall("101", { callId: id, skill: 26 })), "100-007");
  assert.equal(code(gateway.requestCall("101", { callId: id, skill: 99 })), "000-002");
  assert.equal(code(gateway.requestCall("102", { callId: id, skill: 25 })), "100-006");
  gateway.command("101", { type: "rest", seconds: 60, cause: 1, prolong: false });
  assert.equal(code(gateway.requestCall("101", { callId: id, skill: 25 })), "100-007");
  gateway.command("101", { type: "cancel-rest" });
  gateway.answer(gateway.phone());
  const other = callsIn(gateway);
  assert.equal(code(gateway.requestCall("101", { callId: other, skill: 25 })), "100-007");
});

test("a colleague picks a ringing call up: his phone, then Talking; where it rang it is quiet, and free again", async () => {
  const gateway = gatewayWith();
  await signedIn(gateway, { autoAnswer: false });
  const id = callsIn(gateway);
  gateway.answer(gateway.phone());
  await gateway.told();
  await signedIn(gateway, { status: 3, phoneNumber: "40002" }, "102");
  assert.deepEqual(gateway.pickUp("102", "101"), done);
  assert.deepEqual(await gateway.told("101"), ["Call_Release", "PhoneRelease 3", "Ready"]);
  gateway.answer(gateway.phone());
  assert.deepEqual(await gateway.told("102"), asked);
  assert.deepEqual(gateway.legs.heard.get(legId(`${id}.party`)), { leg: gateway.phone() });
  assert.equal(gateway.legs.census(), 2);
});

test("not picked up: nothing rings, another group, oneself, an own call, an internal call", async () => {
  const gateway = gatewayWith();
  await signedIn(gateway, { status: 3 });
  await signedIn(gateway, { status: 3, phoneNumber: "40002" }, "102");
  await signedIn(gateway, { phoneNumber: "40003", autoAnswer: false }, "103");
  assert.equal(code(gateway.pickUp("101", "102")), "100-007");
  assert.equal(code(gateway.pickUp("101", "101")), "100-007");
  assert.equal(code(gateway.pickUp("101", "999")), "000-002");
  callsIn(gateway);
  assert.equal(code(gateway.pickUp("101", "103")), "100-007");
  gateway.end(gateway.party());
  gateway.command("102", { type: "say-free" });
  gateway.callInner("103", { to: { agent: "102" }, appData: "" });
  gateway.answer(gateway.phone());
  assert.equal(code(gateway.pickUp("101", "102")), "100-007", "an internal call");
  gateway.command("103", { type: "release" });
  callsIn(gateway);
  callsOut(gateway, {}, "101");
  assert.equal(code(gateway.pickUp("101", "102")), "100-007", "he has a call of his own");
});

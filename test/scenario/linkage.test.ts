// Phone linkage on the virtual clock: a ringing phone is picked up and hung up from the desktop, for every kind of call that
// rings it (operations.json, phonepickup and phonehangup).

import assert from "node:assert/strict";
import { test } from "node:test";
import { callsIn, callsOut, signedIn, type TestGateway, testGateway, testSite } from "./test-gateway.ts";

const site = {
  ...testSite,
  numbers: [
    { pattern: "8000", to: { skill: 25 } },
    { pattern: "8101", to: { agent: "101" } },
  ],
};
const linked = { phoneLinkage: true, autoAnswer: false } as const;
const done = { done: true };
const notLinked = {
  refused: "100-007",
  message: "phone linkage is not enabled: sign in with phonelinkage, or reset the skills with it",
};
const quiet = { refused: "100-007", message: "the agent's phone does not ring" };

async function gatewayWith(change: Parameters<typeof signedIn>[1] = linked): Promise<TestGateway> {
  const gateway = testGateway({ site });
  await signedIn(gateway, change);
  return gateway;
}

const rings = (gateway: TestGateway): void => gateway.ring(gateway.phone(), false, true);
const hangUp = (gateway: TestGateway) => gateway.command("101", { type: "hang-up-phone" });

test("picked up: the phone is asked, and what it answers is the agent's answer too", async () => {
  const gateway = await gatewayWith();
  const id = callsIn(gateway);
  rings(gateway);
  assert.deepEqual(await gateway.told(), ["Busy", "PhoneAlerting"]);
  assert.deepEqual(await gateway.pickUpPhone("101"), done);
  assert.deepEqual(gateway.legs.asked, [gateway.phone()]);
  assert.deepEqual(await gateway.told(), [], "nothing happens before the phone does it");
  gateway.answer(gateway.phone());
  assert.deepEqual(await gateway.told(), [
    ...["PhoneOffhook", "Incoming_CallInfo", "Ringing"],
    ...["Customer_Alerting", "Talking"],
  ]);
  assert.deepEqual(gateway.legs.heard.get(gateway.phone()), { leg: `${id}.party` });
  gateway.clock.advance(60_000);
  assert.deepEqual(await gateway.told(), [], "no ring time runs any more");
});

test("picked up with automatic answer: as without linkage", async () => {
  const gateway = await gatewayWith({ ...linked, autoAnswer: true });
  callsIn(gateway);
  rings(gateway);
  await gateway.pickUpPhone("101");
  gateway.answer(gateway.phone());
  assert.deepEqual(await gateway.told(), [
    ...["Busy", "PhoneAlerting", "PhoneOffhook", "Incoming_CallInfo", "Auto_Answer"],
    ...["Customer_Alerting", "Talking"],
  ]);
});

test("picked up for a callout of his own: the customer is called", async () => {
  const gateway = await gatewayWith();
  callsOut(gateway);
  rings(gateway);
  await gateway.pickUpPhone("101");
  gateway.answer(gateway.phone());
  assert.deepEqual(await gateway.told(), ["PhoneAlerting", "PhoneOffhook", "Busy"]);
  assert.deepEqual(gateway.legs.invited, ["40001", "40040"]);
});

test("the next call is not picked up by the pick-up of the one before", async () => {
  const gateway = await gatewayWith();
  callsIn(gateway);
  rings(gateway);
  await gateway.pickUpPhone("101");
  gateway.end(gateway.party());
  await gateway.told();
  callsIn(gateway);
  rings(gateway);
  gateway.answer(gateway.phone());
  assert.equal((await gateway.told()).at(-1), "Ringing");
});

test("a phone that refuses to be asked goes on ringing, and the reply says what it said", async () => {
  const gateway = await gatewayWith();
  callsIn(gateway);
  rings(gateway);
  gateway.legs.talkStatus = 489;
  assert.deepEqual(await gateway.pickUpPhone("101"), {
    refused: "100-007",
    message: "the agent's phone does not answer: it said 489",
  });
  assert.deepEqual(await gateway.told(), ["Busy", "PhoneAlerting"]);
  assert.equal(gateway.legs.hungUp.length, 0);
});

test("a phone that does not allow the event talk is not asked", async () => {
  const gateway = await gatewayWith();
  callsIn(gateway);
  gateway.ring(gateway.phone());
  assert.deepEqual(await gateway.pickUpPhone("101"), {
    refused: "100-007",
    message: "the agent's phone cannot be asked to answer: it does not allow the event talk",
  });
  assert.deepEqual(gateway.legs.asked, []);
  gateway.ring(gateway.phone(), false, true);
  assert.deepEqual(await gateway.told(), ["Busy", "PhoneAlerting"], "told once, however often it rings");
  assert.deepEqual(await gateway.pickUpPhone("101"), done, "a later 18x may say it");
});

test("hung up: the offered call goes back, the phone is given up, he is busy with reason 7", async () => {
  const gateway = await gatewayWith();
  const id = callsIn(gateway);
  rings(gateway);
  const phone = gateway.phone();
  assert.deepEqual(hangUp(gateway), done);
  assert.deepEqual(gateway.legs.hungUp, [phone]);
  assert.deepEqual(await gateway.told(), [
    ...["Busy", "PhoneAlerting"],
    ...["No_Answer", "PhoneRelease 3", "SetNotReady_Success 7"],
  ]);
  assert.equal(gateway.waiting().get(25), 1);
  assert.equal(gateway.party(), `${id}.party`);
});

test("hung up for a callout of his own: it fails on the agent's side", async () => {
  const gateway = await gatewayWith();
  callsOut(gateway);
  rings(gateway);
  assert.deepEqual(hangUp(gateway), done);
  assert.deepEqual(await gateway.told(), [
    ...["PhoneAlerting", "detect 531", "Call_Out_Fail", "Connect_Fail", "PhoneRelease 3"],
  ]);
  assert.equal(gateway.legs.census(), 0);
});

test("refused: without linkage, without a ringing phone, before it alerts, after it was answered", async () => {
  const gateway = await gatewayWith({ autoAnswer: false });
  callsIn(gateway);
  rings(gateway);
  assert.deepEqual([await gateway.pickUpPhone("101"), hangUp(gateway)], [notLinked, notLinked]);
  gateway.command("101", { type: "reset-skills", skillIds: null, phoneLinkage: true });
  gateway.command("101", { type: "reset-skills", skillIds: null });
  assert.deepEqual(hangUp(gateway), done, "linkage stays as it was unless it is named");
  assert.deepEqual([await gateway.pickUpPhone("101"), hangUp(gateway)], [quiet, quiet]);
  gateway.command("101", { type: "say-free" });
  assert.deepEqual([await gateway.pickUpPhone("101"), hangUp(gateway)], [quiet, quiet], "no PhoneAlerting yet");
  rings(gateway);
  gateway.answer(gateway.phone());
  assert.deepEqual([await gateway.pickUpPhone("101"), hangUp(gateway)], [quiet, quiet]);
  gateway.command("101", { type: "reset-skills", skillIds: null, phoneLinkage: false });
  assert.deepEqual(hangUp(gateway), notLinked);
  const stranger = { refused: "100-006", message: "the agent is not signed in" };
  assert.deepEqual(await gateway.pickUpPhone("102"), stranger);
});

// Phone linkage on the virtual clock: a ringing phone is picked up and hung up from the desktop, for every kind of call that
// rings it (operations.json, phonepickup and phonehangup); what the agent is told of it (events.json, linkagePhone…).

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

/** What is told beside the states of the phone, which a test of their own looks at. */
const told = async (gateway: TestGateway): Promise<string[]> =>
  (await gateway.told()).filter((name) => name !== "linkagePhoneStatus");

const rings = (gateway: TestGateway): void => gateway.ring(gateway.phone(), false, true);
const hangUp = (gateway: TestGateway) => gateway.command("101", { type: "hang-up-phone" });

test("picked up: the phone is asked, and what it answers is the agent's answer too", async () => {
  const gateway = await gatewayWith();
  const id = callsIn(gateway);
  rings(gateway);
  assert.deepEqual(await told(gateway), ["Busy", "PhoneAlerting"]);
  assert.deepEqual(await gateway.pickUpPhone("101"), done);
  assert.deepEqual(gateway.legs.asked, [gateway.phone()]);
  assert.deepEqual(await told(gateway), [], "nothing happens before the phone does it");
  gateway.answer(gateway.phone());
  assert.deepEqual(await told(gateway), [
    ...["PhoneOffhook", "Incoming_CallInfo", "Ringing"],
    ...["Customer_Alerting", "Talking"],
  ]);
  assert.deepEqual(gateway.legs.heard.get(gateway.phone()), { leg: `${id}.party` });
  gateway.clock.advance(60_000);
  assert.deepEqual(await told(gateway), [], "no ring time runs any more");
});

test("picked up with automatic answer: as without linkage", async () => {
  const gateway = await gatewayWith({ ...linked, autoAnswer: true });
  callsIn(gateway);
  rings(gateway);
  await gateway.pickUpPhone("101");
  gateway.answer(gateway.phone());
  assert.deepEqual(await told(gateway), [
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
  assert.deepEqual(await told(gateway), ["PhoneAlerting", "PhoneOffhook", "Busy"]);
  assert.deepEqual(gateway.legs.invited, ["40001", "40040"]);
});

test("the next call is not picked up by the pick-up of the one before", async () => {
  const gateway = await gatewayWith();
  callsIn(gateway);
  rings(gateway);
  await gateway.pickUpPhone("101");
  gateway.end(gateway.party());
  await told(gateway);
  callsIn(gateway);
  rings(gateway);
  gateway.answer(gateway.phone());
  assert.equal((await told(gateway)).at(-1), "Ringing");
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
  assert.deepEqual(await told(gateway), ["Busy", "PhoneAlerting"]);
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
  assert.deepEqual(await told(gateway), ["Busy", "PhoneAlerting"], "told once, however often it rings");
  assert.deepEqual(await gateway.pickUpPhone("101"), done, "a later 18x may say it");
});

test("hung up: the offered call goes back, the phone is given up, he is busy with reason 7", async () => {
  const gateway = await gatewayWith();
  const id = callsIn(gateway);
  rings(gateway);
  const phone = gateway.phone();
  assert.deepEqual(hangUp(gateway), done);
  assert.deepEqual(gateway.legs.hungUp, [phone]);
  assert.deepEqual(await told(gateway), [
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
  assert.deepEqual(await told(gateway), [
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

/** `linkagePhoneStatus 5`: a phone's event with its content. */
async function linkedEvents(gateway: TestGateway): Promise<string[]> {
  const events = await gateway.events();
  return events.map(({ eventType, content }) => {
    const name = eventType.replace(/^Agent(State|Event|Other)_/, "");
    return eventType.includes("linkage") ? `${name} ${JSON.stringify(content)}` : name;
  });
}

test("the state of the phone stands behind each event that changes it: ringing, off-hook, talking, on-hook", async () => {
  const gateway = await gatewayWith({ ...linked, autoAnswer: true });
  callsIn(gateway);
  rings(gateway);
  gateway.answer(gateway.phone());
  gateway.command("101", { type: "release" });
  const status = (result: number) => `linkagePhoneStatus {"result":${result}}`;
  assert.deepEqual(await linkedEvents(gateway), [
    ...["Busy", "PhoneAlerting", status(5), "PhoneOffhook", status(0), "Incoming_CallInfo", "Auto_Answer"],
    ...["Customer_Alerting", "Talking", status(2), "Call_Release", "PhoneRelease", status(1), "Ready"],
  ]);
});

test("held and taken back by the phone's own key, in a call; without linkage nothing is told", async () => {
  const gateway = await gatewayWith({ ...linked, autoAnswer: true });
  const id = callsIn(gateway);
  gateway.answer(gateway.phone());
  await gateway.events();
  const hold = (held: boolean): void => {
    const leg = gateway.phone();
    gateway.legs.alive.get(leg)?.report({ type: "leg-held", leg, held });
  };
  for (const held of [true, false]) hold(held);
  const call = `{"callId":"${id}"}`;
  assert.deepEqual(await linkedEvents(gateway), [`linkagePhoneHold ${call}`, `linkagePhoneUnHold ${call}`]);
  gateway.command("101", { type: "reset-skills", skillIds: null, phoneLinkage: false });
  for (const held of [true, false]) hold(held);
  assert.deepEqual(await linkedEvents(gateway), []);
});

test("the phone passes its call on: the agent is told where to", async () => {
  const gateway = await gatewayWith({ ...linked, autoAnswer: true });
  await signedIn(gateway, { phoneNumber: "40002" }, "102");
  callsIn(gateway, "8101");
  gateway.answer(gateway.phone());
  await gateway.events();
  const accept = () => ({ progress: () => {} });
  gateway.referred(gateway.phone(), { type: "refer", target: "sip:40002@gw", accept, reject: () => assert.fail() });
  const self = '{"address":"40001","addressType":6}';
  assert.equal(
    (await linkedEvents(gateway))[0],
    `linkagePhoneTransferOut {"addrOut":{"address":"102","addressType":9},"addrSelf":${self}}`,
  );
});

test("event AgentEvent_linkagePhoneCallOut", async () => {
  const gateway = await gatewayWith({ ...linked, autoAnswer: true });
  gateway.receive({ ...gateway.incoming("8000"), account: "40002" });
  assert.ok(
    (await linkedEvents(gateway)).every((name) => !name.includes("CallOut")),
    "another phone",
  );
  gateway.receive({ ...gateway.incoming("8000"), account: "40001" });
  const [out = ""] = await linkedEvents(gateway);
  assert.match(out, /^linkagePhoneCallOut /);
  const { callId, ...where } = JSON.parse(out.slice("linkagePhoneCallOut ".length));
  assert.match(callId, /^\d+-\d+$/);
  assert.deepEqual(where, {
    addrCalled: { address: "8000", addressType: 6 },
    addrCaller: { address: "40001", addressType: 6 },
    skillId: 25,
  });
});

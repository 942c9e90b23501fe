// Those who are being brought into a call: told when they are in, sent away before they are, wanted twice. Each of these was found
// by any-crowd.test.ts.

import assert from "node:assert/strict";
import { test } from "node:test";
import { legId } from "../../src/base/ids.ts";
import { callsIn, signedIn, type TestGateway, testGateway, testSite } from "./test-gateway.ts";

const site = { ...testSite, numbers: [{ pattern: "8000", to: { skill: 25 } }] };

/** 101 talks with a caller; 102 is free. */
async function served(): Promise<{ gateway: TestGateway; id: string }> {
  const gateway = testGateway({ site });
  await signedIn(gateway);
  const id = callsIn(gateway);
  gateway.answer(gateway.phone());
  await signedIn(gateway, { phoneNumber: "40002" }, "102");
  await gateway.told();
  return { gateway, id };
}

test("an agent who is asked to talk apart is told that he talks, and may leave", async () => {
  const { gateway, id } = await served();
  const to = {
    device: "skill",
    address: "25",
    mode: "talk",
    appData: null,
    caller: "",
    hold: false,
    mediaAbility: 0,
    skillId: 0,
  } as const;
  gateway.transfer("101", to);
  gateway.answer(gateway.phone());
  assert.equal((await gateway.told("102")).at(-1), "Talking");
  gateway.command("102", { type: "release" });
  assert.deepEqual((await gateway.told("102")).slice(-3), ["Call_Release", "PhoneRelease 3", "Ready"]);
  assert.deepEqual(gateway.legs.heard.get(legId(`${id}.party`)), { leg: legId("101.phone.1") });
});

test("disconnect of one who rings: he is left alone, and another may be asked", async () => {
  const { gateway } = await served();
  const help = { to: { agent: "102" }, parties: 3, hold: false, appData: "" } as const;
  gateway.innerHelp("101", help);
  await gateway.told("102");
  assert.deepEqual(gateway.disconnect("101", "102"), { done: true });
  assert.deepEqual(await gateway.told("101"), ["Consult_Fail"]);
  assert.equal((await gateway.told("102")).at(-1), "Ready");
  assert.ok("callId" in gateway.innerHelp("101", help), "nobody is on his way any more");
});

test("an agent who is in the call already is not asked into it again", async () => {
  const { gateway } = await served();
  const help = { to: { agent: "102" }, parties: 3, hold: false, appData: "" } as const;
  gateway.innerHelp("101", help);
  gateway.answer(gateway.phone());
  await gateway.told("101");
  await gateway.told("102");
  gateway.innerHelp("101", help);
  assert.deepEqual(await gateway.told("101"), ["Consult_Fail"]);
  assert.deepEqual(await gateway.told("102"), []);
});

test("a call that was answered and then passed on into nothing is over for the agent who placed it, too", async () => {
  const gateway = testGateway({ site });
  await signedIn(gateway);
  await signedIn(gateway, { phoneNumber: "40002" }, "102");
  gateway.callInner("101", { to: { agent: "102" }, appData: "" });
  gateway.answer(gateway.phone());
  gateway.answer(gateway.phone());
  await signedIn(gateway, { phoneNumber: "40003", autoAnswer: false }, "103");
  gateway.innerHelp("102", { to: { agent: "103" }, parties: 3, hold: false, appData: "" });
  gateway.answer(gateway.phone());
  gateway.end(legId("102.phone.1"));
  await gateway.told();
  gateway.command("103", { type: "reject", callId: "", mode: 2 });
  assert.deepEqual(await gateway.told(), ["Call_Release", "PhoneRelease 3", "Ready"]);
});

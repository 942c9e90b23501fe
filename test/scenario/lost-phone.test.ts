// The connection of the agent's phone is lost in mid-call: nothing is told, the call waits for it. When it stays away, the
// events of a leg that broke come once, and nothing is left over.

import assert from "node:assert/strict";
import { test } from "node:test";
import { callsOut, ringing, signedIn, type TestGateway, talking, testGateway } from "./test-gateway.ts";

const graceMs = 30_000;

/** Nothing of the call is left, and no timer but those of an agent who is signed in. */
function checkClean(gateway: TestGateway): void {
  assert.deepEqual([gateway.legs.census(), gateway.census().calls], [0, 0]);
  gateway.signOut("101", { force: true, reason: 258 });
  assert.equal(gateway.clock.pending(), 0);
}

async function lostWhileTalking(): Promise<{ gateway: TestGateway; id: string }> {
  const gateway = testGateway();
  await signedIn(gateway);
  const id = await talking(gateway);
  gateway.lose(gateway.phone());
  return { gateway, id };
}

test("back within its time: no event, no party lost, and the time is forgotten", async () => {
  const { gateway } = await lostWhileTalking();
  gateway.clock.advance(graceMs - 1);
  assert.deepEqual(gateway.agentStatus("101"), { agentState: 7, isWorking: true });
  gateway.comeBack(gateway.phone());
  gateway.clock.advance(graceMs);
  assert.deepEqual([await gateway.told(), gateway.legs.hungUp, gateway.census().calls], [[], [], 1]);
  gateway.command("101", { type: "release" });
  assert.deepEqual(await gateway.told(), ["Call_Release", "PhoneRelease 3", "Ready"]);
  checkClean(gateway);
});

test("lost twice: each time has a time of its own", async () => {
  const { gateway } = await lostWhileTalking();
  gateway.clock.advance(graceMs - 1);
  gateway.comeBack(gateway.phone());
  gateway.lose(gateway.phone());
  gateway.lose(gateway.phone());
  gateway.clock.advance(graceMs - 1);
  assert.deepEqual(await gateway.told(), []);
  gateway.clock.advance(1);
  assert.deepEqual(await gateway.told(), ["Call_Release", "PhoneRelease 3", "Ready"]);
  checkClean(gateway);
});

test("it stays away: Call_Release, PhoneRelease, Ready, once; the party and the leg are hung up", async () => {
  const { gateway } = await lostWhileTalking();
  const legs = [gateway.phone(), gateway.party()].toSorted();
  gateway.clock.advance(graceMs);
  assert.deepEqual(await gateway.told(), ["Call_Release", "PhoneRelease 3", "Ready"]);
  assert.deepEqual(gateway.legs.hungUp.toSorted(), legs);
  gateway.clock.advance(graceMs);
  assert.deepEqual(await gateway.told(), []);
  checkClean(gateway);
});

test("it stays away while the party rings: the callout has failed", async () => {
  const gateway = testGateway();
  await signedIn(gateway);
  ringing(gateway);
  await gateway.told();
  gateway.lose(gateway.phone());
  gateway.clock.advance(graceMs);
  assert.deepEqual(await gateway.told(), ["PhoneRelease 3", "detect 531", "Call_Out_Fail", "Connect_Fail", "Ready"]);
  checkClean(gateway);
});

test("the party answers meanwhile: the call talks, and is the agent's when he is back", async () => {
  const gateway = testGateway();
  await signedIn(gateway);
  ringing(gateway);
  gateway.lose(gateway.phone());
  await gateway.told();
  gateway.answer(gateway.party());
  gateway.comeBack(gateway.phone());
  assert.deepEqual(await gateway.told(), ["Talking"]);
  assert.deepEqual(gateway.legs.heard.get(gateway.party()), { leg: gateway.phone() });
});

const meanwhile: readonly (readonly [what: string, act: (gateway: TestGateway) => void, told: readonly string[]])[] = [
  ["the party hangs up", (gateway) => gateway.end(gateway.party()), ["Customer_Release", "Call_Release"]],
  ["the agent releases", (gateway) => gateway.command("101", { type: "release" }), ["Call_Release"]],
  ["the leg breaks", (gateway) => gateway.fail(gateway.phone(), { status: 500 }), ["Call_Release"]],
];
for (const [what, act, told] of meanwhile) {
  test(`${what} while the phone is away: told at once, and no timer goes on`, async () => {
    const { gateway } = await lostWhileTalking();
    act(gateway);
    assert.deepEqual(await gateway.told(), [...told, "PhoneRelease 3", "Ready"]);
    checkClean(gateway);
  });
}

test("hold, retrieve and mute work without the phone; a callout beside the held call is 100-007", async () => {
  const { gateway } = await lostWhileTalking();
  gateway.command("101", { type: "hold" });
  assert.deepEqual(await gateway.told(), ["Hold"]);
  const refused = gateway.callOut("101", {
    caller: "",
    called: "40041",
    skillId: 0,
    appData: "",
    mediaAbility: 0,
    userVideoDirection: 4,
  });
  assert.ok("refused" in refused);
  assert.deepEqual([refused.refused, /phone is lost/.test(refused.message)], ["100-007", true]);
  gateway.command("101", { type: "get-hold", callId: "" });
  assert.deepEqual(await gateway.told(), ["Talking"]);
  gateway.comeBack(gateway.phone());
  assert.deepEqual([await gateway.told(), gateway.census().calls], [[], 1]);
});

test("lost while video is asked for: that call fails as unreachable, the held one waits for the phone", async () => {
  const gateway = testGateway();
  await signedIn(gateway);
  await talking(gateway);
  gateway.command("101", { type: "hold" });
  callsOut(gateway, { mediaAbility: 1 });
  await gateway.told();
  gateway.lose(gateway.phone());
  assert.deepEqual(await gateway.told(), ["detect 549", "Call_Out_Fail", "Connect_Fail"]);
  assert.equal(gateway.census().calls, 1);
  gateway.clock.advance(graceMs);
  assert.deepEqual(await gateway.told(), ["Call_Release", "PhoneRelease 3", "Ready"]);
  checkClean(gateway);
});

test("a phone that is kept off-hook is waited for between calls, too; then it goes down", async () => {
  const gateway = testGateway();
  await signedIn(gateway, { releasePhone: false });
  await talking(gateway);
  gateway.command("101", { type: "release" });
  await gateway.told();
  gateway.lose(gateway.phone());
  gateway.clock.advance(graceMs - 1);
  assert.deepEqual(await gateway.told(), []);
  gateway.clock.advance(1);
  assert.deepEqual(await gateway.told(), ["PhoneRelease 3"]);
  checkClean(gateway);
});

test("a ringing phone is not waited for here: its leg fails by itself", async () => {
  const gateway = testGateway();
  await signedIn(gateway);
  callsOut(gateway);
  gateway.ring(gateway.phone());
  gateway.lose(gateway.phone());
  gateway.clock.advance(29_999);
  assert.deepEqual(await gateway.told(), ["PhoneAlerting"]);
});

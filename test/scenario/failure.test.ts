// How a callout fails, on a virtual clock: each cause with its detect number and its events in the documented order
// (decisions.md 16-18).

import assert from "node:assert/strict";
import { test } from "node:test";
import { callsOut, ringing, signedIn, testGateway } from "./test-gateway.ts";

const partyFailures = [
  { what: "busy", cause: { status: 486 }, rings: true, detect: 537 },
  { what: "no answer", cause: { status: 480, rung: true }, rings: true, detect: 603 },
  { what: "declined", cause: { status: 603 }, rings: true, detect: 604 },
  { what: "vacant", cause: { status: 404 }, rings: true, detect: 538 },
  { what: "unavailable without ringing", cause: { status: 480 }, rings: false, detect: 549 },
  { what: "carrier failure", cause: { status: 503 }, rings: false, detect: 605 },
  { what: "media refused", cause: { status: 488 }, rings: false, detect: 155 },
  { what: "caller barred", cause: { status: 403, q850: 57 }, rings: false, detect: 1552 },
  { what: "trunk down", cause: { status: 503, ours: "unreachable" as const }, rings: false, detect: 605 },
];

for (const { what, cause, rings, detect } of partyFailures) {
  test(`the customer fails (${what}): PhoneRelease, detect ${detect}, Call_Out_Fail, Connect_Fail, Ready`, async () => {
    const gateway = testGateway();
    await signedIn(gateway);
    callsOut(gateway);
    gateway.answer(gateway.phone());
    if (rings) gateway.ring(gateway.party());
    await gateway.told();
    gateway.fail(gateway.party(), cause);
    assert.deepEqual(await gateway.told(), [
      "PhoneRelease 3",
      `detect ${detect}`,
      "Call_Out_Fail",
      "Connect_Fail",
      "Ready",
    ]);
    assert.equal(gateway.legs.census(), 0);
    assert.equal(gateway.agentStatus("101").agentState, 4);
  });
}

test("the customer's ring time over is 1040; the leg is hung up; autoenteridle=false ends in Work from busy too", async () => {
  const gateway = testGateway();
  await signedIn(gateway, { autoEnterIdle: false, status: 3 });
  ringing(gateway);
  const party = gateway.party();
  await gateway.told();
  gateway.clock.advance(60_000);
  assert.deepEqual(await gateway.told(), ["PhoneRelease 3", "detect 1040", "Call_Out_Fail", "Connect_Fail", "Work"]);
  assert.ok(gateway.legs.hungUp.includes(party));
  assert.equal(gateway.agentStatus("101").agentState, 5);
});

const phoneFailures = [
  {
    what: "busy",
    cause: { status: 486 },
    events: ["PhoneBusy", "detect 537", "Call_Out_Fail", "Connect_Fail", "PhoneRelease 3"],
  },
  {
    what: "not registered",
    cause: { status: 480, ours: "unreachable" as const },
    events: ["detect 549", "Call_Out_Fail", "Connect_Fail", "PhoneRelease 3"],
  },
  {
    what: "declined",
    cause: { status: 603 },
    events: ["detect 604", "Call_Out_Fail", "Connect_Fail", "PhoneRelease 2"],
  },
];

for (const { what, cause, events } of phoneFailures) {
  for (const P18 of [0, 1]) {
    test(`the agent's phone fails (${what}), P18=${P18}`, async () => {
      const gateway = testGateway({ parameters: { P18 } });
      await signedIn(gateway);
      callsOut(gateway);
      await gateway.told();
      gateway.fail(gateway.phone(), cause);
      assert.deepEqual(await gateway.told(), P18 === 1 ? [...events, "Ready"] : events);
      assert.deepEqual(gateway.legs.invited, ["40001"]);
      assert.equal(gateway.agentStatus("101").agentState, 4);
    });
  }
}

test("the agent's phone is not answered in its ring time: 1040, and the leg is hung up", async () => {
  const gateway = testGateway();
  await signedIn(gateway);
  callsOut(gateway);
  gateway.ring(gateway.phone());
  gateway.clock.advance(30_000);
  assert.deepEqual(await gateway.told(), [
    "PhoneAlerting",
    "detect 1040",
    "Call_Out_Fail",
    "Connect_Fail",
    "PhoneRelease 3",
  ]);
  assert.equal(gateway.legs.census(), 0);
});

test("release while the phone rings, and while the customer rings: detect 531", async () => {
  const gateway = testGateway();
  await signedIn(gateway);
  callsOut(gateway);
  gateway.ring(gateway.phone());
  gateway.command("101", { type: "release" });
  assert.deepEqual(await gateway.told(), [
    "PhoneAlerting",
    "detect 531",
    "Call_Out_Fail",
    "Connect_Fail",
    "PhoneRelease 3",
  ]);
  ringing(gateway);
  await gateway.told();
  gateway.command("101", { type: "release" });
  assert.deepEqual(await gateway.told(), ["PhoneRelease 3", "detect 531", "Call_Out_Fail", "Connect_Fail", "Ready"]);
  assert.equal(gateway.legs.census(), 0);
});

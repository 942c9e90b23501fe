// A state that contradicts the legs is seen and mended within two looks: whatever made it, nobody stays stuck.

import assert from "node:assert/strict";
import { test } from "node:test";
import { legId } from "../../src/base/ids.ts";
import { callsIn, callsOut, signedIn, type TestGateway, talking, testGateway, testSite } from "./test-gateway.ts";

const site = { ...testSite, numbers: [{ pattern: "8000", to: { skill: 25 } }] };

function looks(gateway: TestGateway): void {
  gateway.reconcile();
  gateway.reconcile();
}

test("nothing is touched that fits: a call in each of its stages", async () => {
  const gateway = testGateway({ site });
  await signedIn(gateway);
  looks(gateway);
  callsOut(gateway);
  looks(gateway);
  gateway.answer(gateway.phone());
  gateway.ring(gateway.party());
  looks(gateway);
  gateway.answer(gateway.party());
  gateway.command("101", { type: "hold" });
  looks(gateway);
  callsIn(gateway);
  looks(gateway);
  assert.equal(gateway.legs.census(), 3);
  assert.deepEqual(gateway.mended, []);
});

test("a caller who is being answered while his agent is on the phone already waits in no queue, and has somebody", async () => {
  const gateway = testGateway({ site });
  gateway.legs.answersArrive = false;
  await signedIn(gateway);
  const call = callsIn(gateway);
  gateway.answer(gateway.phone());
  looks(gateway);
  assert.deepEqual(gateway.mended, []);
  gateway.answer(legId(`${call}.party`));
  assert.equal((await gateway.told()).at(-1), "Talking");
});

test("a party's leg that vanished without a word: the agent is told of the release", async () => {
  const gateway = testGateway({ site });
  await signedIn(gateway);
  const call = await talking(gateway);
  gateway.legs.alive.delete(legId(`${call}.party`));
  gateway.reconcile();
  assert.deepEqual(await gateway.told(), [], "seen once, it may be on its way");
  gateway.reconcile();
  assert.deepEqual(await gateway.told(), ["Customer_Release", "Call_Release", "PhoneRelease 3", "Ready"]);
  assert.deepEqual(gateway.mended, ["a call has a party whose leg is no more"]);
});

test("a phone's leg that vanished: the agent is not stuck in his call, and the customer is released", async () => {
  for (const stage of ["ringing", "talking"] as const) {
    const gateway = testGateway({ site });
    await signedIn(gateway);
    if (stage === "ringing") callsOut(gateway);
    else await talking(gateway);
    gateway.legs.alive.delete(gateway.phone());
    looks(gateway);
    assert.equal(gateway.agentStatus("101").isWorking, false, stage);
    assert.deepEqual([gateway.legs.census(), gateway.census().calls], [0, 0], stage);
    assert.deepEqual(gateway.mended, ["an agent's phone has a leg that is no more"]);
  }
});

test("a leg that nobody owns is hung up", () => {
  const gateway = testGateway({ site });
  gateway.legs.alive.set(legId("1-1.party"), { report: () => {}, invite: null });
  looks(gateway);
  assert.deepEqual([...gateway.legs.hungUp], ["1-1.party"]);
});

// A call on hold and the current one become one (confjoin, connecthold): three hear each other, whoever leaves first.

import assert from "node:assert/strict";
import { test } from "node:test";
import { legId } from "../../src/base/ids.ts";
import { callsOut, signedIn, type TestGateway, talking, testGateway } from "./test-gateway.ts";

async function heldAndCurrent(gateway: TestGateway): Promise<{ held: string; current: string }> {
  await signedIn(gateway);
  const held = await talking(gateway);
  gateway.command("101", { type: "hold" });
  const current = callsOut(gateway, { called: "40041" });
  gateway.answer(legId(`${current}.party`));
  await gateway.told();
  return { held, current };
}

test("confjoin: one call of three, each hears the other two; whoever leaves, the other two stay connected", async () => {
  for (const first of ["held", "current", "agent"] as const) {
    const gateway = testGateway();
    const { held, current } = await heldAndCurrent(gateway);
    const parties = { held: legId(`${held}.party`), current: legId(`${current}.party`) };
    assert.deepEqual(gateway.legs.heard.get(parties.held), { sound: "music" });
    gateway.command("101", { type: "join-held", callId: held, leave: false, appData: null });
    assert.deepEqual(await gateway.events(), [
      { eventType: "AgentEvent_Conference", workNo: "101", content: { callid: current, partner: "40041,40040" } },
    ]);
    const phone = gateway.phone();
    assert.deepEqual(gateway.legs.heard.get(phone), { mix: [parties.current, parties.held] });
    assert.deepEqual(gateway.legs.heard.get(parties.held), { mix: [phone, parties.current] });
    assert.deepEqual(gateway.legs.heard.get(parties.current), { mix: [phone, parties.held] });
    if (first === "agent") {
      gateway.command("101", { type: "release" });
      assert.deepEqual(await gateway.told(), ["Call_Release", "PhoneRelease 3", "Ready"]);
      assert.deepEqual(gateway.legs.heard.get(parties.held), { leg: parties.current });
      gateway.end(parties.held);
    } else {
      gateway.end(parties[first]);
      const other = first === "held" ? parties.current : parties.held;
      assert.deepEqual(await gateway.told(), ["Customer_Release"]);
      assert.deepEqual(gateway.legs.heard.get(other), { leg: phone });
      gateway.command("101", { type: "release" });
    }
    assert.deepEqual([gateway.legs.census(), gateway.census().calls], [0, 0], first);
  }
});

test("connecthold: the two talk on without the agent, who is released from both", async () => {
  const gateway = testGateway();
  const { held, current } = await heldAndCurrent(gateway);
  gateway.command("101", { type: "join-held", callId: held, leave: true, appData: null });
  assert.deepEqual(await gateway.told(), ["Call_Release", "Call_Release", "PhoneRelease 3", "Ready"]);
  assert.deepEqual(gateway.legs.heard.get(legId(`${held}.party`)), { leg: `${current}.party` });
  assert.equal(gateway.census().calls, 1);
  gateway.end(legId(`${held}.party`));
  assert.deepEqual([gateway.legs.census(), gateway.census().calls], [0, 0]);
});

test("refusals: nothing to join, nothing held, a call that is not his", async () => {
  const gateway = testGateway();
  await signedIn(gateway);
  const code = (callId: string, leave: boolean) =>
    gateway.command("101", { type: "join-held", callId, leave, appData: null });
  assert.equal((code("1", false) as { refused: string }).refused, "200-010");
  assert.equal((code("1", true) as { refused: string }).refused, "200-005");
  await talking(gateway);
  assert.equal((code("1", false) as { refused: string }).refused, "200-011");
  assert.equal((code("1", true) as { refused: string }).refused, "200-006");
});

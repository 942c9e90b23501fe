// An agent's work number by voice (reportsound): who hears it, and when there is nobody to hear it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { legId } from "../../src/base/ids.ts";
import { callsOut, signedIn, talking, testGateway } from "./test-gateway.ts";

const names = ["agent", "welcome", ...Array.from("0123456789", (digit) => `n${digit}`)];
const site = {
  announcements: Object.fromEntries(names.map((name) => [name, `${name}.wav`])),
  workNumberVoice: { before: "agent", digits: names.slice(2), after: "welcome" },
};
const said = "agent,n1,n0,n1,welcome";
const nobody = { refused: "200-009", message: "there is no connected call" };

test("the customer hears it, the agent and his events do not; afterwards they talk on", async () => {
  const gateway = testGateway({ site });
  await signedIn(gateway);
  assert.deepEqual(gateway.sayWorkNumber("101"), nobody);
  callsOut(gateway);
  gateway.answer(gateway.phone());
  assert.deepEqual(gateway.sayWorkNumber("101"), nobody, "the customer is still rung");
  gateway.answer(gateway.party());
  await gateway.told();
  assert.deepEqual(gateway.sayWorkNumber("101"), { done: true });
  assert.deepEqual([[...gateway.legs.playing.keys()], gateway.legs.played], [[gateway.party()], [said]]);
  gateway.legs.playing.get(gateway.party())?.();
  assert.deepEqual(await gateway.told(), []);
  assert.equal(gateway.census().calls, 1);
  gateway.command("101", { type: "hold" });
  assert.deepEqual(gateway.sayWorkNumber("101"), nobody, "on hold");
  gateway.command("101", { type: "drop-call", callId: gateway.party().replace(".party", "") });
});

test("in a call of three all others hear it, colleagues too; between agents the colleague", async () => {
  const gateway = testGateway({ site });
  await signedIn(gateway);
  await signedIn(gateway, { phoneNumber: "40002" }, "102");
  const id = await talking(gateway);
  gateway.innerHelp("101", { to: { agent: "102" }, parties: 3, hold: false, appData: "" });
  const helper = gateway.phone();
  gateway.answer(helper);
  gateway.sayWorkNumber("101");
  assert.deepEqual([...gateway.legs.playing.keys()], [legId(`${id}.party`), helper]);
});

test("a site without such announcements says so", async () => {
  const gateway = testGateway();
  await signedIn(gateway);
  const { message } = gateway.sayWorkNumber("101") as { message: string };
  assert.equal(message, "the site has no announcements of work numbers (workNumberVoice)");
});

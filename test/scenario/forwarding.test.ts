// Calls for an agent's own number that go on elsewhere, on the virtual clock: when, where to, and what everybody is told.

import assert from "node:assert/strict";
import { test } from "node:test";
import { legId } from "../../src/base/ids.ts";
import type { ForwardingRequest } from "../../src/runtime/face.ts";
import { callsIn, signedIn, type TestGateway, testGateway, testSite } from "./test-gateway.ts";

const site = {
  ...testSite,
  numbers: [
    { pattern: "8000", to: { skill: 25 } },
    { pattern: "8102", to: { agent: "102" } },
  ],
};
const done = { done: true };
const toAgent = (address: string): ForwardingRequest => ({ when: "always", device: "agent", address });
const toNumber = (when: ForwardingRequest["when"]): ForwardingRequest => ({ when, device: "number", address: "40055" });

async function three(change: Parameters<typeof testGateway>[0] = {}): Promise<TestGateway> {
  const gateway = testGateway({ ...change, site: { ...site, ...change.site } });
  await signedIn(gateway);
  await signedIn(gateway, { phoneNumber: "40002" }, "102");
  await signedIn(gateway, { phoneNumber: "40003" }, "103");
  return gateway;
}

const callsInner = (gateway: TestGateway, from: string, to: string): string => {
  const reply = gateway.callInner(from, { to: { agent: to }, appData: "" });
  assert.ok("callId" in reply, JSON.stringify(reply));
  return reply.callId;
};

test("always: a call between agents rings at the other one, who was asked for hears nothing", async () => {
  const gateway = await three();
  assert.deepEqual(gateway.setForwarding("102", toAgent("103")), done);
  callsInner(gateway, "101", "102");
  gateway.answer(gateway.phone());
  assert.deepEqual(await gateway.told("102"), []);
  gateway.answer(gateway.phone());
  assert.deepEqual((await gateway.told("103")).slice(-2), ["Auto_Answer", "Talking"]);
  const told = await gateway.events("101");
  assert.deepEqual(
    told.slice(-2).map(({ eventType }) => eventType.replace(/.*_/, "")),
    ["Alerting", "Talking"],
  );
  assert.deepEqual(told.at(-2)?.content, { ...(told.at(-2)?.content as object), otherPhoneWorkno: "103" });
});

test("busy: a caller from outside reaches the number; he is answered when it answers, and both hear each other", async () => {
  const gateway = await three();
  gateway.setForwarding("102", toNumber("busy"));
  gateway.command("102", { type: "say-busy", reason: 0, prolong: false });
  await gateway.told("102");
  const id = callsIn(gateway, "8102");
  const [caller, number] = [legId(`${id}.party`), legId(`${id}.party.2`)];
  assert.deepEqual(gateway.legs.invited.at(-1), "40055");
  assert.equal(gateway.legs.alive.get(number)?.invite?.caller, "40038", "a number of the site, not the caller's");
  assert.deepEqual(gateway.legs.answered, []);
  gateway.answer(number);
  assert.deepEqual(gateway.legs.answered, [caller]);
  assert.deepEqual(gateway.legs.heard.get(caller), { leg: number });
  assert.deepEqual(gateway.legs.heard.get(number), { leg: caller });
  assert.deepEqual(await gateway.told("102"), []);
  gateway.end(caller);
  assert.deepEqual([...gateway.legs.alive.keys()], []);
});

test("the caller gives up while the number rings: it is hung up; the number refuses: so is the caller", async () => {
  const gateway = await three();
  gateway.setForwarding("102", toNumber("always"));
  const first = callsIn(gateway, "8102");
  gateway.ring(legId(`${first}.party.2`));
  gateway.fail(legId(`${first}.party`), { status: 487 });
  assert.deepEqual([...gateway.legs.alive.keys()], []);
  const second = callsIn(gateway, "8102");
  gateway.fail(legId(`${second}.party.2`), { status: 486 });
  assert.deepEqual([...gateway.legs.alive.keys()], []);
  assert.equal(gateway.legs.statuses.at(-1), 486);
});

test("no answer: his phone rings its time, he is busy with reason 2, the call waits for the skill", async () => {
  const gateway = await three();
  gateway.setForwarding("102", { when: "no-answer", device: "skill", address: "26" });
  gateway.command("101", { type: "say-busy", reason: 0, prolong: false });
  gateway.command("103", { type: "say-busy", reason: 0, prolong: false });
  callsIn(gateway, "8102");
  gateway.ring(gateway.phone());
  gateway.clock.advance(30_000);
  const told = ["Busy", "PhoneAlerting", "No_Answer", "PhoneRelease 3", "SetNotReady_Success 2"];
  assert.deepEqual(await gateway.told("102"), told);
  assert.equal(gateway.waiting().get(26), 1);
  gateway.command("103", { type: "say-free" });
  gateway.answer(gateway.phone());
  assert.deepEqual((await gateway.told("103")).slice(-1), ["Talking"]);
});

test("busy alone says nothing about no answer; a call of the queues and a consult are not his own", async () => {
  const gateway = await three();
  gateway.setForwarding("102", toNumber("busy"));
  callsIn(gateway, "8102");
  gateway.clock.advance(30_000);
  assert.ok(!gateway.legs.invited.includes("40055"));
  gateway.setForwarding("102", toNumber("always"));
  for (const agent of ["101", "103"]) gateway.command(agent, { type: "say-busy", reason: 0, prolong: false });
  gateway.command("102", { type: "say-free" });
  callsIn(gateway, "8000");
  assert.equal(gateway.legs.invited.at(-1), "40002");
});

test("round in a circle: after five turns nobody comes, and the call fails", async () => {
  const gateway = await three();
  gateway.setForwarding("102", toAgent("103"));
  gateway.setForwarding("103", toAgent("102"));
  gateway.receive(gateway.incoming("8102"));
  assert.deepEqual([...gateway.legs.alive.keys()], []);
  assert.equal(gateway.legs.statuses.at(-1), 480);
});

test("walls: a barred number and one without a route cannot be set; the day's limit stops a call that was forwarded before", async () => {
  const toll = { barred: ["40066"], agentDailyCalls: 1, skillDailyCalls: 1000 };
  const gateway = await three({ site: { toll } });
  const code = (address: string) => {
    const reply = gateway.setForwarding("102", { when: "always", device: "number", address });
    return "refused" in reply ? reply.refused : "0";
  };
  assert.deepEqual(["40066", "999", "40055"].map(code), ["200-001", "200-001", "0"]);
  const first = callsIn(gateway, "8102");
  assert.equal(gateway.legs.invited.at(-1), "40055");
  gateway.end(legId(`${first}.party`));
  const sent = gateway.legs.invited.length;
  gateway.receive(gateway.incoming("8102"));
  assert.equal(gateway.legs.invited.length, sent);
  assert.equal(gateway.legs.statuses.at(-1), 480);
});

test("it ends when he takes it back, and with his session", async () => {
  const gateway = await three();
  const rings = (): boolean => {
    const id = callsIn(gateway, "8102");
    const at = gateway.legs.invited.at(-1);
    gateway.end(legId(`${id}.party`));
    return at === "40002";
  };
  gateway.setForwarding("102", toNumber("always"));
  assert.equal(rings(), false);
  gateway.setForwarding("102", null);
  assert.equal(rings(), true);
  gateway.setForwarding("102", toNumber("either"));
  gateway.signOut("102", { force: true, reason: 1 });
  await signedIn(gateway, { phoneNumber: "40002" }, "102");
  assert.equal(rings(), true);
});

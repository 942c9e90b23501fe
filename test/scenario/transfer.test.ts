// Passing calls on, asking others in, calls between agents (behaviour.md §6: transfer, consult, internal call; codes.json
// transfer_modes), on the virtual clock.

import assert from "node:assert/strict";
import { test } from "node:test";
import { agentId, type LegId, legId } from "../../src/base/ids.ts";
import { callsOut, signedIn, type TestGateway, talking, testGateway } from "./test-gateway.ts";

type BringIn = Extract<Parameters<TestGateway["command"]>[1], { type: "bring-in" }>;

const outside = { type: "party", number: "40041", caller: null } as const;
const agent102 = { type: "agent", agent: agentId("102") } as const;
const bringIn = (gateway: TestGateway, change: Partial<BringIn>) =>
  gateway.command("101", {
    type: "bring-in",
    purpose: "success",
    target: outside,
    park: false,
    appData: null,
    ...change,
  });

/** 101 talks with 40040; 102 is idle. */
async function world(): Promise<{ gateway: TestGateway; call: string; customer: LegId; phone: LegId }> {
  const gateway = testGateway();
  await signedIn(gateway);
  await signedIn(gateway, { phoneNumber: "40002" }, "102");
  const call = await talking(gateway);
  return { gateway, call, customer: legId(`${call}.party`), phone: gateway.phone() };
}

const hears = (gateway: TestGateway, leg: LegId) => gateway.legs.heard.get(leg);
const nothingLeft = (gateway: TestGateway) =>
  assert.deepEqual([gateway.legs.census(), gateway.census().calls], [0, 0], "nothing is left");

test("blind to an agent: the call is over for the one at once, the caller hears ringback, then the other", async () => {
  const { gateway, call, customer } = await world();
  bringIn(gateway, { purpose: "blind", target: agent102 });
  assert.deepEqual(await gateway.told(), ["Call_Release", "PhoneRelease 3", "Ready"]);
  assert.deepEqual(hears(gateway, customer), { sound: "ringback" });
  gateway.answer(gateway.phone());
  const events = await gateway.events("102");
  const auto = events.find(({ eventType }) => eventType === "AgentEvent_Auto_Answer")?.content;
  assert.deepEqual(auto, {
    caller: "40038",
    transfer: "yes",
    callid: call,
    transfrom: "101",
    called: "40040",
    type: "main",
    mediaAbility: "1",
    feature: "7",
    mediaType: 5,
  });
  assert.equal(events.at(-1)?.eventType, "AgentEvent_Talking");
  assert.deepEqual(hears(gateway, customer), { leg: gateway.phone() });
  gateway.end(customer);
  assert.deepEqual(await gateway.told("102"), ["Customer_Release", "Call_Release", "PhoneRelease 3", "Ready"]);
  nothingLeft(gateway);
});

test("success to a number: they talk until it answers; then the agent is out of it", async () => {
  const { gateway, call, customer, phone } = await world();
  bringIn(gateway, {});
  assert.equal((bringIn(gateway, {}) as { refused: string }).refused, "100-007", "one at a time");
  const target = legId(`${call}.party.2`);
  gateway.ring(target);
  assert.deepEqual(await gateway.told(), ["Customer_Alerting"]);
  assert.deepEqual(hears(gateway, customer), { leg: phone });
  gateway.answer(target);
  assert.deepEqual(await gateway.told(), ["SuccTransResult", "Call_Release", "PhoneRelease 3", "Ready"]);
  assert.deepEqual(hears(gateway, customer), { leg: target });
  assert.deepEqual(hears(gateway, target), { leg: customer });
  gateway.end(target);
  nothingLeft(gateway);
});

test("success that fails: result 1, and the agent talks on; the customer who leaves meanwhile ends it all", async () => {
  const { gateway, call, customer, phone } = await world();
  bringIn(gateway, {});
  gateway.fail(legId(`${call}.party.2`), { status: 486 });
  const [result] = await gateway.events();
  assert.deepEqual([result?.eventType, result?.content], ["AgentEvent_SuccTransResult", { callId: call, result: 1 }]);
  assert.deepEqual(hears(gateway, customer), { leg: phone });
  bringIn(gateway, {});
  gateway.end(customer);
  assert.deepEqual(await gateway.told(), ["Customer_Release", "Call_Release", "PhoneRelease 3", "Ready"]);
  nothingLeft(gateway);
});

test("talk: the customer hears music while agent and target talk; the agent leaves and the two are connected", async () => {
  const { gateway, call, customer, phone } = await world();
  bringIn(gateway, { purpose: "talk" });
  assert.deepEqual(hears(gateway, customer), { sound: "music" });
  const target = legId(`${call}.party.2`);
  gateway.ring(target);
  assert.deepEqual(hears(gateway, phone), { sound: "ringback" });
  gateway.answer(target);
  assert.deepEqual(await gateway.told(), ["Customer_Alerting", "Conference"]);
  assert.deepEqual([hears(gateway, phone), hears(gateway, customer)], [{ leg: target }, { sound: "music" }]);
  gateway.command("101", { type: "release" });
  assert.deepEqual([hears(gateway, customer), hears(gateway, target)], [{ leg: target }, { leg: customer }]);
  gateway.end(customer);
  nothingLeft(gateway);
});

test("talk, taken back: before and after the answer the agent is with the customer again", async () => {
  for (const answered of [false, true]) {
    const { gateway, call, customer, phone } = await world();
    bringIn(gateway, { purpose: "talk" });
    const target = legId(`${call}.party.2`);
    if (answered) gateway.answer(target);
    await gateway.told();
    gateway.command("101", { type: "take-back" });
    assert.deepEqual(await gateway.told(), ["Talking"]);
    assert.deepEqual([hears(gateway, customer), gateway.legs.alive.has(target)], [{ leg: phone }, false]);
    gateway.command("101", { type: "release" });
    nothingLeft(gateway);
  }
});

test("three-party: all hear each other; a target that does not come leaves the two as they were", async () => {
  const { gateway, call, customer, phone } = await world();
  bringIn(gateway, { purpose: "three-party", park: true });
  assert.deepEqual(hears(gateway, customer), { sound: "music" });
  gateway.fail(legId(`${call}.party.2`), { status: 480 });
  assert.deepEqual(await gateway.told(), ["Connect_Fail"]);
  assert.deepEqual(hears(gateway, customer), { leg: phone });
  bringIn(gateway, { purpose: "three-party" });
  const target = legId(`${call}.party.3`);
  gateway.answer(target);
  assert.deepEqual((await gateway.told()).slice(-1), ["Conference"]);
  assert.deepEqual(hears(gateway, phone), { mix: [customer, target] });
  gateway.command("101", { type: "drop-member", callId: call, number: "40041" });
  assert.deepEqual(await gateway.told(), ["Customer_Release"]);
  assert.deepEqual(hears(gateway, phone), { leg: customer });
  gateway.command("101", { type: "release" });
  nothingLeft(gateway);
});

test("to a skill: whoever is free; nobody: the caller waits with music", async () => {
  const { gateway, customer } = await world();
  gateway.command("102", { type: "say-busy", reason: 0, prolong: false });
  bringIn(gateway, { purpose: "blind", target: { type: "skill", skill: 25 } });
  assert.deepEqual((await gateway.told()).slice(-1), ["Busy"], "free again, and the call comes back to him");
  gateway.command("101", { type: "reject", callId: "", mode: 1 });
  assert.deepEqual(hears(gateway, customer), { sound: "music" });
  gateway.command("102", { type: "say-free" });
  gateway.answer(gateway.phone());
  assert.deepEqual((await gateway.told("102")).slice(-1), ["Talking"]);
});

test("help of three: the helper is an assistant with feature 52; each may leave first", async () => {
  for (const first of ["101", "102", "customer"] as const) {
    const { gateway, call, customer, phone } = await world();
    bringIn(gateway, { purpose: "help", target: agent102 });
    const helper = gateway.phone();
    gateway.answer(helper);
    assert.deepEqual(await gateway.told(), ["Customer_Alerting", "Conference"]);
    const events = await gateway.events("102");
    const talkingEvent = events.find(({ eventType }) => eventType === "AgentEvent_Talking")?.content;
    assert.equal((talkingEvent as { feature: string }).feature, "52");
    assert.deepEqual(hears(gateway, customer), { mix: [phone, helper] });
    if (first === "customer") gateway.end(customer);
    else gateway.command(first, { type: "release" });
    assert.equal(gateway.census().calls, 1, "the other two talk on");
    for (const agent of ["101", "102"]) gateway.command(agent, { type: "drop-call", callId: call });
    nothingLeft(gateway);
  }
});

test("a helper who declines is a failed consult; an agent without a call may not ask", async () => {
  const { gateway } = await world();
  gateway.command("102", { type: "say-busy", reason: 0, prolong: false });
  bringIn(gateway, { purpose: "help", target: agent102 });
  assert.deepEqual(await gateway.told(), ["Consult_Fail"]);
  gateway.command("101", { type: "release" });
  assert.equal((bringIn(gateway, { purpose: "help" }) as { refused: string }).refused, "200-018");
  assert.equal((bringIn(gateway, {}) as { refused: string }).refused, "200-012");
});

test("a call beside a held one is passed on, and the held one stays", async () => {
  const { gateway, call } = await world();
  gateway.command("101", { type: "hold" });
  const second = callsOut(gateway, { called: "40042" });
  gateway.answer(legId(`${second}.party`));
  await gateway.told();
  bringIn(gateway, { purpose: "blind" });
  assert.deepEqual(await gateway.told(), ["Call_Release"]);
  gateway.command("101", { type: "get-hold", callId: call });
  assert.deepEqual(await gateway.told(), ["Talking"]);
});

test("to a menu or an announcement, by its access code: the agent is out of it, the customer hears it", async () => {
  const site = {
    announcements: { closed: "c.wav", welcome: "w.wav" },
    menus: [
      {
        ...{ name: "main", announcement: "welcome", waitMs: 5_000, rounds: 2, otherwise: { skill: 25 } },
        keys: { "1": { agent: "102" } },
      },
    ],
    numbers: [
      { pattern: "8000", to: { skill: 25 } },
      { pattern: "8002", to: { announcement: "closed" } },
      { pattern: "8003", to: { menu: "main" } },
    ],
  };
  const gateway = testGateway({ site });
  await signedIn(gateway);
  await signedIn(gateway, { phoneNumber: "40002" }, "102");
  const ivr = (address: string) =>
    gateway.transfer("101", {
      ...{ device: "ivr", address, mode: "blind", appData: null, caller: "", mediaAbility: 0 },
      ...{ hold: true, skillId: 0 },
    });
  const refused = { refused: "000-002", message: "address: not an access code of a menu or an announcement" };
  const call = await talking(gateway);
  assert.deepEqual([ivr("8000"), ivr("8009"), ivr("102")], [refused, refused, refused]);
  assert.deepEqual(ivr("8003"), { done: true });
  assert.deepEqual(await gateway.told(), ["Call_Release", "PhoneRelease 3", "Ready"]);
  assert.deepEqual(gateway.legs.played, ["welcome"]);
  const customer = legId(`${call}.party`);
  gateway.legs.alive.get(customer)?.report({ type: "leg-digit", leg: customer, digit: "1", by: "event" });
  gateway.answer(gateway.phone());
  assert.deepEqual(hears(gateway, customer), { leg: gateway.phone() });
  gateway.end(customer);
  await talking(gateway);
  assert.deepEqual(ivr("8002"), { done: true });
  gateway.legs.playing.get(gateway.party())?.();
  nothingLeft(gateway);
});

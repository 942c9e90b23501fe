// The figures of the day on the virtual clock: what really happened is counted, to the millisecond, and midnight begins anew.

import assert from "node:assert/strict";
import { test } from "node:test";
import { callsIn, callsOut, signedIn, type TestGateway, talking, testGateway, testSite } from "./test-gateway.ts";

const site = { ...testSite, numbers: [{ pattern: "8000", to: { skill: 25 } }] };
const gatewayWith = (): TestGateway => testGateway({ site });

/** What is not 0. */
const counted = (counts: object): object =>
  Object.fromEntries(Object.entries(counts).filter(([, value]) => value !== 0));
const ofAgent = (gateway: TestGateway, id = "101"): object => counted(gateway.reads.agentCounts(id));
const ofSkill = (gateway: TestGateway, id = 25): object => counted(gateway.reads.skillCounts(id));

test("a callout: placed, talked, held, released; figures run on while it lasts", async () => {
  const gateway = gatewayWith();
  await signedIn(gateway);
  await talking(gateway);
  gateway.clock.advance(5000);
  assert.deepEqual(ofAgent(gateway), { calledOut: 1, talkMs: 5000 });
  gateway.command("101", { type: "hold" });
  gateway.clock.advance(2000);
  assert.deepEqual(ofAgent(gateway), { calledOut: 1, held: 1, talkMs: 5000, holdMs: 2000 });
  gateway.command("101", { type: "get-hold", callId: "" });
  gateway.clock.advance(1000);
  gateway.command("101", { type: "release" });
  gateway.clock.advance(60_000);
  assert.deepEqual(ofAgent(gateway), { calledOut: 1, held: 1, released: 1, talkMs: 6000, holdMs: 2000 });
  assert.deepEqual(ofSkill(gateway), {}, "a callout is nothing that a queue was offered");
});

test("a call that fails is placed, and neither talked nor released", async () => {
  const gateway = gatewayWith();
  await signedIn(gateway);
  callsOut(gateway);
  gateway.answer(gateway.phone());
  gateway.fail(gateway.party(), { status: 486 });
  gateway.clock.advance(1000);
  assert.deepEqual(ofAgent(gateway), { calledOut: 1 });
});

test("an incoming call: offered, answered after its wait; the customer ends it", async () => {
  const gateway = gatewayWith();
  await signedIn(gateway, { status: 3 });
  callsIn(gateway);
  gateway.clock.advance(4000);
  assert.deepEqual(ofSkill(gateway), { offered: 1 });
  assert.equal(gateway.reads.queue(25)?.waiting.length, 1);
  gateway.command("101", { type: "cancel-busy" });
  gateway.answer(gateway.phone());
  gateway.clock.advance(7000);
  const answered = { offered: 1, answered: 1, waitMs: 4000, longestWaitMs: 4000 };
  assert.deepEqual(ofSkill(gateway), answered);
  gateway.end(gateway.party());
  assert.deepEqual(ofSkill(gateway), { ...answered, talkMs: 7000 });
  assert.deepEqual(ofAgent(gateway), { answered: 1, talkMs: 7000, busy: 1, busyMs: 4000 });
});

test("a caller who gives up is abandoned; an agent who lets it ring is not answered and busy", async () => {
  const gateway = gatewayWith();
  await signedIn(gateway, { autoAnswer: false });
  callsIn(gateway);
  gateway.answer(gateway.phone());
  gateway.clock.advance(30_000);
  assert.deepEqual(ofAgent(gateway), { unanswered: 1, busy: 1 });
  gateway.end(gateway.party());
  assert.deepEqual(ofSkill(gateway), { offered: 1, abandoned: 1, waitMs: 30_000, longestWaitMs: 30_000 });
});

test("a call passed on to a skill is offered there, answered there, and its time there is that skill's", async () => {
  const gateway = gatewayWith();
  await signedIn(gateway);
  await signedIn(gateway, { phoneNumber: "40002" }, "102");
  await talking(gateway);
  const transfer = {
    device: "skill",
    address: "26",
    mode: "blind",
    appData: null,
    caller: "",
    hold: false,
    mediaAbility: 0,
    skillId: 0,
  } as const;
  // 101 is in the call, so it goes to 102.
  assert.deepEqual(gateway.transfer("101", transfer), { done: true });
  gateway.answer(gateway.phone());
  gateway.clock.advance(3000);
  gateway.end(gateway.party());
  assert.deepEqual(ofSkill(gateway, 26), { offered: 1, answered: 1, talkMs: 3000 });
  assert.deepEqual(ofAgent(gateway), { calledOut: 1, transferred: 1 });
  assert.deepEqual(ofAgent(gateway, "102"), { answered: 1, talkMs: 3000 });
});

test("a rest longer than asked for is counted with what is over; another reason of busy is another time", async () => {
  const gateway = gatewayWith();
  await signedIn(gateway);
  gateway.command("101", { type: "rest", seconds: 60, cause: 3, prolong: false });
  gateway.clock.advance(50_000);
  assert.deepEqual(ofAgent(gateway), { rested: 1, restMs: 50_000 });
  gateway.command("101", { type: "cancel-rest" });
  gateway.command("101", { type: "say-busy", reason: 200, prolong: false });
  gateway.clock.advance(1000);
  gateway.command("101", { type: "say-busy", reason: 201, prolong: true });
  gateway.clock.advance(2000);
  assert.deepEqual(ofAgent(gateway), { rested: 1, restMs: 50_000, busy: 2, busyMs: 3000 });
});

test("midnight UTC: everything begins anew, what goes on counts from then", async () => {
  const gateway = gatewayWith();
  await signedIn(gateway);
  await talking(gateway);
  const dayMs = 86_400_000;
  const toMidnight = dayMs - (gateway.clock.now() % dayMs);
  // The session stays alive; the agent is asked for now and then.
  for (let left = toMidnight + 1000; left > 0; left -= 60_000) {
    gateway.authorise("101", gateway.currentGuid("101"), true, { address: "127.0.0.1", trusted: false });
    gateway.clock.advance(Math.min(left, 60_000));
  }
  assert.deepEqual(ofAgent(gateway), { talkMs: 1000 });
});

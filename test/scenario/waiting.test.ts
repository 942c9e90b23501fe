// Calls that wait: limits and where they go then, what they are told, menus, and callers who give up. On the virtual clock.

import assert from "node:assert/strict";
import { test } from "node:test";
import { legId } from "../../src/base/ids.ts";
import type { Ended } from "../../src/core/call/state.ts";
import type { Site, SkillQueue } from "../../src/core/site.ts";
import { callsIn, signedIn, type TestGateway, testGateway, testSite } from "./test-gateway.ts";

const announcements = { closed: "closed.wav", welcome: "w.wav", wait: "x.wav", first: "1.wav", second: "2.wav" };

function gatewayWith(queue: SkillQueue, more: Partial<Site> = {}): TestGateway & { readonly ended: Ended[] } {
  const ended: Ended[] = [];
  const [voice, sales] = testSite.skills;
  assert.ok(voice && sales);
  const site: Partial<Site> = {
    announcements,
    skills: [{ ...voice, queue }, sales],
    agents: testSite.agents.map((agent) =>
      agent.id === "103" ? { ...agent, skills: [26] } : { ...agent, skills: [25] },
    ),
    numbers: [
      { pattern: "8000", to: { skill: 25 } },
      { pattern: "8002", to: { announcement: "closed" } },
      { pattern: "8003", to: { menu: "main" } },
    ],
    menus: [
      {
        name: "main",
        announcement: "welcome",
        waitMs: 5_000,
        rounds: 2,
        keys: { "1": { skill: 25 }, "2": { number: "8002" }, "3": { agent: "102" }, "8": "repeat", "9": "hang-up" },
        otherwise: { skill: 26 },
      },
    ],
    ...more,
  };
  return { ...testGateway({ site, callEnded: (call) => void ended.push(call) }), ended };
}

/** An INVITE whose refusal is seen. */
function refusedWith(gateway: TestGateway, called = "8000"): number | undefined {
  const before = gateway.legs.hungUp.length;
  gateway.receive(gateway.incoming(called));
  return gateway.legs.hungUp.length > before ? gateway.legs.statuses.at(-1) : undefined;
}

/** The announcement that is being played to the last party comes to its end. */
function playedOut(gateway: TestGateway): void {
  const leg = gateway.party();
  const done = gateway.legs.playing.get(leg);
  assert.ok(done, "an announcement is being played");
  gateway.legs.playing.delete(leg);
  done();
}

test("a full queue: 486 without a word on where to go, else what overflow says", () => {
  const gateway = gatewayWith({ maxWaiting: 1 });
  callsIn(gateway);
  assert.equal(refusedWith(gateway), 486);
  const other = gatewayWith({ maxWaiting: 0, overflow: { release: 503 } });
  assert.equal(refusedWith(other), 503);
  assert.equal(other.census().calls, 0);
  assert.equal(other.clock.pending(), 0);
});

test("a full queue overflows to another skill: its agent gets the call, with the skill that it has come to", async () => {
  const gateway = gatewayWith({ maxWaiting: 0, overflow: { skill: 26 } });
  await signedIn(gateway, { phoneNumber: "40003" }, "103");
  const id = callsIn(gateway);
  gateway.answer(gateway.phone());
  assert.deepEqual((await gateway.told("103")).slice(-1), ["Talking"]);
  const shown = gateway.currentCall("103", false);
  assert.ok(!("refused" in shown));
  assert.deepEqual([shown.callid, shown.callskillid, shown.callskill], [id, 26, "sales"]);
});

test("queues that overflow into each other let go in the end", () => {
  const gateway = gatewayWith({ maxWaiting: 0, overflow: { number: "8000" } });
  assert.equal(refusedWith(gateway), 480);
  assert.equal(gateway.census().calls, 0);
});

test("who has waited long enough hears the announcement of the overflow, and is released after it", () => {
  const gateway = gatewayWith({ maxWaitMs: 20_000, overflow: { announcement: "closed" } });
  callsIn(gateway);
  gateway.clock.advance(19_999);
  assert.deepEqual(gateway.legs.played, []);
  gateway.clock.advance(1);
  assert.deepEqual(gateway.legs.played, ["closed"]);
  playedOut(gateway);
  assert.equal(gateway.census().calls, 0);
  assert.equal(gateway.legs.census(), 0);
  assert.deepEqual(
    gateway.ended.map(({ abandoned }) => abandoned),
    [false],
  );
});

test("the time runs out while a phone rings: it may still answer; if it does not, the call goes on then", async () => {
  for (const answered of [true, false]) {
    const gateway = gatewayWith({ maxWaitMs: 20_000, ringMs: 10_000, overflow: { announcement: "closed" } });
    await signedIn(gateway, { status: 3, autoAnswer: false });
    callsIn(gateway);
    gateway.clock.advance(15_000);
    gateway.command("101", { type: "say-free" });
    gateway.answer(gateway.phone());
    gateway.clock.advance(6_000);
    assert.deepEqual(gateway.legs.played, []);
    if (answered) gateway.command("101", { type: "answer", callId: "" });
    else gateway.clock.advance(4_000);
    assert.equal((await gateway.told()).includes("No_Answer"), !answered);
    assert.deepEqual(gateway.legs.played, answered ? [] : ["closed"]);
  }
});

test("those who wait are told that they do, and their place, again and again until an agent answers", async () => {
  const announce = { everyMs: 30_000, announcement: "wait", places: ["first", "second"] };
  const gateway = gatewayWith({ announce });
  await signedIn(gateway, { status: 3 });
  const first = callsIn(gateway);
  callsIn(gateway);
  callsIn(gateway);
  assert.deepEqual(gateway.legs.played, ["wait,first", "wait,second", "wait"]);
  gateway.end(legId(`${first}.party`));
  gateway.clock.advance(30_000);
  assert.deepEqual(gateway.legs.played.slice(3), ["wait,first", "wait,second"]);
  gateway.command("101", { type: "say-free" });
  gateway.answer(gateway.phone());
  const { playing } = gateway.legs;
  assert.equal(playing.size, 1, "it is quiet once they talk; the other one's goes on");
  gateway.clock.advance(30_000);
  assert.deepEqual(gateway.legs.played.slice(5), ["wait,first"]);
});

test("a number of an announcement: answered, played, released", () => {
  const gateway = gatewayWith({});
  const id = callsIn(gateway, "8002");
  assert.deepEqual(gateway.legs.answered, [`${id}.party`]);
  assert.deepEqual(gateway.legs.heard.get(legId(`${id}.party`)), { sound: "silence" });
  playedOut(gateway);
  assert.deepEqual(gateway.legs.hungUp, [`${id}.party`]);
  assert.equal(gateway.census().calls, 0);
});

const press = (gateway: TestGateway, digit: string): void => {
  const leg = gateway.party();
  gateway.legs.reporters.get(leg)?.({ type: "leg-digit", leg, digit, by: "event" });
};

test("a menu: a key into a queue, whose agent talks to the caller at once", async () => {
  const gateway = gatewayWith({});
  await signedIn(gateway);
  callsIn(gateway, "8003");
  assert.deepEqual(gateway.legs.played, ["welcome"]);
  press(gateway, "1");
  assert.equal(gateway.legs.playing.size, 0, "a key cuts the announcement short");
  gateway.answer(gateway.phone());
  assert.deepEqual(await gateway.told(), [
    "Busy",
    "PhoneAlerting",
    "PhoneOffhook",
    "Incoming_CallInfo",
    "Auto_Answer",
    "Customer_Alerting",
    "Talking",
  ]);
  press(gateway, "9");
  assert.equal(gateway.census().calls, 1, "the menu is over");
});

test("a menu: keys to an agent, to a number, back to the beginning and to the end", async () => {
  const gateway = gatewayWith({});
  await signedIn(gateway, { phoneNumber: "40002" }, "102");
  callsIn(gateway, "8003");
  press(gateway, "3");
  assert.deepEqual(await gateway.told("102"), ["Busy"]);
  gateway.end(gateway.party());
  callsIn(gateway, "8003");
  press(gateway, "8");
  press(gateway, "2");
  assert.deepEqual(gateway.legs.played, ["welcome", "welcome", "welcome", "closed"]);
  playedOut(gateway);
  callsIn(gateway, "8003");
  press(gateway, "9");
  assert.equal(gateway.census().calls, 0);
});

test("a menu: who presses nothing, or what leads nowhere, hears it again, and is led on after the last round", async () => {
  const gateway = gatewayWith({});
  await signedIn(gateway, { phoneNumber: "40003" }, "103");
  callsIn(gateway, "8003");
  playedOut(gateway);
  gateway.clock.advance(4_999);
  assert.deepEqual(gateway.legs.played, ["welcome"]);
  gateway.clock.advance(1);
  assert.deepEqual(gateway.legs.played, ["welcome", "welcome"]);
  press(gateway, "7");
  assert.deepEqual(await gateway.told("103"), ["Busy"]);
  gateway.end(gateway.party());
  await gateway.told("103");
  assert.equal(gateway.clock.pending(), 1, "the session's own timer only");
});

test("a caller who gives up is counted as such wherever he waits; one who was answered is not", async () => {
  const gateway = gatewayWith({});
  callsIn(gateway);
  gateway.end(gateway.party());
  callsIn(gateway, "8003");
  gateway.end(gateway.party());
  await signedIn(gateway);
  callsIn(gateway);
  gateway.end(gateway.party());
  callsIn(gateway);
  gateway.answer(gateway.phone());
  gateway.end(gateway.party());
  assert.deepEqual(
    gateway.ended.map(({ abandoned }) => abandoned),
    [true, true, true, false],
  );
});

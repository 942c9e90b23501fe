// The way down: nothing new begins, what has begun may go on until its limit, then everybody is released with the documented events.

import assert from "node:assert/strict";
import { test } from "node:test";
import { nextTurn } from "../../src/base/clock.ts";
import type { SignIn } from "../../src/runtime/face.ts";
import type { IncomingInvite } from "../../src/sip/face.ts";
import { call, callsIn, here, ringing, signedIn, type TestGateway, talking, testGateway } from "./test-gateway.ts";

const numbers = [{ pattern: "8000", to: { skill: 25 } }];

const down = (
  gateway: TestGateway,
  limitMs = 20_000,
): { readonly over: () => boolean; readonly done: Promise<void> } => {
  let over = false;
  const done = gateway.drain(limitMs).then(() => {
    over = true;
  });
  return { over: () => over, done };
};

/** So many ms in small steps, with what follows from each. */
async function pass(gateway: TestGateway, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 50) {
    gateway.clock.advance(50);
    await nextTurn();
  }
}

/** What an agent's program gets that asks again and again, to the end of his session. */
async function pollsOn(gateway: TestGateway, agent = "101"): Promise<string[]> {
  const got: string[] = [];
  for (;;) {
    const polled = await gateway.poll(agent, 10_000, () => {});
    if ("refused" in polled || !polled.event) return got;
    polled.delivered();
    got.push(polled.event.eventType);
    if (polled.event.eventType === "AgentOther_ShutdownService") return got;
  }
}

const signIn: SignIn = {
  ...{ password: "", phoneNumber: "40002", autoAnswer: true, autoEnterIdle: true, releasePhone: true },
  ...{ agentType: 4, status: 4 },
};

test("no call goes on: it is over at once, and agents are told", async () => {
  const gateway = testGateway();
  await signedIn(gateway);
  const told = pollsOn(gateway);
  await gateway.drain(20_000);
  assert.deepEqual(await told, ["AgentOther_ShutdownService"]);
  assert.deepEqual([gateway.census(), gateway.clock.pending()], [{ agents: 0, calls: 0 }, 0]);
});

test("a call that stands goes on until its own end, and nothing begins beside it", async () => {
  const gateway = testGateway({ site: { numbers } });
  await signedIn(gateway);
  await signedIn(gateway, { phoneNumber: "40003" }, "103");
  await talking(gateway);
  const end = down(gateway);
  await pass(gateway, 5_000);
  assert.equal(end.over(), false);
  const refused = gateway.callOut("103", call);
  assert.deepEqual(refused, {
    refused: "100-007",
    message: "the gateway is being stopped: again in 20 s",
    retryAfterS: 20,
  });
  assert.ok("refused" in gateway.callInner("103", { to: { agent: "101" }, appData: "" }));
  const late = await gateway.signIn("102", signIn, { force: false }, here);
  assert.ok("refused" in late && late.refused === "100-003" && late.retryAfterS === 20);
  const statuses: unknown[] = [];
  const invite: IncomingInvite = { ...gateway.incoming("8000"), reject: (...said) => void statuses.push(said) };
  gateway.receive(invite);
  assert.deepEqual(statuses, [[503, { retryAfterS: 20 }]]);
  assert.deepEqual(gateway.missing(), ["the gateway is being stopped"]);
  assert.deepEqual(gateway.command("101", { type: "hold" }), { done: true }, "the call is as usable as before");
  const told = pollsOn(gateway);
  gateway.end(gateway.party());
  await pass(gateway, 1_200);
  await end.done;
  assert.deepEqual((await told).slice(-3), [
    "AgentOther_PhoneRelease",
    "AgentState_Ready",
    "AgentOther_ShutdownService",
  ]);
});

test("at the limit calls are released: the agent has every documented event, and every leg is hung up", async () => {
  const gateway = testGateway();
  await signedIn(gateway);
  await talking(gateway);
  const [phone, party] = [gateway.phone(), gateway.party()];
  const end = down(gateway);
  await pass(gateway, 19_950);
  assert.equal(gateway.legs.hungUp.length, 0);
  const told = pollsOn(gateway);
  await pass(gateway, 300);
  await end.done;
  assert.deepEqual(await told, [
    "AgentEvent_Call_Release",
    "AgentOther_PhoneRelease",
    "AgentState_Ready",
    "AgentOther_ShutdownService",
  ]);
  assert.deepEqual(gateway.legs.hungUp, [party, phone]);
  assert.deepEqual([gateway.census(), gateway.clock.pending()], [{ agents: 0, calls: 0 }, 0]);
});

test("whoever does not ask for the last events holds nobody up for more than a second", async () => {
  const gateway = testGateway();
  await signedIn(gateway);
  await talking(gateway);
  const end = down(gateway, 0);
  await pass(gateway, 900);
  assert.equal(end.over(), false);
  await pass(gateway, 200);
  assert.equal(end.over(), true);
});

test("hurried, it releases at once; a caller who waits is not given to an agent who gets free by it", async () => {
  const gateway = testGateway({ site: { numbers } });
  assert.equal(gateway.hurry(), false);
  await signedIn(gateway);
  await talking(gateway);
  callsIn(gateway);
  const waiting = gateway.party();
  const end = down(gateway);
  await pass(gateway, 1_000);
  assert.equal(gateway.hurry(), true);
  const told = pollsOn(gateway);
  await pass(gateway, 200);
  await end.done;
  assert.ok(!(await told).includes("AgentEvent_Inside_Call"));
  assert.equal(gateway.legs.hungUp[0], waiting);
  assert.equal(gateway.legs.census(), 0);
});

test("a callout that still rings at the limit fails for its agent, in the documented order", async () => {
  const gateway = testGateway();
  await signedIn(gateway);
  ringing(gateway);
  await gateway.told();
  const end = down(gateway, 100);
  const told = pollsOn(gateway);
  await pass(gateway, 400);
  await end.done;
  assert.deepEqual(await told, [
    "AgentOther_PhoneRelease",
    "OUTBOUND_DETECT_EVENT",
    "AgentEvent_Call_Out_Fail",
    "AgentEvent_Connect_Fail",
    "AgentState_Ready",
    "AgentOther_ShutdownService",
  ]);
});

test("a conference goes on too, and ends as if its time were over; no new one begins", async () => {
  const wanted = { members: 4, caller: "", minutes: 60, promptMinutes: 0, voicePath: "" };
  const gateway = testGateway();
  await signedIn(gateway);
  await signedIn(gateway, { phoneNumber: "40002" }, "102");
  assert.deepEqual(gateway.conferences.request("101", wanted), { done: true });
  gateway.answer(gateway.phone());
  const addresses = [{ type: "party", number: "40040" }] as const;
  assert.deepEqual(gateway.conferences.invite("101", { addresses, caller: "", voicePath: "" }), { done: true });
  gateway.answer(gateway.party());
  await gateway.told();
  const end = down(gateway);
  await pass(gateway, 10_000);
  const refused = gateway.conferences.request("102", wanted);
  assert.ok("refused" in refused && refused.refused === "100-007" && refused.retryAfterS === 15);
  assert.equal(end.over(), false);
  await pass(gateway, 9_900);
  const told = pollsOn(gateway);
  await pass(gateway, 1_500);
  await end.done;
  assert.deepEqual(await told, [
    "AgentOther_PhoneRelease",
    "AgentConf_SelfLeaveResult",
    "AgentState_Ready",
    "AgentOther_ShutdownService",
  ]);
  assert.deepEqual([gateway.legs.census(), gateway.census(), gateway.clock.pending()], [0, { agents: 0, calls: 0 }, 0]);
});

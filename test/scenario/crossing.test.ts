// What crosses on its way: a request against an answer, a hang-up against a re-INVITE, a sign-in against a callout. Nobody
// is left ringing, each call ends once, and the events of its end come once.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { LegReport } from "../../src/runtime/leg.ts";
import { call, callsIn, callsOut, here, signedIn, type TestGateway, talking, testGateway } from "./test-gateway.ts";

const idle = (gateway: TestGateway) => [gateway.legs.census(), gateway.census().calls];

/** A report of a leg that may be over for us already: SIP learns of our hang-up later than we do. */
function lateReport(gateway: TestGateway, pick: "phone" | "party"): (event: LegReport) => void {
  const report = gateway.legs.alive.get(gateway[pick]())?.report;
  assert.ok(report);
  return report;
}

test("the customer's 200 crosses the release: the call has failed, and the answer changes nothing", async () => {
  const gateway = testGateway();
  await signedIn(gateway);
  callsOut(gateway);
  gateway.answer(gateway.phone());
  const leg = gateway.party();
  const late = lateReport(gateway, "party");
  await gateway.told();
  gateway.command("101", { type: "release" });
  late({ type: "leg-answered", leg, video: false, telephoneEvent: true });
  assert.deepEqual(await gateway.told(), ["PhoneRelease 3", "detect 531", "Call_Out_Fail", "Connect_Fail", "Ready"]);
  assert.deepEqual(idle(gateway), [0, 0]);
});

test("the phone's 200 crosses the release: the customer is never rung", async () => {
  const gateway = testGateway();
  await signedIn(gateway);
  callsOut(gateway);
  const leg = gateway.phone();
  const late = lateReport(gateway, "phone");
  gateway.command("101", { type: "release" });
  late({ type: "leg-answered", leg, video: false, telephoneEvent: true });
  assert.deepEqual(gateway.legs.invited, ["40001"]);
  assert.deepEqual(await gateway.told(), ["detect 531", "Call_Out_Fail", "Connect_Fail", "PhoneRelease 3"]);
  assert.deepEqual(idle(gateway), [0, 0]);
});

test("both hang up at once: the end of the call is told once", async () => {
  const gateway = testGateway();
  await signedIn(gateway);
  await talking(gateway);
  const leg = gateway.phone();
  const late = lateReport(gateway, "phone");
  gateway.end(gateway.party());
  late({ type: "leg-ended", leg, remote: true });
  assert.deepEqual(await gateway.told(), ["Customer_Release", "Call_Release", "PhoneRelease 3", "Ready"]);
  assert.deepEqual(idle(gateway), [0, 0]);
});

test("the caller gives up while our answer is on its way to him: the agent is not left alone in the call", async () => {
  const gateway = testGateway({ site: { numbers: [{ pattern: "8000", to: { skill: 25 } }] } });
  await signedIn(gateway);
  gateway.legs.answersArrive = false;
  callsIn(gateway);
  gateway.answer(gateway.phone());
  await gateway.told();
  gateway.fail(gateway.party(), { status: 487 });
  assert.deepEqual(await gateway.told(), ["Customer_Release", "Call_Release", "PhoneRelease 3", "Ready"]);
  assert.equal(gateway.legs.alive.size, 0);
});

test("a forced sign-in during a callout: both legs end, and the new session calls at once", async () => {
  const gateway = testGateway();
  await signedIn(gateway);
  callsOut(gateway);
  gateway.answer(gateway.phone());
  const old = gateway.party();
  const late = lateReport(gateway, "party");
  const how = { force: true };
  const request = { password: "", phoneNumber: "40001", autoAnswer: true, autoEnterIdle: true } as const;
  await gateway.signIn("101", { ...request, releasePhone: true, agentType: 4, status: 4 }, how, here);
  assert.deepEqual(idle(gateway), [0, 0]);
  late({ type: "leg-answered", leg: old, video: false, telephoneEvent: true });
  assert.deepEqual(await gateway.told(), ["InService", "Ready"], "nothing of the old session's call");
  callsOut(gateway);
  gateway.answer(gateway.phone());
  assert.deepEqual(await gateway.told(), ["PhoneAlerting", "PhoneOffhook", "Busy"]);
});

/** A phone kept off-hook after an audio call, now asked for video. */
async function addingVideo(parameters = { P18: 0 }): Promise<TestGateway> {
  const gateway = testGateway({ parameters });
  await signedIn(gateway, { releasePhone: false });
  await talking(gateway);
  gateway.command("101", { type: "release" });
  await gateway.told();
  callsOut(gateway, { mediaAbility: 1 });
  assert.equal(gateway.legs.reoffers.length, 1);
  await gateway.told();
  return gateway;
}

test("the handset goes down while the phone is asked for video: the agent's leg has failed, in that order", async () => {
  const gateway = await addingVideo();
  gateway.end(gateway.phone());
  const events = await gateway.events();
  assert.deepEqual(
    events.map(({ eventType }) => eventType),
    ["OUTBOUND_DETECT_EVENT", "AgentEvent_Call_Out_Fail", "AgentEvent_Connect_Fail", "AgentOther_PhoneRelease"],
  );
  assert.match(JSON.stringify(events[0]?.content), /agent's phone/);
  assert.deepEqual(gateway.agentStatus("101"), { agentState: 4, isWorking: false });
  assert.deepEqual(idle(gateway), [0, 0]);
});

test("the same with P18=1: the state that the call had taken comes back", async () => {
  const gateway = await addingVideo({ P18: 1 });
  gateway.end(gateway.phone());
  assert.deepEqual(await gateway.told(), ["detect 531", "Call_Out_Fail", "Connect_Fail", "PhoneRelease 2", "Ready"]);
  assert.deepEqual(idle(gateway), [0, 0]);
});

test("sign-out while the phone is asked for video: nothing is left, the late answer says nothing", async () => {
  const gateway = await addingVideo();
  const leg = gateway.phone();
  const late = lateReport(gateway, "phone");
  gateway.signOut("101", { force: true, reason: 258 });
  late({ type: "leg-reoffered", leg, video: true });
  assert.deepEqual([...idle(gateway), gateway.clock.pending()], [0, 0, 0]);
});

test("released while the phone is asked for video, called again at once: the late answer changes nothing", async () => {
  const gateway = await addingVideo();
  const leg = gateway.phone();
  gateway.command("101", { type: "release" });
  callsOut(gateway);
  lateReport(gateway, "phone")({ type: "leg-reoffered", leg, video: true });
  assert.deepEqual(gateway.legs.invited.slice(2), ["40040"], "the party is rung once");
  gateway.command("101", { type: "release" });
  assert.equal(gateway.census().calls, 0);
});

test("the ring time ends in the same moment as the answer: whichever comes first holds", async () => {
  const gateway = testGateway();
  await signedIn(gateway);
  callsOut(gateway);
  gateway.answer(gateway.phone());
  gateway.clock.advance(59_999);
  gateway.answer(gateway.party());
  gateway.clock.advance(1);
  assert.equal((await gateway.told()).at(-1), "Talking");
  assert.equal(gateway.census().calls, 1);
});

test("a sign-out while the password of another sign-in is checked: one session at most, and it works", async () => {
  const gateway = testGateway();
  await signedIn(gateway);
  const how = { force: true };
  const request = { password: "", phoneNumber: "40001", autoAnswer: true, autoEnterIdle: true } as const;
  const again = gateway.signIn("101", { ...request, releasePhone: true, agentType: 4, status: 4 }, how, here);
  gateway.signOut("101", { force: true, reason: 258 });
  assert.ok("guid" in (await again));
  assert.deepEqual(await gateway.told(), ["InService", "Ready"]);
  assert.ok("callId" in gateway.callOut("101", call));
});

test("a poll that was replaced, and one whose reply was lost: no event comes twice or is missed", async () => {
  const gateway = testGateway();
  await signedIn(gateway);
  const first = gateway.poll("101", 10_000, () => {});
  const second = gateway.poll("101", 10_000, () => {});
  assert.equal(((await first) as { event: unknown }).event, null);
  gateway.command("101", { type: "say-busy", reason: 0, prolong: false });
  gateway.command("101", { type: "cancel-busy" });
  const lost = await second;
  assert.ok("undelivered" in lost);
  const third = gateway.poll("101", 10_000, () => {});
  lost.undelivered();
  lost.undelivered();
  const next = await third;
  assert.ok("event" in next);
  assert.deepEqual(
    [next.event?.eventType, await gateway.told()],
    ["AgentState_CancelNotReady_Success", ["SetNotReady_Success 0"]],
  );
});

// A callout from the request to its end, on a virtual clock: the events in the documented order (behaviour.md §6,
// decisions.md 13-22), the INVITEs, who hears whom, and nothing left over.

import assert from "node:assert/strict";
import { test } from "node:test";
import { call, callsOut, signedIn, talking, testGateway } from "./test-gateway.ts";

const settingUp = ["PhoneAlerting", "PhoneOffhook", "Busy", "Customer_Alerting", "Talking"];

test("an answered callout: five events in order, two INVITEs, both hear each other", async () => {
  const gateway = testGateway();
  await signedIn(gateway);
  const id = callsOut(gateway);
  gateway.ring(gateway.phone());
  gateway.answer(gateway.phone());
  gateway.ring(gateway.party());
  assert.deepEqual(gateway.legs.heard.get(gateway.phone()), { sound: "ringback" });
  gateway.answer(gateway.party());
  const events = await gateway.events();
  assert.deepEqual(
    events.map(({ eventType }) => eventType.replace(/^Agent(State|Event|Other)_/, "")),
    settingUp,
  );
  assert.deepEqual(events[4]?.content, {
    caller: "40038",
    callid: id,
    called: "40040",
    feature: "7",
    type: "main",
    mediaAbility: "1",
  });
  assert.deepEqual(gateway.legs.invited, ["40001", "40040"]);
  assert.deepEqual(gateway.legs.heard.get(gateway.phone()), { leg: gateway.party() });
  assert.deepEqual(gateway.legs.heard.get(gateway.party()), { leg: gateway.phone() });
  assert.deepEqual(gateway.agentStatus("101"), { agentState: 7, isWorking: true });
  assert.deepEqual(gateway.command("101", { type: "release" }), { done: true });
  assert.deepEqual(await gateway.told(), ["Call_Release", "PhoneRelease 3", "Ready"]);
  assert.deepEqual([gateway.legs.census(), gateway.census()], [0, { agents: 1, calls: 0 }]);
});

test("with P18=0 the state stays as it was until the phone is off-hook, and a second callout is 100-007", async () => {
  const gateway = testGateway();
  await signedIn(gateway);
  callsOut(gateway);
  assert.equal(gateway.agentStatus("101").agentState, 4);
  const second = gateway.callOut("101", call);
  assert.ok("refused" in second);
  assert.equal(second.refused, "100-007");
  assert.deepEqual(gateway.legs.invited, ["40001"]);
});

test("with P18=1 AgentState_Busy comes before PhoneAlerting; a failed occupation rings nobody", async () => {
  const gateway = testGateway({ parameters: { P18: 1 } });
  await signedIn(gateway);
  callsOut(gateway);
  gateway.ring(gateway.phone());
  gateway.answer(gateway.phone());
  assert.deepEqual(await gateway.told(), ["Busy", "PhoneAlerting", "PhoneOffhook"]);
  gateway.command("101", { type: "release" });
  await gateway.told();
  gateway.command("101", { type: "rest", seconds: 60, cause: 0, prolong: false });
  gateway.legs.invited.length = 0;
  const refused = gateway.callOut("101", call);
  assert.ok("refused" in refused && refused.refused === "100-007");
  assert.deepEqual(gateway.legs.invited, []);
});

test("the customer hangs up; the agent hangs up his phone", async () => {
  const gateway = testGateway();
  await signedIn(gateway);
  await talking(gateway);
  gateway.end(gateway.party());
  assert.deepEqual(await gateway.told(), ["Customer_Release", "Call_Release", "PhoneRelease 3", "Ready"]);
  await talking(gateway);
  gateway.end(gateway.phone());
  assert.deepEqual(await gateway.told(), ["Call_Release", "PhoneRelease 2", "Ready"]);
  assert.equal(gateway.legs.census(), 0);
});

test("an answer without any 18x sends Customer_Alerting just before Talking; a second 180 says nothing new", async () => {
  const gateway = testGateway();
  await signedIn(gateway);
  callsOut(gateway);
  gateway.answer(gateway.phone());
  await gateway.told();
  gateway.answer(gateway.party());
  assert.deepEqual(await gateway.told(), ["Customer_Alerting", "Talking"]);
  gateway.command("101", { type: "release" });
  callsOut(gateway);
  gateway.answer(gateway.phone());
  await gateway.told();
  gateway.ring(gateway.party(), true);
  assert.deepEqual(gateway.legs.heard.get(gateway.phone()), { leg: gateway.party() }, "early media");
  gateway.ring(gateway.party());
  assert.deepEqual(await gateway.told(), ["Customer_Alerting"]);
});

test("mediaability 1 without video: by the customer 155 after his answer, by the phone 155 and nobody is rung", async () => {
  const gateway = testGateway();
  await signedIn(gateway);
  callsOut(gateway, { mediaAbility: 1 });
  gateway.answer(gateway.phone(), true);
  gateway.ring(gateway.party());
  await gateway.told();
  const party = gateway.party();
  gateway.answer(party, false);
  assert.deepEqual(await gateway.told(), ["PhoneRelease 3", "detect 155", "Call_Out_Fail", "Connect_Fail", "Ready"]);
  assert.ok(gateway.legs.hungUp.includes(party));
  gateway.legs.invited.length = 0;
  callsOut(gateway, { mediaAbility: 1 });
  gateway.answer(gateway.phone(), false);
  assert.deepEqual(await gateway.told(), ["detect 155", "Call_Out_Fail", "Connect_Fail", "PhoneRelease 3"]);
  assert.deepEqual(gateway.legs.invited, ["40001"]);
});

test("mediaability 2 offers video only when the phone has it, and an audio answer is a call", async () => {
  const gateway = testGateway();
  await signedIn(gateway);
  for (const video of [true, false]) {
    callsOut(gateway, { mediaAbility: 2 });
    gateway.answer(gateway.phone(), video);
    assert.equal(gateway.legs.alive.get(gateway.party())?.invite?.video, video);
    gateway.answer(gateway.party(), false);
    assert.equal((await gateway.told()).at(-1), "Talking");
    gateway.command("101", { type: "release" });
    await gateway.told();
  }
});

test("releasephone=false: the phone stays off-hook, the next callout rings nobody and sends no phone event", async () => {
  const gateway = testGateway();
  await signedIn(gateway, { releasePhone: false });
  await talking(gateway);
  gateway.command("101", { type: "release" });
  assert.deepEqual(await gateway.told(), ["Call_Release", "Ready"]);
  gateway.legs.invited.length = 0;
  callsOut(gateway);
  gateway.ring(gateway.party());
  gateway.answer(gateway.party());
  assert.deepEqual(await gateway.told(), ["Busy", "Customer_Alerting", "Talking"]);
  assert.deepEqual(gateway.legs.invited, ["40040"]);
  gateway.end(gateway.party());
  await gateway.told();
  callsOut(gateway);
  gateway.fail(gateway.party(), { status: 486 });
  assert.deepEqual(await gateway.told(), ["Busy", "detect 537", "Call_Out_Fail", "Connect_Fail", "Ready"]);
  gateway.signOut("101", { force: false, reason: 258 });
  assert.equal(gateway.legs.census(), 0);
});

test("a kept phone is asked for video by a re-INVITE when the next call wants it", async () => {
  const gateway = testGateway();
  await signedIn(gateway, { releasePhone: false });
  await talking(gateway);
  gateway.command("101", { type: "release" });
  await gateway.told();
  const leg = gateway.phone();
  callsOut(gateway, { mediaAbility: 1 });
  assert.deepEqual(gateway.legs.reoffers, [leg]);
  gateway.legs.alive.get(leg)?.report({ type: "leg-reoffered", leg, video: true });
  assert.equal(gateway.legs.alive.get(gateway.party())?.invite?.video, true);
  gateway.command("101", { type: "release" });
  await gateway.told();
});

test("a held call does not stand in the way of a second callout (decisions.md 19)", async () => {
  const gateway = testGateway();
  await signedIn(gateway);
  const first = await talking(gateway);
  const firstParty = gateway.party();
  gateway.command("101", { type: "hold" });
  assert.deepEqual(await gateway.told(), ["Hold"]);
  assert.deepEqual(gateway.legs.heard.get(firstParty), { sound: "music" });
  assert.deepEqual(gateway.command("101", { type: "release" }), {
    refused: "200-017",
    message: "there is no call to release",
  });
  const second = callsOut(gateway, { called: "40046" });
  gateway.ring(gateway.party());
  gateway.answer(gateway.party());
  assert.deepEqual(await gateway.told(), ["Customer_Alerting", "Talking"]);
  gateway.command("101", { type: "get-hold", callId: first });
  assert.deepEqual(await gateway.told(), ["Hold", "Talking"]);
  assert.deepEqual(gateway.legs.heard.get(gateway.phone()), { leg: firstParty });
  const held = gateway.heldCalls("101");
  assert.ok(!("refused" in held));
  assert.deepEqual(
    held.map(({ callid }) => callid),
    [second],
  );
  gateway.command("101", { type: "drop-call", callId: second });
  assert.deepEqual(await gateway.told(), ["Call_Release"]);
  assert.equal(gateway.agentStatus("101").agentState, 7);
  gateway.command("101", { type: "release" });
  assert.deepEqual(await gateway.told(), ["Call_Release", "PhoneRelease 3", "Ready"]);
});

test("the second callout fails beside a held call: no phone event, no state event", async () => {
  const gateway = testGateway();
  await signedIn(gateway);
  await talking(gateway);
  gateway.command("101", { type: "hold" });
  await gateway.told();
  callsOut(gateway);
  gateway.fail(gateway.party(), { status: 486 });
  assert.deepEqual(await gateway.told(), ["detect 537", "Call_Out_Fail", "Connect_Fail"]);
  assert.equal(gateway.agentStatus("101").agentState, 7);
});

test("mute and digits: the party hears silence, then the agent again; digits go to the party", async () => {
  const gateway = testGateway();
  await signedIn(gateway);
  await talking(gateway);
  gateway.command("101", { type: "begin-mute" });
  assert.deepEqual(gateway.legs.heard.get(gateway.party()), { sound: "silence" });
  gateway.command("101", { type: "end-mute" });
  assert.deepEqual(gateway.legs.heard.get(gateway.party()), { leg: gateway.phone() });
  gateway.command("101", { type: "dial-digits", digits: "12#" });
  assert.deepEqual(gateway.legs.dialled, [`${gateway.party()}:12#`]);
  assert.deepEqual(await gateway.told(), []);
});

test("saybusy, rest and work during a call take effect at its end", async () => {
  const gateway = testGateway();
  await signedIn(gateway);
  const wishes = [
    [{ type: "say-busy", reason: 201, prolong: false }, "SetNotReady_Success 201"],
    [{ type: "rest", seconds: 60, cause: 3, prolong: false }, "SetRest_Success 3"],
    [{ type: "work" }, "SetWork_Success"],
  ] as const;
  for (const [wish, event] of wishes) {
    await talking(gateway);
    assert.deepEqual(gateway.command("101", wish), { done: true });
    assert.deepEqual(await gateway.told(), []);
    gateway.command("101", { type: "release" });
    assert.equal((await gateway.told()).at(-1), event);
    gateway.command("101", event.startsWith("SetRest") ? { type: "cancel-rest" } : { type: "say-free" });
    await gateway.told();
  }
});

test("sign-out in a call is refused, forced sign-out ends everything; so do silence and shutdown", async () => {
  const gateway = testGateway();
  await signedIn(gateway);
  await talking(gateway);
  const refused = gateway.signOut("101", { force: false, reason: 258 });
  assert.ok("refused" in refused && refused.refused === "100-010");
  const waiting = gateway.poll("101", 10_000, () => {});
  assert.deepEqual(gateway.signOut("101", { force: true, reason: 258 }), { done: true });
  const last = await waiting;
  assert.ok("event" in last && last.event?.eventType === "AgentOther_ShutdownService");
  assert.deepEqual([gateway.legs.census(), gateway.census()], [0, { agents: 0, calls: 0 }]);
  await signedIn(gateway);
  await talking(gateway);
  gateway.clock.advance(120_000);
  assert.deepEqual([gateway.legs.census(), gateway.census()], [0, { agents: 0, calls: 0 }]);
  await signedIn(gateway);
  callsOut(gateway);
  gateway.shutDown();
  assert.deepEqual([gateway.legs.census(), gateway.census()], [0, { agents: 0, calls: 0 }]);
  assert.equal(gateway.clock.pending(), 0, "no timer is left");
});

test("no route is 200-001 at once; a foreign caller or unknown skill is 000-002 and names the field", async () => {
  const gateway = testGateway();
  await signedIn(gateway);
  const refusals = [
    [{ called: "999" }, "200-001", /^called/],
    [{ caller: "555" }, "000-002", /^caller/],
    [{ skillId: 7 }, "000-002", /^skillid/],
  ] as const;
  for (const [change, code, message] of refusals) {
    const reply = gateway.callOut("101", { ...call, ...change });
    assert.ok("refused" in reply);
    assert.equal(reply.refused, code);
    assert.match(reply.message, message);
  }
  assert.deepEqual([gateway.legs.invited, await gateway.told()], [[], []]);
});

test("userVideoDirection: 1 sendonly, 2 recvonly, 3 sendrecv, 4 nothing; ignored with a note when a bit of P978 is set", async () => {
  const wanted = { 1: "sendonly", 2: "recvonly", 3: "sendrecv", 4: null } as const;
  for (const P978 of [0, 1 << 7]) {
    const gateway = testGateway({ parameters: { P978 } });
    await signedIn(gateway);
    for (const userVideoDirection of [1, 2, 3, 4] as const) {
      const reply = gateway.callOut("101", { ...call, called: "40046", mediaAbility: 1, userVideoDirection });
      assert.ok("callId" in reply);
      gateway.answer(gateway.phone(), true);
      const ignored = P978 !== 0 && userVideoDirection !== 4;
      assert.equal(
        gateway.legs.alive.get(gateway.party())?.invite?.videoDirection,
        ignored ? null : wanted[userVideoDirection],
      );
      assert.equal(reply.note !== "", ignored);
      gateway.command("101", { type: "release" });
    }
  }
});

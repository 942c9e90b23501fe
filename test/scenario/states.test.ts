// What an agent's state and kind mean for the calls that he is offered, and what somebody is told whose session was ended.

import assert from "node:assert/strict";
import { test } from "node:test";
import { callsIn, callsOut, here, signedIn, type TestGateway, talking, testGateway, testSite } from "./test-gateway.ts";

const site = {
  ...testSite,
  numbers: [
    { pattern: "8000", to: { skill: 25 } },
    { pattern: "8102", to: { agent: "102" } },
  ],
};

/** 102 wraps up. */
async function wrappingUp(wrapUpMs?: number): Promise<TestGateway> {
  const gateway = testGateway({ site: { ...site, ...(wrapUpMs === undefined ? {} : { wrapUpMs }) } });
  await signedIn(gateway);
  await signedIn(gateway, { phoneNumber: "40002", status: 5, autoEnterIdle: false }, "102");
  return gateway;
}

const callsInner = (gateway: TestGateway): void => {
  assert.ok("callId" in gateway.callInner("101", { to: { agent: "102" }, appData: "" }));
  gateway.answer(gateway.phone());
};

test("wrapping up he is reached by a colleague, but not by the queues or from outside", async () => {
  const gateway = await wrappingUp();
  gateway.command("101", { type: "say-busy", reason: 0, prolong: false });
  callsIn(gateway);
  gateway.receive(gateway.incoming("8102"));
  assert.deepEqual(await gateway.told("102"), []);
  callsInner(gateway);
  gateway.answer(gateway.phone());
  assert.deepEqual((await gateway.told("102")).slice(-2), ["Auto_Answer", "Talking"]);
  gateway.command("101", { type: "release" });
  assert.deepEqual((await gateway.told("102")).slice(-1), ["Work"]);
});

test("busy he is not reached", async () => {
  const gateway = await wrappingUp();
  gateway.command("102", { type: "cancel-work" });
  gateway.command("102", { type: "say-busy", reason: 0, prolong: false });
  callsInner(gateway);
  assert.ok((await gateway.told("101")).includes("Inside_Call_Fail"));
  assert.equal(gateway.agentStatus("102").agentState, 3);
});

test("the colleague gives up before he answers: he wraps up as before, for the site's time if it had one", async () => {
  const gateway = await wrappingUp();
  callsInner(gateway);
  gateway.ring(gateway.phone());
  gateway.command("101", { type: "release" });
  const told = ["Busy", "PhoneAlerting", "Customer_Release", "Call_Release", "PhoneRelease 3", "Work"];
  assert.deepEqual(await gateway.told("102"), told);
  gateway.clock.advance(60_000);
  assert.equal(gateway.agentStatus("102").agentState, 5);
});

test("a timed wrap-up that a call has interrupted begins its time again", async () => {
  const gateway = await wrappingUp(10_000);
  callsInner(gateway);
  gateway.answer(gateway.phone());
  gateway.command("101", { type: "release" });
  assert.equal(gateway.agentStatus("102").agentState, 5);
  gateway.clock.advance(9_000);
  gateway.command("101", { type: "say-free" });
  callsInner(gateway);
  gateway.clock.advance(2_000);
  gateway.command("101", { type: "release" });
  await gateway.told("102");
  gateway.clock.advance(9_999);
  assert.equal(gateway.agentStatus("102").agentState, 5);
  gateway.clock.advance(1);
  assert.deepEqual(await gateway.told("102"), ["Ready"]);
});

test("agent type 4 is offered a caller with video as one by voice, type 11 as he is", async () => {
  for (const [agentType, mediaAbility] of [
    [4, "1"],
    [11, "3"],
  ] as const) {
    const gateway = testGateway({ site });
    await signedIn(gateway, { autoAnswer: false, agentType });
    gateway.receive(gateway.incoming("8000", "m=audio 4000 RTP/AVP 0\r\nm=video 4002 RTP/AVP 96\r\n"));
    gateway.answer(gateway.phone());
    const ringing = (await gateway.events()).find(({ eventType }) => eventType === "AgentEvent_Ringing");
    assert.equal((ringing?.content as { mediaAbility?: string } | undefined)?.mediaAbility, mediaAbility);
  }
});

const asked = (gateway: TestGateway, guid: string) => gateway.authorise("101", guid, false, here);
test("whose session was ended learns by whom, when and why with any of his Guids, nobody else does", async () => {
  const gateway = testGateway({ site });
  const told = (guid: string): string => {
    const { refused, message } = asked(gateway, guid) as { refused: string; message: string };
    assert.equal(refused, "100-006");
    return message.replace(/ at \d{4}-\d\d-\d\dT[\d:.]+Z/, "");
  };
  const first = await signedIn(gateway);
  await signedIn(gateway, { phoneNumber: "40003" }, "103");
  gateway.inspection.forceSignOut("103", "101");
  const byInspector = "agent 101 was signed out by agent 103 from 127.0.0.1 (reason 257)";
  assert.equal(told(first), byInspector);
  assert.equal(told("wrong"), "the agent is not signed in");
  const second = await signedIn(gateway);
  gateway.clock.advance(120_000);
  assert.match(told(second), /^agent 101 was signed out \(no poll, .*last from 127\.0\.0\.1\) \(reason 263\)$/);
  assert.equal(told(first), byInspector);
  const third = await signedIn(gateway);
  gateway.signOut("101", { force: false, reason: 0 });
  assert.equal(told(third), "the agent is not signed in", "his own sign-out needs no reason");
});

test("syncagentinfo names the inspector who is with him", async () => {
  const gateway = testGateway({ site });
  await signedIn(gateway);
  await signedIn(gateway, { phoneNumber: "40003" }, "103");
  const inspector = () => gateway.agentInfo("101").agentStateInfo["qcWorkNo"];
  assert.equal(inspector(), "");
  gateway.inspection.inspect("103", "101", "listen");
  gateway.answer(gateway.phone());
  assert.equal(inspector(), "103");
  gateway.inspection.endInspection("103", "101");
  assert.equal(inspector(), "");
});

test("a call of his own that fails in a timed wrap-up begins its time again: he does not wrap up for ever", async () => {
  const gateway = testGateway({ site: { ...site, wrapUpMs: 10_000 } });
  await signedIn(gateway, { autoEnterIdle: false });
  await talking(gateway);
  gateway.command("101", { type: "release" });
  assert.equal(gateway.agentStatus("101").agentState, 5);
  gateway.clock.advance(5_000);
  callsOut(gateway);
  gateway.clock.advance(30_000);
  await gateway.told();
  gateway.clock.advance(10_000);
  assert.deepEqual(await gateway.told(), ["Ready"]);
});

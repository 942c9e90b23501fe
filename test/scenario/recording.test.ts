// Automatic recording as the agent is told about it: behaviour.md §6, Recording and Release.

import assert from "node:assert/strict";
import { test } from "node:test";
import { callsOut, signedIn, type TestGateway, talking, testGateway, testSite } from "./test-gateway.ts";

const recordedSkills = testSite.skills.map((skill) => ({ ...skill, record: true }));

async function recording(): Promise<{ gateway: TestGateway; id: string }> {
  const gateway = testGateway({ site: { skills: recordedSkills } });
  await signedIn(gateway);
  return { gateway, id: await talking(gateway) };
}

/** The file of the newest call is there, or is not. */
function tell(gateway: TestGateway, type: "recording-began" | "recording-failed"): void {
  const asked = gateway.legs.recorded.at(-1);
  assert.ok(asked, "nothing is to be recorded");
  asked.report({ type, recording: { taskId: 7, file: "2016-02-19/x.wav", beganAt: gateway.clock.now() } });
}

test("Record comes after Talking, StopRecordDone between Call_Release and PhoneRelease", async () => {
  const { gateway, id } = await recording();
  const beginTime = gateway.clock.now();
  tell(gateway, "recording-began");
  const [began] = await gateway.events();
  assert.deepEqual(began, {
    eventType: "AgentMediaEvent_Record",
    workNo: "101",
    content: {
      taskId: 7,
      caller: "40038",
      recordID: id,
      called: "40040",
      locationId: "1",
      fileName: "2016-02-19/x.wav",
      fileMediaType: "1",
      callId: id,
    },
  });
  gateway.clock.advance(5_000);
  gateway.end(gateway.party());
  const told = await gateway.events();
  const done = told.find(({ eventType }) => eventType === "AgentMediaEvent_StopRecordDone");
  const times = { beginTime, endTime: beginTime + 5_000 };
  assert.deepEqual(done?.content, { ...times, fileMediaType: "1", recordFormat: "0", taskId: 7 });
  assert.deepEqual(
    told.map(({ eventType }) => eventType.replace(/^Agent[A-Za-z]+_/, "")),
    ["Customer_Release", "Call_Release", "StopRecordDone", "PhoneRelease", "Ready"],
  );
});

test("a file that cannot be made: Record_Fail, the call goes on, and nothing is said to have been stopped", async () => {
  const { gateway } = await recording();
  tell(gateway, "recording-failed");
  assert.deepEqual(await gateway.told(), ["AgentMediaEvent_Record_Fail"]);
  gateway.end(gateway.phone());
  assert.deepEqual(await gateway.told(), ["Call_Release", "PhoneRelease 2", "Ready"]);
});

test("a disk that fails in mid-call, on hold: Record_Fail once, no StopRecordDone", async () => {
  const { gateway } = await recording();
  tell(gateway, "recording-began");
  gateway.command("101", { type: "hold" });
  tell(gateway, "recording-failed");
  assert.deepEqual(await gateway.told(), ["AgentMediaEvent_Record", "Hold", "AgentMediaEvent_Record_Fail"]);
  gateway.command("101", { type: "drop-call", callId: "" });
});

test("the handset ends a recording too; news of a call that is over is dropped", async () => {
  const { gateway } = await recording();
  tell(gateway, "recording-began");
  gateway.end(gateway.phone());
  const told = ["AgentMediaEvent_Record", "Call_Release", "AgentMediaEvent_StopRecordDone", "PhoneRelease 2", "Ready"];
  assert.deepEqual(await gateway.told(), told);
  tell(gateway, "recording-failed");
  assert.deepEqual(await gateway.told(), []);
});

test("a skill without record, and a call that was never answered, record nothing", async () => {
  const plain = testGateway();
  await signedIn(plain);
  await talking(plain);
  assert.deepEqual(plain.legs.recorded, []);
  const unanswered = testGateway({ site: { skills: recordedSkills } });
  await signedIn(unanswered);
  callsOut(unanswered);
  unanswered.answer(unanswered.phone());
  unanswered.ring(unanswered.party());
  unanswered.fail(unanswered.party(), { status: 486 });
  assert.deepEqual(unanswered.legs.recorded, []);
});

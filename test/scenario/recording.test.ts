// Automatic recording as the agent is told about it: behaviour.md §6, Recording and Release.

import assert from "node:assert/strict";
import { test } from "node:test";
import { agentId, legId } from "../../src/base/ids.ts";
import { callsOut, signedIn, type TestGateway, talking, testGateway, testSite } from "./test-gateway.ts";

const recordedSkills = testSite.skills.map((skill) => ({ ...skill, record: true }));

async function recording(): Promise<{ gateway: TestGateway; id: string }> {
  const gateway = testGateway({ site: { skills: recordedSkills } });
  await signedIn(gateway);
  return { gateway, id: await talking(gateway) };
}

/** The file of the newest call is there, or is not. */
function tell(gateway: TestGateway, type: "recording-began" | "recording-failed"): void {
  const asked = gateway.legs.recorded.findLast(({ order }) => order.type === "record");
  assert.ok(asked, "nothing is to be recorded");
  const recording = { taskId: 7, file: "2016-02-19/x.wav", beganAt: gateway.clock.now() };
  asked.report({ type, agent: asked.order.agent, recording });
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

const orders = (gateway: TestGateway) => gateway.legs.recorded.splice(0).map(({ order }) => order);
const begin = { type: "begin-record", name: "mine" } as const;
const code = (outcome: object): string => ("refused" in outcome ? String(outcome.refused) : "0");

test("by the agent himself: begin, pause, resume, stop; each in its state alone", async () => {
  const gateway = testGateway();
  await signedIn(gateway);
  const asks = (type: "pause-record" | "resume-record" | "stop-record"): string =>
    code(gateway.command("101", { type }));
  assert.equal(code(gateway.command("101", begin)), "500-008");
  const call = await talking(gateway);
  assert.deepEqual(
    ["pause-record", "resume-record", "stop-record"].map((type) => asks(type as "stop-record")),
    ["500-004", "500-006", "100-009"],
  );
  assert.equal(code(gateway.command("101", begin)), "0");
  assert.equal(code(gateway.command("101", begin)), "500-008");
  const voices = { left: [gateway.phone()], right: [gateway.party()] };
  const whose = { call, agent: "101" } as const;
  assert.deepEqual(orders(gateway), [
    { type: "record", ...whose, caller: "40038", called: "40040", skill: 25, name: "mine", voices },
  ]);
  assert.deepEqual([asks("pause-record"), asks("pause-record"), asks("resume-record")], ["0", "500-004", "0"]);
  assert.deepEqual([asks("resume-record"), asks("stop-record"), asks("stop-record")], ["500-006", "0", "100-009"]);
  assert.deepEqual(orders(gateway), [
    { type: "record-pause", ...whose, paused: true },
    { type: "record-pause", ...whose, paused: false },
    { type: "record-stop", ...whose },
  ]);
  assert.equal(code(gateway.command("101", begin)), "0");
  gateway.command("101", { type: "hold" });
  assert.equal(asks("stop-record"), "100-009", "there is no current call");
  gateway.end(gateway.party());
  assert.deepEqual(
    orders(gateway).map(({ type }) => type),
    ["record", "record-stop"],
  );
});

test("a recording that the agent stops is done at once, and one that fails may be begun anew", async () => {
  const gateway = testGateway();
  await signedIn(gateway);
  await talking(gateway);
  gateway.command("101", begin);
  tell(gateway, "recording-began");
  gateway.command("101", { type: "stop-record" });
  const both = ["AgentMediaEvent_Record", "AgentMediaEvent_StopRecordDone"];
  assert.deepEqual(await gateway.told(), both);
  gateway.command("101", begin);
  tell(gateway, "recording-failed");
  assert.deepEqual(await gateway.told(), ["AgentMediaEvent_Record_Fail"]);
  assert.equal(code(gateway.command("101", begin)), "0");
  gateway.end(gateway.party());
  assert.deepEqual(await gateway.told(), ["Customer_Release", "Call_Release", "PhoneRelease 3", "Ready"]);
});

test("passed on: the recording of the one ends as he leaves, that of the other begins when his skill wants it", async () => {
  const gateway = testGateway({ site: { skills: recordedSkills } });
  await signedIn(gateway);
  await signedIn(gateway, { phoneNumber: "40002" }, "102");
  const call = await talking(gateway);
  tell(gateway, "recording-began");
  const [phone, party] = [gateway.phone(), gateway.party()];
  orders(gateway);
  const target = { type: "agent", agent: agentId("102") } as const;
  gateway.command("101", { type: "bring-in", purpose: "three-party", target, park: false, appData: null });
  const second = gateway.phone();
  gateway.answer(second);
  const voices = { left: [phone, second], right: [party] };
  const described = { caller: "40038", called: "40040", skill: 25, name: "" };
  assert.deepEqual(orders(gateway), [
    { type: "record-voices", call, agent: "101", voices },
    { type: "record", call, agent: "102", ...described, voices },
  ]);
  await gateway.told();
  gateway.command("101", { type: "release" });
  const left = { left: [second], right: [party] };
  assert.deepEqual(orders(gateway), [
    { type: "record-stop", call, agent: "101" },
    { type: "record-voices", call, agent: "102", voices: left },
  ]);
  assert.deepEqual(await gateway.told(), ["Call_Release", "AgentMediaEvent_StopRecordDone", "PhoneRelease 3", "Ready"]);
  gateway.end(party);
  assert.deepEqual(orders(gateway), [{ type: "record-stop", call, agent: "102" }]);
});

test("two calls of one agent become one: its recording goes on with both parties, the other is done", async () => {
  const gateway = testGateway({ site: { skills: recordedSkills } });
  await signedIn(gateway);
  const held = await talking(gateway);
  tell(gateway, "recording-began");
  gateway.command("101", { type: "hold" });
  const current = callsOut(gateway, { called: "40041" });
  gateway.answer(legId(`${current}.party`));
  await gateway.told();
  orders(gateway);
  gateway.command("101", { type: "join-held", callId: held, leave: false, appData: null });
  const parties = [legId(`${current}.party`), legId(`${held}.party`)];
  assert.deepEqual(
    orders(gateway).toSorted((one, other) => (one.type < other.type ? -1 : 1)),
    [
      { type: "record-stop", call: held, agent: "101" },
      { type: "record-voices", call: current, agent: "101", voices: { left: [gateway.phone()], right: parties } },
    ],
  );
  assert.deepEqual(await gateway.told(), ["AgentMediaEvent_StopRecordDone", "Conference"]);
  gateway.command("101", { type: "release" });
  gateway.end(parties[0] as (typeof parties)[0]);
});

test("an agent who wants every call of his recorded: his own voice against the other agent's", async () => {
  const gateway = testGateway();
  await signedIn(gateway);
  await signedIn(gateway, { phoneNumber: "40002" }, "102");
  gateway.command("102", { type: "set-self-record", enabled: true });
  gateway.callInner("101", { to: { agent: "102" }, appData: "" });
  const own = gateway.phone();
  gateway.answer(own);
  const other = gateway.phone();
  gateway.answer(other);
  const [asked] = orders(gateway);
  assert.ok(asked?.type === "record");
  assert.deepEqual([asked.agent, asked.voices], ["102", { left: [other], right: [own] }]);
  gateway.end(own);
});

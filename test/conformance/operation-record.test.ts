// Recording by the agent himself, operation by operation, with real audio: who is where in the file, and when there is silence.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { systemClock } from "../../src/base/clock.ts";
import { levelAt, levelOf } from "../../src/media/codec/tone.ts";
import { type Agent, type Told, until } from "./agent.ts";
import { refusesStrangers } from "./refusals.ts";
import { eventRows } from "./told.ts";
import { type Demo, openDemo } from "./town.ts";

let demo: Demo;
before(async () => {
  demo = await openDemo();
});
after(() => demo?.stop());

const done = '{"message":"success","retcode":"0","result":{}}';
const agentTone = 700;
const partyTone = 1_100;
const passes = (ms: number): Promise<void> => new Promise((resolve) => systemClock.after(ms, resolve));

type Recorded = {
  readonly taskId: number;
  readonly fileName: string;
  readonly beginTime: number;
  readonly endTime: number;
};
const contentOf = (told: Told | undefined): Recorded => {
  assert.ok(told);
  return told.content as Recorded;
};

type Talk = { readonly agent: Agent; readonly called: string; readonly id: string };

/** Both speak, and each is heard by the other. */
async function talks(): Promise<Talk> {
  const agent = await (await demo.agent()).begin();
  const called = await demo.party({ hertz: partyTone });
  await demo.tell("phones", agent.phone, { hertz: agentTone });
  const id = await agent.talk(called);
  await until(async () => ((await demo.heard("parties", called)).level ?? -120) > -20, "the party hears the agent");
  await until(async () => ((await demo.heard("phones", agent.phone)).level ?? -120) > -20, "the agent hears the party");
  return { agent, called, id };
}

async function ends({ agent, called }: Talk, ...told: readonly string[]): Promise<void> {
  await demo.hangUp("parties", called);
  await agent.hears("Customer_Release", "Call_Release", ...told, "PhoneRelease 3", "Ready");
}

/** The file of the call's recording, once it is saved. */
async function savedOf(id: string): Promise<Buffer> {
  const saved = await demo.gateway.logged(({ msg, callId }) => msg === "recording saved" && callId === id);
  return readFileSync(join(demo.gateway.data, "recordings", String(saved["file"])));
}

function channels(octets: Buffer, fromMs: number, toMs: number): { left: Int16Array; right: Int16Array } {
  const of = (offset: number): Int16Array =>
    Int16Array.from({ length: (toMs - fromMs) * 8 }, (_, index) =>
      octets.readInt16LE(44 + fromMs * 32 + index * 4 + offset),
    );
  return { left: of(0), right: of(2) };
}

const isOnly = (samples: Int16Array, tone: number, other: number): boolean =>
  levelAt(samples, tone) > -20 && levelAt(samples, other) < -45;

test("operation recordplay.beginRecord: the agent left, the party right; a second one and one without a call are 500-008", async () => {
  const talk = await talks();
  const { agent, called, id } = talk;
  const line = "PUT /recordplay/@/record";
  await refusesStrangers(agent, line, { mediaType: 5 });
  assert.equal((await agent.ask(line, { fileName: "a complaint", mediaType: 5 })).body, done);
  const [record] = await agent.hears("AgentMediaEvent_Record");
  const { taskId, ...content } = contentOf(record);
  assert.ok(taskId > 0);
  assert.deepEqual(content, {
    ...{ caller: "40038", called, recordID: id, callId: id },
    ...{ locationId: "1", fileName: "a complaint", fileMediaType: "1" },
  });
  assert.equal((await agent.ask(line, { mediaType: 5 })).code, "500-008");
  await passes(700);
  await ends(talk, "AgentMediaEvent_StopRecordDone");
  const { left, right } = channels(await savedOf(id), 200, 600);
  assert.ok(isOnly(left, agentTone, partyTone), `${levelAt(left, agentTone)} and ${levelAt(left, partyTone)} dB`);
  assert.ok(isOnly(right, partyTone, agentTone), `${levelAt(right, partyTone)} and ${levelAt(right, agentTone)} dB`);
  assert.equal((await agent.ask(line, { mediaType: 5 })).code, "500-008");
  assert.equal((await agent.ask(line, { mediaType: 5, recordFormat: 3 })).code, "104-007");
  const again = await agent.ask(line, { fileName: "a complaint", mediaType: 5, recordMode: 1 });
  assert.equal(again.code, "000-002", "nothing is added to a file that is there");
  for (const wrong of [
    {},
    { mediaType: 1 },
    { mediaType: 5, fileName: "x".repeat(101) },
    { mediaType: 5, fileName: "2026-01-01/a.wav" },
  ])
    assert.equal((await agent.ask(line, wrong)).code, "000-002", JSON.stringify(wrong));
});

test("operation recordplay.beginRecordWithoutFilename: the gateway names the file", async () => {
  const talk = await talks();
  const { agent, id } = talk;
  const line = "PUT /recordplay/@/recordwithoutfilename";
  await refusesStrangers(agent, line);
  assert.equal((await agent.ask(line)).body, done);
  const [record] = await agent.hears("AgentMediaEvent_Record");
  const { taskId, fileName } = contentOf(record);
  assert.match(fileName, new RegExp(`^\\d{4}-\\d\\d-\\d\\d/${id}-${taskId}\\.wav$`));
  assert.equal((await agent.ask(line)).code, "500-008");
  await ends(talk, "AgentMediaEvent_StopRecordDone");
  await savedOf(id);
});

test("operation recordplay.pauseRecord: silence and a mark; without a recording, and twice, 500-004", async () => {
  const talk = await talks();
  const { agent, id } = talk;
  const line = "POST /recordplay/@/pauserecord";
  await refusesStrangers(agent, line);
  assert.equal((await agent.ask(line)).code, "500-004");
  await agent.ask("PUT /recordplay/@/recordwithoutfilename");
  await agent.hears("AgentMediaEvent_Record");
  await passes(500);
  assert.equal((await agent.ask(line)).body, done);
  assert.equal((await agent.ask(line)).code, "500-004");
  await passes(500);
  await ends(talk, "AgentMediaEvent_StopRecordDone");
  const octets = await savedOf(id);
  const data = octets.readUInt32LE(40);
  const end = Math.floor(data / 32);
  const talked = channels(octets, 100, 400);
  const silent = channels(octets, end - 300, end);
  assert.ok(isOnly(talked.left, agentTone, partyTone));
  assert.deepEqual([levelOf(silent.left), levelOf(silent.right)], [-120, -120]);
  assert.match(octets.toString("latin1", 44 + data), /^cue .*adtl.*pause/s);
});

test("operation recordplay.resumeRecord: the voices are back; what is not paused is 500-006", async () => {
  const talk = await talks();
  const { agent, id } = talk;
  const line = "POST /recordplay/@/resumerecord";
  await refusesStrangers(agent, line);
  assert.equal((await agent.ask(line)).code, "500-006");
  await agent.ask("PUT /recordplay/@/recordwithoutfilename");
  await agent.hears("AgentMediaEvent_Record");
  assert.equal((await agent.ask(line)).code, "500-006");
  await agent.ask("POST /recordplay/@/pauserecord");
  await passes(300);
  assert.equal((await agent.ask(line)).body, done);
  assert.equal((await agent.ask(line)).code, "500-006");
  await passes(700);
  await ends(talk, "AgentMediaEvent_StopRecordDone");
  const octets = await savedOf(id);
  const data = octets.readUInt32LE(40);
  const end = Math.floor(data / 32);
  const again = channels(octets, end - 450, end - 200);
  assert.ok(isOnly(again.left, agentTone, partyTone) && isOnly(again.right, partyTone, agentTone));
  assert.match(octets.toString("latin1", 44 + data), /^cue .*adtl.*pause.*resume/s);
});

test("operation recordplay.stopRecord: StopRecordDone at once, the call goes on, another one may begin; else 100-009", async () => {
  const talk = await talks();
  const { agent, id } = talk;
  const line = "DELETE /recordplay/@/stoprecord";
  await refusesStrangers(agent, line);
  assert.equal((await agent.ask(line)).code, "100-009");
  await agent.ask("PUT /recordplay/@/recordwithoutfilename");
  const [first] = await agent.hears("AgentMediaEvent_Record");
  await passes(300);
  assert.equal((await agent.ask(line)).body, done);
  const [stopped] = await agent.hears("AgentMediaEvent_StopRecordDone");
  const { taskId, beginTime, endTime } = contentOf(stopped);
  assert.equal(taskId, contentOf(first).taskId);
  assert.ok(endTime - beginTime >= 300);
  assert.equal((await agent.ask(line)).code, "100-009");
  await savedOf(id);
  await agent.ask("PUT /recordplay/@/recordwithoutfilename");
  const [second] = await agent.hears("AgentMediaEvent_Record");
  assert.notEqual(contentOf(second).taskId, taskId);
  await ends(talk, "AgentMediaEvent_StopRecordDone");
});

eventRows({
  AgentMediaEvent_Record:
    /^\{"taskId":\d+,"caller":"\d+","recordID":"\d{10}-\d+","called":"\d+","locationId":"1","fileName":"[^"]+","fileMediaType":"1","callId":"\d{10}-\d+"\}$/,
  AgentMediaEvent_StopRecordDone:
    /^\{"beginTime":\d{13},"endTime":\d{13},"fileMediaType":"1","recordFormat":"0","taskId":\d+\}$/,
});

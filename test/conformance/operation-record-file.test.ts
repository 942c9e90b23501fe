// Finding recordings and fetching their files, operation by operation. An agent has his own; on the demo site 119 is a supervisor.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import { Agent, json, root } from "./agent.ts";
import { refusesStrangers } from "./refusals.ts";
import { type Demo, openDemo } from "./town.ts";

type Recording = { readonly [name: string]: unknown; readonly fileName: string; readonly sha256: string };

let demo: Demo;
let owner: Agent;
let other: Agent;
let supervisor: Agent;
/** Of one recording of the owner's. */
let call: string;
let called: string;
let taskId: number;
const name = "a complaint";

before(async () => {
  demo = await openDemo();
  owner = await (await demo.agent()).begin();
  other = await (await demo.agent()).begin();
  supervisor = await new Agent(demo.gateway, "119", "40019").begin();
  called = await demo.party();
  call = await owner.talk(called);
  await owner.ask("PUT /recordplay/@/record", { fileName: name, mediaType: 5 });
  const [told] = await owner.hears("AgentMediaEvent_Record");
  assert.ok(told);
  ({ taskId } = told.content as { taskId: number });
  await owner.ask("DELETE /recordplay/@/stoprecord");
  await demo.gateway.logged(({ msg, callId }) => msg === "recording saved" && callId === call);
});
after(() => demo?.stop());

async function listed(agent: Agent, line: string): Promise<readonly Recording[]> {
  const { result, body, code } = await agent.ask(line);
  assert.equal(code, "0", body);
  return result as readonly Recording[];
}

async function finds(agent: Agent, line: string, numbers: readonly number[]): Promise<void> {
  assert.deepEqual(
    (await listed(agent, line)).map((each) => each["taskId"]),
    numbers,
    line,
  );
}

/** The file as it came, and its Content-Type. */
async function fetched(agent: Agent, path: string) {
  const reply = await fetch(`http://127.0.0.1:${demo.gateway.ports.http}${path}`, { headers: { Guid: agent.guid } });
  return { type: reply.headers.get("content-type"), octets: Buffer.from(await reply.arrayBuffer()), reply };
}

const code = async (agent: Agent, line: string): Promise<string> => (await agent.ask(line)).code;

test("operation recordplay.queryRecordFile: all that is known of each; of others for a supervisor alone", async () => {
  const line = "GET /recordplay/@/recordfile";
  await refusesStrangers(owner, line);
  const [found] = await listed(owner, `${line}?workno=${owner.id}`);
  const { sha256, beginTime, endTime, length, fileSize, ...rest } = found as Recording;
  assert.deepEqual(rest, {
    ...{ recordID: call, callId: call, taskId, workNo: owner.id, caller: "40038", called, skillId: 25 },
    ...{ fileName: name, fileMediaType: "1", state: "saved" },
  });
  assert.match(sha256, /^[0-9a-f]{64}$/);
  assert.ok(Number(beginTime) > 1_400_000_000_000 && Number(endTime) > Number(beginTime));
  assert.ok(Number(length) > 0 && Number(fileSize) >= 44);
  assert.equal(await code(owner, line), "104-002");
  assert.equal(await code(other, `${line}?workno=${owner.id}`), "104-002");
  await finds(supervisor, line, [taskId]);
  await finds(supervisor, `${line}?workno=${owner.id}&skillid=25`, [taskId]);
  for (const none of [
    `workno=${other.id}`,
    "skillid=26",
    `enddate=${beginTime}`,
    "startdate=2099-01-01",
    "startposition=2",
  ])
    await finds(supervisor, `${line}?${none}`, []);
  for (const wrong of ["workno=x", "startdate=2026-02-31", "startdate=today", "startposition=2&endposition=1"])
    assert.equal(await code(supervisor, `${line}?${wrong}`), "000-002", wrong);
});

test("operation recordplay.querySelfRecordFile: the agent's own", async () => {
  const line = "GET /recordplay/@/queryselfrecordfile";
  await refusesStrangers(owner, line);
  await finds(owner, line, [taskId]);
  await finds(owner, `${line}?skillid=26`, []);
  for (const agent of [other, supervisor]) await finds(agent, line, []);
});

test("operation recordplay.queryRecordFileByCallId: those of a call; without a call 000-002", async () => {
  const line = "GET /recordplay/@/queryrecordfilebycallid";
  await refusesStrangers(owner, line);
  for (const agent of [owner, supervisor]) await finds(agent, `${line}?callid=${call}&calltime=`, [taskId]);
  await finds(supervisor, `${line}?callid=${call}&workno=${other.id}`, []);
  await finds(other, `${line}?callid=${call}`, []);
  assert.equal(await code(other, `${line}?callid=${call}&workno=${owner.id}`), "104-002");
  assert.equal(await code(owner, line), "000-002");
});

test("operation recordplay.queryRecordFileFromRecordID: those that go by it", async () => {
  const line = "GET /recordplay/@/recordfilefromrecordid";
  await refusesStrangers(owner, line);
  for (const agent of [owner, supervisor]) await finds(agent, `${line}?recordid=${call}`, [taskId]);
  await finds(other, `${line}?recordid=${call}`, []);
  assert.equal(await code(owner, line), "000-002");
});

const encoded = encodeURIComponent(name);

test("operation recordplay.queryRecordFileURL: a path where it can be fetched; of others, and of none, 104-005", async () => {
  const line = `GET /recordplay/@/recordfileurl?filepath=${encoded}`;
  await refusesStrangers(owner, line);
  const { result } = await owner.ask(line);
  const { octets } = await fetched(owner, String(result));
  assert.equal(octets.toString("latin1", 0, 4), "RIFF");
  assert.equal(await code(supervisor, line), "0");
  assert.equal(await code(other, line), "104-005");
  assert.equal(await code(owner, "GET /recordplay/@/recordfileurl?filepath=../seatway.db"), "104-005");
  assert.equal(await code(owner, "GET /recordplay/@/recordfileurl"), "000-002");
});

test("operation recordfile.downloadRecordFile: the file, octet for octet; what is not his is 104-005", async () => {
  const line = `GET /recordfile/@?recordId=${encoded}`;
  await refusesStrangers(owner, line);
  const [found] = await listed(owner, "GET /recordplay/@/queryselfrecordfile");
  for (const agent of [owner, supervisor]) {
    const { type, octets, reply } = await fetched(agent, `${root}/recordfile/${agent.id}?recordId=${encoded}`);
    assert.equal(type, "audio/wav");
    assert.match(reply.headers.get("content-disposition") ?? "", /^attachment; filename="[\d-]+\.wav"$/);
    assert.equal(createHash("sha256").update(octets).digest("hex"), found?.sha256);
  }
  assert.equal(await code(other, line), "104-005");
  assert.equal(await code(owner, `${line}&filetype=2`), "104-005");
  assert.equal(await code(owner, "GET /recordfile/@?recordId=%2Fetc%2Fpasswd"), "104-005");
  for (const wrong of ["GET /recordfile/@", `${line}&filetype=3`, "GET /recordfile/@?recordId=a%00b"])
    assert.equal(await code(owner, wrong), "000-002", wrong);
});

test("operation recordfile.recordFileDownloadEx: by its call; a supervisor names the agent; video is 104-005", async () => {
  const line = `GET /recordfile/@/recordfiledownloadEx?callId=${call}`;
  await refusesStrangers(owner, line);
  const path = (agent: Agent, more = ""): string =>
    `${root}/recordfile/${agent.id}/recordfiledownloadEx?callId=${call}${more}`;
  assert.equal((await fetched(owner, path(owner))).type, "audio/wav");
  assert.equal((await fetched(supervisor, path(supervisor, `&workNo=${owner.id}`))).type, "audio/wav");
  assert.equal(await code(supervisor, line), "104-005");
  assert.equal(await code(other, line), "104-005");
  assert.equal(await code(other, `${line}&workNo=${owner.id}`), "104-002");
  assert.equal(await code(owner, `${line}&hwFileName=a.mp4`), "104-005");
  assert.equal(await code(owner, "GET /recordfile/@/recordfiledownloadEx"), "000-002");
});

for (const [id, line, refused] of [
  ["recordfile.videoFileDownloadEx", "GET /recordfile/@/videofiledownloadEx?recordId=a.mp4", "104-005"],
  ["recordplay.queryRecordZipFileURL", `GET /recordplay/@/recordzipfileurl?filepath=${encoded}`, "104-007"],
  ["recordplay.queryBatchRecordZipFileURL", `GET /recordplay/@/batchrecordzipfileurl?filepath=${encoded}`, "104-007"],
  ["recordplay.queryVoiceRecordScore", "GET /recordplay/@/queryrecordscore", "100-007"],
  ["recordplay.startRecordScreen", "PUT /recordplay/@/startrecordscreen", "100-007"],
  ["recordplay.stopRecordScreen", "DELETE /recordplay/@/stoprecordscreen", "100-007"],
] as const) {
  test(`operation ${id}: not in this product: ${refused}`, async () => {
    await refusesStrangers(owner, line);
    const reply = await owner.ask(line, undefined, [`Guid: ${owner.guid}`, json]);
    assert.equal(reply.code, refused, reply.body);
  });
}

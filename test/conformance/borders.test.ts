// Borders. Agents, skills, groups, calls and recordings of another VDN are nobody and nothing here, also for who has every right. And
// inside the VDN an agent without rights neither reads nor touches the calls and recordings of another. One row for every operation
// that takes such an id: a new one cannot be forgotten.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Agent, type Body, settingUp, until } from "./agent.ts";
import { builtOperations, ownOperations } from "./documents.ts";
import { bodyOf, lineOf, requestOf } from "./requests.ts";
import { type Demo, openDemo } from "./town.ts";

type Ids = {
  readonly agent: string;
  readonly skill: number;
  readonly group: number;
  readonly vdn: number;
  readonly call: string;
  readonly file: string;
};

/** In the ranges of this site, but none of its own. */
const foreign: Ids = {
  ...{ agent: "58001", skill: 9_001, group: 901, vdn: 2 },
  ...{ call: "1455885056-1095", file: "2016-02-19/1455885056-1095-1.wav" },
};

let demo: Demo;
let owner: Agent;
let other: Agent;
let administrator: Agent;
/** A call of the owner's that goes on, and the recording of one that is over. */
let owned: Ids;

before(async () => {
  demo = await openDemo();
  owner = await (await demo.agent()).begin();
  other = await (await demo.agent()).begin();
  administrator = await new Agent(demo.gateway, "120", "40020").begin();
  await owner.ask("POST /onlineagent/@/setselfrecord/1/0");
  await owner.callOut({ called: await demo.party() });
  const told = await owner.hears(...settingUp, "AgentMediaEvent_Record");
  const { fileName: file } = (told.at(-1) as { content: { fileName: string } }).content;
  await owner.ask("DELETE /voicecall/@/release");
  await owner.hears("Call_Release", "AgentMediaEvent_StopRecordDone", "PhoneRelease 3", "Ready");
  await owner.ask("POST /onlineagent/@/setselfrecord/0/0");
  const call = await owner.talk(await demo.party());
  owned = { ...{ agent: owner.id, skill: 25, group: 1, vdn: 1 }, call, file };
  await until(async () => {
    const { result } = await owner.ask("GET /recordplay/@/queryselfrecordfile");
    return (result as readonly { state: string }[])[0]?.state === "saved";
  }, "the recording is saved");
});
after(() => demo?.stop());

/** `[]`: an empty list. */
type Answer = `${number}-${number}` | "[]";
type Row = readonly [
  id: string,
  fields: (ids: Ids) => Body,
  /** What an administrator gets for what is not of the VDN. */
  abroad: Answer,
  /** What an agent without rights gets for what is another one's; absent: everybody in the VDN may. */
  beside?: Answer,
];

const workno = ({ agent }: Ids): Body => ({ workno: agent });
const workNo = ({ agent }: Ids): Body => ({ workNo: agent });
const agents = ({ agent }: Ids): Body => ({ agents: agent, recordbeforetalking: 0 });
const whispered = ({ agent }: Ids): Body => ({ whisperagentid: agent });
const callid = ({ call }: Ids): Body => ({ callid: call });
const skillid = ({ skill }: Ids): Body => ({ skillid: skill });

const toAgents: readonly Row[] = [
  ["onlineagent.queryAgentSkillsByWorkNo", workno, "300-002"],
  ["onlineagent.sendNotelet", ({ agent }) => ({ receiver: agent }), "100-001"],
  ["onlineagent.sendNoteletEx", ({ agent }) => ({ agentIds: [agent] }), "100-001"],
  ["onlineagent.setForwarding", ({ agent }) => ({ forwardtype: 1, devicetype: 2, address: agent }), "000-002"],
  ["voicecall.callInner", ({ agent }) => ({ called: agent }), "000-002"],
  ["voicecall.innerHelp", ({ agent }) => ({ dstaddress: agent, devicetype: 2 }), "000-002"],
  ["voicecall.transfer", ({ agent }) => ({ address: agent, devicetype: 2, mode: 0 }), "000-002", "200-012"],
  [
    "previewlist.add",
    ({ agent }) => ({ dialeddigits: "40040", workno: agent, skillid: 0, caller: "" }),
    "000-002",
    "900-002",
  ],
  ["voicecall.snatchPickup", ({ agent }) => ({ destWorkNo: agent }), "000-002"],
  ["agentgroup.queryAgentInfoByList", ({ agent }) => ({ agentlist: [agent] }), "300-002"],
  ["agentgroup.queryAgentInfoWithoutSkills", ({ agent }) => ({ agentlist: [agent] }), "300-002"],
  ["agentgroup.queryAgentInfoByWorkNo", workno, "300-002"],
  ["agentgroup.queryGroupInfoByWorkNo", workno, "300-003"],
  ["agentgroup.queryAllAgentInfoOnMyGroupEx", ({ group }) => ({ groupid: group }), "300-004"],
  ["querymonitor.queryAgentClusterInfo", workno, "300-002"],
  ["config.queryAgent", ({ agent }) => ({ agentIdSet: agent }), "[]", "107-007"],
];

const inspections: readonly Row[] = [
  ...["addInsert", "addSupervise", "forceBusy", "forceIdle", "forceLogOutAgent", "forceRest", "intercept"].map(
    (id): Row => [`qualitycontrol.${id}`, workNo, "900-004", "900-002"],
  ),
  ["qualitycontrol.stopSuperviseOrInsert", workNo, "900-004", "900-002"],
  ["qualitycontrol.switchSuperviseOrInsert", workNo, "900-004", "900-002"],
  ["qualitycontrol.interceptCall", ({ agent, call }) => ({ workNo: agent, callId: call }), "900-004", "900-002"],
  ["qualitycontrol.adjustSkill", ({ agent }) => ({ workNo: agent, skills: [25] }), "900-004", "900-002"],
  ["qualitycontrol.adjustSkill", ({ skill }) => ({ workNo: "101", skills: [skill] }), "100-001", "900-002"],
  ...["beginMonitor", "endMonitor", "qcCancelAgentSelfRecord", "qcSetAgentSelfRecord"].map(
    (id): Row => [`qualitycontrol.${id}`, agents, "900-004", "900-002"],
  ),
  ...["requestStopWhisperAgent", "requestSwitchInsertWhisperAgent", "requestWhisperAgent"].map(
    (id): Row => [`qualitycontrol.${id}`, whispered, "900-004", "900-002"],
  ),
  ["qualitycontrol.forceDropCall", callid, "200-025", "900-002"],
];

const toSkills: readonly Row[] = [
  ["voicecall.callInnerSkill", ({ skill }) => ({ skillId: skill }), "000-002"],
  ["voicecall.innerHelp", ({ skill }) => ({ dstaddress: `${skill}`, devicetype: 1 }), "000-002"],
  ["voicecall.transfer", ({ skill }) => ({ address: `${skill}`, devicetype: 1, mode: 0 }), "000-002", "200-012"],
  ["voicecall.callout", ({ skill }) => ({ called: "40040", skillid: skill, caller: "" }), "000-002"],
  [
    "previewlist.add",
    ({ skill }) => ({ dialeddigits: "40040", workno: "", skillid: skill, caller: "" }),
    "000-002",
    "900-002",
  ],
  ["calldata.queryWaitCallInfoBySkillId", skillid, "000-002"],
  ["queuedevice.queryQueueLengthBySkillId", skillid, "000-002"],
  ["queuedevice.querySkillStatWithVdn", ({ skill }) => ({ vdnid: 1, skills: [skill] }), "000-002"],
  ["queuedevice.querySkillStatWithVdn", ({ vdn }) => ({ vdnid: vdn, skills: [25] }), "600-002"],
  ["queuedevice.queryStatInfoOfAcd", ({ skill }) => ({ skills: [skill] }), "000-002"],
  ["queuedevice.querySkillQueueOnVDN", ({ vdn }) => ({ vdnid: vdn }), "600-002"],
  ["queuedevice.querySkillQueueOnAgent", workNo, "600-001"],
  ["agentgroup.queryAgentIdsBySkillId", skillid, "000-002"],
  ["agentgroup.queryAgentInfoByConfigedSkillId", skillid, "000-002"],
  ["agentgroup.queryAgentInfoBySkillId", skillid, "000-002"],
  ["querymonitor.querySkillsStatisticInfo", skillid, "000-002"],
];

const toCalls: readonly Row[] = [
  ["voicecall.answer", callid, "200-002", "200-002"],
  ["voicecall.reject", callid, "100-007", "100-007"],
  ["voicecall.confJoin", callid, "200-010", "200-010"],
  ["voicecall.connectHold", callid, "200-005", "200-005"],
  ["voicecall.dropCall", callid, "200-025", "200-025"],
  ["voicecall.getHold", callid, "200-015", "200-015"],
  ["voicecall.requestAppointedCall", ({ call }) => ({ callid: call, skillId: 25 }), "100-007", "100-007"],
  ["voicecall.requestAppointedCall", ({ call, skill }) => ({ callid: call, skillId: skill }), "000-002", "100-007"],
  ["calldata.queryCallAppData", ({ call }) => ({ callid: call, callId: call }), "100-007", "100-007"],
  ["calldata.queryCallInfoByCallId", callid, "100-007", "100-007"],
  ["calldata.queryCallInfoBeforeAnswer", ({ call }) => ({ callId: call }), "100-007", "100-007"],
  ["calldata.getNetCallId", callid, "100-007", "100-007"],
  ["calldata.getCallBusinessData", callid, "100-007", "100-007"],
  ["calldata.setCallBusinessData", callid, "400-001", "400-001"],
  ["calldata.setCallAppData", callid, "400-001", "400-001"],
  [
    "calldata.setCallAppDataEx",
    ({ call }) => ({ callid: call, calldata: "x", isDataEncoded: false }),
    "400-001",
    "400-001",
  ],
  ["calldata.queryAgentHoldNum", workno, "100-011", "300-001"],
  ["calldata.queryHoldListInfoEx", workno, "100-011", "300-001"],
  ["calldata.queryAllCallInfoByAgentWorkNo", workno, "100-011", "900-002"],
  ["calldata.queryAllCallInfoByAgentWorkNoEx", workno, "100-011", "900-002"],
  ["calldata.queryCallRecordList", ({ agent }) => ({ workno: agent, skillid: 0 }), "100-011", "900-002"],
];

const named =
  (name: string) =>
  ({ file }: Ids): Body => ({ [name]: file });

const toRecordings: readonly Row[] = [
  ["recordplay.beginPlay", named("voicepath"), "104-005", "104-005"],
  ["recordplay.queryRecordFile", ({ agent }) => ({ workno: agent, skillid: 0 }), "[]", "104-002"],
  ["recordplay.queryRecordFileByCallId", ({ agent, call }) => ({ workno: agent, callid: call }), "[]", "104-002"],
  ["recordplay.queryRecordFileByCallId", ({ call }) => ({ workno: "", callid: call }), "[]", "[]"],
  ["recordplay.queryRecordFileFromRecordID", ({ call }) => ({ recordid: call }), "[]", "[]"],
  ["recordplay.queryRecordFileURL", named("filepath"), "104-005", "104-005"],
  ["recordfile.downloadRecordFile", named("recordId"), "104-005", "104-005"],
  ["recordfile.videoFileDownloadEx", named("recordId"), "104-005", "104-005"],
  [
    "recordfile.recordFileDownloadEx",
    ({ call, file }) => ({ callId: call, hwFileName: file, workNo: "" }),
    "104-005",
    "104-005",
  ],
  [
    "recordfile.recordFileDownloadEx",
    ({ agent, call }) => ({ callId: call, hwFileName: "", workNo: agent }),
    "104-005",
    "104-002",
  ],
];

/** Whoever is in no conference touches nobody's. */
const inConferences = [
  "changeParticipantMode",
  "holdParticipant",
  "unholdParticipant",
  "playVoiceToParticipant",
  "stopVoiceToParticipant",
].map((id): Row => [`agentconf.${id}`, ({ agent }) => ({ addressType: "9", address: agent }), "101-001", "101-001"]);

const rows = [...inConferences, ...toAgents, ...inspections, ...toSkills, ...toCalls, ...toRecordings];

/** Fields that name somebody or something. */
const idNames = new Set(
  "workno workNo receiver agentIds destWorkNo dstaddress address agents whisperagentid agentlist agentIdSet groupid callid callId recordid recordId filepath voicepath hwFileName skillid skillId skills vdnid".split(
    " ",
  ),
);

/** Their ids are the asking agent's own, or of what this product has not. */
const inward = new Set([
  "onlineagent.resetSkill",
  "calldata.querySelfCallRecordInfo",
  "recordplay.querySelfRecordFile",
]);

const operations = [...builtOperations, ...ownOperations];

const operationOf = (id: string) => {
  const operation = operations.find((each) => each.id === id);
  assert.ok(operation, id);
  return operation;
};

const answerOf = ({ code, result }: { readonly code: string; readonly result: unknown }): string =>
  code === "0" && Array.isArray(result) && result.length === 0 ? "[]" : code;

async function gets(asking: Agent, [id, fields]: Row, ids: Ids): Promise<string> {
  const operation = operationOf(id);
  const request = requestOf(operation, fields(ids));
  return answerOf(await asking.ask(lineOf(operation, request), bodyOf(operation, request)));
}

test("every operation that takes an id of somebody or something has its row", () => {
  for (const id of inward) assert.ok(operationOf(id));
  const known = new Set(rows.map(([id]) => id));
  for (const { id, pathFields, query, body, refused } of operations) {
    const names = Object.keys({ ...pathFields, ...query, ...body }).filter((name) => idNames.has(name));
    if (names.length > 0 && !refused && !inward.has(id)) assert.ok(known.has(id), `${id}: ${names.join(", ")}`);
  }
});

test("what is of another VDN is nobody and nothing, also for an administrator", async () => {
  for (const row of rows) assert.equal(await gets(administrator, row, foreign), row[2], row[0]);
  assert.equal(await administrator.state(), 4);
  await administrator.hearsNothing();
});

test("calls and recordings of another agent are closed to an agent without rights, and nothing has touched them", async () => {
  for (const row of rows) if (row[3]) assert.equal(await gets(other, row, owned), row[3], row[0]);
  assert.equal(await other.state(), 4);
  await other.hearsNothing();
  assert.equal(await owner.state(), 7);
  await owner.hearsNothing();
  const { calldata, callid: id } = (await owner.ask("GET /calldata/@/callinfo")).result as Body;
  assert.deepEqual([id, calldata], [owned.call, ""]);
});

// Inspectors, operation by operation: the reply's bytes, everybody's events, each refusal's code, and by tones who hears whom.
// On the demo site 119 is a supervisor, 120 an administrator too; the others are neither.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { plainDone, settingUp, until } from "./agent.ts";
import {
  begun,
  closeRoom,
  contentOf,
  demo,
  ended,
  fresh,
  heardBy,
  inCall,
  inserted,
  inspector,
  listening,
  next,
  noRight,
  openRoom,
  refusesOthers,
  whispering,
} from "./inspection-room.ts";
import { refusesStrangers } from "./refusals.ts";
import { eventRows } from "./told.ts";

before(openRoom);
after(closeRoom);

test("operation qualitycontrol.addSupervise: hears both, heard by nobody; set before the call; 900-002, 900-004, 900-005", async () => {
  const [agent, watcher] = [await fresh(), await inspector()];
  const line = (workNo: string) => `PUT /qualitycontrol/@/addsupervise/${workNo}`;
  await refusesOthers(agent, watcher, line);
  assert.equal((await watcher.ask(line(agent.id))).body, plainDone);
  await watcher.hears(...begun);
  const told = await agent.hears("BeQcStart");
  assert.deepEqual(told[0]?.content, { qcType: 8, qcAgentId: 119 });
  assert.deepEqual(Object.keys(told[0]?.content as object), ["qcType", "qcAgentId"]);
  assert.equal((await watcher.ask(line(agent.id))).code, "900-005", "he is not idle");
  const called = await demo.party({ hertz: 1500 });
  const id = await agent.talk(called);
  await heardBy({ agent, called, id }, watcher, listening);
  await agent.ask("DELETE /voicecall/@/release");
  await agent.hears("Call_Release", "PhoneRelease 3", "Ready");
  await watcher.ask(`DELETE /qualitycontrol/@/${agent.id}`);
  await watcher.hears(...ended);
  const unwilling = await inspector();
  await demo.tell("phones", unwilling.phone, { refuse: 486 });
  assert.equal((await unwilling.ask(line(agent.id))).body, plainDone);
  await unwilling.hears("PhoneAlerting", "PhoneBusy", "PhoneRelease 3");
});

test("operation qualitycontrol.addInsert: all hear each other; the agent's call ends and so does it; 900-005 without a call", async () => {
  const [here, watcher] = [await inCall(), await inspector()];
  const line = (workNo: string) => `PUT /qualitycontrol/@/addinsert/${workNo}`;
  await refusesOthers(here.agent, watcher, line);
  const idle = await fresh();
  assert.equal(
    (await watcher.ask(line(idle.id))).body,
    '{"message":"the agent is not in a conversation","retcode":"900-005"}',
  );
  assert.equal((await watcher.ask(line(here.agent.id))).body, plainDone);
  await watcher.hears(...begun);
  assert.deepEqual(contentOf(await here.agent.hears("BeQcStart"), "AgentOther_BeQcStart"), {
    qcType: 9,
    qcAgentId: 119,
  });
  await heardBy(here, watcher, inserted);
  await demo.hangUp("parties", here.called);
  await watcher.hears(...ended);
  await here.agent.hears("Customer_Release", "Call_Release", "PhoneRelease 3", "Ready", "BeQcStop");
});

test("operation qualitycontrol.switchSuperviseOrInsert: from listening to talking and back; not from whispering", async () => {
  const [here, watcher] = [await inCall(), await inspector()];
  const line = (workNo: string) => `POST /qualitycontrol/@/switch/${workNo}`;
  await refusesOthers(here.agent, watcher, line);
  assert.equal((await watcher.ask(line(here.agent.id))).code, "900-005");
  await watcher.ask(`PUT /qualitycontrol/@/addsupervise/${here.agent.id}`);
  await watcher.hears(...begun);
  assert.equal((await watcher.ask(line(here.agent.id))).body, plainDone);
  await heardBy(here, watcher, inserted);
  assert.equal((await watcher.ask(line(here.agent.id))).body, plainDone);
  await heardBy(here, watcher, listening);
  await here.agent.hears("BeQcStart", "BeQcStart", "BeQcStart");
  await watcher.ask("POST /qualitycontrol/@/requestswitchinsertwhisperagent?switchtype=2");
  assert.equal((await watcher.ask(line(here.agent.id))).code, "900-005");
  await here.agent.ask("DELETE /voicecall/@/release");
});

test("operation qualitycontrol.stopSuperviseOrInsert: the inspector's phone goes down, the agent is told; 900-005 without one", async () => {
  const [agent, watcher] = [await fresh(), await inspector()];
  const line = (workNo: string) => `DELETE /qualitycontrol/@/${workNo}`;
  await refusesOthers(agent, watcher, line);
  assert.equal((await watcher.ask(line(agent.id))).code, "900-005");
  await watcher.ask(`PUT /qualitycontrol/@/addsupervise/${agent.id}`);
  await watcher.hears(...begun);
  assert.equal((await watcher.ask(line(agent.id))).body, plainDone);
  await watcher.hears(...ended);
  const told = await agent.hears("BeQcStart", "BeQcStop");
  assert.deepEqual(contentOf(told, "AgentOther_BeQcStop"), { qcType: 8, qcAgentId: 119 });
});

test("operation qualitycontrol.intercept: the inspector has the customer, the agent is idle; 900-005 unless he inspects", async () => {
  const [here, watcher] = [await inCall(), await inspector()];
  const line = (workNo: string) => `PUT /qualitycontrol/@/intercept/${workNo}`;
  await refusesOthers(here.agent, watcher, line);
  assert.equal((await watcher.ask(line(here.agent.id))).code, "900-005");
  await watcher.ask(`PUT /qualitycontrol/@/addsupervise/${here.agent.id}`);
  await watcher.hears(...begun);
  assert.equal((await watcher.ask(line(here.agent.id))).body, plainDone);
  const [talk] = await watcher.hears("Talking");
  assert.equal((talk?.content as { callid?: string } | undefined)?.callid, here.id);
  await here.agent.hears("BeQcStart", "BeQcStop", "Call_Release", "PhoneRelease 3", "Ready");
  await heardBy(here, watcher, { customer: "inspector", inspector: "customer" });
  await demo.hangUp("parties", here.called);
  await watcher.hears("Customer_Release", "Call_Release", ...ended);
});

test("operation qualitycontrol.interceptCall: the call has to be the agent's", async () => {
  const [here, watcher] = [await inCall(), await inspector()];
  const line = (workNo: string) => `PUT /qualitycontrol/@/intercept/${workNo}/${here.id}`;
  await refusesOthers(here.agent, watcher, line);
  await watcher.ask(`PUT /qualitycontrol/@/addinsert/${here.agent.id}`);
  await watcher.hears(...begun);
  const another = await watcher.ask(`PUT /qualitycontrol/@/intercept/${here.agent.id}/1455885056-1095`);
  assert.equal(another.body, '{"message":"callId: not the call of this agent","retcode":"900-005"}');
  assert.equal((await watcher.ask(line(here.agent.id))).body, plainDone);
  await watcher.hears("Talking");
  await watcher.ask("DELETE /voicecall/@/release");
  await until(async () => (await demo.calls("parties", here.called)) === 0, "the customer is free");
});

const whisper = (workNo: string) => `POST /qualitycontrol/@/requestwhisperagent?whisperagentid=${workNo}`;

test("operation qualitycontrol.requestWhisperAgent: the agent alone hears the inspector", async () => {
  const [here, watcher] = [await inCall(), await inspector()];
  await refusesOthers(here.agent, watcher, whisper);
  assert.equal((await watcher.ask("POST /qualitycontrol/@/requestwhisperagent")).code, "900-004");
  assert.equal((await watcher.ask(whisper(here.agent.id))).body, plainDone);
  await watcher.hears(...begun);
  const told = await here.agent.hears("BeQcStart");
  assert.deepEqual(contentOf(told, "AgentOther_BeQcStart"), { qcType: 20_172, qcAgentId: 119 });
  await heardBy(here, watcher, whispering);
  await here.agent.ask("DELETE /voicecall/@/release");
});

test("operation qualitycontrol.requestStopWhisperAgent: named or not; 900-005 unless he whispers", async () => {
  const [agent, watcher] = [await fresh(), await inspector()];
  const line = (workNo: string) => `POST /qualitycontrol/@/requeststopwhisperagent?whisperagentid=${workNo}`;
  await refusesOthers(agent, watcher, line);
  await watcher.ask(`PUT /qualitycontrol/@/addsupervise/${agent.id}`);
  await watcher.hears(...begun);
  assert.equal((await watcher.ask(line(agent.id))).code, "900-005");
  await watcher.ask("POST /qualitycontrol/@/requestswitchinsertwhisperagent?switchtype=2");
  assert.equal((await watcher.ask("POST /qualitycontrol/@/requeststopwhisperagent")).body, plainDone);
  await watcher.hears(...ended);
  await agent.hears("BeQcStart", "BeQcStart", "BeQcStop");
});

test("operation qualitycontrol.requestSwitchInsertWhisperAgent: each mode into each other one, by what is heard", async () => {
  const [here, watcher] = [await inCall(), await inspector()];
  const line = (workNo: string, type: unknown = 1) =>
    `POST /qualitycontrol/@/requestswitchinsertwhisperagent?whisperagentid=${workNo}&switchtype=${type}`;
  await refusesOthers(here.agent, watcher, line);
  assert.equal((await watcher.ask(line(here.agent.id))).code, "900-005");
  await watcher.ask(whisper(here.agent.id));
  await watcher.hears(...begun);
  for (const wrong of ["3", "x", ""])
    assert.equal((await watcher.ask(line(here.agent.id, wrong))).code, "000-002", wrong);
  for (const [type, table] of [
    [1, inserted],
    [0, listening],
    [2, whispering],
  ] as const) {
    assert.equal((await watcher.ask(line(here.agent.id, type))).body, plainDone);
    await heardBy(here, watcher, table);
  }
  const told = await here.agent.hears("BeQcStart", "BeQcStart", "BeQcStart", "BeQcStart");
  assert.deepEqual(
    told.map(({ content }) => (content as { qcType?: number }).qcType),
    [20_172, 9, 8, 20_172],
  );
  await here.agent.ask("DELETE /voicecall/@/release");
});

test("operation qualitycontrol.forceBusy: reason 3, at once or at the end of the call", async () => {
  const [here, watcher] = [await inCall(), await inspector()];
  const line = (workNo: string) => `POST /qualitycontrol/@/forcebusy/${workNo}`;
  await refusesOthers(here.agent, watcher, line);
  assert.equal((await watcher.ask(line(here.agent.id))).body, plainDone);
  await here.agent.ask("DELETE /voicecall/@/release");
  const told = await here.agent.hears("Call_Release", "PhoneRelease 3", "Force_SetNotReady", "SetNotReady_Success");
  assert.deepEqual(told.at(-1)?.content, { reason: "3" });
  assert.equal(await here.agent.state(), 3);
});

test("operation qualitycontrol.forceIdle: from busy, rest and wrap-up; 900-005 for who is idle or in a call", async () => {
  const [agent, watcher] = [await fresh(), await inspector()];
  const line = (workNo: string) => `POST /qualitycontrol/@/forceidle/${workNo}`;
  await refusesOthers(agent, watcher, line);
  assert.equal((await watcher.ask(line(agent.id))).code, "900-005");
  for (const [path, event] of [
    ["saybusy", "SetNotReady_Success"],
    ["rest/60/7", "SetRest_Success"],
    ["work", "SetWork_Success"],
  ]) {
    await agent.ask(`POST /onlineagent/@/${path}`);
    await agent.hears(event ?? "");
    assert.equal((await watcher.ask(line(agent.id))).body, plainDone);
    await agent.hears("Force_Ready", "Ready");
    assert.equal(await agent.state(), 4);
  }
  await agent.talk(await demo.party());
  assert.equal((await watcher.ask(line(agent.id))).code, "900-005");
  await agent.ask("DELETE /voicecall/@/release");
});

test("operation qualitycontrol.forceRest: with time and cause; each out of its range is 000-002", async () => {
  const [agent, watcher] = [await fresh(), await inspector()];
  const line = (workNo: string, time: unknown = 1, reason: unknown = 9) =>
    `POST /qualitycontrol/@/forcerest/${workNo}/${time}/${reason}`;
  await refusesOthers(agent, watcher, line);
  for (const [time, reason] of [
    [0, 9],
    [86_400, 9],
    [60, 0],
    [60, 256],
    ["x", 9],
  ]) {
    assert.equal((await watcher.ask(line(agent.id, time, reason))).code, "000-002");
  }
  assert.equal((await watcher.ask(line(agent.id))).body, plainDone);
  const told = await agent.hears("SetRest_Success", "Rest_Timeout");
  assert.deepEqual(told[0]?.content, { reason: "9" });
  assert.equal(await agent.state(), 8);
});

test("operation qualitycontrol.forceLogOutAgent: in a call too; the agent is told", async () => {
  const [here, watcher] = [await inCall(), await inspector()];
  const line = (workNo: string) => `POST /qualitycontrol/@/forcelogout/${workNo}`;
  await refusesOthers(here.agent, watcher, line);
  const poll = here.agent.poll();
  assert.equal((await watcher.ask(line(here.agent.id))).body, plainDone);
  assert.match((await poll).body, /AgentOther_ShutdownService|100-006/);
  assert.equal((await here.agent.poll()).code, "100-006");
  await until(async () => (await demo.calls("parties", here.called)) === 0, "the customer is free");
  assert.equal((await watcher.ask(line(here.agent.id))).code, "900-004");
});

test("operation qualitycontrol.forceDropCall: it ends for everybody; 200-025 for a call that is not there", async () => {
  const [here, watcher] = [await inCall(), await inspector()];
  const line = `POST /qualitycontrol/@/forcedropcall/${here.id}`;
  await refusesStrangers(watcher, line);
  assert.equal((await here.agent.ask(line)).code, noRight);
  assert.equal((await watcher.ask(`POST /qualitycontrol/@/forcedropcall/${"1".repeat(65)}`)).code, "000-002");
  assert.equal((await watcher.ask(line)).body, plainDone);
  await here.agent.hears("Call_Release", "PhoneRelease 3", "Ready");
  await until(async () => (await demo.calls("parties", here.called)) === 0, "the customer is free");
  assert.equal((await watcher.ask(line)).body, '{"message":"no call can be droped","retcode":"200-025"}');
  const silent = await demo.party({ answerAfterMs: 60_000 });
  const { result } = await here.agent.callOut({ called: silent });
  await here.agent.hears(...settingUp.slice(0, 4));
  assert.equal((await watcher.ask(`POST /qualitycontrol/@/forcedropcall/${String(result)}`)).body, plainDone);
  await here.agent.hears("PhoneRelease 3", "detect 531", "Call_Out_Fail", "Connect_Fail", "Ready");
});

test("operation qualitycontrol.adjustSkill: he serves these from now on; 100-001 for a skill that is none", async () => {
  const [agent, watcher] = [await fresh(), await inspector()];
  const line = "POST /qualitycontrol/@/adjustskill";
  await refusesStrangers(watcher, line, { workNo: agent.id, skills: [25] });
  assert.equal((await agent.ask(line, { workNo: watcher.id, skills: [25] })).code, noRight);
  assert.equal((await watcher.ask(line, { workNo: "118", skills: [25] })).code, "900-004");
  assert.equal((await watcher.ask(line, { workNo: agent.id, skills: [25, 4711] })).code, "100-001");
  for (const skills of [undefined, "25", [], ["x"], [25.5]]) {
    assert.equal((await watcher.ask(line, { workNo: agent.id, skills })).code, "000-002", String(skills));
  }
  assert.equal((await watcher.ask(line, { workNo: agent.id, skills: [27, "25"] })).body, plainDone);
  await agent.hearsNothing();
});

test("operation qualitycontrol.beginMonitor: sign-in, states and sign-out of these agents, until endmonitor", async () => {
  const [agent, watcher] = [await next(), await inspector()];
  const line = `POST /qualitycontrol/@/beginmonitor?agents=${agent.id};118`;
  await refusesStrangers(watcher, line);
  await agent.begin();
  assert.equal((await agent.ask(line)).code, noRight);
  assert.equal((await watcher.ask("POST /qualitycontrol/@/beginmonitor?agents=9999")).code, "900-004");
  assert.equal((await watcher.ask("POST /qualitycontrol/@/beginmonitor?agents=x")).code, "000-002");
  assert.equal((await watcher.ask(line)).body, plainDone);
  await agent.ask("POST /onlineagent/@/saybusy");
  await agent.ask("DELETE /onlineagent/@/forcelogout");
  await agent.begin();
  const told = await watcher.events(3);
  assert.deepEqual(
    told.map(({ eventType }) => eventType),
    Array(3).fill("QC_AgentState_Notify"),
  );
  assert.equal(
    JSON.stringify(told[2]?.content),
    `{"subtype":"QC_AgentState_Login","monitoredagent":"${agent.id}","agentname":"Agent ${agent.id}","mediaserver":"CtiServer"}`,
  );
  const subtypes = told.map(({ content }) => (content as { subtype?: string }).subtype?.slice("QC_AgentState_".length));
  assert.deepEqual(subtypes, ["Busy", "Logout", "Login"]);
});

test("operation qualitycontrol.endMonitor: nothing more comes; of all when nobody is named", async () => {
  const [agent, watcher] = [await fresh(), await inspector()];
  await refusesStrangers(watcher, "POST /qualitycontrol/@/endmonitor");
  assert.equal((await agent.ask("POST /qualitycontrol/@/endmonitor")).code, noRight);
  assert.equal((await watcher.ask("POST /qualitycontrol/@/endmonitor?agents=1,x")).code, "000-002");
  await watcher.ask("POST /qualitycontrol/@/beginmonitor");
  assert.equal((await watcher.ask("POST /qualitycontrol/@/endmonitor")).body, plainDone);
  await agent.ask("POST /onlineagent/@/saybusy");
  await watcher.hearsNothing();
});

test("operation qualitycontrol.queryAllMonitoredAgents: work number, name and state of each", async () => {
  const [agent, watcher] = [await fresh(), await inspector()];
  const line = "GET /qualitycontrol/@/allagent";
  await refusesStrangers(watcher, line);
  assert.equal((await agent.ask(line)).code, noRight);
  assert.equal((await watcher.ask(line)).body, '{"message":"","retcode":"0","result":[]}');
  await watcher.ask(`POST /qualitycontrol/@/beginmonitor?agents=${agent.id}`);
  const shown = `[{"workno":"${agent.id}","name":"Agent ${agent.id}","status":4}]`;
  assert.equal((await watcher.ask(line)).body, `{"message":"","retcode":"0","result":${shown}}`);
});

test("operation qualitycontrol.qcSetAgentSelfRecord: every call of the agent is recorded; before the talk it cannot", async () => {
  const [agent, watcher] = [await fresh(), await inspector()];
  const line = (flags: string, agents: string) => `POST /qualitycontrol/@/setselfrecord/${flags}?agents=${agents}`;
  await refusesStrangers(watcher, line("1/0", agent.id));
  assert.equal((await agent.ask(line("1/0", watcher.id))).code, noRight);
  assert.equal((await watcher.ask(line("1/1", agent.id))).code, "900-003");
  assert.equal((await watcher.ask(line("2/0", agent.id))).code, "000-002");
  assert.equal((await watcher.ask(line("1/0", "118"))).code, "900-004");
  assert.equal((await watcher.ask(line("1/0", agent.id))).body, plainDone);
  await agent.callOut({ called: await demo.party() });
  await agent.hears(...settingUp, "AgentMediaEvent_Record");
  await agent.ask("DELETE /voicecall/@/release");
});

test("operation qualitycontrol.qcCancelAgentSelfRecord: not any more", async () => {
  const [agent, watcher] = [await fresh(), await inspector()];
  const line = (agents: string) => `POST /qualitycontrol/@/cancelselfrecord?agents=${agents}`;
  await refusesStrangers(watcher, line(agent.id));
  assert.equal((await agent.ask(line(agent.id))).code, noRight);
  assert.equal((await watcher.ask(line("118"))).code, "900-004");
  assert.equal((await watcher.ask(line("x"))).code, "000-002");
  await watcher.ask(`POST /qualitycontrol/@/setselfrecord/1/0?agents=${agent.id}`);
  assert.equal((await watcher.ask(line(agent.id))).body, plainDone);
  await agent.talk(await demo.party());
  await agent.hearsNothing();
  await agent.ask("DELETE /voicecall/@/release");
});

type Task = { readonly taskdsn: string; readonly begintime: number };

test("operation qualitycontrol.queryQcTasks: the inspections that go on", async () => {
  const [agent, watcher] = [await fresh(), await inspector()];
  const line = "GET /qualitycontrol/@/queryqctasks";
  await refusesStrangers(watcher, line);
  assert.equal((await agent.ask(line)).code, noRight);
  assert.equal((await watcher.ask(line)).body, '{"message":"","retcode":"0","result":[]}');
  await watcher.ask(whisper(agent.id));
  await watcher.hears(...begun);
  const { body, result } = await watcher.ask(line);
  const [{ taskdsn, begintime }] = result as [Task];
  const task = `{"taskdsn":"${taskdsn}","begintime":${begintime},"agentid":"119","workno":"${agent.id}","qctype":20172}`;
  assert.equal(body, `{"message":"","retcode":"0","result":[${task}]}`);
  assert.ok(Math.abs(begintime - Date.now()) < 60_000);
});

test("operation qualitycontrol.deleteQcTask: one's own, an administrator any; 900-005 for none", async () => {
  const [agent, watcher, administrator] = [await fresh(), await inspector(), await inspector("120")];
  const line = (task: string, more = "") => `DELETE /qualitycontrol/@/deleteqctask?taskdsn=${task}${more}`;
  await refusesStrangers(watcher, line("1-1"));
  assert.equal((await agent.ask(line("1-1"))).code, noRight);
  assert.equal((await watcher.ask(line("1-1"))).code, "900-005");
  assert.equal((await watcher.ask(line(""))).code, "000-002");
  await administrator.ask(whisper(agent.id));
  await administrator.hears(...begun);
  const tasks = async () => (await watcher.ask("GET /qualitycontrol/@/queryqctasks")).result as readonly Task[];
  const [first] = await tasks();
  assert.equal((await watcher.ask(line(first?.taskdsn ?? ""))).code, noRight, "another inspector's");
  assert.equal((await administrator.ask(line(first?.taskdsn ?? "", "&begintime=1"))).code, "900-005");
  assert.equal((await administrator.ask(line(first?.taskdsn ?? "", `&begintime=${first?.begintime}`))).body, plainDone);
  await administrator.hears(...ended);
  await watcher.ask(whisper(agent.id));
  await watcher.hears(...begun);
  const [second] = await tasks();
  assert.equal((await administrator.ask(line(second?.taskdsn ?? ""))).body, plainDone);
  await watcher.hears(...ended);
});

const absent = '{"message":"not in this product: screens are neither recorded nor shown","retcode":"900-003"}';

for (const [name, line] of [
  ["startVideoMonitor", "POST startVideoMonitor"],
  ["stopVideoMonitor", "POST stopVideoMonitor"],
  ["startVideoOperation", "POST startVideoOperation?monitoragent=101&result=0"],
  ["startOrStopVideoPlay", "POST startOrStopVideoPlay?monitoragent=101&isstart=1"],
  ["deleteVideoTask", "POST deleteVideoTask?monitoragent=101"],
  ["queryVideoRecordFile", "GET queryvideorecordfile?workno=101"],
  ["registerDataToServer", "POST registerDataToServer?port=1"],
  ["queryUrlInfo", "GET queryurlinfo?urlname=x"],
] as const) {
  test(`operation qualitycontrol.${name}: not in this product: 900-003 to an inspector, 900-002 to others`, async () => {
    const [agent, watcher] = [await fresh(), await inspector()];
    const full = line.replace(" ", " /qualitycontrol/@/");
    await refusesStrangers(watcher, full);
    assert.equal((await agent.ask(full)).code, noRight);
    assert.equal((await watcher.ask(full)).body, absent);
  });
}

eventRows({
  QC_AgentState_Notify:
    /^\{"subtype":"QC_AgentState_(Login|Logout|Busy)","monitoredagent":"\d{3}","agentname":"Agent \d{3}","mediaserver":"CtiServer"\}$/,
  AgentOther_BeQcStart: /^\{"qcType":\d+,"qcAgentId":\d{3}\}$/,
  AgentOther_BeQcStop: /^\{"qcType":\d+,"qcAgentId":\d{3}\}$/,
  AgentState_Force_SetNotReady: /^null$/,
  AgentState_Force_Ready: /^null$/,
});

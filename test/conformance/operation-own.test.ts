// What an agent sets for himself, and what a reloaded page asks for, operation by operation.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Agent, type Body, settingUp } from "./agent.ts";
import { refusesStrangers } from "./refusals.ts";
import { type Demo, openDemo } from "./town.ts";

let demo: Demo;

before(async () => {
  demo = await openDemo();
});
after(() => demo?.stop());

const done = '{"message":"success","retcode":"0","result":{}}';
const fresh = async (more: Body = {}): Promise<Agent> => (await demo.agent()).begin(more);

// The first: nobody else is signed in yet.
test("operation onlineagent.setTalkRight: without it the queues give him no call, with it they do", async () => {
  const [agent, other] = [await fresh(), await fresh()];
  const line = "POST /onlineagent/@/settalkright";
  await refusesStrangers(agent, `${line}?flag=0`);
  for (const skill of [agent, other]) await skill.ask("POST /onlineagent/@/resetskill/false?skillid=26&phonelinkage=0");
  assert.equal((await other.ask(`${line}?flag=0`)).body, done);
  assert.equal(
    (await agent.ask("PUT /voicecall/@/callinnerskill?skillId=26")).message,
    "no agent of this skill is free",
  );
  assert.equal((await other.ask(`${line}?flag=1`)).body, done);
  assert.equal((await agent.ask("PUT /voicecall/@/callinnerskill?skillId=26")).code, "0");
  for (const wrong of ["", "?flag=2", "?flag=x"]) assert.equal((await agent.ask(line + wrong)).code, "000-002");
  await agent.ask("DELETE /voicecall/@/release");
});

for (const [id, path, body] of [
  ["forceLoginEx", "forceloginex", { password: "", phonenum: "" }],
  ["forceLoginExWithoutPhone", "forceloginexwithoutphone", { password: "" }],
] as const) {
  test(`operation onlineagent.${id}: the session that he has ends; without a phone a callout is 100-007`, async () => {
    const agent = await fresh();
    const before = agent.guid;
    const reply = await agent.ask(`PUT /onlineagent/@/${path}`, body, ["Content-Type: application/json"]);
    assert.match(reply.body, /^\{"message":"","retcode":"0","result":\{"vdnid":1,"workno":"\d{3}","mediatype":"TTF",/);
    assert.notEqual(agent.guid, before);
    assert.equal((await agent.callOut({ called: "40040" })).code, "100-007");
    assert.equal(
      (await agent.ask(`PUT /onlineagent/@/${path}`, {}, ["Content-Type: application/json"])).code,
      "000-002",
    );
    assert.equal((await agent.ask(`PUT /onlineagent/@/${path}`, { password: "wrong" })).code, "100-004");
  });
}

test("operation onlineagent.login: status 8 is a rest of so many seconds with its cause", async () => {
  const agent = await demo.agent();
  const reply = await agent.signIn({ status: 8, time: 1, restcause: "7" });
  assert.equal(reply.code, "0", reply.body);
  const told = await agent.hears("InService", "Ready", "SetRest_Success", "Rest_Timeout");
  assert.deepEqual(told[2]?.content, { reason: "7" });
  assert.equal(await agent.state(), 8);
  const wrong = await agent.signIn({ status: 8, time: 86_400 });
  assert.equal(wrong.body, '{"message":"time: 1-86399","retcode":"000-002"}');
});

test("operation onlineagent.queryAgentSkillsByWorkNo: another agent's skills; no such agent is 300-002", async () => {
  const agent = await fresh();
  await refusesStrangers(agent, "GET /onlineagent/@/agentskillsbyworkno/102");
  const { body } = await agent.ask("GET /onlineagent/@/agentskillsbyworkno/102");
  const skills = '[{"name":"voice","id":25,"mediatype":5},{"name":"service","id":26,"mediatype":5}]';
  assert.equal(body, `{"message":"","retcode":"0","result":${skills}}`);
  assert.equal((await agent.ask("GET /onlineagent/@/agentskillsbyworkno/999")).code, "300-002");
  assert.equal((await agent.ask("GET /onlineagent/@/agentskillsbyworkno/x")).code, "000-002");
});

for (const [id, line, wrong] of [
  ["setCustomState", "setcustomstate?customstate=7", ["setcustomstate", "setcustomstate?customstate=65535"]],
  ["cancelSetCustomState", "cancelsetcustomstate", []],
] as const) {
  test(`operation onlineagent.${id}: taken; what is out of range is 000-002`, async () => {
    const agent = await fresh();
    await refusesStrangers(agent, `POST /onlineagent/@/${line}`);
    assert.equal((await agent.ask(`POST /onlineagent/@/${line}`)).body, done);
    for (const path of wrong) assert.equal((await agent.ask(`POST /onlineagent/@/${path}`)).code, "000-002", path);
  });
}

test("operation onlineagent.setAgentSelfRecord: his calls are recorded; before the answer is 100-007", async () => {
  const agent = await fresh();
  await refusesStrangers(agent, "POST /onlineagent/@/setselfrecord/1/0");
  assert.equal((await agent.ask("POST /onlineagent/@/setselfrecord/1/1")).code, "100-007");
  assert.equal((await agent.ask("POST /onlineagent/@/setselfrecord/2/0")).code, "000-002");
  assert.equal((await agent.ask("POST /onlineagent/@/setselfrecord/1/0")).body, done);
  await agent.callOut({ called: await demo.party() });
  await agent.hears(...settingUp, "AgentMediaEvent_Record");
  await agent.ask("DELETE /voicecall/@/release");
  await agent.hears("Call_Release", "AgentMediaEvent_StopRecordDone", "PhoneRelease 3", "Ready");
  assert.equal((await agent.ask("POST /onlineagent/@/setselfrecord/0/0")).body, done);
  await agent.talk(await demo.party());
  await agent.ask("DELETE /voicecall/@/release");
  await agent.hears("Call_Release", "PhoneRelease 3", "Ready");
});

test("operation onlineagent.bindAgentPhone: the next call rings the other phone; unknown 100-014, taken 100-013", async () => {
  const [agent, other] = [await fresh(), await fresh()];
  const line = "POST /onlineagent/@/bindphone";
  await refusesStrangers(agent, line, { phonenum: "40038" });
  assert.equal((await agent.ask(line, { phonenum: other.phone })).code, "100-013");
  assert.equal((await agent.ask(line, { phonenum: "77777" })).code, "100-014");
  assert.equal((await agent.ask(line, {})).code, "000-002");
  assert.equal((await agent.ask(line, { phonenum: "40038" })).body, done);
  const before = (await demo.invites("phones", "40038")).count;
  await demo.tell("phones", "40038", { answerAfterMs: 30 });
  await agent.talk(await demo.party());
  assert.equal((await demo.invites("phones", "40038")).count, before + 1);
  assert.equal((await agent.ask(line, { phonenum: agent.phone })).code, "100-009", "not during a call");
  await agent.ask("DELETE /voicecall/@/release");
});

test("operation onlineagent.syncAgentInfo: state and calls in one answer, and the waiting events are gone", async () => {
  const agent = await fresh();
  const line = "POST /onlineagent/@/syncagentinfo";
  await refusesStrangers(agent, line);
  const idle = (await agent.ask(line)).result as { callinfo: string; agentStateInfo: Body };
  assert.deepEqual(
    [idle.callinfo, idle.agentStateInfo["state"], idle.agentStateInfo["callFeature"], idle.agentStateInfo["curCallId"]],
    ["", 4, -1, ""],
  );
  const called = await demo.party();
  const held = await agent.talk(called, { callappdata: "note" });
  await agent.ask("POST /voicecall/@/hold");
  const { agentStateInfo: onHold } = (await agent.ask(line)).result as typeof idle;
  assert.equal(onHold["holdCallId"], held);
  assert.match(String(onHold["beginHoldTime"]), /^\d{13}$/);
  const second = String((await agent.callOut({ called: await demo.party() })).result);
  await agent.hears("Customer_Alerting", "Talking");
  const info = (await agent.ask(line)).result as typeof idle;
  const { callid, calldata } = JSON.parse(info.callinfo) as { callid: string; calldata: string };
  assert.deepEqual([callid, calldata], [second, ""]);
  const { state, callFeature, curCallId, holdCallId, lastState, preBusy } = info.agentStateInfo;
  assert.deepEqual([state, callFeature, curCallId, holdCallId, lastState, preBusy], [7, 7, second, held, 4, false]);
  await agent.ask("POST /onlineagent/@/saybusy");
  assert.equal(((await agent.ask(line)).result as typeof idle).agentStateInfo["preBusy"], true);
  await agent.ask("DELETE /voicecall/@/release");
  await agent.ask(line);
  await agent.hearsNothing();
});

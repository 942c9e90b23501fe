// Calls between agents, transfers, consults and calls of three, operation by operation: the reply's bytes, everybody's events,
// each refusal's code, and by tones who hears whom.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Agent, type Body, offered, settingUp, type Told, until } from "./agent.ts";
import { refusesStrangers } from "./refusals.ts";
import { eventRows } from "./told.ts";
import { type Demo, openDemo, toneOf } from "./town.ts";

let demo: Demo;

before(async () => {
  demo = await openDemo();
});
after(() => demo?.stop());

const done = '{"message":"success","retcode":"0","result":{}}';
const callIdReply = /^\{"message":"","retcode":"0","result":"\d{10}-\d+"\}$/;
const fresh = async (more: Body = {}): Promise<Agent> => (await demo.agent()).begin(more);

/** An agent and a customer who talk. */
async function inCall(): Promise<{ agent: Agent; called: string; id: string }> {
  const agent = await fresh();
  const called = await demo.party({ hertz: 1500 });
  return { agent, called, id: await agent.talk(called) };
}

const customerHears = (called: string, agent: Agent) => demo.hears("parties", called, toneOf(agent));

const contentOf = (told: readonly Told[], type: string): Readonly<Record<string, unknown>> => {
  const found = told.find(({ eventType }) => eventType === type);
  assert.ok(found, type);
  return found.content as Readonly<Record<string, unknown>>;
};

test("operation voicecall.callInner: both phones, both agents' events, feature 6; a failure is Inside_Call_Fail", async () => {
  const [agent, other] = [await fresh(), await fresh()];
  await refusesStrangers(agent, "PUT /voicecall/@/callinner", { called: other.id });
  const reply = await agent.ask("PUT /voicecall/@/callinner", { called: other.id });
  assert.match(reply.body, callIdReply);
  const told = await agent.hears(...settingUp);
  assert.deepEqual(contentOf(told, "AgentEvent_Customer_Alerting"), {
    callid: reply.result,
    otherPhoneWorkno: other.id,
    otherPhone: other.id,
    type: "main",
  });
  const talking = { caller: agent.id, callid: reply.result, called: other.id, feature: "6", type: "main" };
  assert.deepEqual(contentOf(told, "AgentEvent_Talking"), { ...talking, mediaAbility: "1" });
  const heard = await other.hears(...offered);
  assert.deepEqual(contentOf(heard, "AgentOther_PhoneAlerting"), { callid: reply.result, caller: agent.id });
  assert.deepEqual(contentOf(heard, "AgentEvent_Talking"), { ...talking, mediaAbility: "1" });
  assert.equal(
    (await other.ask("POST /voicecall/@/transfer", { devicetype: 2, address: "103", mode: 0 })).code,
    "100-007",
  );
  await other.ask("DELETE /voicecall/@/release");
  await agent.hears("Customer_Release", "Call_Release", "PhoneRelease 3", "Ready");
  await other.hears("Call_Release", "PhoneRelease 3", "Ready");

  await other.ask("POST /onlineagent/@/saybusy");
  await other.hears("SetNotReady_Success");
  await agent.ask("PUT /voicecall/@/callinner", { called: other.id });
  await agent.hears("PhoneAlerting", "PhoneOffhook", "Busy", "PhoneRelease 3", "Inside_Call_Fail", "Ready");
  for (const wrong of [agent.id, "9999", "x"]) {
    assert.equal((await agent.ask("PUT /voicecall/@/callinner", { called: wrong })).code, "000-002", wrong);
  }
  const absent = await agent.ask("PUT /voicecall/@/callinner", { called: "120" });
  assert.equal(absent.body, '{"message":"called: the agent is not signed in","retcode":"100-007"}');
});

test("operation voicecall.callInnerSkill: whoever is free of the skill; nobody is 100-007, no such skill 000-002", async () => {
  const agent = await fresh();
  await refusesStrangers(agent, "PUT /voicecall/@/callinnerskill?skillId=26");
  await agent.ask("POST /onlineagent/@/resetskill/false?skillid=25&phonelinkage=0");
  assert.equal((await agent.ask("PUT /voicecall/@/callinnerskill?skillId=4711")).code, "000-002");
  assert.equal((await agent.ask("PUT /voicecall/@/callinnerskill")).code, "000-002");
  const other = await fresh();
  const reply = await agent.ask("PUT /voicecall/@/callinnerskill?skillId=26");
  assert.match(reply.body, callIdReply);
  await agent.hears(...settingUp);
  await other.ask("GET /agentevent/@");
  const nobody = await agent.ask("PUT /voicecall/@/callinnerskill?skillId=26");
  assert.equal(nobody.code, "100-007");
  await agent.ask("DELETE /voicecall/@/release");
});

test("operation voicecall.answer: Ringing waits for it, Talking follows; without a ringing call 200-002", async () => {
  const [agent, other] = [await fresh(), await fresh({ autoanswer: false })];
  await refusesStrangers(other, "PUT /voicecall/@/answer");
  assert.equal(
    (await other.ask("PUT /voicecall/@/answer")).body,
    '{"message":"there is no call to answer","retcode":"200-002"}',
  );
  const { result } = await agent.ask("PUT /voicecall/@/callinner", { called: other.id });
  const told = await other.hears("Busy", "PhoneAlerting", "PhoneOffhook", "Ringing");
  assert.deepEqual(contentOf(told, "AgentEvent_Ringing"), {
    caller: agent.id,
    transfer: "no",
    callid: result,
    transfrom: "",
    called: other.id,
    type: "main",
    mediaAbility: "1",
    feature: "6",
    mediaType: "5",
  });
  assert.equal((await other.ask(`GET /calldata/@/callinfobycallid/${String(result)}`)).code, "0", "wire.md 25");
  assert.equal((await other.ask("PUT /voicecall/@/answer?callid=1455885056-1095")).code, "200-002");
  assert.equal((await other.ask("PUT /voicecall/@/answer")).body, done);
  await other.hears("Talking");
  await agent.hears(...settingUp);
  await agent.ask("DELETE /voicecall/@/release");
});

test("operation voicecall.reject: mode 1 makes busy, mode 2 idle; the caller's call fails; a wrong mode is 000-002", async () => {
  for (const [mode, state] of [
    [1, "SetNotReady_Success"],
    [2, "Ready"],
  ] as const) {
    const [agent, other] = [await fresh(), await fresh({ autoanswer: false })];
    await refusesStrangers(other, "POST /voicecall/@/reject", { mode });
    assert.equal((await other.ask("POST /voicecall/@/reject", { mode: 3 })).code, "000-002");
    assert.equal((await other.ask("POST /voicecall/@/reject", { mode })).code, "100-007");
    const { result } = await agent.ask("PUT /voicecall/@/callinner", { called: other.id });
    await other.hears("Busy", "PhoneAlerting", "PhoneOffhook", "Ringing");
    assert.equal((await other.ask("POST /voicecall/@/reject", { callid: result, mode: String(mode) })).body, done);
    await other.hears("PhoneRelease 3", state);
    await agent.events(settingUp.length - 1);
    await agent.hears("PhoneRelease 3", "Inside_Call_Fail", "Ready");
  }
});

test("operation voicecall.innerHelp: two-party holds the customer, three-party is a conference; 200-018 without a call", async () => {
  const [{ agent, called }, helper] = [await inCall(), await fresh()];
  const line = "POST /voicecall/@/innerhelp";
  await refusesStrangers(agent, line, { dstaddress: helper.id });
  assert.equal((await helper.ask(line, { dstaddress: agent.id })).code, "200-018");
  for (const [body, message] of [
    [{ dstaddress: "9999" }, "dstaddress: not an agent of this site"],
    [{ dstaddress: agent.id }, "dstaddress: the agent himself"],
    [{ dstaddress: "120" }, "dstaddress: the agent is not signed in"],
    [{ dstaddress: "120", mode: 2 }, "dstaddress: the agent is not signed in"],
    [{ dstaddress: "4711", devicetype: 1 }, "dstaddress: not a skill of this site"],
  ] as const)
    assert.equal(JSON.parse((await agent.ask(line, body)).body).message, message);
  const two = await agent.ask(line, { dstaddress: helper.id, devicetype: 2, mode: 1, callappdata: "look" });
  assert.match(two.body, callIdReply);
  await agent.hears("Hold", "Customer_Alerting", "Talking");
  const told = await helper.hears(...offered);
  const { feature, type } = contentOf(told, "AgentEvent_Auto_Answer");
  assert.deepEqual([feature, type], ["51", "assistant"]);
  await helper.ask("DELETE /voicecall/@/release");
  await helper.hears("Call_Release", "PhoneRelease 3", "Ready");
  await agent.hears("Customer_Release", "Call_Release");
  await agent.ask("POST /voicecall/@/gethold");
  await agent.hears("Talking");
  const three = await agent.ask(line, { dstaddress: helper.id, devicetype: 2, mode: 2 });
  assert.match(three.body, callIdReply);
  const [, conference] = await agent.hears("Customer_Alerting", "Conference");
  assert.deepEqual(conference?.content, { callid: three.result, partner: `${called},${helper.id}` });
  await customerHears(called, agent);
  await customerHears(called, helper);
  await demo.hears("phones", helper.phone, 1500);
  await agent.ask("DELETE /voicecall/@/release");
  await demo.hangUp("parties", called);
});

test("operation voicecall.confJoin: three hear each other; 200-010 without a call, 200-011 without a held one", async () => {
  const { agent, called: first, id } = await inCall();
  const line = "POST /voicecall/@/confjoin";
  await refusesStrangers(agent, line, { callid: id });
  assert.equal((await agent.ask(line, { callid: id })).code, "200-011");
  assert.equal((await agent.ask(line, {})).code, "000-002");
  await agent.ask("POST /voicecall/@/hold");
  await agent.hears("Hold");
  assert.equal((await agent.ask(line, { callid: id })).code, "200-010");
  const second = await demo.party({ hertz: 2100 });
  await agent.callOut({ called: second });
  await agent.hears("Customer_Alerting", "Talking");
  assert.equal((await agent.ask(line, { callid: id, callappdata: "" })).body, done);
  const [conference] = await agent.hears("Conference");
  assert.equal((conference?.content as { partner?: string } | undefined)?.partner, `${second},${first}`);
  await customerHears(first, agent);
  await demo.hears("parties", first, 2100);
  await demo.hears("parties", second, 1500);
  await demo.hangUp("parties", first);
  await agent.hears("Customer_Release");
  await customerHears(second, agent);
  await agent.ask("DELETE /voicecall/@/release");
});

test("operation voicecall.connectHold: the two talk on without the agent; 200-005 and 200-006", async () => {
  const { agent, called: first, id } = await inCall();
  await refusesStrangers(agent, `POST /voicecall/@/connecthold/${id}`);
  assert.equal((await agent.ask(`POST /voicecall/@/connecthold/${id}`)).code, "200-006");
  await agent.ask("POST /voicecall/@/hold");
  await agent.hears("Hold");
  assert.equal((await agent.ask(`POST /voicecall/@/connecthold/${id}`)).code, "200-005");
  const second = await demo.party({ hertz: 2100 });
  await agent.callOut({ called: second });
  await agent.hears("Customer_Alerting", "Talking");
  assert.equal((await agent.ask(`POST /voicecall/@/connecthold/${id}`)).body, done);
  await agent.hears("Call_Release", "Call_Release", "PhoneRelease 3", "Ready");
  await demo.hears("parties", first, 2100);
  await demo.hangUp("parties", first);
  await until(async () => (await demo.calls("parties", second)) === 0, "the second is free");
});

test("operation voicecall.transfer: blind to an agent, success to a number, talk and three-party; codes", async () => {
  const line = "POST /voicecall/@/transfer";
  const [{ agent, called, id }, other] = [await inCall(), await fresh()];
  await refusesStrangers(agent, line, { devicetype: 2, address: other.id, mode: 0 });
  assert.equal((await other.ask(line, { devicetype: 2, address: agent.id, mode: 0 })).code, "200-012");
  const wrong: readonly (readonly [Body, string])[] = [
    [{ address: other.id, mode: 0 }, "000-002"],
    [{ devicetype: 6, address: other.id, mode: 0 }, "000-002"],
    [{ devicetype: 2, address: other.id, mode: 1 }, "000-002"],
    [{ devicetype: 2, address: "9999", mode: 0 }, "000-002"],
    [{ devicetype: 2, address: "120", mode: 0 }, "100-007"],
    [{ devicetype: 2, address: other.id, mode: 3 }, "100-007"],
    [{ devicetype: 1, address: "4711", mode: 0 }, "000-002"],
    [{ devicetype: 3, address: "1", mode: 0 }, "000-002"],
    [{ devicetype: 3, address: "1", mode: 1 }, "100-007"],
    [{ devicetype: 4, address: "1", mode: 0 }, "000-002"],
    [{ devicetype: 5, address: "999", mode: 2 }, "200-001"],
    [{ devicetype: 5, address: "40041", mode: 1 }, "100-007"],
    [{ devicetype: 5, address: "40041", mode: 2, caller: "1" }, "000-002"],
  ];
  for (const [body, code] of wrong) assert.equal((await agent.ask(line, body)).code, code, JSON.stringify(body));
  const unfit = await agent.ask(line, { devicetype: 5, address: "40041", mode: 0 });
  assert.equal(unfit.body, '{"message":"mode: with devicetype 5 one of 1, 2, 3, 4","retcode":"000-002"}');
  assert.equal((await agent.ask(line, { devicetype: 2, address: other.id, mode: "0" })).body, done);
  await agent.hears("Call_Release", "PhoneRelease 3", "Ready");
  const told = await other.hears(...offered);
  const { transfer, transfrom, callid } = contentOf(told, "AgentEvent_Auto_Answer");
  assert.deepEqual([transfer, transfrom, callid], ["yes", agent.id, id]);
  await customerHears(called, other);

  const third = await demo.party({ hertz: 2100 });
  assert.equal((await other.ask(line, { devicetype: 5, address: third, mode: 3 })).body, done);
  await other.hears("Customer_Alerting", "Conference");
  await demo.hears("phones", other.phone, 2100);
  assert.ok((await demo.toneAt("parties", called, 2100)) < -40, "the customer does not");
  await refusesStrangers(other, "POST /voicecall/@/canceltransfer");
  assert.equal((await other.ask("POST /voicecall/@/canceltransfer")).body, done);
  await other.hears("Talking");
  await customerHears(called, other);

  const fourth = await demo.party({ hertz: 2300 });
  assert.equal((await other.ask(line, { devicetype: 5, address: fourth, mode: 4 })).body, done);
  await other.hears("Customer_Alerting", "Conference");
  await demo.hears("parties", called, 2300);
  assert.equal((await other.ask(`POST /voicecall/@/disconnect/${fourth}`)).body, done);
  await other.hears("Customer_Release");

  const fifth = await demo.party({ hertz: 2500 });
  assert.equal((await other.ask(line, { devicetype: 5, address: fifth, mode: 2 })).body, done);
  const [, result] = await other.hears(
    "Customer_Alerting",
    "SuccTransResult",
    "Call_Release",
    "PhoneRelease 3",
    "Ready",
  );
  assert.deepEqual(result?.content, { callId: id, result: 0 });
  await demo.hears("parties", called, 2500);
  await demo.hangUp("parties", called);
  await until(async () => (await demo.calls("parties", fifth)) === 0, "the target is free");
});

test("operation voicecall.cancelTransfer: nothing to take back is 100-007, no call 200-012", async () => {
  const { agent } = await inCall();
  await refusesStrangers(agent, "POST /voicecall/@/canceltransfer");
  assert.equal((await agent.ask("POST /voicecall/@/canceltransfer")).code, "100-007");
  await agent.ask("DELETE /voicecall/@/release");
  assert.equal((await agent.ask("POST /voicecall/@/canceltransfer")).code, "200-012");
});

test("operation voicecall.disconnect: 200-023 without a call, 200-024 for a number that is not in it", async () => {
  const { agent, called } = await inCall();
  await refusesStrangers(agent, `POST /voicecall/@/disconnect/${called}`);
  assert.equal((await agent.ask("POST /voicecall/@/disconnect/4711")).code, "200-024");
  assert.equal((await agent.ask("POST /voicecall/@/disconnect/x")).code, "000-002");
  assert.equal((await agent.ask(`POST /voicecall/@/disconnect/${called}`)).body, done);
  await agent.hears("Customer_Release", "Call_Release", "PhoneRelease 3", "Ready");
  assert.equal((await agent.ask(`POST /voicecall/@/disconnect/${called}`)).code, "200-023");
});

eventRows({
  AgentEvent_Auto_Answer:
    /^\{"caller":"\d+","transfer":"(no","callid":"\d{10}-\d+","transfrom":"|yes","callid":"\d{10}-\d+","transfrom":"\d{3})","called":"\d+","type":"(main|assistant)","mediaAbility":"[13]","feature":"\d+","mediaType":5\}$/,
  AgentEvent_Conference: /^\{"callid":"\d{10}-\d+","partner":"\d+,\d+"\}$/,
  AgentEvent_SuccTransResult: /^\{"callId":"\d{10}-\d+","result":0\}$/,
  AgentEvent_Inside_Call_Fail: /^"\d{10}-\d+"$/,
});

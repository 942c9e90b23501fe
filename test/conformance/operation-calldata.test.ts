// Calls and their data, those of others, those that wait, figures of the day: the group calldata beside what operation-call tests:
// the reply's bytes, each refusal's code, bad input by its field, strangers.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Agent, type Body, settingUp, until } from "./agent.ts";
import { refusesStrangers } from "./refusals.ts";
import { type Demo, openDemo } from "./town.ts";

let demo: Demo;
/** 119 of the demo site. */
let supervisor: Agent;

before(async () => {
  demo = await openDemo();
  supervisor = await new Agent(demo.gateway, "119", "40019").begin({ status: 3 });
});
after(() => demo?.stop());

const reply = (result: unknown): string => JSON.stringify({ message: "", retcode: "0", result });
const refusal = (retcode: string, message: string): string => JSON.stringify({ message, retcode });
const done = reply({});
/** Not the supervisor, whose session goes on through all tests. */
async function fresh(more: Body = {}): Promise<Agent> {
  const agent = await demo.agent();
  return agent.id === supervisor.id ? fresh(more) : agent.begin(more);
}

type InCall = { readonly agent: Agent; readonly called: string; readonly id: string };

async function inCall(): Promise<InCall> {
  const agent = await fresh();
  const called = await demo.party();
  return { agent, called, id: await agent.talk(called, { callappdata: "note" }) };
}

const shown = ({ id, called }: InCall, times: readonly [string, string] = ["\\d{13}", "null"], data = "note"): string =>
  `\\{"called":"${called}","caller":"40038","callid":"${id}","calldata":"${data}","orgicallednum":"","callfeature":7,` +
  `"callskill":"voice","begintime":${times[0]},"endtime":${times[1]},"callskillid":25,"mediaType":5`;
const listOf = (call: InCall): RegExp =>
  new RegExp(`^\\{"message":"","retcode":"0","result":\\[${shown(call)}\\}\\]\\}$`);

/** Each line answers with these bytes. */
async function answers(
  agent: Agent,
  ...rows: readonly (readonly [line: string, body: string | RegExp, sent?: unknown])[]
) {
  for (const [line, body, sent] of rows) {
    const got = await agent.ask(line, sent);
    if (typeof body === "string") assert.equal(got.body, body, line);
    else assert.match(got.body, body, line);
  }
}

const badWorkno = refusal("000-002", "workno: a work number of 1-6 digits");
const otherVdn = refusal("100-011", "workno: not an agent of this VDN");

test("operation calldata.queryCallInfoBeforeAnswer: the call that rings, not one that talks; 100-007 without", async () => {
  const [agent, other] = [await fresh(), await fresh({ autoanswer: false })];
  const line = "GET /calldata/@/callinfobeforeanswer";
  await refusesStrangers(other, line);
  const none = refusal("100-007", "no call rings at the agent");
  await answers(
    other,
    [line, none],
    [`${line}?callId=${"x".repeat(65)}`, refusal("000-002", "callId: 0-64 characters")],
  );
  const { result } = await agent.ask("PUT /voicecall/@/callinner", { called: other.id });
  await other.hears("Busy", "PhoneAlerting", "PhoneOffhook", "Ringing");
  const ringing = new RegExp(
    `^\\{"message":"","retcode":"0","result":\\{"called":"${other.id}","caller":"${agent.id}","callid":"${result}",`,
  );
  await answers(other, [line, ringing], [`${line}?callId=${result}`, ringing], [`${line}?callId=1-1`, none]);
  await other.ask("PUT /voicecall/@/answer");
  await other.hears("Talking");
  await answers(other, [line, none]);
  await other.ask("DELETE /voicecall/@/release");
});

test("operation calldata.queryPrivateCallInfo: empty, since agents have no queue of their own", async () => {
  const agent = await fresh();
  await refusesStrangers(agent, "GET /calldata/@/privatecallinfo");
  await answers(agent, ["GET /calldata/@/privatecallinfo", reply([])]);
});

test("operation calldata.queryAllCallInfoOnVdn: all calls for a supervisor, 900-002 for an agent", async () => {
  const call = await inCall();
  await refusesStrangers(call.agent, "GET /calldata/@/allcallinfoinvdn");
  await answers(supervisor, [
    "GET /calldata/@/allcallinfoinvdn",
    new RegExp(`^\\{"message":"","retcode":"0","result":\\[.*${shown(call)}\\}`),
  ]);
  await answers(call.agent, ["GET /calldata/@/allcallinfoinvdn", refusal("900-002", "no right to inspect others")]);
});

for (const [id, path, expected] of [
  ["queryAllCallInfoByAgentWorkNo", "allcallinfo", listOf],
  ["queryAllCallInfoByAgentWorkNoEx", "allcallinfoEx", ({ id: own }: InCall) => reply([own])],
] as const) {
  test(`operation calldata.${id}: one's own, a supervisor's view, 900-002, 100-011 for who is not of the VDN`, async () => {
    const call = await inCall();
    const { agent } = call;
    const line = `GET /calldata/@/${path}/`;
    await refusesStrangers(agent, line + agent.id);
    await answers(agent, [line + agent.id, expected(call)], [`${line}4711`, otherVdn], [`${line}x`, badWorkno]);
    await answers(supervisor, [line + agent.id, expected(call)], [`${line}4711`, otherVdn]);
    await answers(await fresh(), [line + agent.id, refusal("900-002", "no right to inspect others")]);
    const without = path === "allcallinfo" ? reply([]) : refusal("100-007", "workno: the agent has no call");
    await answers(supervisor, [`${line}119`, without]);
    await agent.ask("DELETE /voicecall/@/release");
  });
}

test("operation calldata.queryAllCallID: the ids of one's own calls, the held one first", async () => {
  const { agent, id } = await inCall();
  await refusesStrangers(agent, "GET /calldata/@/allcallid");
  await agent.ask("POST /voicecall/@/hold");
  await agent.hears("Hold");
  const { result } = await agent.callOut({ called: await demo.party() });
  await agent.hears("Customer_Alerting", "Talking");
  await answers(agent, ["GET /calldata/@/allcallid", reply([id, result])], ["GET /calldata/@/callnums", reply(2)]);
  await answers(await fresh(), ["GET /calldata/@/allcallid", reply([])]);
  await agent.begin();
});

const tooLong = "x".repeat(16_385);

for (const [id, path, inBody] of [
  ["setCallAppData", "", false],
  ["setCallAppDataEx", "/setcalldataex", true],
] as const) {
  test(`operation calldata.${id}: the data of the call; 400-001 without a call, 400-002 without data`, async () => {
    const { agent, id: callid } = await inCall();
    const line = `PUT /calldata/@${path}`;
    const set = (who: Agent, fields: Readonly<Record<string, string>>) =>
      inBody ? who.ask(line, fields) : who.ask(`${line}?${new URLSearchParams(fields)}`);
    await refusesStrangers(agent, `${line}?calldata=x`, inBody ? { calldata: "x" } : undefined);
    for (const [fields, data] of [
      [{ calldata: "a b&c" }, "a b&c"],
      [{ calldata: "named", callid }, "named"],
    ] as const) {
      assert.equal((await set(agent, fields)).body, done);
      await answers(agent, ["GET /calldata/@/appdata", reply(data)]);
    }
    assert.equal((await set(agent, {})).body, refusal("400-002", "calldata: nothing to set"));
    assert.equal((await set(agent, { calldata: "x", callid: "1-1" })).code, "400-001");
    assert.equal((await set(await fresh(), { calldata: "x" })).code, "400-001");
    const other = await fresh();
    assert.equal((await set(other, { calldata: "mine", callid })).code, "400-001", "another agent's call");
    await answers(agent, ["GET /calldata/@/appdata", reply("named")]);
    await agent.ask("DELETE /voicecall/@/release");
  });
}

test("operation calldata.setCallAppDataEx: Base64 of UTF-8, at most 16,384 bytes before it; else 000-002", async () => {
  const { agent } = await inCall();
  const line = "PUT /calldata/@/setcalldataex";
  const set = (calldata: string, isDataEncoded: unknown = "true") => agent.ask(line, { calldata, isDataEncoded });
  assert.equal((await set(Buffer.from("naïve").toString("base64"))).body, done);
  await answers(agent, ["GET /calldata/@/appdata", reply("naïve")]);
  assert.equal((await set("naïve")).body, refusal("000-002", "calldata: Base64 of UTF-8"));
  assert.equal((await set(Buffer.from([0xff]).toString("base64"))).code, "000-002");
  const rule = refusal("000-002", "calldata: at most 16384 bytes of UTF-8, before Base64");
  assert.equal((await set(Buffer.from(tooLong).toString("base64"))).body, rule);
  assert.equal((await set(tooLong, false)).body, rule);
  assert.equal((await set("x", "perhaps")).body, refusal("000-002", "isDataEncoded: true or false"));
  await answers(agent, ["GET /calldata/@/appdata", reply("naïve")]);
  await agent.ask("DELETE /voicecall/@/release");
});

for (const id of ["setCallBusinessData", "getCallBusinessData"] as const) {
  test(`operation calldata.${id}: a second text beside the data; each call its own, another's never`, async () => {
    const { agent, id: callid } = await inCall();
    const [set, get] = ["PUT /calldata/@/setcallbusinessdata", "PUT /calldata/@/getcallbusinessdata"];
    await refusesStrangers(agent, id === "setCallBusinessData" ? set : get, {});
    await answers(
      agent,
      [get, reply(""), {}],
      [set, done, { businessdata: "order 5" }],
      [get, reply("order 5"), {}],
      [set, done, { callid, businessdata: "order 6" }],
      [get, reply("order 6"), { callid }],
      ["GET /calldata/@/appdata", reply("note")],
      [set, refusal("400-002", "businessdata: nothing to set"), {}],
      [set, refusal("000-002", "businessdata: at most 16384 bytes of UTF-8"), { businessdata: tooLong }],
      [get, refusal("000-002", "callid: 0-64 characters"), { callid: "x".repeat(65) }],
    );
    const other = await fresh();
    assert.equal((await other.ask(get, { callid })).code, "100-007");
    assert.equal((await other.ask(set, { callid, businessdata: "x" })).code, "400-001");
    await agent.ask("DELETE /voicecall/@/release");
    await agent.hears("Call_Release");
    assert.equal((await agent.ask(get, { callid })).code, "100-007");
  });
}

test("operation calldata.queryHoldListInfoEx: the held calls of an agent; 300-001 without the right, 400-003 without one", async () => {
  const call = await inCall();
  const line = `GET /calldata/@/holdlistex/${call.agent.id}`;
  await refusesStrangers(call.agent, line);
  const none = refusal("400-003", "there is no held call");
  await answers(
    call.agent,
    [line, none],
    ["GET /calldata/@/holdlistex/x", badWorkno],
    ["GET /calldata/@/holdlistex/4711", otherVdn],
  );
  await call.agent.ask("POST /voicecall/@/hold");
  await answers(call.agent, [line, listOf(call)]);
  await answers(supervisor, [line, listOf(call)]);
  const noRight = refusal("300-001", "another agent's calls are for supervisors and administrators");
  await answers(await fresh(), [line, noRight]);
  await call.agent.begin();
});

test("operation calldata.queryAgentHoldNum: how many; 300-001 without the right", async () => {
  const { agent } = await inCall();
  const line = `GET /calldata/@/agentholdnum/${agent.id}`;
  await refusesStrangers(agent, line);
  await answers(
    agent,
    [line, reply(0)],
    ["GET /calldata/@/agentholdnum/x", badWorkno],
    ["GET /calldata/@/agentholdnum/4711", otherVdn],
  );
  await agent.ask("POST /voicecall/@/hold");
  await answers(agent, [line, reply(1)]);
  await answers(supervisor, [line, reply(1)]);
  assert.equal((await (await fresh()).ask(line)).code, "300-001");
  await agent.begin();
});

type Figures = Readonly<Record<string, number>>;
const changed = (before: Figures, now: Figures): Figures =>
  Object.fromEntries(
    Object.entries(now).flatMap(([name, value]) => {
      const difference = value - (before[name] ?? 0);
      return difference === 0 || name.endsWith("time") ? [] : [[name, difference]];
    }),
  );

test("operation calldata.queryCallStatisticsInfo: what the agent did is counted, and nothing else", async () => {
  const agent = await fresh();
  const line = "GET /calldata/@/statistics";
  await refusesStrangers(agent, line);
  const before = (await agent.ask(line)).result as Figures;
  assert.deepEqual(Object.keys(before), [
    ...["talktime", "answernums", "noanswernums", "calloutnums", "intercallnums", "interhelpnums", "transfernums"],
    ...["transferoutnums", "transferivrnums", "redirectnums", "keepnums", "busynums", "restnums", "restoutnums"],
    ...["resttime", "restouttime", "agentrelease", "busytime"],
  ]);
  await agent.talk(await demo.party());
  await agent.ask("POST /voicecall/@/hold");
  await agent.hears("Hold");
  await agent.ask("POST /voicecall/@/gethold");
  await agent.hears("Talking");
  await agent.ask("DELETE /voicecall/@/release");
  await agent.hears("Call_Release", "PhoneRelease 3", "Ready");
  await agent.ask("POST /onlineagent/@/saybusy");
  const now = (await agent.ask(line)).result as Figures;
  assert.deepEqual(changed(before, now), { calloutnums: 1, keepnums: 1, busynums: 1, agentrelease: 1 });
});

test("operation calldata.queryCallStatisticsInfoEx: three figures, in the documented order", async () => {
  const agent = await fresh();
  await refusesStrangers(agent, "GET /calldata/@/statisticsEx");
  await answers(agent, [
    "GET /calldata/@/statisticsEx",
    /^\{"message":"","retcode":"0","result":\{"talktime":\d+,"answernums":\d+,"calloutnums":\d+\}\}$/,
  ]);
});

for (const [id, path, without, within] of [
  ["queryCallNumsOnAgent", "callnums", 0, 1],
  ["isProcessCall", "isprocesscall", false, true],
] as const) {
  test(`operation calldata.${id}: ${without} without a call, ${within} with one`, async () => {
    await answers(await fresh(), [`GET /calldata/@/${path}`, reply(without)]);
    const { agent } = await inCall();
    await refusesStrangers(agent, `GET /calldata/@/${path}`);
    await answers(agent, [`GET /calldata/@/${path}`, reply(within)]);
    await agent.ask("DELETE /voicecall/@/release");
  });
}

test("operation calldata.queryRemoteNumbers: the others in the current call; none without a call", async () => {
  await answers(await fresh(), ["GET /calldata/@/remotenumbers", reply([])]);
  const { agent, called } = await inCall();
  await refusesStrangers(agent, "GET /calldata/@/remotenumbers");
  await answers(agent, ["GET /calldata/@/remotenumbers", reply([called])]);
  await agent.ask("DELETE /voicecall/@/release");
});

test("operation calldata.queryWaitCallInfoBySkillId: the calls that wait, and the queue's figures beside it", async () => {
  const call = await inCall();
  const { agent, id } = call;
  await refusesStrangers(agent, "GET /calldata/@/waitcallinfo/26");
  await answers(
    agent,
    ["GET /calldata/@/waitcallinfo/27", reply([])],
    ["GET /calldata/@/waitcallinfo/4711", refusal("000-002", "skillid: not a skill of this VDN")],
    ["GET /calldata/@/waitcallinfo/x", refusal("000-002", "skillid: 1-2147483647")],
  );
  // Nobody serves skill 27: a call that is passed on to it waits.
  const passed = await agent.ask("POST /voicecall/@/transfer", { devicetype: 1, address: "27", mode: 0 });
  assert.equal(passed.code, "0", passed.body);
  const waiting = new RegExp(
    `^\\{"message":"","retcode":"0","result":\\[${shown(call)},"userPriority":0,"trunkNo":0,"logontimes":\\d+\\}\\]\\}$`,
  );
  await until(async () => waiting.test((await agent.ask("GET /calldata/@/waitcallinfo/27")).body), `${id} waits`);
  await answers(
    agent,
    ["GET /queuedevice/@/skillwaitnum/27", '{"message":"success","retcode":"0","result":1}'],
    ["GET /querymonitor/@/systemstate", /"waitnum":1,/],
  );
  await demo.hangUp("parties", call.called);
  await until(async () => /"result":\[\]/.test((await agent.ask("GET /calldata/@/waitcallinfo/27")).body), "gone");
  await answers(agent, [
    "GET /querymonitor/@/skillstatisticinfo/27",
    /"offerednums":1,"answernums":0,"abandonnums":1,/,
  ]);
});

for (const [id, path] of [
  ["queryWaitCallInfoByIVRId", "ivrcallinfo"],
  ["queryCallCountByIVRId", "ivrcallcount"],
] as const) {
  test(`operation calldata.${id}: 600-004, there is no IVR`, async () => {
    const agent = await fresh();
    await refusesStrangers(agent, `GET /calldata/@/${path}/1`);
    await answers(
      agent,
      [`GET /calldata/@/${path}/1`, refusal("600-004", "this gateway has no IVR")],
      [`GET /calldata/@/${path}/0`, refusal("000-002", "ivrid: 1-2147483647")],
    );
  });
}

for (const [id, path] of [
  ["queryCallRecordList", "callRecordInfoList"],
  ["querySelfCallRecordInfo", "queryselfcallrecordinfolist"],
] as const) {
  test(`operation calldata.${id}: ended calls, newest first; days, positions, skill`, async () => {
    const call = await inCall();
    const { agent } = call;
    const line = `GET /calldata/@/${path}`;
    const own = id === "queryCallRecordList" ? `workno=${agent.id}&` : "";
    await refusesStrangers(agent, line);
    await agent.ask("DELETE /voicecall/@/release");
    await agent.hears("Call_Release", "PhoneRelease 3", "Ready");
    const record = `${shown(call, ["\\d{13}", "\\d{13}"], "")},"agents":\\["${agent.id}"\\]\\}`;
    const first = new RegExp(`^\\{"message":"","retcode":"0","result":\\[${record}`);
    await answers(
      agent,
      [`${line}?${own}`, first],
      [`${line}?${own}skillid=25&startdate=2020-01-01&enddate=2099-12-31%2023:59:59`, first],
      [`${line}?${own}endposition=1`, new RegExp(`^[^[]*\\[${record}\\]\\}$`)],
      [`${line}?${own}enddate=2020-01-01`, reply([])],
      [`${line}?${own}startdate=4102444800000`, reply([])],
      [`${line}?${own}skillid=26`, reply([])],
      [`${line}?${own}startposition=9999`, reply([])],
      [`${line}?${own}startdate=2026-13-01`, refusal("000-002", "startdate: no such day or time")],
      [`${line}?${own}enddate=2026-02-31%2025:00:00`, refusal("000-002", "enddate: no such day or time")],
      [`${line}?${own}startposition=3&endposition=2`, refusal("000-002", "endposition: not before startposition")],
      [`${line}?${own}startposition=0`, refusal("000-002", "startposition: 1-1000000")],
      [`${line}?${own}skillid=x`, refusal("000-002", "skillid: 0-2147483647")],
    );
  });
}

test("operation calldata.queryCallRecordList: another's and everybody's calls are for supervisors: 900-002", async () => {
  const { agent, id } = await inCall();
  await agent.ask("DELETE /voicecall/@/release");
  await agent.hears("Call_Release");
  const line = "GET /calldata/@/callRecordInfoList";
  const noRight = refusal("900-002", "no right to inspect others");
  await answers(await fresh(), [line, noRight], [`${line}?workno=${agent.id}`, noRight]);
  await answers(
    supervisor,
    [line, new RegExp(`"callid":"${id}"`)],
    [`${line}?workno=${agent.id}`, new RegExp(`"callid":"${id}"`)],
    [`${line}?workno=4711`, otherVdn],
    [`${line}?workno=x`, refusal("000-002", "workno: a work number of 1-6 digits")],
  );
});

test("operation calldata.getNetCallId: the Call-ID that the party's INVITE had; another agent's call is none", async () => {
  const { agent, called, id } = await inCall();
  const line = `GET /calldata/@/getNetCallId/${id}`;
  await refusesStrangers(agent, line);
  const { result } = await agent.ask(line);
  const { last } = await demo.invites("parties", called);
  assert.equal(/^Call-ID: *(.*?)\r?$/im.exec(last)?.[1], result);
  assert.equal((await (await fresh()).ask(line)).code, "100-007");
  assert.equal((await agent.ask("GET /calldata/@/getNetCallId/1-1")).code, "100-007");
  await agent.ask("DELETE /voicecall/@/release");
});

test("operation calldata.getNetCallId: a call between agents has nobody outside: 100-007", async () => {
  const [agent, other] = [await fresh(), await fresh()];
  const { result } = await agent.ask("PUT /voicecall/@/callinner", { called: other.id });
  await agent.hears(...settingUp);
  const { body } = await agent.ask(`GET /calldata/@/getNetCallId/${result}`);
  assert.equal(body, refusal("100-007", "callid: nobody outside is in this call"));
  await agent.ask("DELETE /voicecall/@/release");
});

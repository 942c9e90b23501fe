// Calls, operation by operation: the reply's bytes, the events, what the parties hear, each refusal's code.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Agent, plainDone, settingUp, until } from "./agent.ts";
import { refusesStrangers } from "./refusals.ts";
import { type Demo, openDemo, toneOf } from "./town.ts";

let demo: Demo;

before(async () => {
  demo = await openDemo();
});
after(() => demo?.stop());

const empty = '{"message":"","retcode":"0"}';
const done = '{"message":"success","retcode":"0","result":{}}';

const fresh = async (): Promise<Agent> => (await demo.agent()).begin();

async function inCall(): Promise<{ agent: Agent; called: string; id: string }> {
  const agent = await fresh();
  const called = await demo.party({ hertz: 1500 });
  return { agent, called, id: await agent.talk(called, { callappdata: "note" }) };
}

/** Level in dB of the agent's tone at the party, over the last second. */
const toneAt = (called: string, agent: Agent) => demo.toneAt("parties", called, toneOf(agent));

test("operation voicecall.callout: the call id at once, the rest as events", async () => {
  const agent = await fresh();
  const called = await demo.party();
  await refusesStrangers(agent, "PUT /voicecall/@/callout", { called });
  const reply = await agent.callOut({ called });
  assert.match(reply.body, /^\{"message":"","retcode":"0","result":"\d{10}-\d+"\}$/);
  await agent.hears(...settingUp);
  assert.equal((await agent.callOut({ called })).code, "100-007");
  assert.equal((await demo.invites("parties", called)).count, 1);
});

test("operation voicecall.callout: the two people hear each other", async () => {
  const { agent, called } = await inCall();
  await demo.hears("parties", called, toneOf(agent));
  await demo.hears("phones", agent.phone, 1500);
});

for (const [id, line] of [
  ["voicecall.release", "DELETE /voicecall/@/release"],
  ["voicecall.releaseForVTM", "DELETE /voicecall/@"],
] as const) {
  test(`operation ${id}: ends the current call; without one 200-017`, async () => {
    const { agent, called, id: call } = await inCall();
    await refusesStrangers(agent, line);
    assert.equal((await agent.ask(line)).body, plainDone);
    const [first] = await agent.hears("Call_Release", "PhoneRelease 3", "Ready");
    assert.equal(first?.content, call);
    const none = await agent.ask(line);
    assert.equal(none.body, '{"message":"there is no call to release","retcode":"200-017"}');
    await until(async () => (await demo.calls("parties", called)) === 0, "the party is free");
  });
}

test("operation voicecall.dropCall: ends the call that is named, a held one too; an unknown one is 200-025", async () => {
  const { agent, id } = await inCall();
  await refusesStrangers(agent, `POST /voicecall/@/dropcall/${id}`);
  for (const wrong of ["1455885056-1095", "x"]) {
    const reply = await agent.ask(`POST /voicecall/@/dropcall/${wrong}`);
    assert.equal(reply.body, '{"message":"no call can be droped","retcode":"200-025"}');
  }
  await agent.ask("POST /voicecall/@/hold");
  await agent.hears("Hold");
  assert.equal((await agent.ask(`POST /voicecall/@/dropcall/${id}`)).body, done);
  await agent.hears("Call_Release", "PhoneRelease 3", "Ready");
});

test("operation voicecall.hold: the event, the customer hears music in place of the agent; 200-013 and 200-014", async () => {
  const { agent, called, id } = await inCall();
  await refusesStrangers(agent, "POST /voicecall/@/hold");
  await until(async () => (await toneAt(called, agent)) > -30, "the party hears the agent");
  assert.equal((await agent.ask("POST /voicecall/@/hold")).body, plainDone);
  const [hold] = await agent.hears("Hold");
  assert.equal(hold?.content, id);
  await until(async () => (await toneAt(called, agent)) < -45, "the agent is gone");
  await until(async () => ((await demo.heard("parties", called)).level ?? -120) > -50, "music");
  assert.equal((await agent.ask("POST /voicecall/@/hold")).code, "200-013", "no current call is left");
  const ringing = await fresh();
  assert.equal((await ringing.ask("POST /voicecall/@/hold")).code, "200-013");
  await ringing.callOut({ called: await demo.party({ answerAfterMs: null }) });
  await ringing.hears(...settingUp.slice(0, 4));
  assert.equal((await ringing.ask("POST /voicecall/@/hold")).code, "200-014");
});

test("operation voicecall.getHold: Talking again, and the two hear each other; 200-015 and 200-016", async () => {
  const { agent, called, id } = await inCall();
  await refusesStrangers(agent, "POST /voicecall/@/gethold");
  assert.equal((await agent.ask("POST /voicecall/@/gethold")).code, "200-015");
  await agent.ask("POST /voicecall/@/hold");
  await agent.hears("Hold");
  assert.equal((await agent.ask("POST /voicecall/@/gethold?callid=1455885056-1095")).code, "200-015");
  await agent.callOut({ called: await demo.party({ answerAfterMs: null }) });
  await agent.hears("Customer_Alerting");
  assert.equal((await agent.ask("POST /voicecall/@/gethold")).code, "200-016");
  await agent.ask("DELETE /voicecall/@/release");
  await agent.hears("detect 531", "Call_Out_Fail", "Connect_Fail");
  assert.equal((await agent.ask(`POST /voicecall/@/gethold?callid=${id}`)).body, plainDone);
  const [talking] = await agent.hears("Talking");
  assert.equal((talking?.content as { callid: string } | undefined)?.callid, id);
  await until(async () => (await toneAt(called, agent)) > -30, "the party hears the agent");
});

test("operation voicecall.beginMute: the customer hears silence, no event comes; 200-003 and 200-004", async () => {
  const { agent, called } = await inCall();
  await refusesStrangers(agent, "POST /voicecall/@/beginmute");
  await until(async () => (await toneAt(called, agent)) > -30, "the party hears the agent");
  assert.equal((await agent.ask("POST /voicecall/@/beginmute")).body, plainDone);
  await until(async () => (await toneAt(called, agent)) < -50, "silence");
  await agent.hearsNothing();
  const other = await fresh();
  assert.equal((await other.ask("POST /voicecall/@/beginmute")).code, "200-003");
  await other.callOut({ called: await demo.party({ answerAfterMs: null }) });
  await other.hears(...settingUp.slice(0, 4));
  assert.equal((await other.ask("POST /voicecall/@/beginmute")).code, "200-004");
});

test("operation voicecall.endMute: the customer hears the agent again; 200-007 and 200-008", async () => {
  const { agent, called } = await inCall();
  await refusesStrangers(agent, "POST /voicecall/@/endmute");
  assert.equal((await agent.ask("POST /voicecall/@/endmute")).code, "200-008");
  await agent.ask("POST /voicecall/@/beginmute");
  await until(async () => (await toneAt(called, agent)) < -50, "silence");
  assert.equal((await agent.ask("POST /voicecall/@/endmute")).body, plainDone);
  await until(async () => (await toneAt(called, agent)) > -30, "the party hears the agent");
  const idle = await fresh();
  assert.equal((await idle.ask("POST /voicecall/@/endmute")).code, "200-007");
});

for (const [id, line, body] of [
  ["voicecall.secondDial", "POST /voicecall/@/seconddial/12%23", empty],
  ["voicecall.secondDialEx", "POST /voicecall/@/seconddialex?number=12%23", done],
] as const) {
  test(`operation ${id}: the customer's side receives the digits; without a call 100-007`, async () => {
    const { agent, called } = await inCall();
    await refusesStrangers(agent, line);
    assert.equal((await agent.ask(line)).body, body);
    await until(async () => (await demo.heard("parties", called)).digits === "12#", "12# as telephone-events");
    const wrong = await agent.ask(line.replace("12%23", "a"));
    assert.equal(wrong.body, '{"message":"number: 1-24 characters of 0-9, * and #","retcode":"000-002"}');
    assert.equal((await (await fresh()).ask(line)).code, "100-007");
  });
}

const infoOf = ({ id, called }: { id: string; called: string }, times: readonly [string, string]): RegExp =>
  new RegExp(
    `\\{"called":"${called}","caller":"40038","callid":"${id}","calldata":"note","orgicallednum":"","callfeature":7,` +
      `"callskill":"voice","begintime":${times[0]},"endtime":${times[1]},"callskillid":25,"mediaType":5\\}`,
  );

test("operation calldata.queryCallInfo: the current call; the last one only when it is asked for", async () => {
  const call = await inCall();
  const { agent } = call;
  await refusesStrangers(agent, "GET /calldata/@/callinfo");
  assert.match((await agent.ask("GET /calldata/@/callinfo")).body, infoOf(call, ["\\d{13}", "null"]));
  await agent.ask("DELETE /voicecall/@/release");
  await agent.hears("Call_Release", "PhoneRelease 3", "Ready");
  assert.equal((await agent.ask("GET /calldata/@/callinfo")).code, "100-007");
  const last = await agent.ask("GET /calldata/@/callinfo?isNoContainLastCall=true");
  assert.match(last.body, infoOf(call, ["\\d{13}", "\\d{13}"]));
});

test("operation calldata.queryCallInfoByCallId: a list of one; another agent's call is none", async () => {
  const call = await inCall();
  const line = `GET /calldata/@/callinfobycallid/${call.id}`;
  await refusesStrangers(call.agent, line);
  assert.match((await call.agent.ask(line)).body, infoOf(call, ["\\d{13}", "null"]));
  assert.match((await call.agent.ask(line)).body, /^\{"message":"","retcode":"0","result":\[\{.*\}\]\}$/);
  assert.equal((await (await fresh()).ask(line)).code, "100-007");
});

test("operation calldata.queryCallAppData: the data of the call, plain or in Base64", async () => {
  const { agent, id } = await inCall();
  await refusesStrangers(agent, "GET /calldata/@/appdata");
  for (const query of ["", `?callId=${id}`, `?callid=${id}`, "?isEncodeResult=false"]) {
    assert.equal(
      (await agent.ask(`GET /calldata/@/appdata${query}`)).body,
      '{"message":"","retcode":"0","result":"note"}',
    );
  }
  const encoded = await agent.ask("GET /calldata/@/appdata?isEncodeResult=true");
  assert.equal(encoded.body, '{"message":"","retcode":"0","result":"bm90ZQ=="}');
  assert.equal((await agent.ask("GET /calldata/@/appdata?callId=1455885056-1095")).code, "100-007");
  assert.equal((await (await fresh()).ask("GET /calldata/@/appdata")).code, "100-007");
});

test("operation calldata.queryHoldListInfo: the held calls as a list; without one 400-003", async () => {
  const call = await inCall();
  const { agent } = call;
  await refusesStrangers(agent, "GET /calldata/@/holdlist");
  assert.equal((await agent.ask("GET /calldata/@/holdlist")).code, "400-003");
  await agent.ask("POST /voicecall/@/hold");
  await agent.hears("Hold");
  assert.match((await agent.ask("GET /calldata/@/holdlist")).body, infoOf(call, ["\\d{13}", "null"]));
});

test("operation onlineagent.logout: not in a call: 100-010, and the call goes on", async () => {
  const { agent, called } = await inCall();
  assert.equal((await agent.ask("DELETE /onlineagent/@/logout")).code, "100-010");
  assert.equal(await agent.state(), 7);
  assert.equal(await demo.calls("parties", called), 1);
});

test("operation onlineagent.forceLogout: in a call too; both legs end", async () => {
  const { agent, called } = await inCall();
  assert.equal((await agent.ask("DELETE /onlineagent/@/forcelogout")).body, empty.replace('""', '"success"'));
  await until(async () => (await demo.calls("parties", called)) === 0, "the party is free");
  await until(async () => (await demo.calls("phones", agent.phone)) === 0, "the phone is free");
});

test("operation onlineagent.forceLogin: in a call too; the call of the old session is released", async () => {
  const { agent, called } = await inCall();
  await agent.begin();
  await until(async () => (await demo.calls("parties", called)) === 0, "the party is free");
  await until(async () => (await demo.calls("phones", agent.phone)) === 0, "the phone is free");
  assert.equal(await agent.state(), 4);
  await agent.talk(await demo.party());
});

test("operation onlineagent.sayBusy: during a call it takes effect when that ends", async () => {
  const { agent } = await inCall();
  assert.equal((await agent.ask("POST /onlineagent/@/saybusy?reason=200")).body, done);
  await agent.hearsNothing();
  await agent.ask("DELETE /voicecall/@/release");
  await agent.hears("Call_Release", "PhoneRelease 3", "SetNotReady_Success");
  assert.equal(await agent.state(), 3);
});

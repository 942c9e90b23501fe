// wire.md 21-31: the shapes that programs read. What belongs to features that are not in this product is known and answers
// with a code: its row says so.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { documentedOperations } from "../../src/contract/operations.ts";
import { type Agent, root, settingUp, type Told } from "./agent.ts";
import { send } from "./raw-http.ts";
import { type Demo, openDemo } from "./town.ts";

let demo: Demo;
let agent: Agent;
/** The events of one callout, answered, held, taken back and released by the customer. */
let told: readonly Told[];
let called: string;
let callId: string;
let replies: Readonly<Record<"info" | "byId" | "held" | "skills" | "talking" | "idle", string>>;

before(async () => {
  demo = await openDemo();
  agent = await (await demo.agent()).begin();
  const idle = await agent.ask("GET /onlineagent/@/agentstatus");
  called = await demo.party();
  callId = await placed();
  const first = await agent.events(settingUp.length);
  const info = await agent.ask("GET /calldata/@/callinfo");
  const byId = await agent.ask(`GET /calldata/@/callinfobycallid/${callId}`);
  const talking = await agent.ask("GET /onlineagent/@/agentstatus");
  const skills = await agent.ask("GET /onlineagent/@/agentskills");
  await agent.ask("POST /voicecall/@/hold");
  const hold = await agent.events(1);
  const held = await agent.ask("GET /calldata/@/holdlist");
  await demo.hangUp("parties", called);
  told = [...first, ...hold, ...(await agent.events(4))];
  replies = {
    info: info.body,
    byId: byId.body,
    held: held.body,
    skills: skills.body,
    talking: talking.body,
    idle: idle.body,
  };
});
after(() => demo?.stop());

async function placed(): Promise<string> {
  const { result, body } = await agent.callOut({ called, skillid: 25, callappdata: "note" });
  assert.equal(typeof result, "string", body);
  return String(result);
}

const content = (eventType: string): unknown => told.find((each) => each.eventType === eventType)?.content;

test("wire 21: the result of a sign-in, key by key; loginTime and isForceChange are texts", async () => {
  const reply = await (await demo.agent()).signIn();
  const shown =
    /^\{"message":"","retcode":"0","result":\{"vdnid":1,"workno":"\d+","mediatype":"TTF","loginTime":"\d{13}","isForceChange":"false","serverName":"[^"]*","timeRemaining":"[^"]*"\}\}$/;
  assert.match(reply.body, shown);
});

test("wire 22: callout's result is the call id that Customer_Alerting and Talking carry", () => {
  for (const eventType of ["AgentEvent_Customer_Alerting", "AgentEvent_Talking"]) {
    assert.equal((content(eventType) as { callid: string }).callid, callId, eventType);
  }
});

test("wire 23: PhoneAlerting has null content on the agent's own outgoing call, {callid, caller} on an incoming one", async () => {
  assert.equal(content("AgentOther_PhoneAlerting"), null);
  const other = await (await demo.agent()).begin();
  const { result } = await agent.ask("PUT /voicecall/@/callinner", { called: other.id });
  const alerting = (await other.events(2)).find(({ eventType }) => eventType === "AgentOther_PhoneAlerting");
  assert.deepEqual(alerting?.content, { callid: result, caller: agent.id });
  await agent.ask("DELETE /voicecall/@/release");
  await agent.ask("POST /onlineagent/@/syncagentinfo");
});

test("wire 24: Talking shows the party of an outgoing call as called", () => {
  const { callid, caller, called: shown, feature } = content("AgentEvent_Talking") as Record<string, string>;
  assert.deepEqual(
    { callid, caller, shown, feature },
    { callid: callId, caller: "40038", shown: called, feature: "7" },
  );
});

test("wire 25: Ringing and Auto_Answer carry callid, caller and called, and callinfobycallid answers at once", async () => {
  assert.equal((JSON.parse(replies.byId) as { result: { callid: string }[] }).result[0]?.callid, callId);
  for (const [autoanswer, type] of [
    [false, "AgentEvent_Ringing"],
    [true, "AgentEvent_Auto_Answer"],
  ] as const) {
    const other = await (await demo.agent()).begin({ autoanswer });
    const id = (await agent.ask("PUT /voicecall/@/callinner", { called: other.id })).result;
    const told = (await other.events(4)).find(({ eventType }) => eventType === type);
    const { callid, caller, called: dialled } = (told?.content ?? {}) as Record<string, string>;
    assert.deepEqual([callid, caller, dialled], [id, agent.id, other.id]);
    assert.equal((await other.ask(`GET /calldata/@/callinfobycallid/${id}`)).code, "0");
    await agent.ask("DELETE /voicecall/@/release");
  }
  await agent.ask("POST /onlineagent/@/syncagentinfo");
});

test("wire 26: bare call ids in Hold, Call_Out_Fail and Call_Release; Customer_Release is an object", async () => {
  assert.equal(content("AgentEvent_Hold"), callId);
  assert.equal(content("AgentEvent_Call_Release"), callId);
  assert.deepEqual(content("AgentEvent_Customer_Release"), { callid: callId, number: called });
  const { result } = await agent.callOut({ called: await demo.party({ refuse: 486 }) });
  const failed = (await agent.events(9)).find(({ eventType }) => eventType === "AgentEvent_Call_Out_Fail");
  assert.equal(failed?.content, result);
  const busy = await (await demo.agent()).begin({ status: 3 });
  const inner = await agent.ask("PUT /voicecall/@/callinner", { called: busy.id });
  const told = await agent.events(6);
  assert.equal(told.find(({ eventType }) => eventType === "AgentEvent_Inside_Call_Fail")?.content, inner.result);
});

const info =
  '\\{"called":"CALLED","caller":"40038","callid":"CALLID","calldata":"note","orgicallednum":"","callfeature":7,' +
  '"callskill":"voice","begintime":\\d{13},"endtime":null,"callskillid":25,"mediaType":5\\}';
const shownInfo = (around: string): RegExp =>
  new RegExp(
    `^\\{"message":"","retcode":"0","result":${around}\\}$`
      .replace("INFO", info)
      .replace("CALLED", called)
      .replace("CALLID", callId),
  );

test("wire 27: callinfo, callinfobycallid and holdlist, key by key; numbers are numbers", () => {
  assert.match(replies.info, shownInfo("INFO"));
  assert.match(replies.byId, shownInfo("\\[INFO\\]"));
  assert.match(replies.held, shownInfo("\\[INFO\\]"));
});

test("wire 27: agentskills and agentstatus, byte for byte", () => {
  const skills = '[{"name":"voice","id":25,"mediatype":5},{"name":"service","id":26,"mediatype":5}]';
  assert.equal(replies.skills, `{"message":"","retcode":"0","result":${skills}}`);
  assert.equal(replies.idle, '{"message":"","retcode":"0","result":{"agentState":4,"isWorking":false}}');
  assert.equal(replies.talking, '{"message":"","retcode":"0","result":{"agentState":7,"isWorking":true}}');
});

test("wire 27: idleagent is a list of {workno, name}", async () => {
  const { body } = await agent.ask("GET /agentgroup/@/idleagent");
  const row = '\\{"workno":"\\d{3}","name":"Agent \\d{3}"\\}';
  assert.match(body, new RegExp(`^\\{"message":"","retcode":"0","result":\\[${row}(,${row})*\\]\\}$`));
});

test("wire 28: the codes that programs test", async () => {
  assert.equal((await agent.ask("DELETE /voicecall/@/release")).code, "200-017");
  assert.equal((await agent.ask("POST /voicecall/@/dropcall/1455885056-1095")).code, "200-025");
  const again = { password: "", phonenum: agent.phone };
  assert.equal((await agent.ask("PUT /onlineagent/@", again)).code, "100-002");
  const other = await (await demo.agent()).begin();
  assert.equal((await other.ask("DELETE /onlineagent/@/logout")).code, "0");
  assert.equal((await other.ask("DELETE /onlineagent/@/logout")).code, "100-006");
});

test("wire 28: answer without a call is 200-002", async () => {
  assert.equal((await agent.ask("PUT /voicecall/@/answer")).code, "200-002");
});

test("wire 29: the old heartbeat reads result.loginTime", async () => {
  const reply = await agent.ask("PUT /onlineagent/@/heartbeat");
  assert.match(reply.body, /^\{"message":"","retcode":"0","result":\{"loginTime":"\d{13}"\}\}$/);
});

test("wire 31: the generated browser client is a script, with a function for each operation", async () => {
  const reply = await send({ port: demo.gateway.ports.http }, `GET ${root}-js`);
  assert.equal(reply.status, 200);
  assert.match(reply.head, /\r\nContent-Type: text\/javascript; charset=utf-8\r\n/);
  for (const { id } of documentedOperations) assert.ok(reply.body.includes(`"${id.split(".")[1]}":[`), id);
});

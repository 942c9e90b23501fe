// Sign-in, sign-out, signs of life and polls, operation by operation: the reply's bytes, and each refusal's code.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type StartedGateway, startGateway } from "../support/started-gateway.ts";
import { Agent, displaced, emptyPoll, stranger } from "./agent.ts";
import { header } from "./raw-http.ts";
import { refusesStrangers } from "./refusals.ts";
import { bareSite, quick } from "./sites.ts";
import { together } from "./town.ts";

let gateway: StartedGateway;
let trusting: StartedGateway;
let agent: Agent;
let unforced: StartedGateway;

before(async () => {
  const start = (settings: Readonly<Record<string, string>>) =>
    startGateway({ site: bareSite, settings: { ...quick, ...settings } });
  [gateway, trusting, unforced] = await together(
    start({}),
    start({ SEATWAY_TRUSTED_HOSTS: "127.0.0.1", GET_EVENT_MODE: "2" }),
    start({ SEATWAY_FORCE_LOGIN: "OFF" }),
  );
  agent = await new Agent(gateway, "101", "40001").begin();
});
after(() => Promise.all([gateway?.stop(), trusting?.stop(), unforced?.stop()]));

const body = { password: "", phonenum: "40002" };
const signedIn =
  /^\{"message":"","retcode":"0","result":\{"vdnid":1,"workno":"102","mediatype":"TTF","loginTime":"\d{13}","isForceChange":"false","serverName":"AgentGateway","timeRemaining":""\}\}$/;

async function out(id = "102"): Promise<Agent> {
  const other = new Agent(gateway, id, "40002");
  await other.signIn();
  await other.ask("DELETE /onlineagent/@/logout");
  other.guid = "";
  return other;
}

test("operation onlineagent.login: signs in with a new Guid; in again is 100-002", async () => {
  const other = await out();
  const reply = await other.ask("PUT /onlineagent/@", body);
  assert.match(reply.body, signedIn);
  assert.ok(header(reply, "Set-GUID"));
  await other.hears("InService", "Ready");
  const again = await other.ask("PUT /onlineagent/@", body);
  assert.match(
    again.body,
    /^\{"message":"the agent is signed in already from 127\.0\.0\.1 since 20\d\d-[\d-]+T[\d:.]+Z","retcode":"100-002"\}$/,
  );
  assert.equal(header(again, "Set-GUID"), undefined);
});

test("operation onlineagent.login: mediatype says what the client has signed in for; mail there is none", async () => {
  for (const [fields, mediatype] of [
    [{ checkInWebm: false, checkInMailm: true }, "TFF"],
    [{ checkInWebm: "true", checkInMailm: "false" }, "TTF"],
  ] as const) {
    const { result } = await (await out()).ask("PUT /onlineagent/@", { ...body, ...fields });
    assert.equal((result as { mediatype: string }).mediatype, mediatype);
  }
});

test("operation onlineagent.login: the status decides the state and the events", async () => {
  for (const [status, events] of [
    [3, ["InService", "Ready", "SetNotReady_Success"]],
    [4, ["InService", "Ready"]],
    [5, ["InService", "Ready", "Work"]],
  ] as const) {
    const other = await out();
    await other.ask("PUT /onlineagent/@", { ...body, status });
    await other.hears(...events);
    assert.equal(await other.state(), status);
  }
});

test("operation onlineagent.login: each field has its rule", async () => {
  const other = await out();
  for (const [wrong, message] of [
    [{ phonenum: "" }, "phonenum: 1-24 characters"],
    [{ phonenum: "1".repeat(25) }, "phonenum: 1-24 characters"],
    [{ password: "x".repeat(33) }, "password: 0-32 characters"],
    [{ password: null }, "password: 0-32 characters"],
    [{ agenttype: 5 }, "agenttype: one of 4, 11"],
    [{ status: 7 }, "status: one of 3, 4, 5, 8"],
    [{ ip: "::1" }, "ip: an IPv4 address"],
    [{ autoanswer: "maybe" }, "autoanswer: true or false"],
  ] as const) {
    const reply = await other.ask("PUT /onlineagent/@", { ...body, ...wrong });
    assert.equal(reply.body, JSON.stringify({ message, retcode: "000-002" }));
  }
  assert.equal((await other.ask("PUT /onlineagent/@", { ...body, phonenum: "49999" })).code, "100-014");
  assert.equal((await other.ask("PUT /onlineagent/@", { ...body, phonenum: "40001" })).code, "100-013");
  assert.equal((await other.ask("PUT /onlineagent/@", { ...body, password: "wrong" })).code, "100-004");
});

test("operation onlineagent.loginEx: signs in, the phone is optional; without one no callout", async () => {
  const other = await out();
  assert.match((await other.ask("PUT /onlineagent/@/loginex", { password: "" })).body, signedIn);
  await other.hears("InService", "Ready");
  const reply = await other.callOut({ called: "999" });
  assert.notEqual(reply.code, "0", reply.body);
  assert.equal((await other.ask("PUT /onlineagent/@/loginex", { password: "" })).code, "100-002");
});

test("operation onlineagent.forceLogin: signs in over an earlier session, which ends", async () => {
  const other = await out();
  assert.match((await other.ask("PUT /onlineagent/@/forcelogin", body)).body, signedIn);
  const first = other.guid;
  assert.match((await other.ask("PUT /onlineagent/@/forcelogin", body)).body, signedIn);
  assert.notEqual(other.guid, first);
  await other.hears("InService", "Ready");
  const old = await other.ask("GET /onlineagent/@/agentstatus", undefined, [`Guid: ${first}`]);
  assert.match(old.body, displaced("102"));
});

test("operation onlineagent.forceLogin: 100-015 where forcing is not allowed", async () => {
  const held = await new Agent(unforced, "102", "40002").begin();
  assert.equal((await held.ask("PUT /onlineagent/@/forcelogin", body)).code, "100-015");
  assert.equal((await held.ask("PUT /onlineagent/@", body)).code, "100-015");
  assert.equal(await held.state(), 4);
});

test("operation onlineagent.logout: message success; then 100-006; nothing is pushed to the one who left", async () => {
  const other = await new Agent(gateway, "102", "40002").begin();
  await refusesStrangers(other, "DELETE /onlineagent/@/logout");
  assert.equal(
    (await other.ask("DELETE /onlineagent/@/logout")).body,
    '{"message":"success","retcode":"0","result":{}}',
  );
  assert.equal((await other.ask("DELETE /onlineagent/@/logout")).code, "100-006");
  assert.equal((await other.poll()).code, "100-006");
});

for (const [id, path] of [
  ["forceLogout", "/onlineagent/@/forcelogout"],
  ["forceLogoutWithReason", "/onlineagent/@/forcelogoutwithreason/9"],
] as const) {
  test(`operation onlineagent.${id}: message success, and the waiting poll hears AgentOther_ShutdownService`, async () => {
    const other = await new Agent(gateway, "102", "40002").begin();
    await refusesStrangers(other, `DELETE ${path}`);
    const waiting = other.poll();
    await other.state();
    assert.equal((await other.ask(`DELETE ${path}`)).body, '{"message":"success","retcode":"0"}');
    const told =
      /"event":\{"eventType":"AgentOther_ShutdownService","workNo":"102","content":\{"loginTime":"\d{13}"\}\}\}$/;
    assert.match((await waiting).body, told);
    assert.equal((await other.ask(`DELETE ${path}`)).code, "100-006");
  });
}

test("operation onlineagent.forceLogoutWithReason: the reason is 1 to 255 and stands in the log", async () => {
  const other = await new Agent(gateway, "102", "40002").begin();
  for (const reason of ["0", "256", "x"]) {
    const reply = await other.ask(`DELETE /onlineagent/@/forcelogoutwithreason/${reason}`);
    assert.equal(reply.body, '{"message":"reason: 1-255","retcode":"000-002"}');
  }
  assert.equal((await other.ask("DELETE /onlineagent/@/forcelogoutwithreason/77")).code, "0");
  await gateway.logged((entry) => entry["agent"] === "102" && entry["reason"] === 77);
});

test("operation onlineagent.handShake: message success and no result", async () => {
  await refusesStrangers(agent, "POST /onlineagent/@/handshake");
  assert.equal((await agent.ask("POST /onlineagent/@/handshake")).body, '{"message":"success","retcode":"0"}');
});

test("operation onlineagent.heartbeat: the time of the sign-in", async () => {
  const other = new Agent(gateway, "103", "40003");
  const { loginTime } = (await other.signIn()).result as { loginTime: string };
  await refusesStrangers(other, "PUT /onlineagent/@/heartbeat");
  const expected = `{"message":"","retcode":"0","result":{"loginTime":"${loginTime}"}}`;
  assert.equal((await other.ask("PUT /onlineagent/@/heartbeat")).body, expected);
});

test("operation onlineagent.updateGuid: the Guid in the body", async () => {
  await refusesStrangers(agent, "PUT /onlineagent/@/updateGuid");
  const reply = await agent.ask("PUT /onlineagent/@/updateGuid");
  assert.equal(reply.body, `{"message":"success","retcode":"0","result":{"guid":"${agent.guid}"}}`);
});

test("operation agentevent.getAgentEvent: one event as an object, then the empty reply; calldata is ignored", async () => {
  await refusesStrangers(agent, "GET /agentevent/@");
  await agent.ask("POST /onlineagent/@/work");
  const event = '{"eventType":"AgentState_SetWork_Success","workNo":"101","content":null}';
  const reply = await agent.ask("GET /agentevent/@?calldata=true");
  assert.equal(reply.body, `{"message":"","retcode":"0","event":${event}}`);
  assert.equal((await agent.poll()).body, emptyPoll);
  await agent.ask("POST /onlineagent/@/cancelwork");
  await agent.hears("CancelWork_Success");
});

test("operation agentevent.getAgentEvent: 000-001 when the gateway serves the poll for all agents", async () => {
  const single = new Agent(trusting, "101", "40001");
  await single.signIn();
  assert.equal((await single.poll()).code, "000-001");
});

test("operation agentevent.getAllAgentEvent: the events of all agents of a trusted host, as a list, oldest first", async () => {
  const one = new Agent(trusting, "102", "40002");
  await one.signIn();
  const told: string[] = [];
  while (told.length < 2 || !told.some((line) => line.startsWith("102 "))) {
    const reply = await one.ask("GET /agentevent/allagentevent", undefined, []);
    const { event } = JSON.parse(reply.body) as { event: { workNo: string; eventType: string }[] };
    told.push(...event.map(({ workNo, eventType }) => `${workNo} ${eventType}`));
  }
  const own = told.filter((line) => line.startsWith("102 "));
  assert.deepEqual(own, ["102 AgentOther_InService", "102 AgentState_Ready"]);
  one.from = "127.0.0.2";
  assert.equal((await one.ask("GET /agentevent/allagentevent", undefined, [])).body, stranger);
});

test("operation agentevent.getAllAgentEvent: 000-001 in the usual mode, for a trusted host too", async (t) => {
  const usual = await startGateway({ site: bareSite, settings: { ...quick, SEATWAY_TRUSTED_HOSTS: "127.0.0.1" } });
  t.after(() => usual.stop());
  const reply = await new Agent(usual, "101", "40001").ask("GET /agentevent/allagentevent");
  assert.equal(reply.code, "000-001");
});

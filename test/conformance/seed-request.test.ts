// The seed page, preconditions to headers: who may call out, by which method, path and headers. The number in a test's
// name is the line of the page.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Agent, envelope, json, root, settingUp, stranger } from "./agent.ts";
import { header, send } from "./raw-http.ts";
import { type Demo, openDemo } from "./town.ts";

let demo: Demo;
let agent: Agent;

before(async () => {
  demo = await openDemo();
  agent = await demo.agent();
});
after(() => demo?.stop());

const path = (id: string) => `${root}/voicecall/${id}/callout`;

test("seed 8: an agent who is not signed in calls nobody", async () => {
  const stranded = await demo.agent();
  const called = await demo.party();
  const reply = await stranded.callOut({ called });
  assert.equal(reply.body, '{"message":"the agent is not signed in","retcode":"100-006"}');
  assert.equal((await demo.invites("parties", called)).count, 0);
});

test("seed 9: while a call is going on a second one is refused; a held call does not count", async () => {
  await agent.begin();
  await agent.talk(await demo.party());
  const third = await demo.party();
  const refused = await agent.callOut({ called: third });
  assert.equal(refused.code, "100-007", refused.body);
  assert.equal(refused.result, undefined);
  assert.equal((await agent.ask("POST /voicecall/@/hold")).code, "0");
  await agent.hears("Hold");
  assert.equal((await agent.callOut({ called: third })).code, "0");
  await agent.hears("Customer_Alerting", "Talking");
});

test("seed 18: a signed-in agent reaches the outside party through the interface: two INVITEs, one call", async () => {
  await agent.begin();
  const called = await demo.party();
  const before = (await demo.invites("phones", agent.phone)).count;
  await agent.talk(called);
  assert.equal((await demo.invites("phones", agent.phone)).count, before + 1);
  assert.equal((await demo.invites("parties", called)).count, 1);
  assert.deepEqual([await demo.calls("phones", agent.phone), await demo.calls("parties", called)], [1, 1]);
});

test("seed 22: PUT is the only method; POST, GET and DELETE call nobody and are told so", async () => {
  await agent.begin();
  const called = await demo.party();
  for (const method of ["POST", "GET", "DELETE"]) {
    const reply = await agent.ask(`${method} /voicecall/@/callout`, { called });
    assert.equal(reply.status, 405, method);
    assert.equal(reply.code, "000-002", method);
    assert.equal(header(reply, "Allow"), "PUT, OPTIONS", method);
  }
  assert.equal((await agent.ask("PUT /voicecall/@/callout", { called })).code, "0");
  await agent.hears(...settingUp);
  assert.equal((await demo.invites("parties", called)).count, 1);
});

test("seed 26: the URI of a callout, over HTTPS", async () => {
  await agent.begin();
  const called = await demo.party();
  const https = { port: demo.gateway.ports.https, tls: true };
  const headers = [json, `Guid: ${agent.guid}`];
  const reply = await send(https, `PUT ${path(agent.id)}`, headers, JSON.stringify({ called }));
  assert.match(reply.body, /^\{"message":"","retcode":"0","result":"\d+-\d+"\}$/);
  await agent.hears(...settingUp);
});

test("seed 28: the port is the gateway's HTTPS port: plain HTTP is not spoken there", async () => {
  const line = `PUT ${path("101")}`;
  const plain = await send({ port: demo.gateway.ports.https }, line, [json], "{}").catch(() => null);
  assert.ok(plain === null || plain.status !== 200, plain?.head);
  const tls = await send({ port: demo.gateway.ports.https, tls: true }, line, [json], "{}");
  assert.equal(tls.status, 200);
});

test("seed 46: the work number in the path is a text of digits, never another spelling of a number", async () => {
  for (const id of ["0101", "1e2", "+101", "101.0", "abc"]) {
    const reply = await send({ port: demo.gateway.ports.http }, `PUT ${path(id)}`, [json], '{"called":"40040"}');
    assert.equal(reply.body, '{"message":"agentid: 101-59999","retcode":"000-002"}', id);
  }
});

test("seed 48: the work number in the path is required", async () => {
  const reply = await agent.ask("PUT /voicecall//callout", { called: "40040" });
  assert.notEqual(reply.code, "0", reply.body);
});

test("seed 50: work numbers are 101 to 59999", async () => {
  const to = { port: demo.gateway.ports.http };
  for (const [id, code] of [
    ["100", "000-002"],
    ["101", "000-003"],
    ["59999", "100-006"],
    ["60000", "000-002"],
  ] as const) {
    const reply = await send(to, `PUT ${path(id)}`, [json], '{"called":"40040"}');
    assert.equal(envelope(reply).retcode, code, id);
  }
});

test("seed 54: the log names the method callout, with agent, call id, code and duration", async () => {
  await agent.begin();
  const { result } = await agent.callOut({ called: await demo.party() });
  const entry = await demo.gateway.logged(({ method, callId }) => method === "callout" && callId === result);
  assert.equal(entry["agent"], agent.id);
  assert.equal(entry["retcode"], "0");
  assert.equal(typeof entry["ms"], "number");
  await agent.hears(...settingUp);
});

test("seed 77: with the documented Content-Type a body is read", async () => {
  await agent.begin();
  const reply = await agent.callOut({ called: "" });
  assert.equal(reply.message, "called: 1-24 characters of 0-9, * and #");
});

test("seed 79: the body is UTF-8, with or without its charset named", async () => {
  await agent.begin();
  for (const type of [json, "Content-Type: application/json"]) {
    const called = await demo.party();
    const body = JSON.stringify({ called, callappdata: "客户 ü" });
    const reply = await agent.ask("PUT /voicecall/@/callout", body, [type, `Guid: ${agent.guid}`]);
    assert.equal(reply.code, "0", reply.body);
    await agent.hears(...settingUp);
    assert.equal((await agent.ask("GET /calldata/@/appdata")).result, "客户 ü", type);
    await agent.ask("DELETE /voicecall/@/release");
    await agent.hears("Call_Release", "PhoneRelease 3", "Ready");
  }
});

test("seed 85: the Guid is a text of UUID, dot and node name; anything else is no right", async () => {
  await agent.begin();
  assert.match(agent.guid, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\.AgentGateway1$/);
  for (const wrong of ["1", `${agent.guid}x`, agent.guid.toUpperCase(), agent.guid.split(".")[0] ?? ""]) {
    const reply = await agent.ask("PUT /voicecall/@/callout", '{"called":"40040"}', [json, `Guid: ${wrong}`]);
    assert.equal(reply.body, stranger);
  }
});

test("seed 87: the header Guid is required", async () => {
  await agent.begin();
  const reply = await agent.ask("PUT /voicecall/@/callout", '{"called":"40040"}', [json]);
  assert.equal(reply.body, stranger);
});

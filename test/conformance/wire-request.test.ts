// wire.md 16-20: what programs send that a stricter gateway would refuse.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type StartedGateway, startGateway } from "../support/started-gateway.ts";
import { Agent, root } from "./agent.ts";
import { send } from "./raw-http.ts";
import { bareSite, quick } from "./sites.ts";

let gateway: StartedGateway;
let agent: Agent;

before(async () => {
  gateway = await startGateway({ site: bareSite, settings: quick });
  agent = await new Agent(gateway, "101", "40001").begin();
});
after(() => gateway?.stop());

const done = '{"message":"success","retcode":"0","result":{}}';

test("wire 16: a double slash after resource", async () => {
  const line = `GET ${root}//onlineagent/101/agentstatus`;
  const reply = await send({ port: gateway.ports.http }, line, [`guid: ${agent.guid}`]);
  assert.equal(reply.body, '{"message":"","retcode":"0","result":{"agentState":4,"isWorking":false}}');
});

test("wire 17: numbers and booleans as texts, null for an absent field, skillid 0, an empty password", async () => {
  const body = {
    password: "",
    phonenum: 40002,
    status: "4",
    releasephone: "false",
    autoanswer: "TRUE",
    autoenteridle: null,
    agenttype: "4",
    ip: null,
    phonelinkage: "0",
    callBackUri: null,
    serviceToken: "",
  };
  const other = new Agent(gateway, "102", "40002");
  assert.equal((await other.ask("PUT /onlineagent/@/forcelogin", body)).code, "0");
  await other.hears("InService", "Ready");
  const call = { called: "999", caller: null, skillid: 0, mediaability: "0", callappdata: null };
  assert.equal((await other.callOut(call)).code, "200-001", "every field was accepted: only the route is missing");
});

test("wire 17: on every operation, query and path values too", async () => {
  for (const line of ["POST /onlineagent/@/saybusy?reason=200&prolong=TRUE", "POST /onlineagent/@/cancelbusy"]) {
    assert.equal((await agent.ask(line)).body, done, line);
  }
  await agent.hears("SetNotReady_Success", "CancelNotReady_Success");
});

test("wire 18: fields and query parameters that mean nothing are ignored, on every method", async () => {
  const strange = { callcontrolid: [1, { a: null }], uuiData: {}, __proto__: "x", constructor: 1 };
  for (const [line, body] of [
    ["PUT /voicecall/@/callout", { called: "999", ...strange }],
    ["GET /onlineagent/@/agentstatus?time=1471585949806&resteasy_jsapi_anti_cache=0.5", undefined],
    ["GET /onlineagent/@/agentstatus?x[a]=b&=&&%", undefined],
    ["DELETE /voicecall/@/release?time=1", strange],
    ["POST /onlineagent/@/handshake", strange],
  ] as const) {
    assert.ok(["0", "200-001", "200-017"].includes((await agent.ask(line, body)).code), line);
  }
});

test("wire 18: raw semicolons in query values", async () => {
  assert.equal((await agent.ask("POST /onlineagent/@/resetskill/false?skillid=25;26&phonelinkage=0")).body, done);
  assert.equal((await agent.ask("POST /onlineagent/@/resetskill/false?skillid=25;;x")).code, "000-002");
  assert.equal((await agent.ask("GET /agentgroup/@/agentbylist?agents=101;102")).code, "0");
});

test("wire 19: requests without a body come with text/plain, with application/json, or with no type at all", async () => {
  for (const type of [[], ["Content-Type: text/plain"], ["Content-Type: application/json"], ["Content-Type: ;;"]]) {
    const headers = [`Guid: ${agent.guid}`, ...type];
    assert.equal((await agent.ask("POST /onlineagent/@/resetskill/true", undefined, headers)).body, done);
    assert.equal((await agent.ask("POST /onlineagent/@/resetskill/true", "", headers)).body, done);
    assert.equal((await agent.ask("PUT /voicecall/@/callout", '{"called":"999"}', headers)).code, "200-001");
  }
});

test("wire 20: phonelinkage is true or false, 1 or 0", async () => {
  for (const value of ["true", "false", "1", "0"]) {
    assert.equal((await agent.ask(`POST /onlineagent/@/resetskill/true?phonelinkage=${value}`)).body, done, value);
  }
  for (const phonelinkage of [true, false, 1, 0, "1", "true"]) {
    const other = new Agent(gateway, "103", "40003");
    assert.equal((await other.signIn({ phonelinkage })).code, "0", String(phonelinkage));
  }
  const wrong = await agent.ask("POST /onlineagent/@/resetskill/true?phonelinkage=2");
  assert.equal(wrong.body, '{"message":"phonelinkage: true or false","retcode":"000-002"}');
});

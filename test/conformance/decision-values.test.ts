// decisions.md 8-12 and 23: how values are read, which code says what, the console.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type StartedGateway, startGateway } from "../support/started-gateway.ts";
import { Agent, root, settingUp } from "./agent.ts";
import { header, send } from "./raw-http.ts";
import { bareSite, quick } from "./sites.ts";
import { openSite, runMml } from "./town.ts";

let gateway: StartedGateway;
let agent: Agent;

before(async () => {
  gateway = await startGateway({ site: bareSite, settings: quick });
  agent = await new Agent(gateway, "101", "40001").begin();
});
after(() => gateway?.stop());

const refusal = (message: string, code = "000-002"): string => JSON.stringify({ message, retcode: code });

test("decision 8: empty and null are absent, an integer is its digits, texts are numbers and booleans", async () => {
  // 999 has no route: 200-001 says that every field was accepted.
  for (const body of [
    { called: "999", caller: "", skillid: null, callappdata: null, mediaability: "", userVideoDirection: "" },
    { called: 999, skillid: "25", mediaability: "1", userVideoDirection: "4" },
  ]) {
    assert.equal((await agent.callOut(body)).code, "200-001", JSON.stringify(body));
  }
});

test("decision 8: fields are checked before the state, and the first wrong one is named", async () => {
  const wrong = await agent.callOut({ caller: "x", called: "y", skillid: "z" });
  assert.equal(wrong.body, refusal("caller: 0-24 digits"));
  await agent.ask("POST /onlineagent/@/rest/60/0");
  assert.equal((await agent.callOut({ called: "y" })).body, refusal("called: 1-24 characters of 0-9, * and #"));
  await agent.ask("POST /onlineagent/@/cancelrest");
  await agent.hears("SetRest_Success", "CancelRest_Success");
});

test("decision 9: wrong format 000-002; no route 200-001 at once; caller and skill that are not the site's 000-002", async () => {
  assert.equal((await agent.callOut({ called: "40x40" })).code, "000-002");
  assert.equal((await agent.callOut({ called: "999" })).code, "200-001");
  const caller = await agent.callOut({ called: "999", caller: "12345" });
  assert.equal(caller.body, refusal("caller: not a caller number of this site"));
  const skill = await agent.callOut({ called: "999", skillid: 77 });
  assert.equal(skill.body, refusal("skillid: not a skill of this site"));
  await agent.hearsNothing();
});

test("decision 9: a known skill that is not the agent's is allowed", async (t) => {
  const other = bareSite.replace(
    'name: Agent 102, password: "", skills: [25, 26]',
    'name: Agent 102, password: "", skills: [25]',
  );
  assert.notEqual(other, bareSite);
  const second = await startGateway({ site: other, settings: quick });
  t.after(() => second.stop());
  const limited = await new Agent(second, "102", "40002").begin();
  assert.equal((await limited.callOut({ called: "999", skillid: 26 })).code, "200-001", "only the route is missing");
});

test("decision 10: a path that the interface does not have is 404 with 000-002", async () => {
  for (const path of ["/voicecall/@/calloutt", "/nothing", "/voicecall/@/callout/more"]) {
    const unknown = await agent.ask(`PUT ${path}`, {});
    assert.deepEqual([unknown.status, unknown.code], [404, "000-002"], path);
  }
});

test("decision 10: a wrong method is 405 with Allow", async () => {
  const reply = await agent.ask("POST /voicecall/@/callout", {});
  assert.deepEqual([reply.status, reply.code, header(reply, "Allow")], [405, "000-002", "PUT, OPTIONS"]);
});

test("decision 10: OPTIONS is the CORS preflight, for origins of the setting", async (t) => {
  const origin = "https://desk.example.com";
  const open = await startGateway({ site: bareSite, settings: { ...quick, SEATWAY_CORS_ORIGINS: origin } });
  t.after(() => open.stop());
  const to = { port: open.ports.http };
  const line = `${root}/voicecall/101/callout`;
  const asks = ["Access-Control-Request-Method: PUT", "Access-Control-Request-Headers: guid,content-type"];
  const preflight = await send(to, `OPTIONS ${line}`, [`Origin: ${origin}`, ...asks]);
  assert.ok(preflight.status === 204 || preflight.status === 200, preflight.head);
  assert.equal(header(preflight, "Access-Control-Allow-Origin"), origin);
  assert.match(header(preflight, "Access-Control-Allow-Methods") ?? "", /\bPUT\b/);
  assert.match(header(preflight, "Access-Control-Allow-Headers") ?? "", /guid/i);
  const reply = await send(to, `PUT ${line}`, [`Origin: ${origin}`], "{}");
  assert.equal(header(reply, "Access-Control-Expose-Headers")?.split(", ").slice(0, 2).join(), "Set-GUID,Guid");
  const other = await send(to, `OPTIONS ${line}`, ["Origin: https://other.example.com", ...asks]);
  assert.equal(header(other, "Access-Control-Allow-Origin"), undefined);
});

test("decision 10: an agent id outside the range is 000-002", async () => {
  for (const id of ["100", "60000", "x"]) {
    const reply = await send({ port: gateway.ports.http }, `GET ${root}/onlineagent/${id}/agentstatus`);
    assert.equal(reply.body, refusal("agentid: 101-59999"), id);
  }
});

test("decision 11: message is what the document's sample shows; the key order is message, retcode, result", async () => {
  for (const [line, body] of [
    ["POST /onlineagent/@/saybusy", '{"message":"success","retcode":"0","result":{}}'],
    ["POST /onlineagent/@/cancelbusy", '{"message":"success","retcode":"0","result":{}}'],
    ["POST /onlineagent/@/handshake", '{"message":"success","retcode":"0"}'],
    ["GET /onlineagent/@/agentstatus", '{"message":"","retcode":"0","result":{"agentState":4,"isWorking":false}}'],
  ] as const) {
    assert.equal((await agent.ask(line)).body, body, line);
  }
  await agent.hears("SetNotReady_Success", "CancelNotReady_Success");
});

test("decision 12: # in a number is %23 in the Request-URI", async (t) => {
  const site = await openSite();
  t.after(site.stop);
  const caller = await (await site.agent()).begin();
  await site.tell("parties", "6004%23", { ring: true, refuse: null, answerAfterMs: 60 });
  const { result, body } = await caller.callOut({ called: "6004#" });
  assert.equal(typeof result, "string", body);
  const told = await caller.hears(...settingUp);
  assert.equal((told[3]?.content as { otherPhone: string } | undefined)?.otherPhone, "6004#");
  const { last } = await site.invites("parties", "6004%23");
  assert.match(last, /^INVITE sip:6004%23@127\.0\.0\.1/);
});

const mml = (command: string): Promise<string> => runMml(gateway.ports.mml, command);

test("decision 23: MODTYPE=P0 writes the whole 32-bit value", async () => {
  assert.match(await mml("MOD SFP: ID=P978, MODTYPE=P0, VALUE=4294967295;"), /\r\nRETCODE = 0 {2}/);
  assert.match(await mml("LST SFP: ID=P978;"), /Value {2}= {2}4294967295\r\n/);
  assert.match(await mml("MOD SFP: ID=P978, MODTYPE=P0, VALUE=0;"), /\r\nRETCODE = 0 {2}/);
});

test("decision 23: MODTYPE=P1 writes one bit and leaves the others", async () => {
  await mml("MOD SFP: ID=P978, MODTYPE=P0, VALUE=5;");
  assert.match(await mml("MOD SFP: ID=P978, MODTYPE=P1, BIT=31, BITVAL=1;"), /\r\nRETCODE = 0 {2}/);
  assert.match(await mml("MOD SFP: ID=P978, MODTYPE=P1, BIT=0, BITVAL=0;"), /\r\nRETCODE = 0 {2}/);
  assert.match(await mml("LST SFP: ID=P978;"), /Value {2}= {2}2147483652\r\n/);
  await mml("MOD SFP: ID=P978, MODTYPE=P0, VALUE=0;");
});

test("decision 23: LST SFP shows the value and every bit of one, or all parameters", async () => {
  const one = await mml("LST SFP: ID=P18;");
  for (let bit = 0; bit < 32; bit++) assert.match(one, new RegExp(`\\bBit ${bit} {2}= {2}0\\r\\n`));
  const all = await mml("LST SFP:;");
  for (const name of ["P18", "P978"]) assert.match(all, new RegExp(`^${name} `, "m"));
  assert.match(all, /\(Number of results = \d+\)\r\n\r\n--- {4}END\r\n$/);
});

test("decision 23: an unknown parameter or a bad value is a RETCODE other than 0, with what was expected; nothing changes", async () => {
  for (const [command, expected] of [
    ["LST SFP: ID=P1;", /P18/],
    ["MOD SFP: ID=P1, MODTYPE=P0, VALUE=1;", /P18/],
    ["MOD SFP: ID=P18, MODTYPE=P0, VALUE=2;", /0 to 1/],
    ["MOD SFP: ID=P978, MODTYPE=P0, VALUE=4294967296;", /4294967295/],
    ["MOD SFP: ID=P978, MODTYPE=P1, BIT=32, BITVAL=1;", /31/],
    ["MOD SFP: ID=P978, MODTYPE=P1, BIT=0, BITVAL=2;", /0 or 1/],
    ["MOD SFP: ID=P978, MODTYPE=P7, VALUE=1;", /P0/],
    ["DEL SFP: ID=P978;", /LST SFP/],
    ["MOD SFP: ID=P978", /;/],
  ] as const) {
    const report = await mml(command);
    assert.match(report, /\r\nRETCODE = [1-9]\d* {2}/, command);
    assert.match(report, expected, command);
  }
  assert.match(await mml("LST SFP: ID=P978;"), /Value {2}= {2}0\r\n/);
});

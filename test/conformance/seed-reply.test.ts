// The seed page, reply, result codes and samples. The number in a test's name is the line of the page.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Agent, envelope, partyFails, settingUp } from "./agent.ts";
import { send } from "./raw-http.ts";
import { type Demo, openDemo } from "./town.ts";

let demo: Demo;
let agent: Agent;

before(async () => {
  demo = await openDemo();
});
after(() => demo?.stop());

test("seed 195: message is a text, in a success and in a refusal", async () => {
  agent = await (await demo.agent()).begin();
  for (const called of [await demo.party(), ""]) {
    assert.equal(typeof envelope(await agent.callOut({ called })).message, "string");
  }
  await agent.hears(...settingUp);
});

test("seed 197: message describes: it names the field and the rule that was broken", async () => {
  agent = await (await demo.agent()).begin();
  const reply = await agent.callOut({ called: "40040", mediaability: 7 });
  assert.equal(reply.message, "mediaability: one of 0, 1, 2");
});

test("seed 203: retcode is a text", async () => {
  agent = await (await demo.agent()).begin();
  const ok = await agent.callOut({ called: await demo.party() });
  assert.match(ok.body, /"retcode":"0"/);
  assert.match((await agent.callOut({ called: "" })).body, /"retcode":"000-002"/);
  await agent.hears(...settingUp);
});

test("seed 207: retcode 0 is success: the call is placed", async () => {
  agent = await (await demo.agent()).begin();
  const called = await demo.party();
  assert.equal((await agent.callOut({ called })).code, "0");
  await agent.hears(...settingUp);
  assert.equal((await demo.invites("parties", called)).count, 1);
});

test("seed 209: any other retcode is failure: no event comes and no phone rings", async () => {
  agent = await (await demo.agent()).begin();
  const before = (await demo.invites("phones", agent.phone)).count;
  for (const body of [{ called: "" }, { called: "999" }, { called: "40040", skillid: 77 }]) {
    assert.notEqual((await agent.callOut(body)).code, "0");
  }
  await agent.hearsNothing();
  assert.equal((await demo.invites("phones", agent.phone)).count, before);
});

test("seed 215: result is a text", async () => {
  agent = await (await demo.agent()).begin();
  assert.equal(typeof (await agent.callOut({ called: await demo.party() })).result, "string");
  await agent.hears(...settingUp);
});

test("seed 217: after a success result is the call id: one of its own for each call, the same in all its events", async () => {
  agent = await (await demo.agent()).begin();
  const ids = new Set<unknown>();
  for (let call = 0; call < 2; call++) {
    const { result } = await agent.callOut({ called: await demo.party() });
    assert.match(String(result), /^\d{10}-\d+$/);
    ids.add(result);
    const told = await agent.hears(...settingUp);
    const named = told.map(({ content }) => (content as { callid?: string } | null)?.callid).slice(3);
    assert.deepEqual(named, [result, result]);
    await agent.ask("DELETE /voicecall/@/release");
    const [release] = await agent.hears("Call_Release", "PhoneRelease 3", "Ready");
    assert.equal(release?.content, result);
  }
  assert.equal(ids.size, 2);
});

test("seed 219: a failed callout has no result", async () => {
  agent = await (await demo.agent()).begin();
  for (const called of ["", "999"]) {
    assert.ok(!("result" in envelope(await agent.callOut({ called }))), called);
  }
});

test("seed 238: 000-002 for a parameter that breaks its rule", async () => {
  agent = await (await demo.agent()).begin();
  const reply = await agent.callOut({ called: "abc" });
  assert.equal(reply.body, '{"message":"called: 1-24 characters of 0-9, * and #","retcode":"000-002"}');
});

test("seed 239: 100-006 for an agent who is not signed in", async () => {
  agent = await (await demo.agent()).begin();
  assert.equal((await agent.ask("DELETE /onlineagent/@/logout")).code, "0");
  const reply = await agent.callOut({ called: "40040" });
  assert.equal(reply.body, '{"message":"the agent is not signed in","retcode":"100-006"}');
});

test("seed 240: 100-007 for a state that does not allow it", async () => {
  agent = await (await demo.agent()).begin();
  assert.equal((await agent.ask("POST /onlineagent/@/rest/60/0")).code, "0");
  await agent.hears("SetRest_Success");
  assert.equal((await agent.callOut({ called: "40040" })).code, "100-007");
});

test("seed 241: 200-001 for a number that cannot be called", async () => {
  agent = await (await demo.agent()).begin();
  const reply = await agent.callOut({ called: "999" });
  assert.equal(reply.body, '{"message":"called: no route to this number","retcode":"200-001"}');
});

const sample =
  '{\n    "caller": "40038",\n    "called": "40040",\n    "skillid": 25,\n    "callappdata": "",\n' +
  '    "mediaability": 1,\n    "userVideoDirection": 4\n}';

test("seed 246: the sample's headers are accepted as they stand", async () => {
  agent = await (await demo.agent()).begin();
  const headers = ["Content-Type:application/json; charset=UTF-8", `Guid:${agent.guid}`];
  const line = `PUT /agentgateway/resource/voicecall/${agent.id}/callout`;
  const reply = await send({ port: demo.gateway.ports.http }, line, headers, '{"called":"40048"}');
  assert.equal(envelope(reply).retcode, "0");
  await agent.hears("PhoneAlerting", "PhoneOffhook", "Busy", ...partyFails(549));
});

test("seed 247: a Guid ends with a dot and the node's name", async () => {
  agent = await (await demo.agent()).begin();
  assert.match(agent.guid, /^[0-9a-f-]{36}\.AgentGateway1$/);
});

test("seed 248: the sample's body, white space and all, places a video call to 40040", async () => {
  agent = await (await demo.agent()).begin();
  assert.equal((await agent.ask("PUT /voicecall/@/callout", sample)).code, "0");
  const told = await agent.hears(...settingUp);
  const { caller, called, mediaAbility } = (told[4]?.content ?? {}) as Record<string, string>;
  assert.deepEqual([caller, called, mediaAbility], ["40038", "40040", "3"]);
});

test("seed 257: the reply to the sample, byte for byte but the call id's digits", async () => {
  agent = await (await demo.agent()).begin();
  const reply = await agent.ask("PUT /voicecall/@/callout", sample);
  assert.match(reply.body, /^\{"message":"","retcode":"0","result":"\d{10}-\d+"\}$/);
  await agent.hears(...settingUp);
});

// Notes, bulletins, forwarding and the agent's password, operation by operation.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { hashPassword } from "../../src/base/password.ts";
import { startGateway } from "../support/started-gateway.ts";
import { journalText } from "../support/test-database.ts";
import { Agent, type Body, offered, until } from "./agent.ts";
import { refusesStrangers } from "./refusals.ts";
import { guardedSite, quick } from "./sites.ts";
import { type Demo, openDemo } from "./town.ts";

let demo: Demo;

before(async () => {
  demo = await openDemo();
});
after(() => demo?.stop());

const done = '{"message":"success","retcode":"0","result":{}}';
const fresh = async (more: Body = {}): Promise<Agent> => (await demo.agent()).begin(more);

test("operation onlineagent.sendNotelet: the receiver gets the event; nobody of that number is 100-001", async () => {
  const [agent, other] = [await fresh(), await fresh()];
  await refusesStrangers(agent, `POST /onlineagent/@/sendnotelet/${other.id}`);
  assert.equal((await agent.ask(`POST /onlineagent/@/sendnotelet/${other.id}?content=hello`)).body, done);
  const [note] = await other.hears("Note");
  assert.equal(note?.content, null);
  assert.equal((await agent.ask("POST /onlineagent/@/sendnotelet/9999")).code, "100-001");
  assert.equal((await agent.ask("POST /onlineagent/@/sendnotelet/x")).code, "000-002");
});

test("operation onlineagent.sendNoteletEx: each receiver gets one event; one unknown number and nobody gets any", async () => {
  const [agent, one, two] = [await fresh(), await fresh(), await fresh()];
  const line = "POST /onlineagent/@/sendnoteletex";
  const body = { agentIds: [Number(one.id), two.id, one.id], content: "" };
  await refusesStrangers(agent, line, body);
  assert.equal((await agent.ask(line, { ...body, agentIds: [one.id, 9999] })).code, "100-001");
  assert.equal((await agent.ask(line, body)).body, '{"message":"success","retcode":"0","result":null}');
  for (const receiver of [one, two]) {
    const [note] = await receiver.hears("Note");
    assert.equal(note?.content, null);
    await receiver.hearsNothing();
  }
  for (const wrong of [
    {},
    { agentIds: [], content: "" },
    { agentIds: Array(101).fill(101), content: "" },
    { agentIds: one.id, content: "" },
    { agentIds: [one.id] },
    { agentIds: [one.id], content: "ä".repeat(512) },
  ]) {
    assert.equal((await agent.ask(line, wrong)).code, "000-002", JSON.stringify(wrong).slice(0, 60));
  }
});

test("operation onlineagent.notifyBulletin: a work group or those with a skill who are signed in get its text", async () => {
  const agent = await fresh();
  const line = "POST /onlineagent/@/notifybulletin";
  const body = { targettype: 0, targetname: "voice", bulletindata: "lunch" };
  await refusesStrangers(agent, line, body);
  const bulletin = { sender: agent.id, target: "voice", bulletin: "lunch" };
  for (const targettype of [0, "1"]) {
    assert.equal((await agent.ask(line, { ...body, targettype })).body, done);
    const [note] = await agent.hears("Note");
    assert.deepEqual(note?.content, bulletin);
  }
  const elsewhere = await new Agent(demo.gateway, "115", "40015").begin();
  await agent.ask(line, body);
  await agent.hears("Note");
  await elsewhere.hearsNothing();
  await agent.ask(line, { ...body, targetname: "service" });
  await elsewhere.hears("Note");
  await agent.hearsNothing();
  for (const wrong of [
    { ...body, targettype: 2 },
    { ...body, targetname: "" },
    { ...body, targetname: "nowhere" },
    { ...body, targettype: 1, targetname: "nowhere" },
    { ...body, bulletindata: "" },
    { ...body, bulletindata: "x".repeat(901) },
  ]) {
    assert.equal((await agent.ask(line, wrong)).code, "000-002", JSON.stringify(wrong).slice(0, 60));
  }
});

test("operation onlineagent.setForwarding: a call for the agent rings at another one, until he takes it back", async () => {
  const [agent, absent, other] = [await fresh(), await fresh(), await fresh()];
  const line = "POST /onlineagent/@/setforwarding";
  const body = { forwardtype: 1, devicetype: 2, address: other.id };
  await refusesStrangers(agent, line, body);
  assert.equal((await absent.ask(line, body)).body, done);
  await agent.ask("PUT /voicecall/@/callinner", { called: absent.id });
  const told = await agent.hears("PhoneAlerting", "PhoneOffhook", "Busy", "Customer_Alerting", "Talking");
  assert.equal((told.at(3) as { content: Body }).content["otherPhoneWorkno"], other.id);
  await other.hears(...offered);
  await absent.hearsNothing();
  await agent.ask("DELETE /voicecall/@/release");
  await agent.hears("Call_Release", "PhoneRelease 3", "Ready");
  assert.equal((await absent.ask(line, { forwardtype: 0 })).body, done);
  await agent.ask("PUT /voicecall/@/callinner", { called: absent.id });
  await absent.hears(...offered);
  await agent.ask("DELETE /voicecall/@/release");
  for (const [wrong, code] of [
    [{}, "000-002"],
    [{ forwardtype: 5 }, "000-002"],
    [{ forwardtype: 1 }, "000-002"],
    [{ ...body, devicetype: 3 }, "000-002"],
    [{ ...body, address: "9999" }, "000-002"],
    [{ ...body, address: absent.id }, "000-002"],
    [{ ...body, devicetype: 1, address: "99" }, "000-002"],
    [{ ...body, devicetype: 5, address: "x" }, "000-002"],
    [{ ...body, devicetype: 5, address: "999" }, "200-001"],
  ] as const) {
    assert.equal((await absent.ask(line, wrong)).code, code, JSON.stringify(wrong));
  }
});

test("operation onlineagent.setForwarding: a caller from outside and the external number hear each other", async () => {
  const agent = await fresh();
  const [caller, called] = [await demo.party({ hertz: 1500 }), await demo.party({ hertz: 1900 })];
  const way = { forwardtype: 2, devicetype: 5, address: called };
  assert.equal((await agent.ask("POST /onlineagent/@/setforwarding", way)).body, done);
  await agent.ask("POST /onlineagent/@/saybusy");
  await agent.hears("SetNotReady_Success");
  await demo.call("parties", caller, `8${agent.id}`);
  await until(async () => (await demo.placed("parties", caller)) === 200, "the caller is answered");
  for (const [number, hertz] of [
    [caller, 1900],
    [called, 1500],
  ] as const) {
    const level = async () => (await demo.heard("parties", number, [hertz])).levels[String(hertz)] ?? -120;
    await until(async () => (await level()) > -30, `${number} hears ${hertz} Hz`);
  }
  await agent.hearsNothing();
  await demo.hangUp("parties", caller);
  await until(async () => (await demo.calls("parties", called)) === 0, "the other one is hung up");
});

const change = (now: string, next: string): string =>
  `POST /onlineagent/@/modifyaccountpwd?oldpassword=${encodeURIComponent(now)}&newpassword=${encodeURIComponent(next)}`;

test("operation onlineagent.modifyAccountPwd: each rule has its code; too many wrong ones lock", async () => {
  const agent = await fresh();
  await refusesStrangers(agent, change("", "a new password"));
  for (const [now, next, code] of [
    ["", "short", "110-020"],
    ["", "x".repeat(31), "110-020"],
    ["", "with a\ttab", "110-019"],
    ["same as before", "same as before", "110-017"],
    ["", `agent ${agent.id}`, "110-018"],
    ["", `${[...agent.id].reverse().join("")} tnegA`, "110-018"],
  ] as const) {
    assert.equal((await agent.ask(change(now, next))).code, code, next);
  }
  assert.equal((await agent.ask("POST /onlineagent/@/modifyaccountpwd?oldpassword=")).code, "000-002");
  for (let tries = 0; tries < 5; tries++) assert.equal((await agent.ask(change("wrong", "a new one"))).code, "110-003");
  assert.equal((await agent.ask(change("", "a new one"))).code, "110-021");
});

test("operation onlineagent.modifyAccountPwd: the new one holds after a restart, as a hash, until the site file says another", async (t) => {
  const data = await mkdtemp(join(tmpdir(), "seatway-password-"));
  t.after(() => rm(data, { recursive: true, force: true }));
  const site = guardedSite(await hashPassword("first of all"));
  const tries = async (password: string, file = site): Promise<string> => {
    const gateway = await startGateway({ site: file, data, settings: quick });
    const { code } = await new Agent(gateway, "101", "40001").signIn({ password });
    await gateway.stop();
    return code;
  };
  const gateway = await startGateway({ site, data, settings: quick });
  const agent = await new Agent(gateway, "101", "40001").begin({ password: "first of all" });
  assert.equal((await agent.ask(change("first of all", "second to none"))).body, done);
  assert.equal((await agent.signIn({ password: "first of all" })).code, "100-004");
  assert.equal((await agent.signIn({ password: "second to none" })).code, "0");
  assert.doesNotMatch(gateway.log(), /second|first of/);
  await gateway.stop("SIGKILL");
  assert.equal(await tries("first of all"), "100-004");
  assert.equal(await tries("second to none"), "0");
  const store = await journalText(data);
  assert.ok(store.length > 0 && !store.includes("second to none"));
  const reset = guardedSite(await hashPassword("third time lucky"));
  assert.equal(await tries("second to none", reset), "100-004");
  assert.equal(await tries("third time lucky", reset), "0");
});

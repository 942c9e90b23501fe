// The log: one line for each request, with the documented method name, agent, call id, code and duration; no password and
// no Guid ever, numbers in full only at debug (seed 52-54).

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { hashPassword } from "../../src/base/password.ts";
import { type StartedGateway, startGateway } from "../support/started-gateway.ts";
import { Agent, settingUp } from "./agent.ts";
import { guardedSite, quick } from "./sites.ts";
import { type Demo, openDemo } from "./town.ts";

let demo: Demo;
const guids = new Set<string>();
const called = "13800138000";
const digits = "7391846205";

before(async () => {
  demo = await openDemo({ GUIDINTERVAL: "500", GUIDTIMEOUT: "60000" });
  await demo.tell("parties", called, { ring: true, refuse: null, answerAfterMs: 60 });
  const agent = await demo.agent();
  for (let call = 0; call < 2; call++) {
    await agent.begin();
    guids.add(agent.guid);
    await agent.callOut({ called, callappdata: "a secret of the customer" });
    await agent.hears(...settingUp);
    await agent.ask(`POST /voicecall/@/seconddial/${digits}`);
    await agent.ask("DELETE /voicecall/@/release");
    await agent.hears("Call_Release", "PhoneRelease 3", "Ready");
    guids.add(agent.guid);
  }
  await agent.ask("PUT /onlineagent/@/updateGuid");
  await agent.callOut({ called: "999" });
  await agent.ask("GET /onlineagent/@/agentstatus", undefined, ["Guid: a-stolen-guid"]);
  await agent.ask("DELETE /onlineagent/@/logout");
  await demo.gateway.logged(({ method, retcode }) => method === "logout" && retcode === "0");
});
after(() => demo?.stop());

const entries = () =>
  demo.gateway
    .log()
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as Record<string, unknown>);

test("seed 54: one line for each request, under its documented name", () => {
  const count = (name: string) => entries().filter(({ method }) => method === name).length;
  const names = ["forceLogin", "callout", "secondDial", "release", "updateGuid", "getAgentStatus", "logout"];
  assert.deepEqual(names.map(count), [2, 3, 2, 2, 1, 1, 1]);
  const callouts = entries().filter(({ method }) => method === "callout");
  assert.deepEqual(
    callouts.map(({ retcode }) => retcode),
    ["0", "0", "200-001"],
  );
  for (const { agent, callId, ms } of callouts.slice(0, 2)) {
    assert.equal(agent, "101");
    assert.match(String(callId), /^\d{10}-\d+$/);
    assert.equal(typeof ms, "number");
  }
});

test("seed 54: no Guid and no dialled number in full stands anywhere in the log", () => {
  const log = demo.gateway.log();
  assert.ok(guids.size >= 2);
  for (const guid of guids) assert.ok(!log.includes(guid.slice(0, 36)), "a Guid is in the log");
  for (const secret of [called, digits, "a secret of the customer", "a-stolen-guid"]) {
    assert.ok(!log.includes(secret), `${secret} is in the log`);
  }
  assert.doesNotMatch(log, /(?<!\d)4000\d(?!\d)/, "a phone's number in full");
  for (const phone of demo.gateway.output().matchAll(/^ +\d{5} {2}(\S{16})$/gm)) {
    assert.ok(!log.includes(phone[1] ?? ""), "a phone's password is in the log");
  }
});

test("seed 54: the number's last four digits are there", () => {
  assert.match(demo.gateway.log(), /·{7}8000/);
});

test("seed 54: no password stands in the log, right or wrong", async (t) => {
  const site = guardedSite(await hashPassword("open sesame"));
  const gateway: StartedGateway = await startGateway({ site, settings: { ...quick, SEATWAY_LOG_LEVEL: "debug" } });
  t.after(() => gateway.stop());
  const agent = new Agent(gateway, "101", "40001");
  await agent.signIn({ password: "open says me" });
  assert.equal((await agent.signIn({ password: "open sesame" })).code, "0");
  await gateway.logged(({ method, retcode }) => method === "forceLogin" && retcode === "0");
  for (const secret of ["open sesame", "open says me", "scrypt", agent.guid.slice(0, 36)]) {
    assert.ok(!gateway.log().includes(secret), `${secret} is in the log at debug`);
  }
});

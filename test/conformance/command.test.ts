// Commands once and in measure: Idempotency-Key over restarts, 000-007, rate limits, overload (docs/http.md).

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type StartedGateway, startGateway } from "../support/started-gateway.ts";
import { Agent, emptyPoll, json } from "./agent.ts";
import { header } from "./raw-http.ts";
import { quick, siteWith } from "./sites.ts";

/** The phones are not registered: a callout is taken and fails, and uses a call id. */
const site = siteWith([{ name: "nowhere", port: 9, pattern: "4xxxx" }]);
let gateway: StartedGateway;

before(async () => {
  const settings = { ...quick, SEATWAY_RATE_OPERATION: "3/2", SEATWAY_RATE_AGENT: "60/2" };
  gateway = await startGateway({ site, settings });
});
after(() => gateway?.stop());

const keyed = (agent: Agent, key: string, ...more: string[]) => [
  ...(agent.guid ? [`Guid: ${agent.guid}`] : []),
  json,
  `Idempotency-Key: ${key}`,
  ...more,
];

test("a repeat with the same Idempotency-Key returns the first reply, byte for byte, after kill -9 too", async (t) => {
  const data = await mkdtemp(join(tmpdir(), "seatway-key-"));
  t.after(() => rm(data, { recursive: true, force: true }));
  let first = "";
  for (const signal of ["SIGKILL", "SIGTERM"] as const) {
    const own = await startGateway({ site, data, settings: quick });
    const agent = await new Agent(own, "101", "40001").begin();
    const callOut = () => agent.ask("PUT /voicecall/@/callout", { called: "40040" }, keyed(agent, "key-1"));
    const replies = await Promise.all([callOut(), callOut()]);
    const later = await callOut();
    first ||= later.body;
    for (const { body } of [...replies, later]) assert.equal(body, first);
    assert.equal(header(later, "Idempotency-Replayed"), "true");
    assert.match(first, /"result":"\d+-\d+"/);
    const other = await agent.ask("PUT /voicecall/@/callout", { called: "40041" }, keyed(agent, "key-1"));
    assert.equal(other.code, "000-002");
    assert.match(other.message, /^Idempotency-Key: /);
    await own.stop(signal);
  }
});

test("a repeated sign-in with its key returns the same Guid; a wrong Guid sees no reply; a bad key is named", async () => {
  const agent = new Agent(gateway, "102", "40002");
  const signIn = () =>
    agent.ask("PUT /onlineagent/@/forcelogin", { password: "", phonenum: "40002" }, keyed(agent, "sign-in-1"));
  const first = header(await signIn(), "Set-GUID");
  assert.equal(header(await signIn(), "Set-GUID"), first);
  await agent.ask("POST /onlineagent/@/work", undefined, keyed(agent, "work-1"));
  const stranger = await agent.ask("POST /onlineagent/@/work", undefined, ["Guid: x", "Idempotency-Key: work-1"]);
  assert.equal(stranger.code, "000-003");
  const bad = await agent.ask("POST /onlineagent/@/cancelwork", undefined, keyed(agent, "a b"));
  assert.deepEqual([bad.code, bad.message], ["000-002", "Idempotency-Key: 1-255 visible ASCII characters"]);
  const refusedFirst = await agent.ask("DELETE /voicecall/@/release", undefined, keyed(agent, "release-1"));
  assert.equal(refusedFirst.code, "200-017");
  assert.equal(
    (await agent.ask("DELETE /voicecall/@/release", undefined, keyed(agent, "release-1"))).body,
    refusedFirst.body,
  );
});

test("000-007: a command that comes again before it has answered; a sign-in has 100-021", async () => {
  const agent = await new Agent(gateway, "103", "40003").begin();
  const change = () =>
    agent.ask("POST /onlineagent/@/modifyaccountpwd", { oldpassword: "", newpassword: "open-sesame-1" });
  const codes = (await Promise.all([change(), change()])).map(({ code }) => code).sort();
  assert.ok(codes.includes("000-007") || codes.every((code) => code !== "0"), codes.join());
  const guessing = new Agent(gateway, "104", "40004");
  const both = await Promise.all([guessing.signIn(), guessing.signIn()]);
  assert.ok(both.every(({ code }) => code === "0" || code === "100-021"));
});

test("too many requests for one operation: 100-007 with status 200, Retry-After and the limits; others go on", async () => {
  const agent = await new Agent(gateway, "105", "40005").begin();
  const replies = await Promise.all([1, 2, 3, 4].map(() => agent.ask("GET /onlineagent/@/agentstatus")));
  const refused = replies.filter(({ code }) => code === "100-007");
  assert.equal(refused.length, 1);
  const [one] = refused;
  assert.ok(one);
  assert.equal(one.status, 200);
  assert.match(one.message, /^too many requests of this kind by this agent: again in 1 s$/);
  assert.equal(header(one, "Retry-After"), "1");
  assert.equal(header(one, "RateLimit-Policy"), '"address";q=50000;w=10, "agent";q=60;w=2, "operation";q=3;w=2');
  assert.match(header(one, "RateLimit") ?? "", /^"agent";r=\d+;t=\d, "operation";r=0;t=1$/);
  const fine = replies.find(({ code }) => code === "0");
  assert.match((fine && header(fine, "RateLimit")) ?? "", /"operation";r=[012];t=\d$/);
  assert.equal((await agent.ask("GET /onlineagent/@/agentskills")).code, "0");
  const other = await new Agent(gateway, "106", "40006").begin();
  assert.equal((await other.ask("GET /onlineagent/@/agentstatus")).code, "0");
});

test("a stranger cannot use up what an agent may", async () => {
  const agent = await new Agent(gateway, "108", "40008").begin();
  const ask = (guid: string) => agent.ask("GET /onlineagent/@/agentskills", undefined, [`Guid: ${guid}`]);
  const strangers = await Promise.all([1, 2, 3, 4, 5, 6].map(() => ask("x")));
  assert.ok(strangers.every(({ code }) => code === "000-003"));
  assert.equal((await ask(agent.guid)).code, "0");
});

test("a poll shows no limits while it is within them", async () => {
  const agent = await new Agent(gateway, "107", "40007").begin();
  const poll = await agent.poll();
  assert.equal(poll.body, emptyPoll);
  assert.equal(header(poll, "RateLimit"), undefined);
});

test("a refused sign-in is not kept: with the right password its key signs in", async () => {
  const agent = new Agent(gateway, "109", "40009");
  const signIn = (password: string) =>
    agent.ask("PUT /onlineagent/@/forcelogin", { password, phonenum: "40009" }, keyed(agent, "sign-in-2"));
  assert.equal((await signIn("wrong")).code, "100-004");
  assert.equal((await signIn("")).code, "0");
});

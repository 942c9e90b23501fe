// The agent's state and skills, operation by operation: the reply's bytes, the event, the new state, each refusal's code.

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { type StartedGateway, startGateway } from "../support/started-gateway.ts";
import { Agent, plainDone } from "./agent.ts";
import { refusesStrangers } from "./refusals.ts";
import { bareSite, quick } from "./sites.ts";

let gateway: StartedGateway;
let agent: Agent;

before(async () => {
  gateway = await startGateway({ site: bareSite, settings: quick });
});
beforeEach(async () => {
  agent = await new Agent(gateway, "101", "40001").begin();
});
after(() => gateway?.stop());

const done = '{"message":"success","retcode":"0","result":{}}';

/** Asks, expects these bytes, this event and this state. */
async function changes(line: string, body: string, [event, state]: readonly [string, number]): Promise<unknown> {
  assert.equal((await agent.ask(line)).body, body, line);
  const [told] = await agent.hears(event);
  assert.equal(await agent.state(), state, line);
  return told?.content;
}

async function refusedIn(line: string, ...states: readonly ("idle" | "busy" | "wrap-up" | "rest")[]): Promise<void> {
  const ways = {
    idle: [],
    busy: ["POST /onlineagent/@/saybusy"],
    "wrap-up": ["POST /onlineagent/@/work"],
    rest: ["POST /onlineagent/@/rest/60/0"],
  };
  for (const state of states) {
    await agent.begin();
    for (const way of ways[state]) {
      await agent.ask(way);
      await agent.events(1);
    }
    assert.equal((await agent.ask(line)).code, "100-009", `${line} in ${state}`);
    await agent.hearsNothing();
  }
}

const busy = "POST /onlineagent/@/saybusy";
const work = "POST /onlineagent/@/work";
const rest = "POST /onlineagent/@/rest/60/7";

test("operation onlineagent.sayBusy: busy, with the reason as a text, 0 without one", async () => {
  await refusesStrangers(agent, busy);
  assert.deepEqual(await changes(busy, done, ["SetNotReady_Success", 3]), { reason: "0" });
  const other = `${busy}?reason=201&prolong=true`;
  assert.deepEqual(await changes(other, done, ["SetNotReady_Success", 3]), { reason: "201" });
  assert.equal((await agent.ask(busy)).code, "100-009", "busy already");
  assert.equal((await agent.ask(`${busy}?reason=7`)).body, '{"message":"reason: 0 or 200-250","retcode":"000-002"}');
  await refusedIn(busy, "rest");
});

test("operation onlineagent.sayBusy: in wrap-up it takes effect when that ends", async () => {
  await changes(work, plainDone, ["SetWork_Success", 5]);
  assert.equal((await agent.ask(busy)).body, done);
  await agent.hearsNothing();
  assert.equal((await agent.ask("POST /onlineagent/@/cancelwork")).body, done);
  await agent.hears("CancelWork_Success", "SetNotReady_Success");
  assert.equal(await agent.state(), 3);
});

test("operation onlineagent.cancelBusy: idle again", async () => {
  await refusesStrangers(agent, "POST /onlineagent/@/cancelbusy");
  await changes(busy, done, ["SetNotReady_Success", 3]);
  assert.equal(await changes("POST /onlineagent/@/cancelbusy", done, ["CancelNotReady_Success", 4]), null);
  await refusedIn("POST /onlineagent/@/cancelbusy", "idle", "wrap-up", "rest");
});

test("operation onlineagent.sayFree: idle from busy and from wrap-up, each with its own event", async () => {
  await refusesStrangers(agent, "POST /onlineagent/@/sayfree");
  await changes(busy, done, ["SetNotReady_Success", 3]);
  await changes("POST /onlineagent/@/sayfree", done, ["CancelNotReady_Success", 4]);
  await changes(work, plainDone, ["SetWork_Success", 5]);
  await changes("POST /onlineagent/@/sayfree", done, ["CancelWork_Success", 4]);
  await refusedIn("POST /onlineagent/@/sayfree", "idle", "rest");
});

test("operation onlineagent.sayWork: wrap-up from idle and from busy", async () => {
  await refusesStrangers(agent, work);
  assert.equal(await changes(work, plainDone, ["SetWork_Success", 5]), null);
  await agent.begin();
  await changes(busy, done, ["SetNotReady_Success", 3]);
  await changes(work, plainDone, ["SetWork_Success", 5]);
  await refusedIn(work, "wrap-up", "rest");
});

test("operation onlineagent.cancelWork: idle again", async () => {
  await refusesStrangers(agent, "POST /onlineagent/@/cancelwork");
  await changes(work, plainDone, ["SetWork_Success", 5]);
  await changes("POST /onlineagent/@/cancelwork", done, ["CancelWork_Success", 4]);
  await refusedIn("POST /onlineagent/@/cancelwork", "idle", "busy", "rest");
});

test("operation onlineagent.rest: rest with its cause, again with prolong, a reminder when the time is over", async () => {
  await refusesStrangers(agent, rest);
  assert.deepEqual(await changes(rest, done, ["SetRest_Success", 8]), { reason: "7" });
  assert.equal((await agent.ask(rest)).code, "100-009", "resting already");
  const again = "POST /onlineagent/@/rest/1/8?prolong=true";
  assert.deepEqual(await changes(again, done, ["SetRest_Success", 8]), { reason: "8" });
  await agent.hears("Rest_Timeout");
  assert.equal(await agent.state(), 8, "a reminder alone");
  for (const [path, message] of [
    ["0/0", "time: 1-86399"],
    ["86400/0", "time: 1-86399"],
    ["60/256", "restcause: 0-255"],
    ["60/x", "restcause: 0-255"],
  ] as const) {
    const reply = await agent.ask(`POST /onlineagent/@/rest/${path}`);
    assert.equal(reply.body, JSON.stringify({ message, retcode: "000-002" }));
  }
});

test("operation onlineagent.cancelRest: idle again, and no reminder comes", async () => {
  await refusesStrangers(agent, "POST /onlineagent/@/cancelrest");
  await changes("POST /onlineagent/@/rest/1/0", done, ["SetRest_Success", 8]);
  await changes("POST /onlineagent/@/cancelrest", done, ["CancelRest_Success", 4]);
  for (let polls = 0; polls < 4; polls++) await agent.hearsNothing();
  await refusedIn("POST /onlineagent/@/cancelrest", "idle", "busy", "wrap-up");
});

test("operation onlineagent.setAgentAutoEnterIdle: accepted in any state (decision 16 shows what it does)", async () => {
  await refusesStrangers(agent, "POST /onlineagent/@/autoenteridle/true");
  for (const flag of ["true", "false", "TRUE"]) {
    assert.equal((await agent.ask(`POST /onlineagent/@/autoenteridle/${flag}`)).body, done, flag);
  }
});

test("operation onlineagent.setAgentAutoAnswer: accepted in any state", async () => {
  await refusesStrangers(agent, "POST /onlineagent/@/autoanswer/true");
  for (const flag of ["true", "false"]) {
    assert.equal(
      (await agent.ask(`POST /onlineagent/@/autoanswer/${flag}`)).body,
      '{"message":"","retcode":"0"}',
      flag,
    );
  }
});

test("operation onlineagent.resetSkill: all skills, some, or none; no event", async () => {
  await refusesStrangers(agent, "POST /onlineagent/@/resetskill/true");
  for (const path of ["true", "false?skillid=25;26&phonelinkage=0", "false", "false?skillid=25;"]) {
    assert.equal((await agent.ask(`POST /onlineagent/@/resetskill/${path}`)).body, done, path);
  }
  assert.equal((await agent.ask("POST /onlineagent/@/resetskill/false?skillid=a")).code, "000-002");
  await agent.hearsNothing();
});

test("operation onlineagent.queryAgentSkills: the configured skills, whatever was chosen of them", async () => {
  await refusesStrangers(agent, "GET /onlineagent/@/agentskills");
  const skills = '[{"name":"voice","id":25,"mediatype":5},{"name":"service","id":26,"mediatype":5}]';
  await agent.ask("POST /onlineagent/@/resetskill/false");
  const reply = await agent.ask("GET /onlineagent/@/agentskills");
  assert.equal(reply.body, `{"message":"","retcode":"0","result":${skills}}`);
});

test("operation onlineagent.getAgentStatus: the number of the state, and whether a call is going on", async () => {
  await refusesStrangers(agent, "GET /onlineagent/@/agentstatus");
  const shown = (state: number) => `{"message":"","retcode":"0","result":{"agentState":${state},"isWorking":false}}`;
  for (const [line, state] of [
    ["GET /onlineagent/@/agentstatus", 4],
    [busy, 3],
    ["POST /onlineagent/@/cancelbusy", 4],
    [work, 5],
    ["POST /onlineagent/@/cancelwork", 4],
    [rest, 8],
  ] as const) {
    await agent.ask(line);
    assert.equal((await agent.ask("GET /onlineagent/@/agentstatus")).body, shown(state), line);
  }
});

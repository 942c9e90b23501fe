// An agent's own calls over HTTP: with his Guid alone, page by page, and what he says about one of them.

import assert from "node:assert/strict";
import test, { type TestContext } from "node:test";
import { refuse } from "../base/step.ts";
import type { AgentCalls } from "../runtime/agent-calls.ts";
import type { ArchivedCall } from "../runtime/call-archive.ts";
import { guid, open, send } from "./gateway-twin.test.ts";

const at = Date.parse("2026-01-31T08:00:00Z");
const wrapUp = { callId: "7-1", agent: "101", code: 3, codeName: "sold", notes: "mine", at };

const call = (more: Partial<ArchivedCall["call"]>): ArchivedCall => ({
  call: {
    ...{ callId: "7-1", kind: "outgoing", outcome: "answered", caller: "40038", called: "40040", skillName: "voice" },
    ...{ startedAt: at, talkingAt: at + 2_000, endedAt: at + 9_000, detect: null, detectText: "", data: "a secret" },
    ...more,
  } as ArchivedCall["call"],
  ...{ legs: [], recordings: [], wrapUps: [{ ...wrapUp, agent: "103", notes: "another's" }, wrapUp] },
});

async function opened(t: TestContext, change: Partial<AgentCalls> = {}) {
  const asked: unknown[] = [];
  const agentCalls: AgentCalls = {
    async find(agent, page) {
      asked.push([agent, page]);
      return { calls: [call({}), call({ kind: "internal", caller: "103", called: "101" })], next: "1.7-1" };
    },
    async wrapUp(agent, callId, said) {
      asked.push([agent, callId, said]);
      return callId === "7-1" ? wrapUp : refuse("400-001", "callid: no call of this agent's");
    },
    ...change,
  };
  const { port } = await open(t, {}, { agentCalls });
  const ask = (line: string, body?: string) => send(port, `${line}`, [`guid: ${guid}`], body);
  return { port, ask, asked };
}

test("the list: the other side of each call and his own wrap-up, nothing of others'", async (t) => {
  const { ask, asked } = await opened(t);
  const reply = await ask("GET /seatway/v1/agents/101/calls?limit=2&after=1.7-9");
  const { calls, next } = JSON.parse(reply.body);
  assert.deepEqual([reply.status, next, calls.length], [200, "1.7-1", 2]);
  assert.deepEqual(calls[0], {
    ...{ callId: "7-1", kind: "outgoing", outcome: "answered", number: "40040", skillName: "voice" },
    ...{ startedAt: "2026-01-31T08:00:00.000Z", talkingAt: "2026-01-31T08:00:02.000Z" },
    ...{ endedAt: "2026-01-31T08:00:09.000Z", detect: null, detectText: null },
    wrapUp: { code: 3, name: "sold", notes: "mine", at: "2026-01-31T08:00:00.000Z" },
  });
  assert.equal(calls[1].number, "103");
  assert.deepEqual(asked, [["101", { limit: 2, after: "1.7-9" }]]);
});

test("a wrap-up: code and notes, or notes alone", async (t) => {
  const { ask, asked } = await opened(t);
  const path = "PUT /seatway/v1/agents/101/calls/7-1/wrap-up";
  const reply = await ask(path, JSON.stringify({ code: 3, notes: "ä".repeat(4000) }));
  assert.deepEqual([reply.status, JSON.parse(reply.body).name], [200, "sold"]);
  await ask(path, "{}");
  assert.deepEqual(asked, [
    ["101", "7-1", { code: 3, notes: "ä".repeat(4000) }],
    ["101", "7-1", { code: null, notes: "" }],
  ]);
});

test("strangers, wrong fields, calls of others, a store that is away", async (t) => {
  const { port, ask, asked } = await opened(t);
  const path = "/seatway/v1/agents/101/calls";
  const refused = async (line: string, body?: string) => {
    const reply = await ask(line, body);
    return [reply.status, JSON.parse(reply.body).retcode];
  };
  for (const line of [`GET ${path}`, `PUT ${path}/7-1/wrap-up`]) {
    const reply = await send(port, line, ["guid: none"]);
    assert.deepEqual([reply.status, JSON.parse(reply.body).retcode], [401, "000-003"], line);
  }
  assert.deepEqual(await refused("GET /seatway/v1/agents/7/calls"), [400, "000-002"]);
  assert.deepEqual(await refused(`GET ${path}?limit=101`), [400, "000-002"]);
  assert.deepEqual(await refused(`GET ${path}?after=x`), [400, "000-002"]);
  assert.deepEqual(await refused(`PUT ${path}/7-1/wrap-up`, "no JSON"), [400, "000-002"]);
  assert.deepEqual(await refused(`PUT ${path}/7-1/wrap-up`, '{"code":-1}'), [400, "000-002"]);
  assert.deepEqual(await refused(`PUT ${path}/7-1/wrap-up`, `{"notes":"${"a".repeat(4001)}"}`), [400, "000-002"]);
  assert.deepEqual(asked, []);
  assert.deepEqual(await refused(`PUT ${path}/7-2/wrap-up`, "{}"), [404, "400-001"]);
  const away = await opened(t, { find: () => Promise.reject(new Error("away")) });
  assert.equal((await away.ask(`GET ${path}`)).status, 503);
});

test("a page of a listed origin may do both", async (t) => {
  const { port } = await opened(t);
  const origin = ["Origin: https://desk.example.org"];
  const preflight = await send(port, "OPTIONS /seatway/v1/agents/101/calls/7-1/wrap-up", origin);
  assert.equal(preflight.status, 204);
  assert.match(preflight.head, /Access-Control-Allow-Methods: PUT, OPTIONS/i);
});

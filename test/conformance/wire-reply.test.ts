// wire.md 1-8: the bytes of replies and polls. No call is needed, so a site without phones serves.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type StartedGateway, startGateway } from "../support/started-gateway.ts";
import { Agent, emptyPoll, envelope, type Reply, stranger } from "./agent.ts";
import { header, send } from "./raw-http.ts";
import { bareSite, quick } from "./sites.ts";
import { together } from "./town.ts";

let gateway: StartedGateway;
/** Held for the documented ten seconds while the other tests run. */
let documented: StartedGateway;
let agent: Agent;
let held: Promise<{ reply: Reply; ms: number }>;

before(async () => {
  [gateway, documented] = await together(
    startGateway({ site: bareSite, settings: quick }),
    startGateway({ site: bareSite }),
  );
  agent = await new Agent(gateway, "101", "40001").begin();
  const patient = await new Agent(documented, "101", "40001").begin();
  const begun = performance.now();
  held = patient.poll().then((reply) => ({ reply, ms: performance.now() - begun }));
});
after(() => Promise.all([gateway?.stop(), documented?.stop()]));

/** One reply of each kind: success, refusals of every layer, an empty poll, a query. */
const lines: readonly (readonly [line: string, body?: string])[] = [
  ["POST /onlineagent/@/saybusy"],
  ["POST /onlineagent/@/cancelbusy"],
  ["GET /onlineagent/@/agentstatus"],
  ["GET /agentevent/@"],
  ["PUT /voicecall/@/callout", '{"called":"x"}'],
  ["PUT /voicecall/@/callout", '{"called":"999"}'],
  ["PUT /voicecall/@/callout", "no json"],
  ["DELETE /voicecall/@/release"],
  ["GET /calldata/@/holdlist"],
  ["POST /mediacall/@/imagecapture", "{}"],
  ["PUT /voicecall/@/snatchpickup?destWorkNo=102"],
];

async function replies(): Promise<readonly Reply[]> {
  const all: Reply[] = [];
  for (const [line, body] of lines) all.push(await agent.ask(line, body));
  all.push(await agent.ask("GET /onlineagent/@/agentstatus", undefined, ["Guid: wrong"]));
  all.push(await new Agent(gateway, "102", "40002").ask("GET /onlineagent/@/agentstatus"));
  return all;
}

test("wire 1: status 200 for every business outcome, errors included", async () => {
  const codes = new Set<string>();
  for (const reply of await replies()) {
    assert.equal(reply.status, 200, reply.body);
    codes.add(reply.code);
  }
  assert.deepEqual([...codes].sort(), [
    "0",
    "000-002",
    "000-003",
    "100-006",
    "100-007",
    "200-001",
    "200-017",
    "400-003",
  ]);
});

test("wire 2: Content-Type is application/json, exactly, and the text is UTF-8", async () => {
  for (const reply of await replies()) {
    assert.equal(header(reply, "Content-Type"), "application/json", reply.body);
    assert.equal(Number(header(reply, "Content-Length")), Buffer.byteLength(reply.body));
  }
});

test("wire 3: retcode, workNo and callid are texts", async () => {
  for (const { body } of await replies()) assert.match(body, /"retcode":"[0-9-]+"/);
  await agent.ask("POST /onlineagent/@/work");
  const reply = await agent.poll();
  assert.match(reply.body, /"workNo":"101"/);
  await agent.ask("POST /onlineagent/@/cancelwork");
  while (envelope(await agent.poll()).event);
});

test("wire 4: the keys are message, retcode, then result or event; no white space, no newline at the end", async () => {
  for (const { body } of await replies()) {
    const keys = Object.keys(JSON.parse(body) as object);
    assert.deepEqual(keys.slice(0, 2), ["message", "retcode"], body);
    assert.ok(keys.length <= 3 && ["result", "event", undefined].includes(keys[2]), body);
    assert.equal(body, JSON.stringify(JSON.parse(body)));
  }
});

test("wire 5: an empty poll, byte for byte", async () => {
  while (envelope(await agent.poll()).event);
  assert.equal((await agent.poll()).body, emptyPoll);
  assert.equal(emptyPoll, '{"message":"","retcode":"0"}');
});

test("wire 6: a poll of one agent carries one event, as an object", async () => {
  await agent.ask("POST /onlineagent/@/saybusy");
  await agent.ask("POST /onlineagent/@/cancelbusy");
  for (const eventType of ["AgentState_SetNotReady_Success", "AgentState_CancelNotReady_Success"]) {
    const { event } = envelope(await agent.poll());
    assert.ok(event && !Array.isArray(event));
    assert.equal(event.eventType, eventType);
  }
  assert.equal((await agent.poll()).body, emptyPoll);
});

test("wire 8: neither 100-006 nor 000-003 while the agent is signed in, whatever else goes wrong", async () => {
  const { http } = gateway.ports;
  const line = `GET /agentgateway/resource/agentevent/${agent.id}`;
  const stranded = await send({ port: http }, line, ["Guid: wrong"]);
  assert.equal(stranded.body, stranger);
  for (const body of ["{", "x".repeat(1_100_000)]) {
    const reply = await agent.ask("PUT /voicecall/@/callout", body);
    assert.equal(reply.code, "000-002");
  }
  for (let polls = 0; polls < 3; polls++) assert.equal((await agent.poll()).body, emptyPoll);
});

test("wire 7: a poll that is held comes back after the documented ten seconds, well under twenty", async () => {
  const { reply, ms } = await held;
  assert.equal(reply.body, emptyPoll);
  assert.ok(ms > 9_000 && ms < 12_000, `${ms} ms`);
});

// Replies that cannot be written: a fault of ours, said in the log and to whoever asked, and nobody else suffers from it.

import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { Readable } from "node:stream";
import test from "node:test";
import { type Opened, open, guid as own, send } from "./gateway-twin.test.ts";

const root = "/agentgateway/resource";
const guid = `guid: ${own}`;
const fault = '{"message":"internal error","retcode":"100-007"}';
/** No header may hold it. */
const unspeakable = "two\nlines";

const faults = (it: Opened): number => it.logged.filter(({ error }) => error !== undefined).length;
const stillServes = async (it: Opened): Promise<void> => {
  const { body } = await send(it.port, `GET ${root}/onlineagent/101/agentstatus`, [guid]);
  assert.equal(body, '{"message":"","retcode":"0","result":{"agentState":4,"isWorking":false}}');
};

for (const [when, kept] of [
  ["at once", (then: () => void) => then()],
  ["when what it did is on disk", (then: () => void) => void setImmediate(then)],
] as const) {
  test(`a command whose reply cannot be written, ${when}: 100-007 with status 200, and one line of the log`, async (t) => {
    const it = await open(t);
    const result = { vdnid: 1, workno: "101" };
    Object.assign(it.gateway, { kept, signIn: async () => ({ guid: unspeakable, result }) });
    const body = JSON.stringify({ password: "", phonenum: "40001" });
    const reply = await send(it.port, `PUT ${root}/onlineagent/101`, ["Content-Type: application/json"], body);
    assert.deepEqual([reply.status, reply.body, faults(it)], [200, fault, 1]);
    await stillServes(it);
  });

  test(`a fault after the reply has gone out, ${when}: it stays as it was`, async (t) => {
    const it = await open(t);
    const note = () => assert.fail("the live page has a fault");
    Object.assign(it.gateway, { kept, note });
    const reply = await send(it.port, `POST ${root}/onlineagent/101/work`, [guid]);
    assert.deepEqual([reply.body, faults(it)], ['{"message":"","retcode":"0","result":{}}', 1]);
    Object.assign(it.gateway, { note: () => {} });
    await stillServes(it);
  });
}

test("an event whose reply cannot be written is not offered again and again: the poll gets 100-007", async (t) => {
  const it = await open(t);
  it.push({ eventType: "AgentState_Ready", workNo: "101", content: null });
  it.renewed = unspeakable;
  const reply = await send(it.port, `GET ${root}/agentevent/101`, [guid]);
  assert.deepEqual([reply.body, faults(it)], [fault, 1]);
  it.renewed = undefined;
  assert.equal((await send(it.port, `GET ${root}/agentevent/101`, [guid])).body, '{"message":"","retcode":"0"}');
  assert.equal(it.undelivered, 0);
});

test("a file whose head cannot be written is closed", async (t) => {
  const it = await open(t);
  const content = new Readable({ read() {} });
  const file = { name: "ü…wav", bytes: 9, content };
  Object.assign(it.gateway.recordings, { named: async () => ({ callId: "1-1" }), open: async () => file });
  const reply = await send(it.port, `GET ${root}/recordfile/101?recordId=r&locationId=0&filetype=1`, [guid]);
  assert.deepEqual([reply.body, faults(it), content.destroyed], [fault, 1, true]);
});

test("a reply that stops in the middle ends with its connection", async (t) => {
  const it = await open(t);
  const content = { destroy() {} };
  const file = { name: "a.wav", bytes: 9, content };
  Object.assign(it.gateway.recordings, { named: async () => ({ callId: "1-1" }), open: async () => file });
  const socket = connect(it.port, "127.0.0.1");
  socket.on("error", () => {});
  socket.write(`GET ${root}/recordfile/101?recordId=r&locationId=0&filetype=1 HTTP/1.1\r\nHost: x\r\n${guid}\r\n\r\n`);
  await once(socket.resume(), "close");
  assert.equal(faults(it), 1);
  await stillServes(it);
});

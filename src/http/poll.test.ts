// Polls through real sockets: what they answer, how they are held, what happens when the peer goes away.

import assert from "node:assert/strict";
import { connect } from "node:net";
import test from "node:test";
import type { AgentEventMessage } from "../contract/agent-event.ts";
import { type Opened, open, guid as own, receive, send } from "./gateway-twin.test.ts";

const line = "GET /agentgateway/resource/agentevent/101";
const allAgents = "GET /agentgateway/resource/agentevent/allagentevent";
const guid = `guid: ${own}`;
const empty = '{"message":"","retcode":"0"}';
const ready: AgentEventMessage = { eventType: "AgentState_Ready", workNo: "101", content: null };
const shown = '{"eventType":"AgentState_Ready","workNo":"101","content":null}';

/** A poll that waits at the twin, on a socket of its own. */
async function held(it: Opened) {
  const socket = connect(it.port, "127.0.0.1");
  socket.write(`${line} HTTP/1.1\r\nHost: x\r\n${guid}\r\n\r\n`);
  while (!it.waiting.has("101")) await it.changed();
  return socket;
}

test("wire 5, 6: the empty poll, and one event as an object", async (t) => {
  const it = await open(t);
  assert.equal((await send(it.port, line, [guid])).body, empty);
  it.push(ready);
  it.push({
    content: { type: "main" },
    workNo: "101",
    eventGenTime: 1_471_585_949_806,
    eventType: "AgentOther_PhoneOffhook",
  });
  assert.equal((await send(it.port, line, [guid])).body, `{"message":"","retcode":"0","event":${shown}}`);
  assert.equal(
    (await send(it.port, line, [guid])).body,
    '{"message":"","retcode":"0","event":{"eventType":"AgentOther_PhoneOffhook","eventGenTime":1471585949806,' +
      '"workNo":"101","content":{"type":"main"}}}',
  );
  assert.equal((await send(it.port, line, [guid])).body, empty);
  assert.equal(it.undelivered, 0);
});

test("a held poll comes back with the event", async (t) => {
  const it = await open(t, { pollHoldMs: 10_000 });
  const socket = await held(it);
  it.push(ready);
  assert.equal((await receive(socket)).body, `{"message":"","retcode":"0","event":${shown}}`);
  socket.destroy();
});

test("a peer that goes away ends its poll, and what was not written is given back (decision 7)", async (t) => {
  const it = await open(t, { pollHoldMs: 10_000 });
  const socket = await held(it);
  socket.destroy();
  while (it.undelivered === 0) await it.changed();
  assert.equal(it.waiting.size, 0);
  assert.equal(it.undelivered, 1);
});

test("a new Guid rides on polls and handshakes only (decision 1)", async (t) => {
  const it = await open(t);
  it.renewed = "new.AgentGateway1";
  const headers = /\r\nSet-GUID: JSESSIONID=new\.AgentGateway1\r\nGuid: new\.AgentGateway1\r\n/;
  const root = "/agentgateway/resource/onlineagent/101";
  for (const renewing of [line, `POST ${root}/handshake`]) {
    assert.match((await send(it.port, renewing, [guid])).head, headers);
  }
  for (const other of [`PUT ${root}/heartbeat`, `GET ${root}/agentstatus`]) {
    assert.doesNotMatch((await send(it.port, other, [guid])).head, /guid/i);
  }
});

test("wire 15, decision 4: the poll of a trusted host, an array; without a Guid", async (t) => {
  const mode = { getEventMode: 2 };
  const it = await open(t, { ...mode, trustedHosts: ["127.0.0.1"] });
  assert.equal((await send(it.port, allAgents)).body, empty);
  it.push(ready);
  it.push(ready);
  assert.equal((await send(it.port, allAgents)).body, `{"message":"","retcode":"0","event":[${shown},${shown}]}`);
  const other = await open(t, mode);
  const refused = '{"message":"no right to invite resouce","retcode":"000-003","result":""}';
  assert.equal((await send(other.port, allAgents, [guid])).body, refused);
});

test("000-001: the poll of another mode than the configured one", async (t) => {
  const mismatch = '{"message":"the event method does not match the configured mode","retcode":"000-001"}';
  const trustedHosts = ["127.0.0.1"];
  const single = await open(t, { trustedHosts });
  assert.equal((await send(single.port, allAgents)).body, mismatch);
  const all = await open(t, { trustedHosts, getEventMode: 2 });
  assert.equal((await send(all.port, line, [guid])).body, mismatch);
  const push = await open(t, { trustedHosts, eventMethod: "HTTP_PUSH" });
  assert.equal((await send(push.port, line, [guid])).body, mismatch);
});

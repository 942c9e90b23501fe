// /seatway/trunks: who may ask, and what a request must look like.

import assert from "node:assert/strict";
import { connect } from "node:net";
import test, { type TestContext } from "node:test";
import { refuse } from "../base/step.ts";
import type { TrunkReport } from "../contract/trunk.ts";
import type { Refused } from "../runtime/face.ts";
import type { TrunkDesk } from "../runtime/trunk-doctor.ts";
import { open, receive, send } from "./gateway-twin.test.ts";

const report: TrunkReport = {
  name: "carrier 1",
  uri: "sip:192.0.2.1",
  patterns: ["4xxxx"],
  priority: 1,
  weight: 1,
  state: "up",
  restUntil: null,
  channels: { inUse: 0, limit: null },
  registration: null,
  nat: null,
  probes: [],
  replies: [],
};
const probe = { at: "2026-01-01T00:00:00.000Z", status: 200, ms: 3, local: null };
const busy = refuse("100-007", "a test of this trunk is running") satisfies Refused;

async function desk(t: TestContext) {
  const asked: (string | undefined)[] = [];
  const trunks: TrunkDesk = {
    list: () => [report],
    report: (name) => (name === report.name ? report : undefined),
    async test(_name, number) {
      asked.push(number);
      return number === "999" ? busy : { probe, call: null };
    },
  };
  const { port } = await open(t, {}, { trunks });
  return { port, asked };
}

test("the list, one trunk by its escaped name, and no other", async (t) => {
  const { port } = await desk(t);
  assert.deepEqual(JSON.parse((await send(port, "GET /seatway/trunks")).body), { trunks: [report] });
  assert.deepEqual(JSON.parse((await send(port, "GET /seatway/trunks/carrier%201")).body), report);
  for (const line of ["GET /seatway/trunks/other", "POST /seatway/trunks/other/test"]) {
    const reply = await send(port, line);
    assert.deepEqual([reply.status, JSON.parse(reply.body)], [404, { message: "no such trunk", retcode: "000-002" }]);
  }
});

test("a test: with and without a number; what it refuses is 409", async (t) => {
  const { port, asked } = await desk(t);
  const post = (body?: string) => send(port, "POST /seatway/trunks/carrier%201/test", [], body);
  for (const body of [undefined, "", "{}"])
    assert.deepEqual(JSON.parse((await post(body)).body), { probe, call: null }, body);
  assert.equal((await post('{"number":"40040"}')).status, 200);
  const refused = await post('{"number":"999"}');
  assert.deepEqual([refused.status, JSON.parse(refused.body).retcode], [409, "100-007"]);
  assert.deepEqual(asked, [undefined, undefined, undefined, "40040", "999"]);
});

test("a body of another form is 400, and nothing is tested", async (t) => {
  const { port, asked } = await desk(t);
  for (const body of [
    "[]",
    "null",
    "1",
    "{",
    '{"number":1}',
    '{"number":""}',
    '{"number":"1","x":1}',
    '{"number":"+1"}',
  ]) {
    const reply = await send(port, "POST /seatway/trunks/carrier%201/test", [], body);
    assert.equal(reply.status, 400, body);
  }
  assert.deepEqual(asked, []);
});

test("a page of another site can neither read nor test: Host and Origin are looked at", async (t) => {
  const { port, asked } = await desk(t);
  const post = "POST /seatway/trunks/carrier%201/test";
  for (const origin of ["https://evil.example.org", "null", "http://localhost:1"])
    assert.equal((await send(port, post, [`Origin: ${origin}`])).status, 403, origin);
  assert.equal((await send(port, post, ["Origin: http://localhost"])).status, 200);
  for (const path of ["GET /seatway/trunks", "GET /seatway/trunks/carrier%201", post]) {
    const socket = connect(port, "127.0.0.1");
    socket.write(`${path} HTTP/1.1\r\nHost: evil.example.org\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    assert.equal((await receive(socket)).status, 403, path);
    socket.destroy();
  }
  assert.equal(asked.length, 1);
});

test("with SIP off there are no such paths", async (t) => {
  const { port } = await open(t);
  assert.equal((await send(port, "GET /seatway/trunks")).status, 404);
});

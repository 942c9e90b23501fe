// Which Upgrade is taken at /sip, and that every other one is served as if it had not been offered.

import assert from "node:assert/strict";
import type { Duplex } from "node:stream";
import test, { type TestContext } from "node:test";
import { open, send } from "./gateway-twin.test.ts";

const offer = ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: eA=="];
const sip = "Sec-WebSocket-Protocol: sip";

/** Answers what it takes over with a line of its own. */
async function opened(t: TestContext, corsOrigins: readonly string[] = []) {
  const taken: Duplex[] = [];
  const it = await open(
    t,
    { corsOrigins },
    {
      sipSocket(_request, socket) {
        taken.push(socket);
        socket.end("HTTP/1.1 101 Taken\r\nContent-Length: 0\r\n\r\n");
      },
    },
  );
  return { ...it, taken };
}

test("SIP over WebSocket is handed over; a list of subprotocols and a query do not matter", async (t) => {
  const { port, taken } = await opened(t);
  assert.equal((await send(port, "GET /sip", [...offer, sip])).status, 101);
  assert.equal((await send(port, "GET /sip?x=1", [...offer, "Sec-WebSocket-Protocol: foo, sip"])).status, 101);
  assert.equal(taken.length, 2);
});

test("a page of another origin is refused, of this one or a listed one not", async (t) => {
  const { port, taken, logged } = await opened(t, ["https://desk.example.org"]);
  const from = (origin: string) => send(port, "GET /sip", [...offer, sip, `Origin: ${origin}`]);
  assert.equal((await from("https://evil.example.org")).status, 403);
  assert.equal((await from("null")).status, 403);
  assert.equal(taken.length, 0);
  assert.ok(logged.some(({ origin }) => origin === "https://evil.example.org"));
  assert.equal((await from("https://desk.example.org")).status, 101);
  assert.equal((await from("http://localhost")).status, 101);
});

test("every other offer is ignored and its request served", async (t) => {
  const { port, taken } = await opened(t);
  const h2c = ["Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__"];
  assert.equal((await send(port, "GET /healthz", h2c)).status, 200);
  assert.equal((await send(port, "GET /healthz", [...offer, sip])).status, 200);
  assert.equal((await send(port, "GET /sip", h2c)).status, 426);
  assert.equal((await send(port, "GET /sip", offer)).status, 426);
  const bare = await send(port, "GET /sip", []);
  assert.equal(bare.status, 426);
  assert.match(bare.head, /\r\nUpgrade: websocket\r\n/);
  assert.equal(taken.length, 0);
});

test("without SIP there is no such path", async (t) => {
  const { port } = await open(t);
  assert.equal((await send(port, "GET /sip", [...offer, sip])).status, 404);
});

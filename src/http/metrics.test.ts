// /metrics: who may read it, and with which type it comes.

import assert from "node:assert/strict";
import { once } from "node:events";
import { request } from "node:https";
import { connect } from "node:net";
import test from "node:test";
import { generate } from "selfsigned";
import { open, receive, send } from "./gateway-twin.test.ts";

const page = async () => ({ contentType: "text/plain; version=0.0.4; charset=utf-8", text: "a 1\n" });
const metrics = { page, allows: () => false };

test("the text with the type of its format, for a Host of this machine only", async (t) => {
  const { port } = await open(t, {}, { metrics });
  const reply = await send(port, "GET /metrics");
  assert.equal(reply.status, 200);
  assert.match(reply.head, /\r\nContent-Type: text\/plain; version=0\.0\.4; charset=utf-8\r\n/);
  assert.equal(reply.body, "a 1\n");
  const socket = connect(port, "127.0.0.1");
  socket.write("GET /metrics HTTP/1.1\r\nHost: evil.example.org\r\nConnection: close\r\n\r\n");
  assert.equal((await receive(socket)).status, 403);
  socket.destroy();
});

test("from this machine a foreign Host is refused whatever the list says", async (t) => {
  const { private: key, cert } = await generate([{ name: "commonName", value: "localhost" }]);
  const more = { httpsPort: 0, tls: { key, cert } };
  const { face } = await open(t, more, { metrics: { page, allows: () => true } });
  const status = async (host: string): Promise<number | undefined> => {
    const headers = { host };
    const asked = request({
      port: face.httpsPort,
      host: "127.0.0.1",
      path: "/metrics",
      rejectUnauthorized: false,
      headers,
    });
    asked.end();
    const [response] = await once(asked, "response");
    response.resume();
    return response.statusCode;
  };
  assert.deepEqual([await status("localhost"), await status("prometheus.example")], [200, 403]);
});

test("a fault in reading is 500, and the reason is for the log alone", async (t) => {
  const broken = { allows: () => false, page: () => Promise.reject(new Error("secret")) };
  const { port, logged } = await open(t, {}, { metrics: broken });
  const reply = await send(port, "GET /metrics");
  assert.deepEqual([reply.status, reply.body.includes("secret")], [500, false]);
  assert.ok(logged.some(({ fault }) => `${fault}`.includes("secret")));
});

test("nobody counts: there is no such path", async (t) => {
  const { port } = await open(t);
  assert.equal((await send(port, "GET /metrics")).status, 404);
});

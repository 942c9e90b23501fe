// The page, the live feed, the probes and the listeners.

import assert from "node:assert/strict";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { request } from "node:https";
import { connect } from "node:net";
import test from "node:test";
import { generate } from "selfsigned";
import { systemClock } from "../base/clock.ts";
import { silentLog } from "../base/log.ts";
import { faceSettings, guid, open, receive, send, twin } from "./gateway-twin.test.ts";
import { openHttp } from "./server.ts";

test("the page and its files, under a policy that allows no inline script", async (t) => {
  const { port } = await open(t);
  for (const [path, type] of [
    ["/watch", "text/html"],
    ["/page.js", "text/javascript"],
    ["/page.css", "text/css"],
  ]) {
    const reply = await send(port, `GET ${path}`);
    assert.equal(reply.status, 200, path);
    assert.ok(reply.head.includes(`\r\nContent-Type: ${type}; charset=utf-8\r\n`));
    assert.match(reply.head, /\r\nContent-Security-Policy: default-src 'none'; script-src 'self'/);
  }
  const html = await readFile(new URL("./page/page.html", import.meta.url), "utf8");
  assert.doesNotMatch(html, /<script>|\son\w+=|style=/);
});

test("a name that only points at this machine is not served (DNS rebinding)", async (t) => {
  const { port } = await open(t);
  for (const host of ["evil.example.org", "127.0.0.1.example.org", "localhost.example.org", ""]) {
    for (const path of ["/watch", "/live"]) {
      const socket = connect(port, "127.0.0.1");
      socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
      assert.equal((await receive(socket)).status, 403, `${host}${path}`);
      socket.destroy();
    }
  }
});

test("what is served is seen live by a page, and the feed ends with it", async (t) => {
  const it = await open(t);
  const socket = connect(it.port, "127.0.0.1");
  const begun = it.changed();
  socket.write("GET /live HTTP/1.1\r\nHost: localhost:8000\r\n\r\n");
  await begun;
  let seen = "";
  socket.on("data", (chunk) => {
    seen += chunk.toString();
  });
  await send(it.port, "GET /agentgateway/resource/onlineagent/102/agentstatus");
  while (!/data: .+\n\n/.test(seen)) await once(socket, "data");
  assert.match(seen, /\r\nContent-Type: text\/event-stream\r\n/);
  const data = /data: (.+)\n\n/.exec(seen)?.[1] ?? "";
  const { at, ...line } = JSON.parse(data);
  assert.equal(typeof at, "number");
  assert.deepEqual(line, {
    kind: "request",
    agent: "102",
    callId: "",
    title: "GET /agentgateway/resource/onlineagent/102/agentstatus",
    text: "100-006 the agent is not signed in",
  });
  const ended = it.changed();
  socket.destroy();
  await ended;
});

test("/healthz and /readyz", async (t) => {
  const it = await open(t);
  assert.equal((await send(it.port, "GET /healthz")).body, '{"status":"alive"}');
  assert.equal((await send(it.port, "GET /readyz")).body, '{"status":"ready","missing":[]}');
  it.missing = ["trunk demo is down"];
  const reply = await send(it.port, "GET /readyz");
  assert.equal(reply.status, 503);
  assert.equal(reply.body, '{"status":"not ready","missing":["trunk demo is down"]}');
});

const { httpPort: _, ...settings } = faceSettings;
const openWith = (more: object) =>
  openHttp({ gateway: twin().gateway, clock: systemClock, log: silentLog, settings: { ...settings, ...more } });

test("HTTPS answers like HTTP, with the header's spelling kept", async (t) => {
  const { private: key, cert } = await generate([{ name: "commonName", value: "localhost" }]);
  const face = await openWith({ httpsPort: 0, tls: { key, cert } });
  t.after(() => face.close());
  assert.equal(face.httpPort, undefined);
  const path = "/agentgateway/resource/onlineagent/101";
  const asked = request({
    port: face.httpsPort,
    host: "127.0.0.1",
    path,
    method: "PUT",
    ca: cert,
    servername: "localhost",
  });
  asked.end('{"password":"","phonenum":"40001"}');
  const [response] = await once(asked, "response");
  assert.ok(response.rawHeaders.includes("Set-GUID"));
  assert.equal(response.headers["content-type"], "application/json");
  response.resume();
  await once(response, "end");
});

test("a port in use is one line that names the setting, and nothing stays open", async (t) => {
  const { port } = await open(t);
  await assert.rejects(openWith({ httpPort: port }), {
    message: `SEATWAY_HTTP_PORT=${port}: the port is in use: end the program that has it, or set another port`,
  });
  await assert.rejects(openWith({ httpsPort: 0 }), {
    message: "SEATWAY_HTTPS_PORT 0: a certificate and its key are needed",
  });
});

test("closing ends held requests and live feeds", async (t) => {
  const it = await open(t, { pollHoldMs: 10_000 });
  const feed = connect(it.port, "127.0.0.1");
  feed.write("GET /live HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await it.changed();
  const socket = connect(it.port, "127.0.0.1");
  socket.write(`GET /agentgateway/resource/agentevent/101 HTTP/1.1\r\nHost: x\r\nguid: ${guid}\r\n\r\n`);
  while (!it.waiting.has("101")) await it.changed();
  feed.resume();
  socket.resume();
  await Promise.all([it.face.close(), once(feed, "close"), once(socket, "close")]);
});

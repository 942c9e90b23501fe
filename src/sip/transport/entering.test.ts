// The guard is asked for each connection before it costs anything: before the handshake of TLS, and before a WebSocket is taken.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { connect, type Socket } from "node:net";
import { after, test } from "node:test";
import { connect as connectSecure } from "node:tls";
import { WebSocket } from "ws";
import { certificateBy, makeCa } from "../../../test/support/certificates.ts";
import { Seen } from "../../../test/support/sip-endpoints.ts";
import { systemClock } from "../../base/clock.ts";
import { silentLog } from "../../base/log.ts";
import type { NetworkEvents, NetworkOptions } from "./network.ts";
import { openTls } from "./tls.ts";
import { openWebSockets } from "./websocket.ts";

const ca = await makeCa("test CA");
const own = await certificateBy(ca, "gateway.test");

const options: NetworkOptions = {
  ...{ clock: systemClock, log: silentLog, host: "127.0.0.1", port: 0 },
  transports: ["tls"],
};

/** Takes two connections at a time. */
function door() {
  const left = new Seen<string>();
  let inside = 0;
  const events: NetworkEvents = {
    message: () => {},
    closed: () => {},
    enters() {
      if (inside === 2) return false;
      inside += 1;
      return true;
    },
    left(address) {
      inside -= 1;
      left.push(address);
    },
  };
  return { events, left, inside: () => inside };
}

const ended = (socket: Socket): Promise<unknown> => {
  socket.on("error", () => {});
  socket.resume();
  return new Promise((resolve) => socket.once("close", resolve));
};

test("TLS: a connection that has not begun its handshake counts, and one above the limit is closed at once", async () => {
  const { events, left, inside } = door();
  const transport = await openTls({ ...options, tls: { ...own, port: 0 } }, events);
  const sockets: Socket[] = [];
  after(async () => {
    for (const socket of sockets) socket.destroy();
    await transport.close();
  });
  const at = { host: "127.0.0.1", port: transport.port };
  const opened = async (): Promise<Socket> => {
    const socket = connect(at);
    sockets.push(socket);
    await once(socket, "connect");
    return socket;
  };
  const silent = await opened();
  await opened();
  await ended(await opened());
  assert.equal(inside(), 2);
  silent.destroy();
  assert.equal(await left.until(() => true), "127.0.0.1");
  const phone = connectSecure({ ...at, ca: ca.cert, servername: "gateway.test" });
  sockets.push(phone);
  await once(phone, "secureConnect");
  assert.equal(inside(), 2);
  phone.destroy();
  await left.until(() => left.items.length === 2);
  assert.equal(inside(), 1);
});

test("TLS: who has not ended his handshake after ten seconds is cut off, and makes room", {
  timeout: 60_000,
}, async () => {
  const { events, left, inside } = door();
  const transport = await openTls({ ...options, tls: { ...own, port: 0 } }, events);
  const silent = connect({ host: "127.0.0.1", port: transport.port });
  after(async () => {
    silent.destroy();
    await transport.close();
  });
  await ended(silent);
  await left.until(() => true);
  assert.equal(inside(), 0);
});

test("WebSocket: one above the limit is closed before it is taken, and whoever goes makes room", async () => {
  const { events, left, inside } = door();
  const transport = openWebSockets(options, events);
  const server = createServer();
  server.on("upgrade", transport.accept);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const browsers: WebSocket[] = [];
  after(() => {
    for (const browser of browsers) browser.terminate();
    server.close();
  });
  const bound = server.address();
  assert.ok(typeof bound === "object" && bound);
  const browser = (): WebSocket => {
    const socket = new WebSocket(`ws://127.0.0.1:${bound.port}/sip`, "sip");
    browsers.push(socket);
    return socket;
  };
  const first = browser();
  await Promise.all([once(first, "open"), once(browser(), "open")]);
  await assert.rejects(once(browser(), "open"), /socket hang up|ECONNRESET/);
  assert.equal(inside(), 2);
  first.terminate();
  assert.equal(await left.until(() => true), "127.0.0.1");
  await once(browser(), "open");
  assert.equal(inside(), 2);
});

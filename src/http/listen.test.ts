import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { listen } from "./listen.ts";

const host = "127.0.0.1";

/** So many connect at once, on a thread of their own; says how many have an answer. */
const crowd = (port: number, count: number): Worker =>
  new Worker(
    `const { connect } = require("node:net");
     let answered = 0;
     for (let each = 0; each < ${count}; each++) {
       const socket = connect(${port}, "${host}", () => socket.write("GET / HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n"));
       socket.once("data", () => ++answered === ${count} && require("node:worker_threads").parentPort.postMessage(answered));
     }`,
    { eval: true },
  );

test("who connect at once come in together, however long a turn of the event loop takes", {
  skip: process.platform === "linux" ? false : "ports are shared on Linux",
}, async () => {
  const server = createServer((_, response) => response.end("here"));
  const doors = await listen(server, { host, port: 0 });
  const { port } = server.address() as AddressInfo;
  let turn = 0;
  let runs = true;
  const perTurn = new Map<number, number>();
  server.on("connection", () => perTurn.set(turn, (perTurn.get(turn) ?? 0) + 1));
  const busy = (): void => {
    turn += 1;
    for (const until = performance.now() + 10; performance.now() < until; );
    if (runs) setImmediate(busy);
  };
  const clients = crowd(port, 200);
  busy();
  await once(clients, "message");
  runs = false;
  assert.equal(
    [...perTurn.values()].reduce((sum, each) => sum + each),
    200,
  );
  assert.ok(Math.max(...perTurn.values()) > 4, `${[...perTurn.values()]}`);
  await clients.terminate();
  server.close();
  server.closeAllConnections();
  await doors.close();
  await assert.rejects(once(connect(port, host), "connect"), { code: "ECONNREFUSED" });
});

test("a port that somebody has, with one door or with many, is in use", async () => {
  const first = createServer();
  const doors = await listen(first, { host, port: 0 });
  const { port } = first.address() as AddressInfo;
  await assert.rejects(listen(createServer(), { host, port }), { code: "EADDRINUSE" });
  first.close();
  await doors.close();
  const again = createServer();
  await (await listen(again, { host, port })).close();
  again.close();
});

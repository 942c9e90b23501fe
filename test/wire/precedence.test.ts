// SIP over UDP and requests that have all arrived while the event loop was busy: in which order they are served.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import process from "node:process";
import { test } from "node:test";
import { systemClock } from "../../src/base/clock.ts";
import { openPrecedence, type Precedence } from "../../src/base/precedence.ts";
import { openEndpoint } from "../../src/sip/endpoint.ts";
import { bareSocket, options, started } from "../support/sip-endpoints.ts";

const DATAGRAMS = 200;
const REQUESTS = 60;

const probe = (port: number, number: number): string =>
  [
    "OPTIONS sip:1@127.0.0.1 SIP/2.0",
    `Via: SIP/2.0/UDP 127.0.0.1:${port};branch=z9hG4bK${number};rport`,
    "From: <sip:9@x>;tag=a",
    "To: <sip:1@127.0.0.1>",
    `Call-ID: c${number}`,
    "CSeq: 1 OPTIONS",
    "Content-Length: 0",
    "",
    "",
  ].join("\r\n");

const ready = async (port: number): Promise<Socket> => {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  return socket;
};

/** Nothing else runs for so long. */
function block(ms: number): void {
  const end = systemClock.monotonic() + ms;
  while (systemClock.monotonic() < end);
}

/** How many requests had been served when the last datagram was. */
async function servedBefore(precedence: Pick<Precedence, "arrived" | "run" | "crowdedMs">): Promise<number> {
  const done = Promise.withResolvers<number>();
  let [datagrams, requests] = [0, 0];
  const endpoint = await started(
    openEndpoint(
      options(
        {},
        {
          datagrams: precedence,
          trace({ direction }) {
            datagrams += direction === "in" ? 1 : 0;
            if (direction === "in" && datagrams === DATAGRAMS) done.resolve(requests);
          },
        },
      ),
    ),
  );
  const server = createServer((_, response) =>
    precedence.run(() => {
      requests += 1;
      response.end();
    }),
  );
  await once(server.listen(0, "127.0.0.1"), "listening");
  const accepted = new Promise<void>((resolve) => {
    let connections = 0;
    server.on("connection", () => {
      connections += 1;
      if (connections === REQUESTS) resolve();
    });
  });
  const { port: to } = server.address() as AddressInfo;
  const clients = await Promise.all(Array.from({ length: REQUESTS }, () => ready(to)));
  await accepted;
  const { socket, port } = await bareSocket();
  const sent = Array.from({ length: DATAGRAMS }, (_, number) => probe(port, number)).map(
    (text) => new Promise((resolve) => socket.send(text, endpoint.port, "127.0.0.1", resolve)),
  );
  // They leave once their address has been looked up, before the loop turns.
  await new Promise<void>((resolve) => process.nextTick(resolve));
  for (const client of clients) client.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  block(20);
  await Promise.all(sent);
  const before = await done.promise;
  for (const client of clients) client.destroy();
  server.close();
  return before;
}

test("after a pause the datagrams that wait are served before most requests; without precedence after all of them", async () => {
  // A turn reads 32: seven turns at most, in each of which four requests go on.
  const held = await servedBefore(openPrecedence(systemClock));
  assert.ok(held <= 28, `${held} requests`);
  const plain = { arrived() {}, crowdedMs: () => 0, run: (work: () => void) => work() };
  assert.equal(await servedBefore(plain), REQUESTS);
});

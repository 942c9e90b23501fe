// A stranger whose stream cannot be framed (RFC 3261 §18.3): it is told once, and his connection ends though he goes on sending.

import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { after, test } from "node:test";
import { options, Seen } from "../../../test/support/sip-endpoints.ts";
import { virtualClock } from "../../base/clock.ts";
import { openEndpoint } from "../endpoint.ts";

const HEAD = [
  "OPTIONS sip:seatway.test SIP/2.0",
  "Via: SIP/2.0/TCP 127.0.0.1:9;branch=z9hG4bK1",
  "From: <sip:1@seatway.test>;tag=a",
  "To: <sip:1@seatway.test>",
  "Call-ID: c",
  "CSeq: 1 OPTIONS",
  "",
  "",
].join("\r\n");

test("a message without Content-Length is answered once, and the connection is closed 32 s later, whatever still comes", async () => {
  const clock = virtualClock();
  const endpoint = await openEndpoint(options({}, { clock }));
  const socket = connect({ host: "127.0.0.1", port: endpoint.port, allowHalfOpen: true });
  socket.on("error", () => socket.destroy());
  after(() => {
    socket.destroy();
    return endpoint.close(0);
  });
  const got = new Seen<string>();
  socket.on("data", (bytes) => got.push(bytes.toString()));
  const ended = once(socket, "end");
  socket.write(HEAD);
  await ended;
  await new Promise((resolve) => socket.write(HEAD.repeat(100), resolve));
  clock.advance(31_999);
  assert.equal(socket.closed, false);
  clock.advance(1);
  // It has been cut: what is written now meets nobody.
  const closed = new Promise((resolve) => socket.once("close", resolve));
  const again = setInterval(() => socket.write(HEAD), 20);
  await closed.finally(() => clearInterval(again));
  assert.equal(got.items.join("").split("SIP/2.0 400").length, 2);
});

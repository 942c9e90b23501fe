// A phone that has registered by flow over TCP (RFC 5626 §5.4): while it says something the connection stands, silent it is closed.

import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { after, test } from "node:test";
import { options, Seen } from "../../../test/support/sip-endpoints.ts";
import { virtualClock } from "../../base/clock.ts";
import { openEndpoint } from "../endpoint.ts";
import type { Peer } from "../face.ts";
import { digestResponse, parseDigest } from "../message/digest.ts";

const register = (cseq: number, ...more: string[]): string =>
  [
    "REGISTER sip:seatway.test SIP/2.0",
    `Via: SIP/2.0/TCP 127.0.0.1:9;branch=z9hG4bK${cseq}`,
    "From: <sip:1@seatway.test>;tag=a",
    "To: <sip:1@seatway.test>",
    "Call-ID: c",
    `CSeq: ${cseq} REGISTER`,
    'Contact: <sip:1@10.0.0.2>;reg-id=1;+sip.instance="<urn:uuid:1>"',
    "Supported: outbound",
    ...more,
    "Content-Length: 0",
    "",
    "",
  ].join("\r\n");

test("a flow over TCP lives as long as its keep-alives", async () => {
  const clock = virtualClock();
  const closed = new Seen<Peer>();
  const handlers = {
    password: () => "p",
    register: () => ({ status: 200, bindings: [] }) as const,
    flowClosed: closed.push,
  };
  const endpoint = await openEndpoint(options(handlers, { clock }));
  const socket = connect({ host: "127.0.0.1", port: endpoint.port });
  after(() => {
    socket.destroy();
    return endpoint.close(0);
  });
  const got = new Seen<string>();
  socket.on("data", (bytes) => got.push(bytes.toString()));
  await once(socket, "connect");
  socket.write(register(1));
  const challenge = await got.until((text) => text.startsWith("SIP/2.0 401"));
  const nonce = parseDigest(/^WWW-Authenticate: (.*)\r$/m.exec(challenge)?.[1] ?? "")?.get("nonce") ?? "";
  const input = { algorithm: "MD5", username: "1", realm: "seatway", password: "p", method: "REGISTER" } as const;
  const response = digestResponse({ ...input, uri: "sip:x", nonce });
  const value = `username="1", realm="seatway", nonce="${nonce}", uri="sip:x", response="${response}"`;
  socket.write(register(2, `Authorization: Digest ${value}`));
  assert.match(await got.until((text) => text.startsWith("SIP/2.0 200")), /^Flow-Timer: 120\r$/m);
  for (let beat = 1; beat <= 3; beat++) {
    clock.advance(120_000);
    socket.write("\r\n\r\n");
    await got.until(() => got.items.filter((text) => text === "\r\n").length === beat);
  }
  assert.deepEqual(closed.items, []);
  clock.advance(149_999);
  assert.equal(socket.closed, false);
  clock.advance(1);
  await closed.until(({ port }) => port === socket.localPort);
});

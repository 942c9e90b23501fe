// The guard at the socket of a started gateway whose allow-list is empty: a dictionary of passwords is met with silence, and
// the ban is in the log and in the audit table.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, describe, test } from "node:test";
import { bareSite, siteWith } from "../conformance/sites.ts";
import { bareSocket } from "../support/sip-endpoints.ts";
import { startGateway } from "../support/started-gateway.ts";

const request = (method: string, port: number, ...more: string[]): string =>
  [
    `${method} sip:127.0.0.1 SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.1:${port};branch=z9hG4bK${randomBytes(8).toString("hex")};rport`,
    "From: <sip:40001@127.0.0.1>;tag=a",
    "To: <sip:40001@127.0.0.1>",
    `Call-ID: ${randomBytes(8).toString("hex")}`,
    `CSeq: 1 ${method}`,
    "Contact: <sip:40001@127.0.0.1:9>",
    ...more,
    "Content-Length: 0",
    "",
    "",
  ].join("\r\n");

const WRONG = 'Authorization: Digest username="40001", realm="seatway", nonce="n", uri="sip:x", response="0"';

describe("the guard of a started gateway", async () => {
  const data = await mkdtemp(join(tmpdir(), "seatway-guard-"));
  const gateway = await startGateway({ site: bareSite, data, settings: { SEATWAY_SIP_ALLOW: "none" } });
  after(async () => {
    await gateway.stop();
    await rm(data, { recursive: true, force: true });
  });
  const { socket, port, got } = await bareSocket();
  const send = (text: string) => socket.send(text, gateway.ports.sip, "127.0.0.1");

  test("wrong passwords, in whatever request, are answered until they are too many, then nothing is, and that is written down", async () => {
    for (let at = 1; at <= 20; at++) {
      send(at % 2 ? request("REGISTER", port, WRONG) : request("SUBSCRIBE", port, WRONG, "Event: dialog"));
      await got.until(() => got.items.length === at);
    }
    const banned = await gateway.logged(({ msg }) => msg === "banned");
    assert.equal(banned["reason"], "dictionary");
    assert.equal(banned["peer"], "127.0.0.1");
    for (let at = 0; at < 5; at++) send(request("OPTIONS", port));
    // RFC 8489: a Binding request, which others get an answer to.
    socket.send(Buffer.from(`000100002112a442${"00".repeat(12)}`, "hex"), gateway.ports.sip, "127.0.0.1");
    const stream = connect(gateway.ports.sip, "127.0.0.1");
    await once(stream.resume(), "close");
    await gateway.stop();
    const database = new DatabaseSync(join(data, "seatway.db"));
    const rows = database.prepare("SELECT face, peer, what, after FROM audit").all();
    database.close();
    assert.deepEqual(
      { ...rows[0] },
      { face: "sip", peer: "127.0.0.1", what: "ban", after: "dictionary: 20 wrong passwords" },
    );
    assert.equal(got.items.length, 20);
    assert.ok(got.items.every((text) => text.startsWith("SIP/2.0 401")));
  });
});

test("a trunk that is named by a host name is never banned at the address of that name", async () => {
  const site = siteWith([{ name: "carrier", port: 9, pattern: "4." }]).replace("host: 127.0.0.1", "host: localhost");
  const gateway = await startGateway({ site, settings: { SEATWAY_SIP_ALLOW: "none" } });
  try {
    await gateway.logged(({ msg, addresses }) => msg === "trunk addresses" && /127\.0\.0\.1/.test(`${addresses}`));
    const { socket, port, got } = await bareSocket();
    for (let at = 1; at <= 25; at++) {
      socket.send(request("REGISTER", port, WRONG), gateway.ports.sip, "127.0.0.1");
      await got.until(() => got.items.length === at);
    }
  } finally {
    await gateway.stop();
  }
});

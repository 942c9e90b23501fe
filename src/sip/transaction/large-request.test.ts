// RFC 3261 §18.1.1 at the sockets: a request of more than 1300 bytes to a UDP peer.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { bareSocket, options, Seen, started, starts } from "../../../test/support/sip-endpoints.ts";
import { openEndpoint } from "../endpoint.ts";
import type { DialogEvent, IncomingInvite, SipTrace } from "../face.ts";

const sdp = `v=0\r\n${"a=x\r\n".repeat(300)}`;
const from = { uri: "sip:2@127.0.0.1" };

describe("a large request", { timeout: 20_000 }, () => {
  test("goes over TCP with TCP in its Via, and its CANCEL the same way", async () => {
    const wire = new Seen<SipTrace>();
    const invite = (call: IncomingInvite) => call.ring(180);
    const callee = await started(openEndpoint(options({ invite }, { trace: wire.push })));
    const caller = await started(openEndpoint(options({})));
    const events = new Seen<DialogEvent>();
    const dialog = caller.invite({ uri: `sip:1@127.0.0.1:${callee.port}`, from, sdp }, events.push);
    await events.type("provisional");
    const first = await wire.until(starts("INVITE"));
    assert.equal(first.peer.transport, "tcp");
    assert.match(first.text, /\r\nVia: SIP\/2\.0\/TCP /);
    dialog.hangUp();
    assert.equal((await wire.until(starts("CANCEL"))).peer.transport, "tcp");
    assert.equal(((await events.type("failed")) as { status: number }).status, 487);
  });

  test("goes over UDP when nobody takes TCP there, the next one at once", async () => {
    const { socket, port, got } = await bareSocket();
    const out = new Seen<SipTrace>();
    const caller = await started(openEndpoint(options({}, { trace: out.push })));
    socket.on("message", (bytes, peer) => {
      const copied = String(bytes)
        .split("\r\n")
        .filter((line) => /^(Via|From|To|Call-ID|CSeq):/.test(line));
      if (!String(bytes).startsWith("ACK"))
        socket.send(["SIP/2.0 486 Busy Here", ...copied, "", ""].join("\r\n"), peer.port, peer.address);
    });
    for (const attempt of [1, 2]) {
      const events = new Seen<DialogEvent>();
      caller.invite({ uri: `sip:1@127.0.0.1:${port}`, from, sdp }, events.push);
      assert.equal(((await events.type("failed")) as { status: number }).status, 486);
      assert.equal(got.items.filter((text) => text.startsWith("INVITE")).length, attempt);
    }
    assert.match(got.items[0] ?? "", /\r\nVia: SIP\/2\.0\/UDP /);
    const ways = out.items.filter(starts("INVITE")).map(({ peer }) => peer.transport);
    assert.deepEqual(ways, ["tcp", "udp", "udp"]);
    assert.deepEqual(caller.census(), { transactions: 0, dialogs: 0 });
  });
});

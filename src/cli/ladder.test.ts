import assert from "node:assert/strict";
import { test } from "node:test";
import { pcap } from "../client/pcap.ts";
import { ladder, summary, type TraceMessage } from "./ladder.ts";

const phone = { transport: "udp", address: "192.0.2.1", port: 5062 };
const trunk = { transport: "tls", address: "2001:db8::1", port: 5061 };
const message = (start: string, more: Partial<TraceMessage> = {}): TraceMessage => ({
  at: 1_000,
  direction: "out",
  peer: phone,
  text: `${start}\r\nCSeq: 1 INVITE\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n`,
  ...more,
});

test("a line for each message, an arrow from the one who sent it", () => {
  const lines = ladder([
    message("INVITE sip:1@192.0.2.1 SIP/2.0"),
    message("SIP/2.0 200 OK", { at: 1_012, direction: "in" }),
    message("INVITE sip:2@x SIP/2.0", { at: 1_013, peer: trunk }),
    message("SIP/2.0 486 Busy", { at: 1_500, direction: "in", peer: trunk }),
  ]);
  assert.deepEqual(lines, [
    "                     192.0.2.1:5062                     Seatway                    [2001:db8::1]:5061",
    "+0 ms                      |<---- INVITE (SDP) [UDP] ------|                               |",
    "+12 ms                     |--- 200 INVITE (SDP) [UDP] --->|                               |",
    "+13 ms                     |                               |----- INVITE (SDP) [TLS] ----->|",
    "+500 ms                    |                               |<-- 486 INVITE (SDP) [TLS] ----|",
  ]);
});

test("what a peer wrote does not reach the terminal as it is", () => {
  assert.equal(summary("SIP/2.0 200 \u001b[2J\r\n\r\n"), "200 ");
  assert.deepEqual(ladder([]), [`${" ".repeat(24)}Seatway`]);
});

test("a pcap file of IPv4 and IPv6 packets with true lengths", () => {
  const messages = [message("INVITE sip:1 SIP/2.0"), message("BYE sip:2 SIP/2.0", { peer: trunk, at: 2_345 })];
  const file = Buffer.from(pcap(messages, { address: "192.0.2.9", port: 5060 }));
  assert.equal(file.readUInt32BE(20), 101);
  const length = file.readUInt32BE(24 + 8);
  const first = file.subarray(40, 40 + length);
  assert.equal(first[0], 0x45);
  assert.equal(first.readUInt16BE(2), length);
  assert.deepEqual([...first.subarray(12, 20)], [192, 0, 2, 9, 192, 0, 2, 1]);
  // RFC 1071: a header with its checksum sums up to all ones.
  let sum = 0;
  for (let at = 0; at < 20; at += 2) sum += first.readUInt16BE(at);
  assert.equal((sum & 0xffff) + (sum >>> 16), 0xffff);
  const record = file.subarray(40 + length);
  assert.deepEqual([record.readUInt32BE(0), record.readUInt32BE(4)], [2, 345_000]);
  const second = record.subarray(16);
  assert.equal(second.length, record.readUInt32BE(8));
  assert.equal(second.subarray(24, 40).toString("hex"), "20010db8000000000000000000000001");
  assert.match(second.toString(), /BYE sip:2 SIP\/2\.0/);
});

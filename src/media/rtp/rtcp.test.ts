import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ntpMiddleOf, readReport, writeKeyFrameRequest, writeReport } from "./rtcp.ts";

const base = { ssrc: 7, cname: "abc", sender: null, heard: null, peer: null, metrics: null, now: 5_000 };
const heard = { ssrc: 9, fractionLost: 255, lost: 3, highestSequence: 4_000_000_000, jitter: 12 };
const sender = { at: 1_500, rtpTimestamp: 88, packets: 10, octets: 1_600 };

test("a sender report with a block, then the CNAME", () => {
  const packet = writeReport({ ...base, sender, heard, peer: { ntpMiddle: 0x1234_5678, at: 4_000 } });
  assert.equal(packet[0], 0x81);
  assert.equal(packet[1], 200);
  assert.equal(packet.readUInt32BE(8), 2_208_988_801);
  assert.equal(packet.readUInt32BE(12), 0x8000_0000);
  assert.equal(packet.readUInt32BE(20), 10);
  assert.equal(packet.readUInt32BE(28), 9);
  assert.equal(packet.readUInt32BE(32), 0xff00_0003);
  assert.equal(packet.readUInt32BE(44), 0x1234_5678);
  assert.equal(packet.readUInt32BE(48), 65_536);
  assert.equal(packet[53], 202);
  assert.equal(packet.toString("latin1", 62, 65), "abc");
  const block = { lost: 3, jitter: 12, lastReport: 0x1234_5678, delay: 65_536 };
  assert.deepEqual(readReport(packet, 9), { ntpMiddle: ntpMiddleOf(1_500), block, mos: null });
  assert.deepEqual(readReport(packet, 8)?.block, null);
});

test("without anything sent it is a receiver report", () => {
  const packet = writeReport({ ...base, heard });
  assert.equal(packet[1], 201);
  assert.equal(readReport(packet, 9)?.ntpMiddle, -1);
  packet.writeUInt32BE(0x00ff_fffe, 12);
  assert.equal(readReport(packet, 9)?.block?.lost, -2);
});

test("a key frame request is compound RTCP", () => {
  const packet = writeKeyFrameRequest(1, 2);
  assert.ok(readReport(packet, 2));
  assert.deepEqual([packet[8], packet[9], packet.readUInt32BE(16)], [0x81, 206, 2]);
});

test("any bytes: never a throw; what is cut is no RTCP", () => {
  const whole = writeReport({ ...base, sender, heard });
  for (let length = 0; length < whole.length; length += 1) {
    const cut = readReport(whole.subarray(0, length), 9);
    assert.ok(cut === null || length === 52, `cut at ${length}`);
  }
  fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => void readReport(Buffer.from(bytes), 0)));
});

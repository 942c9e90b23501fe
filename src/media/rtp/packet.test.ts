import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { emptyView, readPacket, writeHeader } from "./packet.ts";

const header = { marker: true, payloadType: 101, sequence: 65_535, timestamp: 4_294_967_295, ssrc: 3_000_000_000 };

function packet(first: number, body: readonly number[]): Buffer {
  const bytes = Buffer.concat([Buffer.alloc(12), Buffer.from(body)]);
  writeHeader(bytes, 0, header);
  bytes[0] = first;
  return bytes;
}

test("what is written is read", () => {
  const view = emptyView();
  assert.ok(readPacket(packet(0x80, [1, 2, 3]), view));
  assert.deepEqual(view, { ...header, start: 12, end: 15 });
});

test("CSRCs, extension and padding lie outside the payload", () => {
  const view = emptyView();
  assert.ok(readPacket(packet(0xb1, [9, 9, 9, 9, 0xbe, 0xde, 0, 1, 8, 8, 8, 8, 1, 2, 0, 2]), view));
  assert.deepEqual([view.start, view.end], [24, 26]);
});

const bad: readonly [name: string, bytes: Buffer][] = [
  ["too short", Buffer.alloc(11, 0x80)],
  ["version 1", packet(0x40, [1])],
  ["CSRCs beyond the end", packet(0x8f, [1])],
  ["extension beyond the end", packet(0x90, [0, 0, 0, 9])],
  ["extension header beyond the end", packet(0x90, [0, 0])],
  ["padding of nothing", packet(0xa0, [1, 0])],
  ["padding longer than the payload", packet(0xa0, [1, 200])],
];
for (const [name, bytes] of bad) {
  test(`not RTP: ${name}`, () => assert.equal(readPacket(bytes, emptyView()), false));
}

test("any bytes: never a throw, never a payload outside the packet", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      const view = emptyView();
      if (!readPacket(Buffer.from(bytes), view)) return;
      assert.ok(view.start >= 12 && view.start <= view.end && view.end <= bytes.length);
    }),
  );
});

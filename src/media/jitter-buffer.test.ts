import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { JitterBuffer } from "./jitter-buffer.ts";

/** 20 ms that hold this value throughout. */
const packet = (value: number): Int16Array => new Int16Array(160).fill(value);
const values = [988, 1_052, 1_116, 1_180];

function write(buffer: JitterBuffer, index: number, jitterMs = 0, first = 0xffff_ff00): void {
  buffer.write(packet(values[index % values.length] ?? 0), (first + 160 * index) >>> 0, jitterMs);
}

describe("jitter buffer", () => {
  test("packets leave in order, 20 ms later; what never came is silence of its length", () => {
    const buffer = new JitterBuffer();
    const heard: (number | undefined)[] = [];
    for (const index of [0, 1, 3, 2]) write(buffer, index);
    for (let frame = 0; frame < 6; frame += 1) heard.push(buffer.frame(0)[80]);
    assert.deepEqual(heard, [0, ...values, 0]);
  });

  test("a packet that comes too late stretches the delay, and a surplus that lasts is given up", () => {
    const buffer = new JitterBuffer();
    write(buffer, 0);
    for (let frame = 0; frame < 4; frame += 1) buffer.frame(0);
    for (const index of [1, 2, 3]) write(buffer, index, 20);
    assert.ok(buffer.depthMs >= 60, `${buffer.depthMs} ms`);
    for (let index = 4; index < 400; index += 1) {
      write(buffer, index);
      buffer.frame(0);
    }
    assert.ok(buffer.depthMs <= 60, `${buffer.depthMs} ms`);
  });

  test("a speaker who begins anew, or after a long silence, is heard again", () => {
    const buffer = new JitterBuffer();
    write(buffer, 0);
    for (let frame = 0; frame < 100; frame += 1) buffer.frame(0);
    write(buffer, 1, 0, 5_000_000);
    assert.equal(buffer.frame(0)[0], 0);
    assert.equal(buffer.frame(0)[0], values[1]);
  });

  test("whatever a peer sends, the delay stays below a second and frames are whole", () => {
    const steps = fc.array(fc.record({ timestamp: fc.nat(0xffff_ffff), near: fc.boolean(), reads: fc.nat(3) }));
    fc.assert(
      fc.property(steps, (list) => {
        const buffer = new JitterBuffer();
        for (const [index, { timestamp, near, reads }] of list.entries()) {
          const stamp = near ? 160 * index + (timestamp % 4_000) : timestamp;
          buffer.write(packet(988), stamp >>> 0, timestamp % 300);
          for (let read = 0; read < reads; read += 1) assert.equal(buffer.frame(timestamp % 300).length, 160);
          assert.ok(buffer.depthMs <= 1_024, `${buffer.depthMs}`);
        }
      }),
    );
  });
});

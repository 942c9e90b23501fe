import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Continuity } from "./continuity.ts";
import { emptyView } from "./packet.ts";

const begin = { ssrc: 42, sequence: 65_530, timestamp: 4_294_967_000 };
const view = (ssrc: number, sequence: number, timestamp: number) => ({ ...emptyView(), ssrc, sequence, timestamp });

test("the gaps and reorderings of one source stay visible", () => {
  const out = new Continuity(begin);
  const sent = [100, 101, 104, 103, 105].map((sequence, index) => {
    out.relay(view(7, sequence, sequence * 160), index * 20);
    return { ...out.next };
  });
  const [first] = sent;
  assert.ok(first?.marker);
  assert.deepEqual(
    sent.map((packet) => (packet.sequence - first.sequence) & 0xffff),
    [0, 1, 4, 3, 5],
  );
  assert.deepEqual(
    sent.map((packet) => (packet.timestamp - first.timestamp) >>> 0),
    [0, 160, 640, 480, 800],
  );
  assert.ok(sent.every((packet) => packet.ssrc === 42));
});

test("another source goes on where the last one ended, with a marker and the time that passed", () => {
  const out = new Continuity(begin);
  out.relay(view(7, 500, 1_000), 0);
  const last = { ...out.next };
  out.relay(view(8, 9, 77), 200);
  assert.equal(out.next.sequence, (last.sequence + 1) & 0xffff);
  assert.equal((out.next.timestamp - last.timestamp) >>> 0, 1_600);
  assert.ok(out.next.marker);
});

test("the same source after a pause does not show the pause as loss", () => {
  const out = new Continuity(begin);
  out.relay(view(7, 500, 1_000), 0);
  const last = { ...out.next };
  out.interrupt();
  out.relay(view(7, 900, 65_000), 8_000);
  assert.equal(out.next.sequence, (last.sequence + 1) & 0xffff);
});

test("a packet left out on purpose leaves no gap", () => {
  const out = new Continuity(begin);
  out.relay(view(7, 1, 160), 0);
  const last = out.next.sequence;
  out.skip(view(7, 2, 320));
  out.relay(view(7, 3, 480), 40);
  assert.equal(out.next.sequence, (last + 1) & 0xffff);
});

test("any mix of sources: one SSRC, and each change goes on by exactly one", () => {
  const step = fc.record({
    source: fc.integer({ min: 0, max: 3 }),
    at: fc.nat(0xffff),
    wait: fc.integer({ min: 20, max: 400 }),
  });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 30 }), (steps) => {
      const out = new Continuity(begin);
      let now = 0;
      let last: { sequence: number; timestamp: number } | null = null;
      for (const { source, at, wait } of steps) {
        now += wait;
        out.interrupt();
        if (source === 0) out.generate(160, now);
        else out.relay(view(source, at, at * 160), now);
        if (last) {
          assert.equal((out.next.sequence - last.sequence) & 0xffff, 1);
          const passed = (out.next.timestamp - last.timestamp) >>> 0;
          assert.ok(Math.abs(passed - wait * 8) <= 80, `${passed} samples in ${wait} ms`);
        }
        last = { ...out.next };
      }
    }),
  );
});

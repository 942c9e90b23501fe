import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyView } from "./packet.ts";
import { Reception } from "./reception.ts";

function feed(reception: Reception, sequences: readonly number[], ssrc = 1): void {
  for (const [index, sequence] of sequences.entries()) {
    const view = { ...emptyView(), ssrc, sequence: sequence & 0xffff, timestamp: index * 160 };
    reception.take(view, 160, index * 20);
  }
}

const cases: readonly [name: string, sequences: readonly number[], lost: number][] = [
  ["in order", [1, 2, 3], 0],
  ["a gap", [1, 2, 5], 2],
  ["out of order", [1, 3, 2, 4], 0],
  ["a duplicate hides no more than itself", [1, 2, 2, 3], 0],
  ["across the wrap", [65_534, 65_535, 65_536, 65_539], 2],
];
for (const [name, sequences, lost] of cases) {
  test(`loss: ${name}`, () => {
    const reception = new Reception(8);
    feed(reception, sequences);
    assert.equal(reception.lost, lost);
    assert.equal(reception.packets, sequences.length);
  });
}

test("a new SSRC counts anew and keeps the losses before", () => {
  const reception = new Reception(8);
  feed(reception, [1, 4]);
  feed(reception, [900, 902], 2);
  assert.equal(reception.lost, 3);
});

test("a report block: extended sequence, fraction of the interval alone (RFC 3550 §A.3)", () => {
  const reception = new Reception(8);
  assert.equal(reception.report(), null);
  feed(reception, [65_535, 65_536, 65_538, 65_539]);
  assert.deepEqual(reception.report(), { ssrc: 1, fractionLost: 51, lost: 1, highestSequence: 65_539, jitter: 0 });
  assert.equal(reception.report()?.fractionLost, 0);
});

test("jitter: a steady stream has none, one that comes late by turns has (RFC 3550 §A.8)", () => {
  const steady = new Reception(8);
  const late = new Reception(8);
  for (let index = 0; index < 200; index += 1) {
    const view = { ...emptyView(), ssrc: 1, sequence: index, timestamp: index * 160 };
    steady.take(view, 160, index * 20);
    late.take(view, 160, index * 20 + (index % 2) * 10);
  }
  assert.equal(steady.jitterMs, 0);
  assert.ok(Math.abs(late.jitterMs - 10) < 0.5);
});

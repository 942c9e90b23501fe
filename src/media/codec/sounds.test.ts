import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, type Law } from "./g711.ts";
import { frameLength, type Loop, music, silence, steadyTone } from "./sounds.ts";
import { levelAt, levelOf, sine } from "./tone.ts";

const linear = (loop: Loop, law: Law): number[] => Array.from(loop[law], (octet) => decode(law, octet));

test("Goertzel finds a tone at its level, and nothing beside it", () => {
  const samples = sine({ hertz: 1_000, dbfs: -20, samples: 8_000 });
  assert.ok(Math.abs(levelAt(samples, 1_000) + 20) < 0.01);
  assert.ok(levelAt(samples, 1_200) < -100);
  assert.equal(levelAt([], 1_000), -120);
  assert.equal(levelOf(new Int16Array(800)), -120);
});

test("every sound is a loop of whole packets, the same length in both laws", () => {
  for (const loop of [silence, music(), steadyTone(700)]) {
    assert.equal(loop.PCMU.length % frameLength, 0);
    assert.equal(loop.PCMU.length, loop.PCMA.length);
  }
});

for (const law of ["PCMU", "PCMA"] as const) {
  test(`${law}: hold music is audible in every second and never clips`, () => {
    const samples = linear(music(), law);
    for (let start = 0; start < samples.length; start += 8_000) {
      assert.ok(levelOf(samples.slice(start, start + 8_000)) > -25);
    }
    assert.ok(samples.every((sample) => Math.abs(sample) < 32_000));
  });

  test(`${law}: a steady tone has no seam`, () => {
    const samples = linear(steadyTone(437), law);
    assert.ok(Math.abs(levelAt([...samples.slice(4_000), ...samples.slice(0, 4_000)], 437) + 12) < 0.3);
  });
}

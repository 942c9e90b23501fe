import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { decode, encode, type Law, silenceOctet, transcode } from "./g711.ts";

const octets = Uint8Array.from({ length: 256 }, (_, octet) => octet);

for (const law of ["PCMU", "PCMA"] as const) {
  test(`${law}: every octet comes back from its linear value`, () => {
    const linear = Array.from(octets, (octet) => decode(law, octet));
    const back = encode(law, linear);
    // µ-law has two zeros, which are the same sample.
    for (const octet of octets) assert.equal(decode(law, back[octet] ?? 0), linear[octet]);
  });

  test(`${law}: the error of a sample is below its quantising step`, () => {
    fc.assert(
      fc.property(fc.integer({ min: -32_000, max: 32_000 }), (sample) => {
        const [octet = 0] = encode(law, [sample]);
        assert.ok(Math.abs(decode(law, octet) - sample) <= Math.max(16, Math.abs(sample) / 16));
      }),
    );
  });

  test(`${law}: samples beyond 16 bit are limited`, () => {
    const [high = 0, low = 0] = encode(law, [90_000, -90_000]);
    assert.ok(decode(law, high) > 31_000 && decode(law, low) < -31_000);
  });
}

test("known values of G.711", () => {
  assert.equal(decode("PCMU", 0x00), -32_124);
  assert.equal(decode("PCMU", 0x80), 32_124);
  assert.equal(decode("PCMA", 0x2a), -32_256);
  assert.equal(decode("PCMA", 0xaa), 32_256);
  assert.equal(decode("PCMU", silenceOctet.PCMU), 0);
  assert.equal(decode("PCMA", silenceOctet.PCMA), 8);
});

test("transcoding rewrites only its range and stays within one step", () => {
  const across = (from: Law, to: Law): void => {
    const copy = Uint8Array.from(octets);
    transcode(copy, { start: 1, end: 255 }, to);
    assert.equal(copy[0], 0);
    assert.equal(copy[255], 255);
    for (let octet = 1; octet < 255; octet += 1) {
      const [before, after] = [decode(from, octet), decode(to, copy[octet] ?? 0)];
      assert.ok(
        Math.abs(before - after) <= Math.max(16, Math.abs(before) / 24),
        `${from} ${octet}: ${before} ${after}`,
      );
    }
  };
  across("PCMU", "PCMA");
  across("PCMA", "PCMU");
});

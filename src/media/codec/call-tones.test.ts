import assert from "node:assert/strict";
import { test } from "node:test";
import { callTones, countries } from "./call-tones.ts";
import { decode } from "./g711.ts";
import { frameLength, type Loop } from "./sounds.ts";
import { levelAt, levelOf } from "./tone.ts";

const part = ({ PCMA }: Loop, fromMs: number, toMs: number): number[] =>
  [...PCMA.subarray(fromMs * 8, toMs * 8)].map((octet) => decode("PCMA", octet));

test("every country has four tones, in whole packets", () => {
  assert.ok(countries.length >= 12);
  for (const country of countries) {
    for (const loop of Object.values(callTones(country))) {
      assert.equal(loop.PCMU.length % frameLength, 0);
      assert.ok(levelOf(part(loop, 0, 100)) > -20, country);
    }
  }
  assert.throws(() => callTones("XX"), RangeError);
});

test("cadences and frequencies as E.180 lists them", () => {
  const germany = callTones("DE");
  assert.equal(germany.ringback.PCMA.length, 5_000 * 8);
  assert.ok(levelAt(part(germany.ringback, 0, 1_000), 425) > -16);
  assert.ok(levelOf(part(germany.ringback, 1_000, 5_000)) < -60);
  assert.ok(levelOf(part(germany.busy, 480, 960)) < -60);
  const america = callTones("US");
  for (const hertz of [480, 620]) assert.ok(Math.abs(levelAt(part(america.busy, 0, 500), hertz) + 18) < 0.5);
  // 0.375 s on and off is no whole number of packets: the loop holds it twice.
  assert.equal(callTones("GB").busy.PCMA.length, 1_500 * 8);
});

test("special information tones: three notes, then a pause", () => {
  const { information } = callTones("FR");
  for (const [index, hertz] of [950, 1_400, 1_800].entries()) {
    assert.ok(levelAt(part(information, index * 330, index * 330 + 330), hertz) > -16);
  }
  assert.ok(levelOf(part(information, 990, 1_990)) < -60);
});

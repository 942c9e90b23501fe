// The measure itself is measured: known tones in known WAV bytes.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { clearToneS, level, parseWav, part, seconds, toneLevel } from "../support/tone-level.ts";

const rate = 8000;

/** A WAV file of sines, each `[hertz, dBFS]`; the data chunk's length is left at 0, as in a file still being written. */
function wav(lengthS: number, tones: readonly (readonly [hertz: number, dbfs: number])[]): Buffer {
  const samples = Math.round(lengthS * rate);
  const bytes = Buffer.alloc(44 + 2 * samples);
  bytes.write("RIFF\0\0\0\0WAVEfmt ", "latin1");
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(rate, 24);
  bytes.writeUInt16LE(16, 34);
  bytes.write("data", 36, "latin1");
  for (let index = 0; index < samples; index++) {
    let sum = 0;
    for (const [hertz, dbfs] of tones) sum += 10 ** (dbfs / 20) * Math.sin((2 * Math.PI * hertz * index) / rate);
    bytes.writeInt16LE(Math.round(sum * 32_767), 44 + 2 * index);
  }
  return bytes;
}

test("a tone's level is what was written, and a frequency that is not there is far below", () => {
  const tones = { hertz: fc.integer({ min: 300, max: 1500 }), dbfs: fc.integer({ min: -40, max: -3 }) };
  fc.assert(
    fc.property(tones.hertz, tones.dbfs, (hertz, dbfs) => {
      const recording = parseWav(wav(0.5, [[hertz, dbfs]]));
      assert.ok(Math.abs(toneLevel(recording, hertz) - dbfs) < 0.1);
      assert.ok(Math.abs(level(recording) - dbfs) < 0.2);
      assert.ok(toneLevel(recording, hertz + 500) < dbfs - 50);
    }),
    { numRuns: 30 },
  );
});

test("a clear tone counts in seconds; the own tone 30 dB below is allowed, 20 dB below is not", () => {
  const clean = parseWav(
    wav(3, [
      [1000, -10],
      [440, -41],
    ]),
  );
  const dirty = parseWav(
    wav(3, [
      [1000, -10],
      [440, -30],
    ]),
  );
  assert.ok(Math.abs(clearToneS(clean, 1000, 440) - 3) < 0.001);
  assert.equal(clearToneS(dirty, 1000, 440), 0);
  assert.equal(clearToneS(clean, 440, 1000), 0);
  assert.equal(seconds(part(clean, 1, 2.5)), 1.5);
});

test("a file whose header is not written yet is empty, of a stereo one the first channel is heard, another form is refused", () => {
  assert.equal(seconds(parseWav(Buffer.alloc(0))), 0);
  const stereo = wav(0.1, [[440, -10]]);
  stereo.writeUInt16LE(2, 22);
  assert.equal(seconds(parseWav(stereo)), 0.05);
  const coarse = wav(0.1, [[440, -10]]);
  coarse.writeUInt16LE(8, 34);
  assert.throws(() => parseWav(coarse), /16-bit/);
});

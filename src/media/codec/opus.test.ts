import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Framer } from "./framer.ts";
import { OpusDecoder, OpusEncoder } from "./opus.ts";
import { levelAt, sine } from "./tone.ts";

test("a tone goes through Opus at its level, narrow and wide", () => {
  for (const wide of [false, true]) {
    const [encoder, decoder] = [new OpusEncoder(), new OpusDecoder()];
    const length = wide ? 320 : 160;
    // The tone of 1,000 Hz at 8 kHz is one of 2,000 Hz at 16 kHz.
    const tone = Int16Array.from(sine({ hertz: 1_000, dbfs: -12, samples: 100 * length }));
    const heard = new Int16Array(tone.length);
    for (let at = 0; at < tone.length; at += length)
      heard.set(decoder.decode(encoder.encode(tone.subarray(at, at + length), wide), wide), at);
    const level = levelAt(heard.subarray(tone.length / 2), 1_000);
    assert.ok(Math.abs(level + 12) < 1.5, `${level} dB`);
    encoder.close();
    decoder.close();
  }
});

test("packets that are none are nothing, and the next one is heard", () => {
  const [encoder, decoder] = [new OpusEncoder(), new OpusDecoder()];
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (octets) => {
      assert.ok(decoder.decode(octets, false).length <= 960);
    }),
  );
  assert.equal(decoder.decode(encoder.encode(new Int16Array(160), false), false).length, 160);
  encoder.close();
  decoder.close();
});

test("frames of 20 ms from packets of any length: nothing is lost, and each has its time", () => {
  const lengths = fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 30 });
  fc.assert(
    fc.property(lengths, fc.constantFrom(1 as const, 2 as const), fc.nat(0xffff_ffff), (units, perUnit, start) => {
      const framer = new Framer();
      let [value, timestamp] = [0, start];
      const frames = units.flatMap((unit) => {
        const samples = Int16Array.from({ length: 8 * unit * perUnit }, () => value++ & 0x7fff);
        const cut = framer.cut(samples, timestamp, perUnit);
        timestamp = (timestamp + 8 * unit) >>> 0;
        return cut;
      });
      assert.equal(frames.length, Math.floor(value / (160 * perUnit)));
      for (const [index, frame] of frames.entries()) {
        assert.equal(frame.timestamp, (start + 160 * index) >>> 0);
        assert.equal(frame.samples[0], (index * 160 * perUnit) & 0x7fff);
      }
    }),
  );
});

test("a hole in the stream: what waited is left out, and time goes on with the packet", () => {
  const framer = new Framer();
  assert.deepEqual(framer.cut(new Int16Array(80), 1_000, 1), []);
  assert.deepEqual(
    framer.cut(new Int16Array(240), 5_000, 1).map(({ timestamp }) => timestamp),
    [5_000],
  );
});

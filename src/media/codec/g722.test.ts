import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { G722Decoder, G722Encoder } from "./g722.ts";
import { levelAt, sine } from "./tone.ts";

/** Noise of whole numbers that swells and fades, the same on every machine. */
function noise(samples: number): Int16Array {
  let state = 1;
  return Int16Array.from({ length: samples }, (_, index) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const swell = Math.abs(((index >> 4) % 2_000) - 1_000) << 5;
    return Math.trunc((((state >>> 16) - 32_768) * swell) / 32_768);
  });
}
const digest = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex").slice(0, 16);
const bytesOf = (samples: Int16Array): Uint8Array =>
  new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);

test("four seconds of noise, octet for octet and sample for sample as FFmpeg 5.1 has them", () => {
  const input = noise(64_000);
  const octets = new G722Encoder().encodeWide(input);
  const { wide } = new G722Decoder().decode(octets);
  assert.deepEqual([digest(octets), digest(bytesOf(wide))], ["18a321126320b91c", "a4a41d652b60a7c9"]);
});

test("packets of 20 ms give the same as the whole", () => {
  const input = noise(6_400);
  const [encoder, decoder] = [new G722Encoder(), new G722Decoder()];
  const whole = new G722Encoder().encodeWide(input);
  const heard = new G722Decoder().decode(whole).narrow;
  for (let at = 0; at < input.length; at += 320) {
    const octets = encoder.encodeWide(input.subarray(at, at + 320));
    assert.deepEqual(octets, whole.subarray(at / 2, at / 2 + 160));
    assert.deepEqual(decoder.decode(octets).narrow, heard.subarray(at / 2, at / 2 + 160));
  }
});

test("a tone keeps its level, from either rate to either rate", () => {
  const narrow = Int16Array.from(sine({ hertz: 1_000, dbfs: -12, samples: 8_000 }));
  const wide = Int16Array.from(sine({ hertz: 500, dbfs: -12, samples: 16_000 }));
  for (const octets of [new G722Encoder().encodeNarrow(narrow), new G722Encoder().encodeWide(wide)]) {
    assert.equal(octets.length, 8_000);
    const heard = new G722Decoder().decode(octets);
    for (const level of [levelAt(heard.narrow, 1_000), levelAt(heard.wide, 500)])
      assert.ok(Math.abs(level + 12) < 0.5, `${level} dB`);
  }
});

test("whatever octets come, there are samples for them", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (octets) => {
      const { narrow, wide } = new G722Decoder().decode(octets);
      assert.deepEqual([narrow.length, wide.length], [octets.length, 2 * octets.length]);
    }),
  );
});

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { binHertz, powerSpectrum, spectrumLength } from "./spectrum.ts";

/** By the definition, one bin at a time. */
function slowly(samples: Float64Array, bin: number): number {
  let re = 0;
  let im = 0;
  for (const [index, sample] of samples.entries()) {
    const turn = (2 * Math.PI * index) / spectrumLength;
    const windowed = sample * (0.5 - 0.5 * Math.cos(turn));
    re += windowed * Math.cos(bin * turn);
    im -= windowed * Math.sin(bin * turn);
  }
  return re * re + im * im;
}

test("the fast transform is the slow one", () => {
  const noise = fc.array(fc.integer({ min: -32_768, max: 32_767 }), {
    minLength: spectrumLength,
    maxLength: spectrumLength,
  });
  fc.assert(
    fc.property(noise, fc.integer({ min: 1, max: spectrumLength / 2 - 1 }), (values, bin) => {
      const samples = Float64Array.from(values);
      const expected = slowly(samples, bin);
      assert.ok(Math.abs((powerSpectrum(samples)[bin] ?? 0) - expected) <= 1e-6 * Math.max(1, expected) + 1);
    }),
  );
});

test("a tone stands in its bin and in the two beside it", () => {
  const bin = 14;
  const samples = Float64Array.from({ length: spectrumLength }, (_, index) => {
    return 1_000 * Math.sin((2 * Math.PI * bin * binHertz * index) / 8_000);
  });
  const power = powerSpectrum(samples);
  const near = [bin - 1, bin, bin + 1].reduce((sum, at) => sum + (power[at] ?? 0), 0);
  assert.ok(near / power.reduce((sum, value) => sum + value, 0) > 0.999_999);
});

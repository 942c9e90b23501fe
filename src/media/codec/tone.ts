// Sine tones: made for what is played, measured by Goertzel's algorithm in what is heard. 8,000 samples a second.

export const sampleRate = 8_000;
export const samplesPerMs = sampleRate / 1_000;
/** Amplitude of a full-scale sine: 0 dBFS here. */
const fullScale = 32_767;

export type ToneShape = { readonly hertz: number; readonly dbfs: number; readonly samples: number };

export function sine({ hertz, dbfs, samples }: ToneShape): Float64Array {
  const amplitude = fullScale * 10 ** (dbfs / 20);
  return Float64Array.from({ length: samples }, (_, index) => {
    return amplitude * Math.sin((2 * Math.PI * hertz * index) / sampleRate);
  });
}

/** Level of one frequency in dB relative to a full-scale sine, -120 at the least. */
export function levelAt(samples: ArrayLike<number>, hertz: number): number {
  const coefficient = 2 * Math.cos((2 * Math.PI * hertz) / sampleRate);
  let before = 0;
  let last = 0;
  for (let index = 0; index < samples.length; index += 1) {
    const value = (samples[index] ?? 0) + coefficient * last - before;
    before = last;
    last = value;
  }
  const power = before * before + last * last - coefficient * before * last;
  const amplitude = samples.length === 0 ? 0 : (2 * Math.sqrt(Math.max(0, power))) / samples.length;
  return decibel(amplitude / fullScale);
}

/** Level of everything together, on the same scale: a full-scale sine is 0. */
export function levelOf(samples: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < samples.length; index += 1) {
    sum += (samples[index] ?? 0) ** 2;
  }
  return samples.length === 0 ? -120 : decibel(Math.sqrt((2 * sum) / samples.length) / fullScale);
}

const decibel = (ratio: number): number => (ratio <= 1e-6 ? -120 : 20 * Math.log10(ratio));

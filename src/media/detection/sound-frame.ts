// One frame of 20 ms as the detectors see it: how loud it is, and the one or two tones that it consists of, if it does.

import { binHertz, powerSpectrum, spectrumLength } from "./spectrum.ts";

export const frameMs = 20;
const frameLength = 160;
const fullScale = 32_767;
/** Below this the sound is too weak to be looked at, dBFS. */
const leastTone = -48;

/** `other`: the second of two tones that sound together, always the higher one; 0 when there is one. */
export type Tone = { readonly hertz: number; readonly other: number };

export type SoundFrame = {
  /** dB below a full-scale sine. */
  readonly level: number;
  /** null: not a tone. */
  readonly tone: Tone | null;
  /** Share of the power that lies within 78 Hz of the strongest frequency, 0 to 1. */
  readonly purity: number;
};

/** What is looked at: 250 to 3,500 Hz; all power from 156 Hz on counts, so that mains hum does not. */
const lowestPeak = 8;
const highestPeak = 112;
const firstBin = 5;
const lastBin = 125;
/** A tone under a Hann window, two of them closer than 95 Hz included. */
const reach = 3;
const purityReach = 2;
/** Shares of the power from which on it is one tone, or two. */
const oneTone = 0.72;
const twoTones = 0.74;
/** The weaker of two tones has at least this share of the power of the stronger one. */
const partner = 0.12;

export class Analyser {
  readonly #window = new Float64Array(spectrumLength);

  /** 160 samples at 8 kHz, 16 bits. */
  analyse(samples: ArrayLike<number>): SoundFrame {
    this.#window.copyWithin(0, frameLength);
    const start = spectrumLength - frameLength;
    let sum = 0;
    for (let index = 0; index < frameLength; index += 1) {
      const sample = samples[index] ?? 0;
      this.#window[start + index] = sample;
      sum += sample * sample;
    }
    const level = sum === 0 ? -120 : 10 * Math.log10((2 * sum) / frameLength / fullScale ** 2);
    if (level < leastTone) return { level, tone: null, purity: 0 };
    return { level, ...tonesOf(powerSpectrum(this.#window)) };
  }
}

function tonesOf(power: Float64Array): Pick<SoundFrame, "tone" | "purity"> {
  let total = 0;
  for (let bin = firstBin; bin <= lastBin; bin += 1) total += power[bin] ?? 0;
  const first = peak(power, -1);
  const share = around(power, first, reach) / total;
  const purity = around(power, first, purityReach) / total;
  const hertz = centre(power, first);
  const second = peak(power, first);
  // What lies between the two is the first one's already.
  const otherShare = (around(power, second, purityReach) - overlap(power, first, second)) / total;
  const together = share + otherShare >= twoTones && otherShare >= partner * share;
  if (together) {
    const other = centre(power, second);
    // A tone that is cut off at the top has its third harmonic beside it.
    const clipped = Math.abs(other - 3 * hertz) < 60;
    const tone = clipped ? { hertz, other: 0 } : { hertz: Math.min(hertz, other), other: Math.max(hertz, other) };
    return { tone, purity };
  }
  return { tone: share >= oneTone ? { hertz, other: 0 } : null, purity };
}

/** The strongest bin, at some distance from one that is known; -1: none is. */
function peak(power: Float64Array, known: number): number {
  let best = lowestPeak;
  let most = -1;
  for (let bin = lowestPeak; bin <= highestPeak; bin += 1) {
    if (known >= 0 && Math.abs(bin - known) <= reach) continue;
    const value = power[bin] ?? 0;
    if (value <= most) continue;
    most = value;
    best = bin;
  }
  return best;
}

function around(power: Float64Array, bin: number, width: number): number {
  let sum = 0;
  for (let near = bin - width; near <= bin + width; near += 1) sum += power[near] ?? 0;
  return sum;
}

function overlap(power: Float64Array, first: number, second: number): number {
  let sum = 0;
  for (let bin = second - purityReach; bin <= second + purityReach; bin += 1) {
    if (Math.abs(bin - first) <= reach) sum += power[bin] ?? 0;
  }
  return sum;
}

/** Frequency in Hz: the centre of the power around a bin. */
function centre(power: Float64Array, bin: number): number {
  let sum = 0;
  let weighted = 0;
  for (let near = bin - 2; near <= bin + 2; near += 1) {
    const value = power[near] ?? 0;
    sum += value;
    weighted += value * near;
  }
  return sum === 0 ? 0 : (weighted / sum) * binHertz;
}

// Digits as pairs of tones in the audio itself (ITU-T Q.23): made where the peer takes no telephone-events, and found where it sends
// none. Found by Goertzel's algorithm over 16 ms at a time, every 8 ms; speech is kept out by Q.24's rules: two tones of
// about one level that are nearly all there is, for 40 ms.

import { sampleRate } from "./tone.ts";

/** Q.23: a row and a column, Hz. */
const rows = [697, 770, 852, 941] as const;
const columns = [1_209, 1_336, 1_477, 1_633] as const;
const keys = ["123A", "456B", "789C", "*0#D"] as const;

/** -9 and -7 dBm0, where 0 dBm0 lies 3.17 dB below full scale (G.711). */
const rowAmplitude = 32_767 * 10 ** ((-9 - 3.17) / 20);
const columnAmplitude = 32_767 * 10 ** ((-7 - 3.17) / 20);

/** `length` samples of a digit's tones, `from` samples after it began. Silence for what is no digit. */
export function toneOf(digit: string, from: number, length: number): Int16Array {
  const row = digit === "" ? -1 : keys.findIndex((line) => line.includes(digit));
  if (row < 0) return new Int16Array(length);
  const low = (2 * Math.PI * (rows[row] ?? 0)) / sampleRate;
  const high = (2 * Math.PI * (columns[keys[row]?.indexOf(digit) ?? 0] ?? 0)) / sampleRate;
  return Int16Array.from({ length }, (_, index) => {
    const at = from + index;
    return Math.round(rowAmplitude * Math.sin(low * at) + columnAmplitude * Math.sin(high * at));
  });
}

const windowLength = 128;
const hop = 64;
const hopMs = 8;
/** Mean square below which nothing is looked at: -42 dBFS. */
const leastPower = (32_767 ** 2 / 2) * 10 ** (-42 / 10);
/** How much of all that is heard the two tones must be, to count in full and in part. */
const strongShare = 0.9;
const weakShare = 0.65;
/** Three strong windows in a row make a digit, or four weak ones. A strong one counts three, a weak one two. */
const enough = 8;
/** Q.24: the column may be 4 dB stronger than the row, the row 8 dB stronger than the column; 2 dB of our own on top. */
const columnOverRow = 10 ** (6 / 10);
const rowOverColumn = 10 ** (10 / 10);
/** How far the other tones of a group lie below the one that sounds. */
const contrast = 10 ** (6 / 10);
/** A key is pressed as loud as before: by how much the level may differ from window to window. A voice is not so steady. */
const steady = 10 ** (2 / 10);
/** Windows without the digit that end it. */
const pauseWindows = 4;

const coefficients = [...rows, ...columns].map((hertz) => 2 * Math.cos((2 * Math.PI * hertz) / sampleRate));

export type ToneDigit = { readonly digit: string; readonly ms: number };

/** Listens to one voice. */
export class DigitListener {
  readonly #window = new Int16Array(windowLength);
  readonly #powers = new Float64Array(8);
  #filled = 0;
  #timestamp = 0;
  #candidate = "";
  #score = 0;
  #power = 0;
  #windows = 0;
  #missing = 0;

  /** More samples; what has ended by them. `timestamp` counts samples: a hole in them ends what was heard. */
  hear(samples: Int16Array, timestamp: number): readonly ToneDigit[] {
    const told: ToneDigit[] = [];
    if (timestamp !== this.#timestamp) {
      this.#filled = 0;
      told.push(...this.#end());
    }
    this.#timestamp = (timestamp + samples.length) >>> 0;
    for (let done = 0; done < samples.length; ) {
      const count = Math.min(windowLength - this.#filled, samples.length - done);
      this.#window.set(samples.subarray(done, done + count), this.#filled);
      this.#filled += count;
      done += count;
      if (this.#filled < windowLength) break;
      told.push(...this.#judge(this.#look()));
      this.#window.copyWithin(0, hop);
      this.#filled = windowLength - hop;
    }
    return told;
  }

  #judge([digit, score, power]: Finding): readonly ToneDigit[] {
    const [before, sure] = [this.#power, this.#score >= enough];
    this.#power = power;
    const goesOn = sure || (power < before * steady && before < power * steady);
    if (digit !== "" && digit === this.#candidate && goesOn) {
      this.#windows += 1 + this.#missing;
      this.#missing = 0;
      this.#score += score;
      return [];
    }
    this.#missing += 1;
    if (digit === "" && sure && this.#missing < pauseWindows) return [];
    const told = this.#end();
    this.#candidate = digit;
    this.#score = score;
    this.#windows = 1;
    return told;
  }

  #end(): readonly ToneDigit[] {
    const [digit, score, windows] = [this.#candidate, this.#score, this.#windows];
    this.#candidate = "";
    this.#score = 0;
    this.#missing = 0;
    return digit !== "" && score >= enough ? [{ digit, ms: (windows + 1) * hopMs }] : [];
  }

  /** The digit in this window, "" for none. */
  #look(): Finding {
    let power = 0;
    for (const sample of this.#window) power += sample * sample;
    power /= windowLength;
    if (power < leastPower) return nothing;
    for (const [index, coefficient] of coefficients.entries()) this.#powers[index] = this.#powerAt(coefficient);
    const row = strongest(this.#powers, 0);
    const column = strongest(this.#powers, 4);
    if (row < 0 || column < 0) return nothing;
    const [low, high] = [this.#powers[row] ?? 0, this.#powers[column] ?? 0];
    if (high > low * columnOverRow || low > high * rowOverColumn) return nothing;
    const share = (low + high) / power;
    if (share < weakShare) return nothing;
    return [keys[row]?.charAt(column - 4) ?? "", share >= strongShare ? 3 : 2, low + high];
  }

  /** Mean square of one frequency. */
  #powerAt(coefficient: number): number {
    let before = 0;
    let last = 0;
    for (const sample of this.#window) {
      const value = sample + coefficient * last - before;
      before = last;
      last = value;
    }
    return (2 * (before * before + last * last - coefficient * before * last)) / windowLength ** 2;
  }
}

type Finding = readonly [digit: string, score: number, power: number];
const nothing: Finding = ["", 0, 0];

/** Index of the one of four that stands out from the others, -1 when none does. */
function strongest(powers: Float64Array, from: number): number {
  let best = from;
  for (let index = from + 1; index < from + 4; index += 1) {
    if ((powers[index] ?? 0) > (powers[best] ?? 0)) best = index;
  }
  for (let index = from; index < from + 4; index += 1) {
    if (index !== best && (powers[index] ?? 0) * contrast > (powers[best] ?? 0)) return -1;
  }
  return best;
}

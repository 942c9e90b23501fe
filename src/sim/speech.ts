// Speech that says nothing: syllables of vowels and consonants from a source and three formants, in the rhythm of words and
// phrases, so that whatever listens to voices has one. The same seed gives the same samples.

/** From 0 up to, not including, 1. */
export type Random = () => number;

/** Marsaglia's xorshift on 32 bits. */
export function seeded(seed: number): Random {
  let state = (seed * 2_654_435_761 + 12_345) >>> 0 || 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
  // The first few numbers of like seeds are alike.
  for (let turn = 0; turn < 8; turn += 1) next();
  return next;
}

export const between = (random: Random, low: number, high: number): number => low + (high - low) * random();

export type Voice = {
  /** Pitch, Hz: about 110 for men, 200 for women. */
  readonly hertz: number;
  /** Syllables a second, 3 to 6. */
  readonly rate: number;
  /** Formants against those of a man: 1 to 1.2. */
  readonly size: number;
  /** Mean level while it speaks, dBFS. */
  readonly dbfs: number;
};

export const voiceOf = (random: Random): Voice => {
  const high = random() < 0.5;
  return {
    hertz: high ? between(random, 165, 250) : between(random, 85, 145),
    rate: between(random, 3.4, 5.8),
    size: high ? between(random, 1.08, 1.2) : between(random, 0.95, 1.06),
    dbfs: between(random, -28, -15),
  };
};

const sampleRate = 8_000;
const samplesOf = (ms: number): number => Math.round((ms * sampleRate) / 1_000);

/** Formants of English vowels, Hz (Peterson and Barney, 1952). */
const vowels = [
  [270, 2_290, 3_010],
  [390, 1_990, 2_550],
  [530, 1_840, 2_480],
  [660, 1_720, 2_410],
  [730, 1_090, 2_440],
  [570, 840, 2_410],
  [440, 1_020, 2_240],
  [300, 870, 2_240],
  [640, 1_190, 2_390],
  [490, 1_350, 1_690],
] as const;
type Formants = readonly [number, number, number];
const nasal: Formants = [250, 1_150, 2_200];

/** One piece of sound: `pitch` 0 is unvoiced, `gain` 0 silence. */
type Piece = {
  readonly ms: number;
  readonly from: Formants;
  readonly to: Formants;
  readonly gain: number;
  readonly voiced: boolean;
};

/** A phrase of about `ms`, falling in pitch, without a pause longer than a stop consonant. */
export function phrase(random: Random, voice: Voice, ms: number): Float64Array {
  const pieces: Piece[] = [];
  let length = 0;
  let before: Formants = vowels[8];
  while (length < ms) {
    for (const piece of syllable(random, voice, before)) {
      pieces.push(piece);
      length += piece.ms;
      before = piece.to;
    }
  }
  return levelled(rendered(random, voice, pieces), voice.dbfs);
}

/** Several phrases with pauses between; `pauseMs`: the shortest and the longest pause. */
export function talk(
  random: Random,
  voice: Voice,
  { ms, pauseMs }: { readonly ms: number; readonly pauseMs: readonly [number, number] },
): Float64Array {
  const parts: Float64Array[] = [];
  let left = ms;
  while (left > 0) {
    const length = Math.min(left, between(random, 700, 2_600));
    parts.push(phrase(random, voice, length));
    left -= length;
    if (left <= 0) break;
    const pause = between(random, ...pauseMs);
    parts.push(new Float64Array(samplesOf(pause)));
    left -= pause;
  }
  return joined(parts);
}

export function joined(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function syllable(random: Random, { rate, size }: Voice, before: Formants): Piece[] {
  const length = (1_000 / rate) * between(random, 0.7, 1.35);
  const vowel = sized(vowels[Math.floor(random() * vowels.length)] ?? vowels[0], size);
  const after = sized(vowels[Math.floor(random() * vowels.length)] ?? vowels[0], size);
  const kind = random();
  const gain = between(random, 0.6, 1);
  const still = { from: before, to: before };
  const onset: Piece[] =
    kind < 0.35
      ? [
          { ...still, ms: between(random, 30, 70), gain: 0, voiced: false },
          { ...still, ms: 12, gain: 0.35, voiced: false },
        ]
      : kind < 0.6
        ? [{ ...still, ms: between(random, 60, 120), gain: between(random, 0.08, 0.3), voiced: false }]
        : kind < 0.8
          ? [{ from: nasal, to: nasal, ms: between(random, 40, 80), gain: 0.4, voiced: true }]
          : [];
  const spent = onset.reduce((sum, { ms }) => sum + ms, 0);
  // A diphthong moves on to another vowel.
  const to = random() < 0.3 ? after : vowel;
  return [...onset, { from: vowel, to, ms: Math.max(60, length - spent), gain, voiced: true }];
}

const sized = ([one, two, three]: Formants, size: number): Formants => [one * size, two * size, three * size];

/** Two poles; the bandwidth is a twelfth of the frequency, 60 Hz at the least. */
class Resonator {
  #one = 0;
  #two = 0;

  filter(sample: number, hertz: number): number {
    const radius = Math.exp((-Math.PI * Math.max(60, hertz / 12)) / sampleRate);
    const feedback = 2 * radius * Math.cos((2 * Math.PI * hertz) / sampleRate);
    const value = (1 - feedback + radius * radius) * sample + feedback * this.#one - radius * radius * this.#two;
    this.#two = this.#one;
    this.#one = value;
    return value;
  }
}

function rendered(random: Random, voice: Voice, pieces: readonly Piece[]): Float64Array {
  const samples = new Float64Array(pieces.reduce((sum, { ms }) => sum + samplesOf(ms), 0));
  const tract = [new Resonator(), new Resonator(), new Resonator()];
  const source = new Source(random, voice.hertz);
  let gain = 0;
  let rumble = 0;
  let before = 0;
  let at = 0;
  for (const piece of pieces) {
    const length = samplesOf(piece.ms);
    // Pitch falls by a fifth over the phrase, and each syllable has a tone of its own.
    const pitch = voice.hertz * (1.1 - (0.22 * at) / samples.length) * between(random, 0.94, 1.08);
    for (let index = 0; index < length; index += 1) {
      const part = index / length;
      gain += (piece.gain - gain) / 60;
      let value = piece.voiced ? source.voiced(pitch) : source.hiss();
      for (const [place, resonator] of tract.entries()) {
        const from = piece.from[place] ?? 0;
        value = resonator.filter(value, from + ((piece.to[place] ?? 0) - from) * part);
      }
      // The telephone passes nothing below 300 Hz to speak of.
      rumble = 0.88 * (rumble + value - before);
      before = value;
      samples[at] = rumble * gain;
      at += 1;
    }
  }
  return samples;
}

/** Pulses of the vocal cords, or breath. */
class Source {
  readonly #random: Random;
  #phase = 0;
  #low = 0;
  #pitch: number;

  constructor(random: Random, hertz: number) {
    this.#random = random;
    this.#pitch = hertz;
  }

  voiced(hertz: number): number {
    // The pitch glides, and trembles by a per cent.
    this.#pitch += (hertz - this.#pitch) / 400;
    this.#phase += (this.#pitch / sampleRate) * (1 + 0.02 * (this.#random() - 0.5));
    let pulse = 0;
    if (this.#phase >= 1) {
      this.#phase -= 1;
      pulse = 1;
    }
    this.#low += (pulse - this.#low) / 3;
    return this.#low * 8 + 0.02 * (this.#random() - 0.5);
  }

  hiss(): number {
    return this.#random() - 0.5;
  }
}

function levelled(samples: Float64Array, dbfs: number): Float64Array {
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / Math.max(1, samples.length);
  const factor = power === 0 ? 0 : (32_767 * 10 ** (dbfs / 20)) / Math.sqrt(2 * power);
  return samples.map((sample) => sample * factor);
}

// G.722 at 64 kbit/s (ITU-T G.722): two bands of 8,000 samples a second each, 6 bits of ADPCM for the lower and 2 for the upper one.
// 16,000 samples a second in and out, or the lower band alone as 8,000. In RTP its clock counts 8,000 all the same
// (RFC 3551 §4.5.2), so an octet is one unit of the timestamp. The names are those of the recommendation.

/** Decision levels and codes of the 6-bit quantiser (table 14, 15). */
const q6 = [
  0, 35, 72, 110, 150, 190, 233, 276, 323, 370, 422, 473, 530, 587, 650, 714, 786, 858, 940, 1_023, 1_121, 1_219, 1_339,
  1_458, 1_612, 1_765, 1_980, 2_195, 2_557, 2_919,
] as const;
const mostLevels = q6.length;
/** Code of an interval: downwards from 63, 62, 31 for negative differences, from 61 for the others. */
const negativeCode = (interval: number): number => (interval <= 2 ? 64 - interval : 34 - interval);
const positiveCode = (interval: number): number => 62 - interval;

/** Output of the inverse quantisers with 4, 6 and 2 bits (tables 16, 17, 19). */
const qm4 = Int32Array.of(
  ...[0, -20_456, -12_896, -8_968, -6_288, -4_240, -2_584, -1_200],
  ...[20_456, 12_896, 8_968, 6_288, 4_240, 2_584, 1_200, 0],
);
const qm6Magnitudes = [
  24_808, 21_904, 19_008, 16_704, 14_984, 13_512, 12_280, 11_192, 10_232, 9_360, 8_576, 7_856, 7_192, 6_576, 6_000,
  5_456, 4_944, 4_464, 4_008, 3_576, 3_168, 2_776, 2_400, 2_032, 1_688, 1_360, 1_040, 728,
];
const qm6 = Int32Array.of(
  ...[-136, -136, -136, -136],
  ...qm6Magnitudes.map((value) => -value),
  ...qm6Magnitudes,
  ...[432, 136, -432, -136],
);
const qm2 = Int32Array.of(-7_408, -1_616, 7_408, 1_616);

/** Logarithmic steps of the scale factors, by the code's class (tables 20, 21). */
const wl = [-60, -30, 58, 172, 334, 538, 1_198, 3_042] as const;
const rl42 = [0, 7, 6, 5, 4, 3, 2, 1, 7, 6, 5, 4, 3, 2, 1, 0] as const;
const wh = [0, -214, 798] as const;
const rh2 = [2, 1, 2, 1] as const;
/** 2,048 × 2^(n/32) (table 12). */
const ilb = Int32Array.from({ length: 32 }, (_, index) => Math.floor(2_048 * 2 ** (index / 32) + 0.5));

/** One half of the symmetric 24 taps of the quadrature mirror filters (table 11). */
const qmf = Int32Array.of(3, -11, 12, 32, -210, 951, 3_876, -805, 362, -156, 53, -11);

const limit16 = (value: number): number => Math.max(-32_768, Math.min(32_767, value));
const limit = (value: number, least: number, most: number): number => Math.max(least, Math.min(most, value));

/** What both bands and both directions have in common: the adaptive predictor and the scale factor (§3.5, §3.6). */
class Band {
  /** Prediction. */
  s = 0;
  /** Scale factor, linear. */
  det: number;
  #nb = 0;
  #sz = 0;
  readonly #a = Int32Array.of(0, 0, 0);
  readonly #r = Int32Array.of(0, 0, 0);
  readonly #p = Int32Array.of(0, 0, 0);
  readonly #b = new Int32Array(7);
  readonly #d = new Int32Array(7);
  readonly #most: number;
  readonly #shift: number;

  constructor(upper: boolean) {
    this.det = upper ? 8 : 32;
    this.#most = upper ? 22_528 : 18_432;
    this.#shift = upper ? 10 : 8;
  }

  /** LOGSCL, SCALEL and their like of the upper band. */
  scale(step: number): void {
    this.#nb = limit(((this.#nb * 127) >> 7) + step, 0, this.#most);
    const mantissa = ilb[(this.#nb >> 6) & 31] ?? 0;
    const exponent = this.#shift - (this.#nb >> 11);
    this.det = (exponent < 0 ? mantissa << -exponent : mantissa >> exponent) << 2;
  }

  /** The quantised difference of this sample: RECONS, PARREC, UPPOL, UPZERO, FILTEP, FILTEZ, PREDIC. */
  adapt(difference: number): void {
    const [a, r, p] = [this.#a, this.#r, this.#p];
    r[0] = limit16(this.s + difference);
    p[0] = limit16(this.#sz + difference);
    this.#adaptPoles();
    this.#adaptZeros(difference);
    r[2] = r[1] ?? 0;
    r[1] = r[0];
    p[2] = p[1] ?? 0;
    p[1] = p[0];
    const first = ((a[1] ?? 0) * limit16(2 * (r[1] ?? 0))) >> 15;
    const second = ((a[2] ?? 0) * limit16(2 * (r[2] ?? 0))) >> 15;
    this.s = limit16(limit16(first + second) + this.#sz);
  }

  #adaptPoles(): void {
    const [a, p] = [this.#a, this.#p];
    const [sign, before, earlier] = [(p[0] ?? 0) >> 15, (p[1] ?? 0) >> 15, (p[2] ?? 0) >> 15];
    const [a1, a2] = [a[1] ?? 0, a[2] ?? 0];
    const four = limit16(4 * a1);
    const turned = sign === before ? limit16(-four) : four;
    const second = limit((sign === earlier ? 128 : -128) + (turned >> 7) + ((a2 * 32_512) >> 15), -12_288, 12_288);
    const bound = limit16(15_360 - second);
    a[1] = limit(limit16((sign === before ? 192 : -192) + ((a1 * 32_640) >> 15)), -bound, bound);
    a[2] = second;
  }

  #adaptZeros(difference: number): void {
    const [b, d] = [this.#b, this.#d];
    const step = difference === 0 ? 0 : 128;
    const sign = difference >> 15;
    d[0] = difference;
    let sum = 0;
    for (let index = 6; index >= 1; index -= 1) {
      const turned = (d[index] ?? 0) >> 15 === sign ? step : -step;
      b[index] = limit16(turned + (((b[index] ?? 0) * 32_640) >> 15));
      d[index] = d[index - 1] ?? 0;
      sum += ((b[index] ?? 0) * limit16(2 * (d[index] ?? 0))) >> 15;
    }
    this.#sz = limit16(sum);
  }
}

export class G722Encoder {
  readonly #low = new Band(false);
  readonly #high = new Band(true);
  readonly #history = new Int32Array(24);

  /** 16,000 samples a second, an even count: half as many octets. */
  encodeWide(samples: Int16Array): Uint8Array {
    const octets = new Uint8Array(samples.length >> 1);
    const x = this.#history;
    for (let index = 0; index < octets.length; index += 1) {
      x.copyWithin(0, 2);
      x[22] = samples[2 * index] ?? 0;
      x[23] = samples[2 * index + 1] ?? 0;
      let [even, odd] = [0, 0];
      for (let tap = 0; tap < 12; tap += 1) {
        odd += (x[2 * tap] ?? 0) * (qmf[tap] ?? 0);
        even += (x[2 * tap + 1] ?? 0) * (qmf[11 - tap] ?? 0);
      }
      octets[index] = (this.#upper((even - odd) >> 14) << 6) | this.#lower((even + odd) >> 14);
    }
    return octets;
  }

  /** 8,000 samples a second: as many octets, with nothing in the upper band. */
  encodeNarrow(samples: ArrayLike<number>): Uint8Array {
    return Uint8Array.from(samples, (sample) => (this.#upper(0) << 6) | this.#lower(Math.round(sample) >> 1));
  }

  #lower(sample: number): number {
    const band = this.#low;
    const difference = limit16(sample - band.s);
    const magnitude = difference >= 0 ? difference : -(difference + 1);
    let interval = 1;
    while (interval < mostLevels && magnitude >= ((q6[interval] ?? 0) * band.det) >> 12) interval += 1;
    const code = difference < 0 ? negativeCode(interval) : positiveCode(interval);
    const rough = code >> 2;
    const quantised = (band.det * (qm4[rough] ?? 0)) >> 15;
    band.scale(wl[rl42[rough] ?? 0] ?? 0);
    band.adapt(quantised);
    return code;
  }

  #upper(sample: number): number {
    const band = this.#high;
    const difference = limit16(sample - band.s);
    const magnitude = difference >= 0 ? difference : -(difference + 1);
    const large = magnitude >= (564 * band.det) >> 12;
    const code = difference < 0 ? (large ? 0 : 1) : large ? 2 : 3;
    const quantised = (band.det * (qm2[code] ?? 0)) >> 15;
    band.scale(wh[rh2[code] ?? 0] ?? 0);
    band.adapt(quantised);
    return code;
  }
}

/** The same sound twice: 8,000 and 16,000 samples a second. */
export type BothRates = { readonly narrow: Int16Array; readonly wide: Int16Array };

export class G722Decoder {
  readonly #low = new Band(false);
  readonly #high = new Band(true);
  readonly #history = new Int32Array(24);

  decode(octets: Uint8Array): BothRates {
    const narrow = new Int16Array(octets.length);
    const wide = new Int16Array(2 * octets.length);
    const x = this.#history;
    for (let index = 0; index < octets.length; index += 1) {
      const octet = octets[index] ?? 0;
      const low = this.#lower(octet & 63);
      const high = this.#upper(octet >> 6);
      narrow[index] = limit16(2 * low);
      x.copyWithin(0, 2);
      x[22] = low + high;
      x[23] = low - high;
      let [even, odd] = [0, 0];
      for (let tap = 0; tap < 12; tap += 1) {
        even += (x[2 * tap] ?? 0) * (qmf[tap] ?? 0);
        odd += (x[2 * tap + 1] ?? 0) * (qmf[11 - tap] ?? 0);
      }
      wide[2 * index] = limit16(odd >> 11);
      wide[2 * index + 1] = limit16(even >> 11);
    }
    return { narrow, wide };
  }

  #lower(code: number): number {
    const band = this.#low;
    const heard = limit(band.s + ((band.det * (qm6[code] ?? 0)) >> 15), -16_384, 16_383);
    const rough = code >> 2;
    const quantised = (band.det * (qm4[rough] ?? 0)) >> 15;
    band.scale(wl[rl42[rough] ?? 0] ?? 0);
    band.adapt(quantised);
    return heard;
  }

  #upper(code: number): number {
    const band = this.#high;
    const quantised = (band.det * (qm2[code] ?? 0)) >> 15;
    const heard = limit(band.s + quantised, -16_384, 16_383);
    band.scale(wh[rh2[code] ?? 0] ?? 0);
    band.adapt(quantised);
    return heard;
  }
}

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { DigitListener, type ToneDigit, toneOf } from "./dtmf.ts";
import { decodeFrame, encode } from "./g711.ts";
import { music } from "./sounds.ts";

const digits = "0123456789*#ABCD";

/** Everything that is heard in this sound, in packets of 20 ms. */
function listen(sound: Int16Array, packetLength = 160): ToneDigit[] {
  const listener = new DigitListener();
  const heard: ToneDigit[] = [];
  // Long enough a silence that the last one ends.
  const whole = new Int16Array(sound.length + 800);
  whole.set(sound);
  for (let at = 0; at < whole.length; at += packetLength)
    heard.push(...listener.hear(whole.subarray(at, at + packetLength), at));
  return heard;
}

const text = (heard: readonly ToneDigit[]): string => heard.map(({ digit }) => digit).join("");

type Shape = { readonly on: number; readonly off: number; readonly start?: number };
function dialled(sequence: string, { on, off, start = 0 }: Shape): Int16Array {
  const sound = new Int16Array(start + sequence.length * (on + off));
  for (const [index, digit] of [...sequence].entries()) sound.set(toneOf(digit, 0, on), start + index * (on + off));
  return sound;
}

/** Two tones of these frequencies (Hz) and levels (dBFS). */
const pair = (low: readonly [number, number], high: readonly [number, number], samples: number): Int16Array =>
  Int16Array.from({ length: samples }, (_, at) =>
    [low, high].reduce(
      (sum, [hertz, dbfs]) => sum + 32_767 * 10 ** (dbfs / 20) * Math.sin((2 * Math.PI * hertz * at) / 8_000),
      0,
    ),
  );

/** Numbers from 0 to 1, the same in each run. */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

describe("digits in the audio (ITU-T Q.23, Q.24)", () => {
  test("40 ms on, 40 ms off, wherever they begin in the packets, through both laws", () => {
    for (let start = 0; start < 160; start += 7) {
      const sound = dialled(digits, { on: 320, off: 320, start });
      assert.equal(text(listen(sound)), digits, `begun at ${start}`);
      assert.equal(text(listen(sound, 240)), digits);
      for (const law of ["PCMU", "PCMA"] as const)
        assert.equal(text(listen(decodeFrame(law, encode(law, sound)))), digits);
    }
  });

  test("how long a digit was", () => {
    for (const ms of [60, 100, 500, 2_000]) {
      const [heard] = listen(dialled("5", { on: ms * 8, off: 0 }));
      assert.ok(heard && Math.abs(heard.ms - ms) <= 20, `${heard?.ms} of ${ms} ms`);
    }
  });

  test("a digit twice is two digits; one with a gap of 10 ms is one", () => {
    assert.equal(text(listen(dialled("55", { on: 400, off: 400 }))), "55");
    assert.equal(text(listen(dialled("55", { on: 400, off: 80 }))), "5");
  });

  const pairs: readonly [
    name: string,
    low: readonly [number, number],
    high: readonly [number, number],
    digit: string,
  ][] = [
    ["1.5 % too high", [770 * 1.015, -15], [1_336 * 1.015, -15], "5"],
    ["1.5 % too low", [941 * 0.985, -15], [1_633 * 0.985, -15], "D"],
    ["the column 4 dB stronger", [697, -16], [1_209, -12], "1"],
    ["the row 8 dB stronger", [697, -12], [1_209, -20], "1"],
    ["faint", [852, -34], [1_477, -34], "9"],
    ["too faint", [852, -48], [1_477, -48], ""],
    ["one tone alone", [852, -12], [1_477, -60], ""],
    ["two rows", [697, -12], [941, -12], ""],
    ["between the tones", [811, -12], [1_406, -12], ""],
    ["dial tone, 350 and 440 Hz", [350, -12], [440, -12], ""],
    ["busy tone, 480 and 620 Hz", [480, -12], [620, -12], ""],
    ["fax, 1100 and 2100 Hz", [1_100, -12], [2_100, -12], ""],
  ];
  for (const [name, low, high, digit] of pairs) {
    test(name, () => assert.equal(text(listen(pair(low, high, 800))), digit));
  }

  test("bursts of 20 ms are no digits", () => {
    assert.equal(text(listen(dialled(digits, { on: 160, off: 400 }))), "");
  });

  test("with noise 15 dB below, most of 160 digits are heard, and no wrong one", () => {
    const sequence = digits.repeat(10);
    const sound = dialled(sequence, { on: 480, off: 400 });
    const random = numbers(7);
    const amplitude = 16_000 * 10 ** (-15 / 20);
    const noisy = sound.map((sample) => sample + Math.round(amplitude * (2 * random.next().value - 1)));
    const heard = text(listen(noisy));
    assert.ok(heard.length >= 158, `${heard.length} of 160`);
    if (heard.length === 160) assert.equal(heard, sequence);
  });

  test("the hold music is no digit", () => {
    assert.equal(text(listen(decodeFrame("PCMU", music().PCMU))), "");
  });

  test("ten minutes of voices that are purer than people's are taken for a digit once at most", () => {
    assert.ok(text(listen(voice(600, 11))).length <= 1);
  });

  test("whatever comes, it is told in digits", () => {
    const sound = fc.array(fc.integer({ min: -32_768, max: 32_767 }), { maxLength: 2_000 });
    fc.assert(
      fc.property(sound, (samples) => assert.match(text(listen(Int16Array.from(samples))), /^[0-9A-D*#]*$/)),
      { numRuns: 30 },
    );
  });
});

/** Syllables of a glottal pulse of 80 to 300 Hz through three wandering formants: what talk-off comes from. */
function voice(lengthS: number, seed: number): Int16Array {
  const random = numbers(seed);
  const between = (low: number, high: number): number => low + (high - low) * random.next().value;
  const sound = new Int16Array(lengthS * 8_000);
  for (let at = 0; at < sound.length; ) {
    const samples = Math.round(between(600, 4_000));
    const pitch = between(80, 300);
    const formants = [between(300, 900), between(900, 1_800), between(1_900, 3_200)] as const;
    const filters = formants.map((hertz) => ({ hertz, before: 0, last: 0, drift: between(-0.02, 0.02) }));
    let phase = 0;
    for (let index = 0; index < samples && at < sound.length; index += 1, at += 1) {
      phase += pitch / 8_000;
      const pulse = phase >= 1 ? 1 : 0;
      phase -= pulse;
      let sum = 0;
      for (const filter of filters) {
        const damping = Math.exp((-Math.PI * 80) / 8_000);
        const angle = (2 * Math.PI * (filter.hertz + filter.drift * index)) / 8_000;
        const value = pulse + 2 * damping * Math.cos(angle) * filter.last - damping * damping * filter.before;
        filter.before = filter.last;
        filter.last = value;
        sum += value;
      }
      sound[at] = Math.max(-32_000, Math.min(32_000, Math.round(2_500 * sum)));
    }
    at += Math.round(between(0, 800));
  }
  return sound;
}

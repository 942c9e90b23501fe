// Labelled clips, made from a seed: network tones of every country of the table, information tones, fax and modem, humans and
// machines who answer, music, and nothing. bench/detect.ts counts what the detector makes of them.

import { type Cadence, countries, national } from "../../src/media/codec/call-tones.ts";
import type { Watch } from "../../src/media/detection/finding.ts";
import { between, joined, phrase, type Random, seeded, talk, voiceOf } from "../../src/sim/speech.ts";
import { lineOf, through } from "./line.ts";
import { melody } from "./melody.ts";

export { joined };

export type Label =
  | "ringback"
  | "busy"
  | "congestion"
  | "information"
  | "fax"
  | "human"
  | "machine"
  | "music"
  | "announcement"
  | "silence";

export type Clip = {
  readonly label: Label;
  readonly watch: Watch;
  readonly country: string;
  readonly samples: Int16Array;
  /** A beep is in it, which ends there, ms; null: none. */
  readonly beepMs: number | null;
};

type Made = { readonly watch: Watch; readonly sound: Float64Array; readonly beepMs?: number };
type Maker = (random: Random, country: string) => Made;

const samplesOf = (ms: number): number => Math.round(ms * 8);
export const hush = (ms: number): Float64Array => new Float64Array(samplesOf(ms));

/** A clear voice with short pauses. */
export function speech(seed: number, ms: number): Float64Array {
  const random = seeded(seed);
  return talk(random, { ...voiceOf(random), dbfs: -18 }, { ms, pauseMs: [150, 300] });
}

/** Tones together, each at the same level, `dbfs` in all, with edges of 2 ms. */
export function tone(hertz: readonly number[], ms: number, dbfs: number): Float64Array {
  const amplitude = (32_767 * 10 ** (dbfs / 20)) / Math.sqrt(hertz.length);
  const length = samplesOf(ms);
  return Float64Array.from({ length }, (_, index) => {
    const edge = Math.min(1, index / 16, (length - 1 - index) / 16);
    return hertz.reduce((sum, one) => sum + amplitude * edge * Math.sin((2 * Math.PI * one * index) / 8_000), 0);
  });
}

/** A cadence for so long; exchanges keep its times to a few per cent. It may begin anywhere. */
function cadence(random: Random, { hertz, ms }: Cadence, totalMs: number): Float64Array {
  const parts: Float64Array[] = [];
  const pace = between(random, 0.95, 1.05);
  const dbfs = between(random, -22, -12);
  let length = 0;
  for (let index = 0; length < totalMs; index += 1) {
    const part = (ms[index % ms.length] ?? 0) * pace;
    parts.push(index % 2 === 0 ? tone(hertz, part, dbfs) : hush(part));
    length += part;
  }
  const cut = random() < 0.3 ? between(random, 0, (ms[0] ?? 0) * 0.8) : 0;
  return joined([...(cut > 0 ? [] : [hush(between(random, 20, 900))]), joined(parts).subarray(samplesOf(cut))]);
}

const network =
  (kind: "ringback" | "busy" | "congestion", totalMs: number): Maker =>
  (random, country) => {
    const plan = national[country]?.[kind];
    if (!plan) throw new RangeError(`no ${kind} of ${country}`);
    return { watch: "progress", sound: cadence(random, plan, totalMs) };
  };

const information: Maker = (random) => {
  const variants = [
    [950, 330, 1_400, 330, 1_800, 330],
    [913.8, 274, 1_370.6, 274, 1_776.7, 380],
    [985.2, 380, 1_370.6, 274, 1_776.7, 380],
  ] as const;
  const [one, oneMs, two, twoMs, three, threeMs] = variants[Math.floor(random() * variants.length)] ?? variants[0];
  const dbfs = between(random, -24, -12);
  const gap = hush(random() < 0.5 ? 0 : between(random, 0, 30));
  const notes = [tone([one], oneMs, dbfs), gap, tone([two], twoMs, dbfs), gap, tone([three], threeMs, dbfs)];
  const said = talk(random, voiceOf(random), { ms: 2_500, pauseMs: [150, 400] });
  return { watch: "progress", sound: joined([hush(between(random, 100, 1_500)), ...notes, hush(300), said]) };
};

const fax: Maker = (random) => {
  const dbfs = between(random, -24, -11);
  const calling = random() < 0.3;
  if (calling) {
    const burst = tone([1_100 + between(random, -25, 25)], between(random, 450, 550), dbfs);
    return {
      watch: "answer",
      sound: joined([hush(between(random, 200, 1_500)), burst, hush(3_000), burst, hush(1_000)]),
    };
  }
  const answer = tone([2_100 + between(random, -8, 8)], between(random, 2_600, 4_000), dbfs);
  const turned = random() < 0.5;
  const swung = random() < 0.5;
  for (let index = 0; index < answer.length; index += 1) {
    const sign = turned && Math.floor(index / samplesOf(450)) % 2 === 1 ? -1 : 1;
    const swing = swung ? 1 + 0.2 * Math.sin((2 * Math.PI * 15 * index) / 8_000) : 1;
    answer[index] = (answer[index] ?? 0) * sign * swing;
  }
  return { watch: "answer", sound: joined([hush(between(random, 200, 2_500)), answer, hush(800)]) };
};

/** Three in ten have a room behind them: four others who talk, 14 to 30 dB below. */
function inRoom(random: Random, sound: Float64Array, dbfs: number): Float64Array {
  if (random() > 0.3) return sound;
  const level = dbfs - between(random, 14, 30) - 6;
  const room = sound.slice();
  for (let other = 0; other < 4; other += 1) {
    const said = talk(random, { ...voiceOf(random), dbfs: level }, { ms: sound.length / 8, pauseMs: [100, 900] });
    for (let index = 0; index < room.length; index += 1) room[index] = (room[index] ?? 0) + (said[index] ?? 0);
  }
  return room;
}

/** Half say a word or two, a third a name, the rest a greeting as firms have it; then they wait, and some ask again. */
const human: Maker = (random) => {
  const voice = voiceOf(random);
  const kind = random();
  const first =
    kind < 0.5
      ? phrase(random, voice, between(random, 180, 900))
      : kind < 0.85
        ? talk(random, voice, { ms: between(random, 900, 2_200), pauseMs: [100, 350] })
        : talk(random, voice, { ms: between(random, 2_200, 3_600), pauseMs: [120, 450] });
  const again = random() < 0.4 ? phrase(random, voice, between(random, 250, 800)) : hush(0);
  const wait = hush(between(random, 1_100, 2_200));
  const sound = joined([hush(between(random, 100, 1_500)), first, wait, again, hush(between(random, 2_200, 3_500))]);
  return { watch: "answer", sound: inRoom(random, sound, voice.dbfs) };
};

/** A greeting of 3 to 14 s, then in four of five a beep of the maker's choice, then quiet. */
const machine: Maker = (random) => {
  const voice = voiceOf(random);
  const greeting = talk(random, voice, { ms: between(random, 3_000, 14_000), pauseMs: [120, 800] });
  const spoken = joined([hush(between(random, 200, 1_500)), greeting, hush(between(random, 150, 1_600))]);
  const before = inRoom(random, spoken, voice.dbfs);
  if (random() < 0.2) return { watch: "answer", sound: joined([before, hush(2_500)]) };
  const hertz = between(random, 400, 2_400);
  // Ours is an answering machine, not the answer tone of a modem.
  const chosen = Math.abs(hertz - 2_100) < 60 ? 1_400 : hertz;
  const beep = tone([chosen], between(random, 120, 1_400), between(random, -24, -9));
  const whole = joined([before, beep]);
  return { watch: "answer", sound: joined([whole, hush(2_000)]), beepMs: whole.length / 8 };
};

const makers: Readonly<Record<Label, Maker>> = {
  ringback: network("ringback", 9_500),
  busy: network("busy", 6_000),
  congestion: network("congestion", 7_500),
  information,
  fax,
  human,
  machine,
  music: (random) => ({ watch: "progress", sound: melody(random, 12_000) }),
  announcement: (random) => ({
    watch: "progress",
    sound: talk(random, voiceOf(random), { ms: 10_000, pauseMs: [200, 900] }),
  }),
  silence: (random) => ({ watch: random() < 0.5 ? "progress" : "answer", sound: hush(7_000) }),
};

export const labels = Object.keys(makers) as readonly Label[];

/** The `index`th clip of a label in a set; countries take turns. */
export function makeClip(label: Label, set: number, index: number): Clip {
  const random = seeded(set * 1_000_003 + labels.indexOf(label) * 50_021 + index);
  // Where congestion sounds as busy does, nobody can tell them apart.
  const telling = countries.filter((country) => label !== "congestion" || !soundsBusy(country));
  const country = telling[index % telling.length] ?? "CN";
  const { watch, sound, beepMs } = makers[label](random, country);
  const line = lineOf(random);
  const samples = through(random, sound, line);
  return { label, watch, country, samples, beepMs: beepMs === undefined ? null : beepMs / line.pace };
}

const soundsBusy = (country: string): boolean => {
  const tones = national[country];
  return tones?.busy.ms.join() === tones?.congestion.ms.join();
};

// The detector of one leg: frames of 20 ms go in, findings come out, each kind once. Pure but for its own memory.
//
//   frame --> sound-frame --> tone-track --> cadence, signal-tones, beep
//                   '-------> voice -------> greeting

import { BeepEar } from "./beep.ts";
import { CadenceEar } from "./cadence.ts";
import type { Finding, FindingKind, Watch } from "./finding.ts";
import { judgeGreeting } from "./greeting.ts";
import { FaxEar, InformationToneEar, isCalling } from "./signal-tones.ts";
import { Analyser } from "./sound-frame.ts";
import { type Stretch, ToneTrack } from "./tone-track.ts";
import { VoiceEar } from "./voice.ts";

export type DetectorOptions = {
  readonly watch: Watch;
  /** Whose network tones are expected (codec/call-tones.ts). */
  readonly country: string;
};

type Said = Omit<Finding, "atMs">;

/** Nothing heard for so long is told. */
const silenceMs = 5_000;
/** dBFS: noise of a line is below, and a click is no more than a few frames above. */
const quietLevel = -36;
const fewFrames = 5;
/** The longest greeting that is waited for. A beep after what seemed human is believed only shortly after it. */
const answerLimitMs = 60_000;
const humanDoubtMs = 15_000;
/** What stands still for so many ms, this pure and this steady in Hz, is no vowel. */
const standing = { ms: 120, purity: 0.88, spread: 8 } as const;

export class Detector {
  readonly #watch: Watch;
  readonly #analyser = new Analyser();
  readonly #track = new ToneTrack();
  readonly #voice = new VoiceEar();
  readonly #cadence: CadenceEar;
  readonly #information = new InformationToneEar();
  readonly #fax = new FaxEar();
  readonly #beep = new BeepEar();
  readonly #found = new Map<FindingKind, number>();
  #loudFrames = 0;
  #done = false;

  constructor({ watch, country }: DetectorOptions) {
    this.#watch = watch;
    this.#cadence = new CadenceEar(country);
  }

  /** Nothing more will be found. */
  get done(): boolean {
    return this.#done;
  }

  /** The next 160 samples at 8 kHz, 16 bits; silence where none came. */
  hear(samples: ArrayLike<number>): readonly Finding[] {
    if (this.#done) return [];
    const frame = this.#analyser.analyse(samples);
    const ended = this.#track.push(frame);
    const { current, nowMs } = this.#track;
    this.#voice.push(frame.level, standsStill(current));
    if (frame.level > quietLevel) this.#loudFrames += 1;
    const said = this.#watch === "progress" ? this.#progress(ended, current) : this.#answer(ended, current);
    const silent = nowMs >= silenceMs && this.#voice.beganMs < 0 && this.#loudFrames <= fewFrames;
    if (silent) said.push({ kind: "silence", confidence: 0.9, detail: "" });
    return said.flatMap((one) => this.#new(one, nowMs));
  }

  #progress(ended: Stretch | null, current: Stretch): Said[] {
    if (ended) {
      this.#cadence.end(ended);
      this.#information.end(ended);
    }
    const found = this.#information.look(current) ?? this.#cadence.look(current);
    this.#done = found !== null && found.kind !== "ringback";
    return found ? [found] : [];
  }

  #answer(ended: Stretch | null, current: Stretch): Said[] {
    const { nowMs } = this.#track;
    const said: Said[] = [];
    const spoken = this.#voice.talkMs > 400;
    if (ended) {
      const calling = this.#fax.end(ended, spoken);
      if (calling) said.push(calling);
      if (spoken || !isCalling(ended)) this.#beep.end(ended, spoken);
    }
    const fax = this.#fax.look(current, spoken);
    if (fax) said.push(fax);
    const hertz = this.#beep.look(current);
    if (hertz !== null && !this.#isHuman(nowMs)) said.push(...beepOf(hertz, spoken));
    if (!this.#judged) {
      const who = judgeGreeting(this.#voice, nowMs);
      if (who) said.push(who);
    }
    this.#done = this.#found.has("fax") || this.#found.has("beep") || this.#isHuman(nowMs) || nowMs >= answerLimitMs;
    return said;
  }

  get #judged(): boolean {
    return this.#found.has("human") || this.#found.has("machine") || this.#found.has("fax");
  }

  /** Beyond doubt. */
  #isHuman(nowMs: number): boolean {
    const atMs = this.#found.get("human");
    return atMs !== undefined && nowMs - atMs > humanDoubtMs;
  }

  #new(said: Said, atMs: number): Finding[] {
    if (this.#found.has(said.kind)) return [];
    this.#found.set(said.kind, atMs);
    return [{ ...said, atMs, confidence: Math.round(said.confidence * 100) / 100 }];
  }
}

const standsStill = ({ tone, ms, purity, spread }: Stretch): boolean =>
  tone !== null && ms >= standing.ms && purity >= standing.purity && spread <= standing.spread;

/** A machine is known by its beep, if not before. */
const beepOf = (hertz: number, spoken: boolean): Said[] => {
  const confidence = spoken ? 0.95 : 0.7;
  return [
    { kind: "machine", confidence, detail: "beep" },
    { kind: "beep", confidence, detail: `${hertz} Hz` },
  ];
};

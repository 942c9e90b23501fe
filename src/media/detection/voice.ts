// When somebody speaks: louder than the floor of the line, and not a tone. The floor is what the quieter moments of the last second
// and a half have in common; lost packets, which are no moments at all, are too few to count.

import { frameMs } from "./sound-frame.ts";

/** dBFS: a floor below counts as this. Speech is louder by the margin. */
const quietFloor = -56;
const margin = 7;
/** Who speaks drowns the room behind him: what is so many dB below his loudest is not his. It fades by so much in a frame. */
const roomBelow = 18;
const fading = 0.03;
const remembered = 75;
/** Before, nothing is known of the floor: those frames are judged when it is. */
const settledFrames = 25;
const lookEvery = 5;
/** Shares of the frames below floor and peak. Sound between which lies less, in dB, is noise, however loud. */
const floorShare = 0.15;
const peakShare = 0.9;
const liveliness = 6;
/** Frames of five that have to be loud, so that a click is no word. */
const lately = 5;
const loudOf = 3;
/** The gap within a word, ms. */
const wordGapMs = 200;

type Moment = { readonly level: number; readonly tone: boolean };

export class VoiceEar {
  readonly #levels: number[] = [];
  readonly #waiting: Moment[] = [];
  #recent: boolean[] = [];
  #frames = 0;
  #threshold = 0;
  #loudest = -120;
  /** ms of speech, with the gaps within words. */
  talkMs = 0;
  /** Where speech began and where it last was, ms; -1: never. */
  beganMs = -1;
  lastMs = -1;

  /** One frame. `tone`: it belongs to a tone that stands still. */
  push(level: number, tone: boolean): void {
    this.#frames += 1;
    this.#levels.push(level);
    if (this.#levels.length > remembered) this.#levels.shift();
    if (this.#frames >= settledFrames && this.#frames % lookEvery === 0) this.#settle();
    this.#waiting.push({ level, tone });
    if (this.#frames < settledFrames) return;
    const first = this.#frames - this.#waiting.length + 1;
    for (const [index, moment] of this.#waiting.splice(0).entries()) this.#judge(moment, (first + index) * frameMs);
  }

  #settle(): void {
    const sorted = Float64Array.from(this.#levels).sort();
    const floor = Math.max(quietFloor, sorted[Math.floor(floorShare * sorted.length)] ?? 0);
    const peak = sorted[Math.floor(peakShare * sorted.length)] ?? 0;
    this.#threshold = peak - floor > liveliness ? floor + margin : 0;
  }

  #judge({ level, tone }: Moment, atMs: number): void {
    if (!tone) this.#loudest = Math.max(level, this.#loudest - fading);
    const loud = !tone && level > Math.max(this.#threshold, this.#loudest - roomBelow);
    this.#recent = [...this.#recent.slice(1 - lately), loud];
    if (!loud || this.#recent.filter(Boolean).length < loudOf) return;
    if (this.beganMs < 0) this.beganMs = atMs - loudOf * frameMs;
    const gap = atMs - this.lastMs;
    this.talkMs += this.lastMs >= 0 && gap <= wordGapMs ? gap : loudOf * frameMs;
    this.lastMs = atMs;
  }
}

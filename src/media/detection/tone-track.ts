// The line of frames cut into stretches: one tone that stays the same, or whatever is no tone. Short holes, as lost packets and
// phase reversals make them, do not cut a tone.

import { frameMs, type SoundFrame, type Tone } from "./sound-frame.ts";

export type Stretch = {
  /** The mean of its frames; null: no tone. */
  readonly tone: Tone | null;
  readonly startMs: number;
  readonly ms: number;
  /** Mean level, dBFS. */
  readonly level: number;
  /** Mean purity (sound-frame.ts), and how far its frames lie from the mean frequency, Hz on average. */
  readonly purity: number;
  readonly spread: number;
  /** It began with the audio: it may have been longer. */
  readonly cut: boolean;
};

/** How far a tone may move between two frames that are one: two tones 50 Hz apart beat in a window of 32 ms. */
const sameHertz = 30;
/** The first and last frames of a tone hold only a part of it: they count as so far from the mean at the most. */
const edgeHertz = 20;
/** Frames that have to agree before a tone begins, and that have to disagree before it ends. */
const beginFrames = 2;
const endFrames = 5;

export const sameTone = (one: Tone, two: Tone): boolean => {
  if (one.other > 0 && two.other > 0) return near(one.hertz, two.hertz) && near(one.other, two.other);
  // In noise the weaker of two tones comes and goes.
  const single = one.other > 0 ? two.hertz : one.hertz;
  const pair = one.other > 0 ? one : two;
  return near(single, pair.hertz) || (pair.other > 0 && near(single, pair.other));
};
const near = (one: number, two: number): boolean => Math.abs(one - two) <= sameHertz;

export class ToneTrack {
  #current = new Growing(null, 0);
  #doubtful: SoundFrame[] = [];
  #nowMs = 0;

  /** The stretch that goes on, as far as that is certain. */
  get current(): Stretch {
    return this.#current.stretch(this.#nowMs - this.#doubtful.length * frameMs - this.#current.startMs);
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  /** One frame more; the stretch that has ended with it, null for none. */
  push(frame: SoundFrame): Stretch | null {
    this.#nowMs += frameMs;
    if (this.#fits(frame)) {
      for (const held of this.#doubtful) this.#current.bridge(held);
      this.#doubtful = [];
      this.#current.add(frame);
      return null;
    }
    this.#doubtful.push(frame);
    const next = this.#nextTone();
    return next !== undefined ? this.#turn(next) : null;
  }

  #fits({ tone }: SoundFrame): boolean {
    const going = this.#current.tone;
    if (going === null || tone === null) return going === tone;
    return sameTone(going, tone);
  }

  /** What begins now; undefined: too early to say. */
  #nextTone(): Tone | null | undefined {
    const frames = this.#doubtful;
    const last = frames.at(-1)?.tone ?? null;
    const before = frames.at(-beginFrames)?.tone ?? null;
    if (last && before && frames.length >= beginFrames && sameTone(last, before)) return last;
    if (this.#current.tone === null) {
      // Tones that never agree are none.
      if (frames.length > endFrames) for (const frame of frames.splice(0, 1)) this.#current.bridge(frame);
      return undefined;
    }
    return frames.length >= endFrames ? null : undefined;
  }

  #turn(tone: Tone | null): Stretch | null {
    const frames = this.#doubtful;
    this.#doubtful = [];
    // A tone begins with the frames that have it; what lay before them belongs to what was.
    const own = tone === null ? frames.length : beginFrames;
    for (const frame of frames.slice(0, frames.length - own)) this.#current.bridge(frame);
    const startMs = this.#nowMs - own * frameMs;
    const done = this.#current.stretch(startMs - this.#current.startMs);
    this.#current = new Growing(tone, startMs);
    for (const frame of frames.slice(-own)) this.#current.add(frame);
    return done.ms === 0 ? null : done;
  }
}

/** Sums of a stretch. */
class Growing {
  readonly startMs: number;
  #tone: Tone | null;
  #frames = 0;
  #level = 0;
  #tones = 0;
  #purity = 0;
  #spread = 0;
  /** Frames that had both of two tones, and the means of the lower and the higher one. */
  #pairs = 0;
  readonly #low = new Mean();
  readonly #high = new Mean();

  constructor(tone: Tone | null, startMs: number) {
    this.#tone = tone;
    this.startMs = startMs;
  }

  get tone(): Tone | null {
    return this.#tone;
  }

  add({ level, tone, purity }: SoundFrame): void {
    this.#frames += 1;
    this.#level += level;
    if (!this.#tone || !tone) return;
    this.#tones += 1;
    this.#purity += purity;
    const distance = Math.min(Math.abs(tone.hertz - this.#tone.hertz), Math.abs(tone.hertz - this.#tone.other));
    this.#spread += Math.min(distance, edgeHertz);
    this.#tone = this.#mean(this.#tone, tone);
  }

  /** A frame in a hole: it counts in neither level nor frequency. */
  bridge(frame: SoundFrame): void {
    if (!this.#tone) this.add(frame);
  }

  stretch(ms: number): Stretch {
    return {
      tone: this.#tone,
      startMs: this.startMs,
      ms,
      level: this.#frames === 0 ? -120 : this.#level / this.#frames,
      purity: this.#tones === 0 ? 0 : this.#purity / this.#tones,
      spread: this.#tones === 0 ? 0 : this.#spread / this.#tones,
      cut: this.startMs === 0,
    };
  }

  /** The edges of one tone look like two: what is a pair in most of its frames is one. */
  #mean(going: Tone, tone: Tone): Tone {
    if (tone.other > 0) {
      this.#pairs += 1;
      this.#low.add(tone.hertz);
      this.#high.add(tone.other);
    } else if (going.other > 0 && near(tone.hertz, going.other)) this.#high.add(tone.hertz);
    else if (this.#high.count > 0 && near(tone.hertz, this.#high.value)) this.#high.add(tone.hertz);
    else this.#low.add(tone.hertz);
    if (2 * this.#pairs > this.#tones) return { hertz: this.#low.value, other: this.#high.value };
    return { hertz: this.#low.count >= this.#high.count ? this.#low.value : this.#high.value, other: 0 };
  }
}

class Mean {
  count = 0;
  value = 0;

  add(value: number): void {
    this.count += 1;
    this.value += (value - this.value) / this.count;
  }
}

// The beep of an answering machine: one clean tone that stands alone and is followed by quiet. Its frequency and its length are
// the maker's choice.

import type { Stretch } from "./tone-track.ts";

const hertzRange = [370, 2_700] as const;
const lengthMs = [80, 2_500] as const;
/** A short one has to be purer, and one where vowels have their first formant: such may be the end of a word. */
const shortMs = 200;
const formantHertz = 900;
const leastPurity = { unspoken: 0.95, formant: 0.93, short: 0.9, long: 0.86 } as const;
const mostSpread = 7;
/** Quiet after it by which it is known. In the range of network tones it is longer than their pauses. */
const quietMs = 400;
const networkQuietMs = 900;
const networkHertz = 640;
/** The quiet after it lies this many dB below. */
const contrast = 10;
/** Another tone this shortly before it makes it part of a melody. */
const aloneMs = 60;

export class BeepEar {
  #candidate: Stretch | null = null;
  #toneEndedMs = Number.NEGATIVE_INFINITY;

  /** `spoken`: a greeting was heard before. */
  end(stretch: Stretch, spoken: boolean): void {
    this.#candidate = null;
    if (!stretch.tone) return;
    const alone = stretch.startMs - this.#toneEndedMs >= aloneMs;
    // A vowel is no note.
    if (stretch.purity >= leastPurity.long) this.#toneEndedMs = stretch.startMs + stretch.ms;
    if (alone && isBeep(stretch, spoken)) this.#candidate = stretch;
  }

  /** Hz of the beep before the stretch that goes on, once it is certain. */
  look({ tone, ms, level }: Stretch): number | null {
    const candidate = this.#candidate;
    if (!candidate?.tone || tone) return null;
    const { hertz } = candidate.tone;
    if (ms < (hertz < networkHertz ? networkQuietMs : quietMs)) return null;
    this.#candidate = null;
    return level < candidate.level - contrast ? Math.round(hertz) : null;
  }
}

function isBeep({ tone, ms, purity, spread }: Stretch, spoken: boolean): boolean {
  if (!tone || tone.other > 0) return false;
  const inRange = tone.hertz >= hertzRange[0] && tone.hertz <= hertzRange[1];
  const pure = purity >= leastPurity[spoken ? doubtOf(tone.hertz, ms) : "unspoken"];
  return inRange && ms >= lengthMs[0] && ms <= lengthMs[1] && pure && spread <= mostSpread;
}

function doubtOf(hertz: number, ms: number): keyof typeof leastPurity {
  if (hertz < formantHertz) return "formant";
  return ms < shortMs ? "short" : "long";
}

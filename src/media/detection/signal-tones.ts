// Tones that say what they are by frequency and length: special information tones (E.180 §3.5, with the North American variants),
// answer tones of fax and modem, calling tones of fax.

import type { Finding } from "./finding.ts";
import type { Stretch } from "./tone-track.ts";

type Said = Omit<Finding, "atMs">;

/** Hz of the first two notes, and their lengths in ms. The third is 1,777 to 1,800 Hz and long. */
const variants = [
  { detail: "SIT", kind: "information", notes: [950, 1_400], ms: [330, 330] },
  { detail: "SIT intercept", kind: "information", notes: [913.8, 1_370.6], ms: [274, 274] },
  { detail: "SIT vacant code", kind: "information", notes: [985.2, 1_370.6], ms: [380, 274] },
  { detail: "SIT reorder", kind: "congestion", notes: [913.8, 1_428.5], ms: [274, 380] },
  { detail: "SIT no circuit", kind: "congestion", notes: [985.2, 1_428.5], ms: [380, 380] },
] as const;
const bands = [
  [875, 1_030],
  [1_310, 1_490],
  [1_700, 1_875],
] as const;
const noteMs = [180, 500] as const;
/** The third note is known before it ends. */
const lastNoteMs = 160;
const gapMs = 120;

export class InformationToneEar {
  #notes: Stretch[] = [];

  end(stretch: Stretch): void {
    if (!stretch.tone) {
      if (stretch.ms > gapMs) this.#notes = [];
      return;
    }
    const wanted = isNote(stretch, this.#notes.length, noteMs[0]) && stretch.ms <= noteMs[1];
    if (wanted) this.#notes.push(stretch);
    else this.#notes = isNote(stretch, 0, noteMs[0]) ? [stretch] : [];
  }

  look(current: Stretch): Said | null {
    const [first, second] = this.#notes;
    if (!first?.tone || !second?.tone || this.#notes.length !== 2 || !isNote(current, 2, lastNoteMs)) return null;
    const heard = [first.tone.hertz / 18, second.tone.hertz / 18, first.ms / 40, second.ms / 40];
    const distances = variants.map(({ notes, ms }) => {
      const planned = [notes[0] / 18, notes[1] / 18, ms[0] / 40, ms[1] / 40];
      return Math.hypot(...planned.map((value, index) => value - (heard[index] ?? 0)));
    });
    const variant = variants[distances.indexOf(Math.min(...distances))] ?? variants[0];
    return { kind: variant.kind, confidence: 0.95, detail: variant.detail };
  }
}

function isNote({ tone, ms }: Stretch, place: number, leastMs: number): boolean {
  const [low, high] = bands[place] ?? [0, 0];
  return tone !== null && tone.other === 0 && tone.hertz >= low && tone.hertz <= high && ms >= leastMs;
}

/** ITU-T V.25 §4 (and V.8 ANSam, T.30 CED): 2,100 Hz for 2.6 to 4 s, perhaps with its phase turned each 450 ms. Bell 103: 2,225 Hz. */
const answerMs = 800;
/** After a voice it may be the beep of a machine. */
const answerAfterVoiceMs = 2_000;
const answerTones = [
  { hertz: 2_100, detail: "CED" },
  { hertz: 2_225, detail: "Bell 103" },
] as const;
const answerReach = 45;
/** ITU-T T.30 §4.2: 1,100 Hz ± 38 Hz, on 0.5 s, off 3 s, each ± 15 %. */
const calling = { hertz: 1_100, reach: 45, ms: [415, 600], pauseMs: [2_500, 3_500] } as const;

export class FaxEar {
  #calledAtMs = Number.NEGATIVE_INFINITY;

  /** `spoken`: a voice was heard before, so that a short tone of 1,100 Hz is rather a machine's beep. */
  end(stretch: Stretch, spoken: boolean): Said | null {
    if (!isCalling(stretch)) return null;
    const pause = stretch.startMs - this.#calledAtMs;
    this.#calledAtMs = stretch.startMs + stretch.ms;
    const again = pause >= calling.pauseMs[0] && pause <= calling.pauseMs[1];
    if (spoken && !again) return null;
    return { kind: "fax", confidence: again ? 0.97 : 0.75, detail: "CNG" };
  }

  look({ tone, ms }: Stretch, spoken: boolean): Said | null {
    if (!tone || tone.other > 0 || ms < (spoken ? answerAfterVoiceMs : answerMs)) return null;
    const found = answerTones.find(({ hertz }) => Math.abs(tone.hertz - hertz) <= answerReach);
    return found ? { kind: "fax", confidence: 0.95, detail: found.detail } : null;
  }
}

/** For the beep's ear too: such a tone is no beep. */
export function isCalling({ tone, ms, cut }: Stretch): boolean {
  if (!tone || tone.other > 0 || Math.abs(tone.hertz - calling.hertz) > calling.reach || ms > calling.ms[1])
    return false;
  return ms >= calling.ms[0] && !cut;
}

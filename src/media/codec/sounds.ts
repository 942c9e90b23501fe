// The sounds that are played to whoever waits, rendered by this code once per worker, in both laws, as loops of whole packets.

import { encode, type Law, silenceOctet } from "./g711.ts";
import { sampleRate, sine } from "./tone.ts";

/** Octets per 20 ms packet. */
export const frameLength = 160;

export type Loop = Readonly<Record<Law, Uint8Array>>;

/** `samples` fill whole packets. */
export const bothLaws = (samples: ArrayLike<number>): Loop => ({
  PCMU: encode("PCMU", samples),
  PCMA: encode("PCMA", samples),
});

export const silence: Loop = {
  PCMU: new Uint8Array(frameLength).fill(silenceOctet.PCMU),
  PCMA: new Uint8Array(frameLength).fill(silenceOctet.PCMA),
};

/** One second of a whole number of periods, so that the loop has no seam. `hertz` is a whole number below 4,000. */
export const steadyTone = (hertz: number): Loop => bothLaws(sine({ hertz, dbfs: -12, samples: sampleRate }));

/** Hold music: broken chords over I-vi-IV-V in C, one note each 250 ms, every bar 2 s. Semitones from A4. */
const bars: readonly (readonly number[])[] = [
  [-9, -5, -2, 3, 7, 3, -2, -5],
  [-12, -9, -5, 0, 3, 0, -5, -9],
  [-16, -12, -9, -4, 0, -4, -9, -12],
  [-14, -10, -7, -2, 2, -2, -7, -10],
];
const noteLength = sampleRate / 4;
/** A note rings on under the next ones, like a plucked string. */
const ringLength = 3 * noteLength;

export function music(): Loop {
  const melody = bars.flat();
  const samples = new Float64Array(melody.length * noteLength);
  for (const [index, semitones] of melody.entries()) {
    addNote(samples, index * noteLength, 440 * 2 ** (semitones / 12));
  }
  return bothLaws(samples);
}

/** The tail of the last notes runs into the start of the loop. */
function addNote(samples: Float64Array, start: number, hertz: number): void {
  for (let index = 0; index < ringLength; index += 1) {
    const phase = (2 * Math.PI * hertz * index) / sampleRate;
    const attack = Math.min(1, index / 80);
    const release = Math.min(1, (ringLength - index) / 400);
    const decay = Math.exp((-3 * index) / sampleRate);
    const wave = Math.sin(phase) + 0.35 * Math.sin(2 * phase) + 0.12 * Math.sin(3 * phase);
    const at = (start + index) % samples.length;
    samples[at] = (samples[at] ?? 0) + 5_200 * attack * release * decay * wave;
  }
}

// Music made from a seed: a tune over chords, notes that ring into each other.

import { between, type Random } from "../../src/sim/speech.ts";

const scale = [0, 2, 4, 5, 7, 9, 11, 12] as const;
const chords = [0, 5, 7, 9] as const;

export function melody(random: Random, ms: number): Float64Array {
  const samples = new Float64Array(ms * 8);
  const key = between(random, 130, 262);
  const noteMs = between(random, 140, 480);
  const amplitude = 32_767 * 10 ** (between(random, -26, -16) / 20);
  for (let at = 0, index = 0; at < ms; at += noteMs, index += 1) {
    const step = scale[Math.floor(random() * scale.length)] ?? 0;
    const note = { start: at * 8, length: noteMs * 8 * 2 };
    addNote(samples, { ...note, hertz: 2 * key * 2 ** (step / 12), amplitude });
    if (index % 4 !== 0) continue;
    const root = chords[Math.floor(random() * chords.length)] ?? 0;
    for (const third of [0, 4, 7])
      addNote(samples, {
        start: note.start,
        length: note.length * 2,
        hertz: key * 2 ** ((root + third) / 12),
        amplitude: amplitude / 2,
      });
  }
  return samples;
}

type Note = { readonly start: number; readonly length: number; readonly hertz: number; readonly amplitude: number };

function addNote(samples: Float64Array, { start, length, hertz, amplitude }: Note): void {
  for (let index = 0; index < length; index += 1) {
    const at = Math.round(start) + index;
    if (at >= samples.length) return;
    const phase = (2 * Math.PI * hertz * index) / 8_000;
    const fade = Math.min(1, index / 60) * Math.exp((-2.5 * index) / length);
    const wave = Math.sin(phase) + 0.4 * Math.sin(2 * phase) + 0.15 * Math.sin(3 * phase);
    samples[at] = (samples[at] ?? 0) + amplitude * fade * wave;
  }
}

// The grammar of long runs: one character (or a short piece) thousands of times, at each place of a message where the grammar
// has a border, and then something that cannot end it. Nothing in it is malformed enough to be dropped at once: it is there for
// readers whose work grows with the square of what they read.

import type { Random } from "./random.ts";

/** What a run is made of: blanks, digits, letters, and the separators of parameters and lists. */
export const UNITS = [" ", "1", "a", "-", ";a", ",", "%41", '"'] as const;

/** Far more than any phone writes into one header; what goes back over it once per character takes a second. */
export const RUN = 12_000;

const BORDER = /[^A-Za-z0-9]/g;

/** The places in a text where a run may begin: behind each character that is neither letter nor digit. */
export const borders = (text: string): readonly number[] => [...text.matchAll(BORDER)].map(({ index }) => index + 1);

/** The text with a run of `unit` at `at`, `length` characters or a few more. */
export const stretched = (
  text: string,
  at: number,
  { unit, length = RUN }: { unit: string; length?: number },
): string => `${text.slice(0, at)}${unit.repeat(Math.ceil(length / unit.length))}${text.slice(at)}`;

/** One of them, by chance. */
export function stretch(text: string, random: Random): string {
  const places = borders(text);
  if (places.length === 0) return text;
  return stretched(text, random.pick(places), { unit: random.pick(UNITS), length: 1_000 + random.below(RUN) });
}

// Options of the benchmarks' command lines.

import process from "node:process";

/** A whole number of at least `least`; anything else ends the program with one line. */
export function whole(name: string, text: string, least = 1): number {
  const value = Number(text);
  if (/^\d{1,6}$/.test(text) && value >= least) return value;
  process.stderr.write(`--${name} ${text}: a whole number from ${least} to 999999 expected\n`);
  process.exit(2);
}

/** One of these words. */
export function oneOf<Word extends string>(name: string, text: string, words: readonly Word[]): Word {
  const word = words.find((each) => each === text);
  if (word !== undefined) return word;
  process.stderr.write(`--${name} ${text}: expected ${words.join(", ")}\n`);
  process.exit(2);
}

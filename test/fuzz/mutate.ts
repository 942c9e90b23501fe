// Mutations: a message comes in, one that is almost the same goes out. Light ones leave most of the grammar whole, so that
// what they make gets past the parser and into the rooms behind it.

import { stretch } from "./long-runs.ts";
import type { Random } from "./random.ts";

/** Values that numbers and parameters of SIP go wrong with. */
const HARD = [
  ...[
    "-1",
    "0",
    "00000000000000000001",
    "2147483647",
    "2147483648",
    "4294967296",
    "18446744073709551616",
    "1e9",
    "0x10",
  ],
  ...["", " ", "%", "%00", "%s%n%x", '"', "<", ">", ";", ",", "*", "\u0000", "é", "[::1", "z9hG4bK", "\r\n "],
];

type Mutation = (text: string, random: Random) => string;

const splice = (text: string, from: number, to: number, put: string): string =>
  text.slice(0, from) + put + text.slice(to);

/** The start and the end of one header line, the start line left out. */
function line(text: string, random: Random): readonly [from: number, to: number] {
  const lines = text.split("\r\n\r\n", 1)[0]?.split("\r\n") ?? [];
  const chosen = 1 + random.below(Math.max(1, lines.length - 1));
  const from = lines.slice(0, chosen).reduce((sum, each) => sum + each.length + 2, 0);
  return [from, Math.min(text.length, from + (lines[chosen]?.length ?? 0) + 2)];
}

const byte: Mutation = (text, random) => {
  const at = random.below(text.length);
  return splice(text, at, at + 1, String.fromCharCode(random.below(256)));
};

const letter: Mutation = (text, random) => {
  const at = random.below(text.length);
  return /[a-z0-9]/i.test(text[at] ?? "") ? splice(text, at, at + 1, random.pick([..."aZ09._-~"])) : text;
};

const drop: Mutation = (text, random) => {
  const at = random.below(text.length);
  return splice(text, at, at + 1 + random.below(12), "");
};

const dropLine: Mutation = (text, random) => splice(text, ...line(text, random), "");

const doubleLine: Mutation = (text, random) => {
  const [from, to] = line(text, random);
  return splice(text, to, to, text.slice(from, to));
};

/** Behind the others: order is free in SIP, but for Via and Route. */
const moveLine: Mutation = (text, random) => {
  const [from, to] = line(text, random);
  const end = text.indexOf("\r\n\r\n");
  return end < to ? text : text.slice(0, from) + text.slice(to, end + 2) + text.slice(from, to) + text.slice(end + 2);
};

const hardNumber: Mutation = (text, random) => {
  const numbers = [...text.matchAll(/\d+/g)];
  if (numbers.length === 0) return text;
  const { index, 0: found } = random.pick(numbers);
  return splice(text, index, index + found.length, random.pick(HARD));
};

const hardValue: Mutation = (text, random) => {
  const [, to] = line(text, random);
  return splice(text, to - 2, to - 2, `${random.pick([";", " ", ",", "=", ""])}${random.pick(HARD)}`);
};

const long: Mutation = (text, random) => {
  const at = random.below(text.length);
  return splice(text, at, at, random.pick(["a", ";x=", ",", "%41", " ", '"', "<", "("]).repeat(random.below(2_000)));
};

const fold: Mutation = (text, random) => {
  const [, to] = line(text, random);
  return splice(text, to, to, " ;folded=1\r\n");
};

const extra: Mutation = (text, random) => {
  const [from] = line(text, random);
  return splice(
    text,
    from,
    from,
    random.pick([
      "Require: 100rel\r\n",
      "Supported: timer, replaces\r\n",
      "Route: <sip:127.0.0.1:9;lr>\r\n",
      "Record-Route: <sip:127.0.0.1:9;lr>\r\n",
      "X-Unknown: a, b, c\r\n",
      'Reason: Q.850;cause=16;text="x"\r\n',
      "Expires: 0\r\n",
      "Session-Expires: 90;refresher=uac\r\n",
      "Content-Encoding: gzip\r\n",
      "Subject: é\u0001\r\n",
    ]),
  );
};

const caseOf: Mutation = (text, random) => {
  const [from, to] = line(text, random);
  const colon = text.indexOf(":", from);
  return colon < 0 || colon > to ? text : splice(text, from, colon, text.slice(from, colon).toUpperCase());
};

const LIGHT = [letter, moveLine, extra, fold, caseOf, hardValue, letter];
const HEAVY = [byte, drop, dropLine, doubleLine, hardNumber, hardValue, long, byte, stretch];

/** One to three mutations; `text` is latin1, one character a byte. */
export function mutate(text: string, random: Random): Buffer {
  let mutant = text;
  for (let steps = 1 + random.below(3); steps > 0 && mutant.length > 0; steps--) {
    mutant = random.pick(random.chance(0.7) ? LIGHT : HEAVY)(mutant, random);
  }
  return Buffer.from(mutant, "latin1");
}

// The language of the console: `VERB OBJECT: NAME=VALUE, NAME="a text";`, or `VERB OBJECT:;` without arguments. Names
// are told apart without regard to letter case; spaces, tabs and line ends may stand between any two parts. Pure.

export type MmlCommand = {
  /** In capitals: "LST". */
  readonly verb: string;
  /** In capitals: "SFP". */
  readonly object: string;
  /** Name in capitals -> value as it was typed, without its quotes. */
  readonly args: ReadonlyMap<string, string>;
};

export type Malformed = { readonly malformed: string };

/**
 * The first whole command in `text`, its `;` included, and what follows it; undefined while no `;` has come. A `;` in
 * quotes does not count, but a text ends with its line: a forgotten quote must not swallow what comes after.
 */
export function firstCommand(text: string): { readonly command: string; readonly rest: string } | undefined {
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') quoted = !quoted;
    else if (character === "\n" || character === "\r") quoted = false;
    else if (character === ";" && !quoted) return { command: text.slice(0, at + 1), rest: text.slice(at + 1) };
  }
  return undefined;
}

const head = /\s*([a-z]+)\s+([a-z]\w*)\s*:\s*/iy;
const argument = /([a-z]\w*)\s*=\s*(?:"([^"\r\n]*)"|([\w.+-]+))\s*/iy;

/** Reads one command. Never throws; what is wrong says what was expected. */
export function parseCommand(text: string): MmlCommand | Malformed {
  if (!/^[^\p{Cc}]*$/u.test(text.replaceAll(/[\t\r\n]/g, " ")))
    return { malformed: "control characters are not allowed" };
  head.lastIndex = 0;
  const start = head.exec(text);
  if (!start) return { malformed: "VERB OBJECT: expected, for example LST SFP:;" };
  const [, verb = "", object = ""] = start;
  const args = readArguments(text, head.lastIndex);
  return "malformed" in args ? args : { verb: verb.toUpperCase(), object: object.toUpperCase(), args };
}

/** From behind the colon to the `;`, which is the last character. */
function readArguments(text: string, from: number): ReadonlyMap<string, string> | Malformed {
  const args = new Map<string, string>();
  let at = from;
  if (text[at] === ";") return ended(text, at) ?? args;
  for (;;) {
    argument.lastIndex = at;
    const found = argument.exec(text);
    if (!found) return { malformed: `NAME=VALUE expected ${place(text, at)}` };
    const name = (found[1] ?? "").toUpperCase();
    if (args.has(name)) return { malformed: `${name} stands here twice` };
    args.set(name, found[2] ?? found[3] ?? "");
    at = argument.lastIndex;
    if (text[at] === ";") return ended(text, at) ?? args;
    if (text[at] !== ",") return { malformed: `, or ; expected ${place(text, at)}` };
    at += 1 + (/^\s*/.exec(text.slice(at + 1))?.[0].length ?? 0);
  }
}

const ended = (text: string, at: number): Malformed | undefined =>
  text.slice(at + 1).trim() === "" ? undefined : { malformed: "one command only expected" };

/** Where reading stopped, in few printable characters. */
const place = (text: string, at: number): string => {
  const left = printable(text.slice(at)).slice(0, 20);
  return left === "" ? "at the end" : `at "${left}"`;
};

/** One line of printable ASCII, for the echo in a report and for the log. */
export const printable = (text: string): string =>
  text
    .replaceAll(/\s+/g, " ")
    .replaceAll(/[^\x20-\x7e]/g, "?")
    .trim();

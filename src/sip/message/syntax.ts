// The small pieces of SIP's grammar (RFC 3261 §25.1) that every header shares: digits, tokens, quoted strings, lists and
// parameters. Every function scans once from left to right, and none of them throws.

/** Why some bytes are not what they should be. A parser returns this instead of throwing. */
export type Malformed = { readonly malformed: string };

export const malformed = (reason: string): Malformed => ({ malformed: reason });

export const isMalformed = (value: object): value is Malformed => (value as Partial<Malformed>).malformed !== undefined;

const QUOTE = 34;
const BACKSLASH = 92;
const LESS = 60;
const GREATER = 62;
export const COMMA = 44;
export const SEMICOLON = 59;

/** 1*DIGIT up to `max`. Not parseInt: that one also takes `+10`, `0x10`, `1e5` and `10 apples`. */
export function digits(text: string, max: number): number | undefined {
  if (text.length === 0) return undefined;
  let value = 0;
  for (let at = 0; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
    if (value > max) return undefined;
  }
  return value;
}

/** By character code. */
const TOKEN = new Uint8Array(256);
for (const char of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.!%*_+`'~")
  TOKEN[char.charCodeAt(0)] = 1;

/** token (§25.1): methods, header names, parameter names. */
export const isToken = (text: string): boolean => isTokenBetween(text, 0, text.length);

function isTokenBetween(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (TOKEN[text.charCodeAt(at)] !== 1) return false;
  return to > from;
}

/** The index behind a quoted string whose opening quote is at `from`; -1 when it is never closed. */
export function endOfQuoted(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at++;
    else if (code === QUOTE) return at + 1;
  }
  return -1;
}

/** Where the part that starts at `from` ends: the next `separator` outside quotes and angle brackets, else the end of the text. */
export function endOfPart(text: string, from: number, separator: number): number {
  let bracket = false;
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === separator && !bracket) return at;
    if (code === LESS) bracket = true;
    else if (code === GREATER) bracket = false;
    else if (code === QUOTE) {
      const end = endOfQuoted(text, at);
      if (end < 0) return text.length;
      at = end - 1;
    }
  }
  return text.length;
}

/** The elements of a comma separated header, trimmed; empty elements stay, because most headers forbid them. */
export function splitList(value: string): string[] {
  if (!value.includes(",")) return [value.trim()];
  const parts: string[] = [];
  for (let at = 0; at <= value.length; ) {
    const end = endOfPart(value, at, COMMA);
    parts.push(value.slice(at, end).trim());
    at = end + 1;
  }
  return parts;
}

/** The text inside a quoted string, backslashes taken away; any other text as it is. */
export function unquote(text: string): string {
  if (text.charCodeAt(0) !== QUOTE || text.length < 2) return text;
  const inner = text.slice(1, -1);
  return inner.includes("\\") ? inner.replace(/\\(.)/g, "$1") : inner;
}

/** A quoted-string. The text must have no line break. */
export const quote = (text: string): string => `"${text.replace(/[\\"]/g, "\\$&")}"`;

/**
 * A parameter of `;name=value;flag`, unquoted; "" for a flag, undefined when it is not there. Names compare without case,
 * and white space may stand around `;` and `=` (RFC 4475 §3.1.1.1).
 */
export function parameter(params: string, name: string): string | undefined {
  let equals = -1;
  for (let at = 0; at < params.length; ) {
    const end = endOfPart(params, at, SEMICOLON);
    equals = nextEquals(params, at, equals);
    const nameEnd = Math.min(equals, end);
    if (sameWord(params, at, nameEnd, name))
      return nameEnd === end ? "" : unquote(params.slice(nameEnd + 1, end).trim());
    at = end + 1;
  }
  return undefined;
}

/** The first `=` from `at` on, else the end of the text. `known`: the one before, so that flags without any do not have it looked for anew each. */
function nextEquals(params: string, at: number, known: number): number {
  if (known >= at) return known;
  const found = params.indexOf("=", at);
  return found < 0 ? params.length : found;
}

/** Whether text[from..to), white space at both ends left out, is `word` (lower case) in any letter case. */
function sameWord(text: string, from: number, to: number, word: string): boolean {
  const first = skipBlanks(text, from, to);
  const last = skipBlanksBack(text, first, to);
  if (last - first !== word.length) return false;
  for (let at = 0; at < word.length; at++) {
    const code = text.charCodeAt(first + at);
    const lower = code >= 65 && code <= 90 ? code + 32 : code;
    if (lower !== word.charCodeAt(at)) return false;
  }
  return true;
}

/** Space, and tab to carriage return. Not the no-break space of latin1, which is half of a letter in UTF-8. */
const isBlank = (code: number): boolean => code === 32 || (code >= 9 && code <= 13);

/** The first index from `from` on that is no white space; `to` when there is none. */
export function skipBlanks(text: string, from: number, to: number): number {
  let at = from;
  while (at < to && isBlank(text.charCodeAt(at))) at++;
  return at;
}

/** The index behind the last character before `to` that is no white space; `from` when there is none. */
export function skipBlanksBack(text: string, from: number, to: number): number {
  let at = to;
  while (at > from && isBlank(text.charCodeAt(at - 1))) at--;
  return at;
}

/** Whether every part of `;a=b;c` has a name, so that `;;` and `;=x` are found. */
export function areParameters(params: string): boolean {
  let equals = -1;
  for (let at = 0; at < params.length; ) {
    const end = endOfPart(params, at, SEMICOLON);
    equals = nextEquals(params, at, equals);
    const nameEnd = Math.min(equals, end);
    const first = skipBlanks(params, at, nameEnd);
    const last = skipBlanksBack(params, first, nameEnd);
    if (at > 0 ? !isTokenBetween(params, first, last) : last > first) return false;
    at = end + 1;
    if (at === params.length) return false;
  }
  return true;
}

// Heads of messages are kept as latin1 text: each character is one byte of the wire, so what we echo is byte-exact.
// Text that people read (display names, numbers) is UTF-8 (RFC 3261 §7.3.1) and passes through these two.

export function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 127) return false;
  return true;
}

/**
 * A copy that stands for itself. Parts of a message are views of its whole text, and so is what is put together from them:
 * what outlives the message would keep all of it.
 */
export const own = (text: string): string => Buffer.from(text, "latin1").toString("latin1");

export const toWire = (text: string): string => (isAscii(text) ? text : Buffer.from(text, "utf8").toString("latin1"));

export const fromWire = (text: string): string => (isAscii(text) ? text : Buffer.from(text, "latin1").toString("utf8"));

/** Wire text of its own: a slice would keep the whole message alive. */
export const detached = (text: string): string => Buffer.from(text, "latin1").toString("latin1");

// Kinds of settings: how a text becomes a value, and what is allowed. The table of settings.ts is written with these.

import { isIP } from "node:net";

export type Setting<Value> = {
  /** Name in the environment and in the site file's `settings:`. */
  readonly name: string;
  /** The default, as text; always readable. */
  readonly fallback: string;
  /** What is allowed, for the error line and for docs/settings.md. */
  readonly allowed: string;
  readonly meaning: string;
  /** Its value is never shown. */
  readonly secret?: true;
  /** undefined: not allowed. */
  readonly read: (source: string) => Value | undefined;
};

export type ValueOf<Row> = Row extends Setting<infer Value> ? Value : never;

export type Bounds = readonly [least: number, most: number];

/** A text in one line, cut: JSON leaves DEL and the controls above it as they are, which a terminal carries out. */
export const quoted = (text: string, most: number): string =>
  JSON.stringify(text.slice(0, most)).replaceAll(
    /\p{Cc}/gu,
    (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

/** Digits only: `Number` alone would take "0x10", "1e5", "" and " 7 ". */
const integer = (source: string, [least, most]: Bounds): number | undefined => {
  if (!/^\d{1,10}$/.test(source)) return undefined;
  const value = Number(source);
  return value >= least && value <= most ? value : undefined;
};

export const whole = (name: string, fallback: string, bounds: Bounds, meaning: string): Setting<number> => ({
  name,
  fallback,
  allowed: `a whole number, ${bounds[0]} to ${bounds[1]}`,
  meaning,
  read: (source) => integer(source, bounds),
});

/** What listens there and what 0 leaves out is said in `meaning`. */
export const port = (name: string, fallback: string, meaning: string): Setting<number> => ({
  name,
  fallback,
  allowed: "a port, 1 to 65535, or 0 = off",
  meaning,
  read: (source) => integer(source, [0, 65_535]),
});

/** `first-last`, both included. */
export const range = (name: string, fallback: string, bounds: Bounds, meaning: string): Setting<Bounds> => ({
  name,
  fallback,
  allowed: `\`first-last\` within ${bounds[0]} to ${bounds[1]}`,
  meaning,
  read(source) {
    const [from = "", to = "", ...more] = source.split("-");
    const first = integer(from, bounds);
    const last = integer(to, bounds);
    if (more.length > 0 || first === undefined || last === undefined || first > last) return undefined;
    return [first, last];
  },
});

/** `requests/seconds`. */
export const rate = (
  name: string,
  fallback: string,
  meaning: string,
): Setting<{ readonly requests: number; readonly seconds: number }> => ({
  name,
  fallback,
  allowed: "`requests/seconds`, 1 to 1000000 in 1 to 3600",
  meaning,
  read(source) {
    const [first = "", second = "", ...more] = source.split("/");
    const requests = integer(first, [1, 1_000_000]);
    const seconds = integer(second, [1, 3600]);
    return more.length > 0 || requests === undefined || seconds === undefined ? undefined : { requests, seconds };
  },
});

/** One of a few words; the first one is the default. */
export const choice = <const Word extends string>(
  name: string,
  words: readonly [Word, ...Word[]],
  meaning: string,
): Setting<Word> => ({
  name,
  fallback: words[0],
  allowed: words.join(" or "),
  meaning,
  read: (source) => words.find((word) => word === source),
});

/** Some of a few words, in the order of the text, none twice. */
export const words = <const Word extends string>(
  name: string,
  fallback: Word,
  known: readonly Word[],
  meaning: string,
): Setting<readonly Word[]> => ({
  name,
  fallback,
  allowed: `${known.join(", ")}: one or more, with commas between`,
  meaning,
  read(source) {
    const read = source.split(",").map((part) => known.find((word) => word === part.trim()));
    const given = read.filter((word) => word !== undefined);
    return given.length === read.length && new Set(given).size === given.length ? given : undefined;
  },
});

/** One of a few numbers; the first one is the default. */
export const oneOf = <const Value extends number>(
  name: string,
  values: readonly [Value, ...Value[]],
  meaning: string,
): Setting<Value> => ({
  name,
  fallback: `${values[0]}`,
  allowed: values.join(" or "),
  meaning,
  read: (source) => values.find((value) => `${value}` === source),
});

/** ON or OFF, in any letter case. */
export const flag = (name: string, fallback: "ON" | "OFF", meaning: string): Setting<boolean> => ({
  name,
  fallback,
  allowed: "ON or OFF",
  meaning,
  read(source) {
    const word = source.toUpperCase();
    if (word === "ON") return true;
    return word === "OFF" ? false : undefined;
  },
});

/** One line of text without control characters, or of a given pattern. */
export const text = (name: string, fallback: string, meaning: string, pattern?: RegExp): Setting<string> => ({
  name,
  fallback,
  allowed: pattern ? `a text like \`${fallback}\` (${pattern.source})` : "a path, 1 to 1024 characters",
  meaning,
  read: (source) => ((pattern ?? /^[^\p{Cc}]{1,1024}$/u).test(source) ? source : undefined),
});

/** A file to read; empty: none. */
export const optionalPath = (name: string, meaning: string): Setting<string> => ({
  name,
  fallback: "",
  allowed: "a path, 1024 characters at most, or empty",
  meaning,
  read: (source) => (/^[^\p{Cc}]{0,1024}$/u.test(source) ? source : undefined),
});

/** One of a kind that `pattern` knows; empty: none. */
export const optionalText = (name: string, kind: string, pattern: RegExp, meaning: string): Setting<string> => ({
  name,
  fallback: "",
  allowed: `${kind}, or empty`,
  meaning,
  read: (source) => (source === "" || (source.length <= 254 && pattern.test(source)) ? source : undefined),
});

/** base64url without padding (RFC 4648 §5), as RFC 8555 §7.3.4 has the key that an authority gives out. */
export const isBase64Url = (text: string): boolean => /^[\w-]{2,1024}$/.test(text) && text.length % 4 !== 1;

/** Such a key; empty: none. */
export const optionalKey = (name: string, meaning: string): Setting<string> => ({
  name,
  fallback: "",
  allowed: "base64url (letters, digits, `-` and `_`), or empty",
  meaning,
  secret: true,
  read: (source) => (source === "" || isBase64Url(source) ? source : undefined),
});

/** An https address; not empty. */
export const secureUrl = (name: string, fallback: string, meaning: string): Setting<string> => ({
  name,
  fallback,
  allowed: "an https address",
  meaning,
  read: (source) => (/^https:\/\/[^\s@?#]{1,1024}$/.test(source) && URL.canParse(source) ? source : undefined),
});

/** A host name of letters, digits and hyphens (RFC 1123 §2.1); no address, no wildcard. */
const isHostName = (part: string): boolean =>
  part.length <= 253 &&
  isIP(part) === 0 &&
  part.split(".").every((label) => /^[a-z\d]([a-z\d-]{0,61}[a-z\d])?$/.test(label));

export const hostNames = (name: string, meaning: string): Setting<readonly string[]> => ({
  name,
  fallback: "",
  allowed: "host names in small letters with commas between, 100 at most, or empty",
  meaning,
  read(source) {
    const names = list(source, isHostName);
    return names && names.length <= 100 ? names : undefined;
  },
});

/** An http or https address without user, query and fragment; empty: none. */
export const optionalUrl = (name: string, meaning: string): Setting<string> => ({
  name,
  fallback: "",
  allowed: "an address like `http://127.0.0.1:4318`, or empty",
  meaning,
  read: (source) =>
    source === "" || (/^https?:\/\/[^\s@?#]{1,1024}$/.test(source) && URL.canParse(source)) ? source : undefined,
});

/** An IPv4 or IPv6 literal without brackets and zone; names are not resolved here. */
const literal = (source: string): boolean => isIP(source) !== 0 && !source.includes("%");

/** An address to listen on. */
export const address = (name: string, fallback: string, meaning: string): Setting<string> => ({
  name,
  fallback,
  allowed: "an IP address",
  meaning,
  read: (source) => (literal(source) ? source : undefined),
});

/** An address that another setting stands in for when it is empty. */
export const optionalAddress = (name: string, meaning: string): Setting<string> => ({
  name,
  fallback: "",
  allowed: "an IP address, or empty",
  meaning,
  read: (source) => (source === "" || literal(source) ? source : undefined),
});

const list = (source: string, fits: (part: string) => boolean): readonly string[] | undefined => {
  const parts = source === "" ? [] : source.split(",").map((part) => part.trim());
  return parts.length <= 1000 && parts.every(fits) ? parts : undefined;
};

export const addressList = (name: string, meaning: string): Setting<readonly string[]> => ({
  name,
  fallback: "",
  allowed: "IP addresses with commas between, or empty",
  meaning,
  read: (source) => list(source, literal),
});

/** `192.0.2.1`, `192.0.2.0/24`, `2001:db8::/32`. */
export function isSubnet(part: string): boolean {
  const [address = "", bits, ...more] = part.split("/");
  const most = isIP(address) === 6 ? 128 : 32;
  return (
    isIP(address) !== 0 && more.length === 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most))
  );
}

export const subnetList = (name: string, fallback: string, meaning: string): Setting<readonly string[]> => ({
  name,
  fallback,
  allowed: "IP addresses or subnets such as `192.0.2.0/24` with commas between, or `none`",
  meaning,
  read: (source) => (source === "none" ? [] : list(source, isSubnet)),
});

/** An origin as a browser sends it (RFC 6454 §6.2): scheme, host in lower case, port only when it is not the usual one. */
const isOrigin = (source: string): boolean =>
  /^https?:\/\//.test(source) && URL.canParse(source) && new URL(source).origin === source;

/** Origins without a wildcard: each one stands for requests that somebody else makes us send. */
export const targets = (name: string, meaning: string): Setting<readonly string[]> => ({
  name,
  fallback: "none",
  allowed: "origins like `https://crm.example.com:8443` with commas between, or `none`",
  meaning,
  read: (source) => (source === "none" ? [] : list(source, isOrigin)),
});

export const origins = (name: string, meaning: string): Setting<readonly string[]> => ({
  name,
  fallback: "",
  allowed: "origins like `https://desk.example.com` with commas between, `*` for any, or empty",
  meaning,
  read: (source) => (source === "*" ? ["*"] : list(source, isOrigin)),
});

/** A database's address, which holds a password. */
export const databaseUrl = (name: string, meaning: string): Setting<string> => ({
  name,
  fallback: "",
  allowed: "an address like `postgres://user:password@host:5432/database`, or empty",
  meaning,
  secret: true,
  read: (source) =>
    source === "" || (/^postgres(ql)?:\/\//.test(source) && source.length <= 2048 && URL.canParse(source))
      ? source
      : undefined,
});

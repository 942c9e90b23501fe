// The header lines of one message: split once, looked at only when asked for, and then remembered (RFC 3261 §7.3).
// Names are canonical: lower case, compact forms spelled out.

import { type NameAddress, parseNameAddress, parseVia, type Via } from "./address.ts";
import { COMMA, digits, endOfPart, isMalformed, type Malformed, malformed, parameter, splitList } from "./syntax.ts";

export type CSeq = { readonly number: number; readonly method: string };

/** CSeq numbers are below 2^31 (RFC 3261 §8.1.1.5). */
const MAX_CSEQ = 2 ** 31 - 1;

// Headers that may stand in a message only once; a second one makes it invalid (RFC 4475 §3.3.8, §3.3.9).
const SINGLE = ["call-id", "cseq", "from", "to", "max-forwards", "content-length", "content-type", "expires"];
const COMPACT: Readonly<Record<string, string>> = {
  i: "call-id",
  m: "contact",
  e: "content-encoding",
  l: "content-length",
  c: "content-type",
  f: "from",
  s: "subject",
  k: "supported",
  t: "to",
  v: "via",
  // RFC 3515, 3892, 4028, 6665.
  r: "refer-to",
  b: "referred-by",
  x: "session-expires",
  o: "event",
  u: "allow-events",
};
const SPELLED = [
  ...["Via", "From", "To", "Call-ID", "CSeq", "Contact", "Max-Forwards", "Content-Length", "Content-Type", "Route"],
  ...["Record-Route", "Allow", "Supported", "Require", "User-Agent", "Server", "Expires", "Authorization", "Reason"],
];

/** Most messages lack most headers. */
const NONE: readonly string[] = [];

type Known = { readonly name: string; readonly bit: number };

const known = (name: string): Known => ({ name, bit: SINGLE.includes(name) ? 1 << SINGLE.indexOf(name) : 0 });
const KNOWN = new Map<string, Known>();
for (const spelled of SPELLED) {
  KNOWN.set(spelled, known(spelled.toLowerCase()));
  KNOWN.set(spelled.toLowerCase(), known(spelled.toLowerCase()));
}
for (const [letter, name] of Object.entries(COMPACT)) {
  KNOWN.set(letter, known(name));
  KNOWN.set(letter.toUpperCase(), known(name));
}

/** `names[i]` belongs to `values[i]`, in the order of the message. Parsed fields are `Malformed` when missing or bad. */
export class HeaderFields {
  readonly names: string[] = [];
  readonly values: string[] = [];
  /** The first rule of §7.3 that the lines break; the message is then answered with 400. */
  fault: string | undefined = undefined;
  private seen = 0;
  private viaCache: Via | Malformed | undefined = undefined;
  private fromCache: NameAddress | Malformed | undefined = undefined;
  private toCache: NameAddress | Malformed | undefined = undefined;
  private fromTagCache: string | undefined = undefined;
  private toTagCache: string | undefined = undefined;
  private cseqCache: CSeq | Malformed | undefined = undefined;

  /** A new header line; `value` without the white space around it. */
  add(rawName: string, value: string): void {
    const entry = KNOWN.get(rawName) ?? KNOWN.get(rawName.toLowerCase());
    if (entry) {
      if (entry.bit & this.seen) this.fault ??= `more than one ${entry.name}`;
      this.seen |= entry.bit;
    }
    this.names.push(entry ? entry.name : rawName.toLowerCase());
    this.values.push(value);
  }

  /** Joins a continuation line to the last header (RFC 3261 §7.3.1). */
  fold(text: string): void {
    const last = this.values.length - 1;
    if (last < 0) {
      this.fault ??= "continuation of no header";
      return;
    }
    this.values[last] = `${this.values[last] ?? ""} ${text}`.trim();
  }

  /** The first value under a canonical name. */
  get(name: string): string | undefined {
    const at = this.names.indexOf(name);
    return at < 0 ? undefined : this.values[at];
  }

  /** One entry per header line, as written. */
  lines(name: string): readonly string[] {
    let at = this.names.indexOf(name);
    if (at < 0) return NONE;
    const found: string[] = [];
    for (; at >= 0; at = this.names.indexOf(name, at + 1)) found.push(this.values[at] ?? "");
    return found;
  }

  /** All elements of a comma separated header, over all its lines. */
  list(name: string): readonly string[] {
    const lines = this.lines(name);
    return lines.length === 0 ? lines : lines.flatMap(splitList);
  }

  callId(): string {
    return this.get("call-id") ?? "";
  }

  topVia(): Via | Malformed {
    this.viaCache ??= parseFirst(this.get("via"));
    return this.viaCache;
  }

  /** Gives the topmost Via other parameters: the receiver completes it with `received` and `rport`. */
  setTopVia(via: Via, params: string): void {
    const at = this.names.indexOf("via");
    const value = this.values[at] ?? "";
    const end = endOfPart(value, 0, COMMA);
    const head = value.slice(0, end).trimEnd();
    this.values[at] = head.slice(0, head.length - via.params.length) + params + value.slice(end);
    this.viaCache = { ...via, params };
  }

  /** The tag of From; undefined without one, or without a From that can be read. */
  fromTag(): string | undefined {
    this.fromTagCache ??= tag(this.from());
    return this.fromTagCache === NO_TAG ? undefined : this.fromTagCache;
  }

  /** The tag of To, in the same way. */
  toTag(): string | undefined {
    this.toTagCache ??= tag(this.to());
    return this.toTagCache === NO_TAG ? undefined : this.toTagCache;
  }

  from(): NameAddress | Malformed {
    this.fromCache ??= address(this.get("from"), "From");
    return this.fromCache;
  }

  to(): NameAddress | Malformed {
    this.toCache ??= address(this.get("to"), "To");
    return this.toCache;
  }

  cseq(): CSeq | Malformed {
    this.cseqCache ??= parseCSeq(this.get("cseq"));
    return this.cseqCache;
  }
}

/** No tag can be a line break. */
const NO_TAG = "\n";

const tag = (address: NameAddress | Malformed): string =>
  isMalformed(address) ? NO_TAG : (parameter(address.params, "tag") ?? NO_TAG);

function parseFirst(value: string | undefined): Via | Malformed {
  if (value === undefined) return malformed("no Via");
  return parseVia(value.slice(0, endOfPart(value, 0, COMMA)).trim());
}

function address(value: string | undefined, header: string): NameAddress | Malformed {
  if (value === undefined) return malformed(`no ${header}`);
  const parsed = parseNameAddress(value);
  return isMalformed(parsed) ? malformed(`${header}: ${parsed.malformed}`) : parsed;
}

function parseCSeq(value: string | undefined): CSeq | Malformed {
  if (value === undefined) return malformed("no CSeq");
  const space = value.search(/\s/);
  const number = digits(space < 0 ? value : value.slice(0, space), MAX_CSEQ);
  const method = space < 0 ? "" : value.slice(space).trim();
  return number === undefined || method === "" ? malformed("bad CSeq") : { number, method };
}

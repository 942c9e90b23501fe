// Bencoding (BEP 3), the body of rtpengine's ng control messages: text, whole numbers, lists and dictionaries.

export type Bencoded = string | number | readonly Bencoded[] | { readonly [key: string]: Bencoded };
export type Dictionary = { readonly [key: string]: Bencoded };

/** Lists and dictionaries inside each other; rtpengine's own go to about ten. */
const deepest = 64;

/** Keys in the order of their octets, as BEP 3 wants it. Numbers are whole. */
export function encode(value: Bencoded): Buffer {
  const parts: Buffer[] = [];
  write(value, parts);
  return Buffer.concat(parts);
}

function write(value: Bencoded, parts: Buffer[]): void {
  if (typeof value === "string") {
    const octets = Buffer.from(value);
    parts.push(Buffer.from(`${octets.length}:`), octets);
  } else if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) throw new RangeError("only whole numbers can be bencoded");
    parts.push(Buffer.from(`i${value}e`));
  } else if (isList(value)) {
    parts.push(Buffer.from("l"));
    for (const item of value) write(item, parts);
    parts.push(Buffer.from("e"));
  } else {
    parts.push(Buffer.from("d"));
    for (const [key, item] of Object.entries(value).sort(byOctets)) {
      write(key, parts);
      write(item, parts);
    }
    parts.push(Buffer.from("e"));
  }
}

const isList = (value: Bencoded): value is readonly Bencoded[] => Array.isArray(value);
const byOctets = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
  Buffer.compare(Buffer.from(a), Buffer.from(b));

/** One value that takes all of the octets; undefined: they are not bencoded. Never throws. */
export function decode(octets: Buffer): Bencoded | undefined {
  const reader = new Reader(octets);
  const value = reader.value(0);
  return reader.atEnd ? value : undefined;
}

class Reader {
  readonly #octets: Buffer;
  #at = 0;

  constructor(octets: Buffer) {
    this.#octets = octets;
  }

  get atEnd(): boolean {
    return this.#at === this.#octets.length;
  }

  value(depth: number): Bencoded | undefined {
    if (depth > deepest) return undefined;
    switch (this.#mark()) {
      case "i":
        return this.#number();
      case "l":
        return this.#list(depth);
      case "d":
        return this.#dictionary(depth);
      default:
        return this.#text();
    }
  }

  #mark(): string {
    return String.fromCharCode(this.#octets[this.#at] ?? 0);
  }

  /** What stands before `end`, which is passed over; undefined: it is not there within 20 octets. */
  #until(end: string): string | undefined {
    const stop = this.#octets.subarray(this.#at, this.#at + 20).indexOf(end);
    if (stop < 0) return undefined;
    const text = this.#octets.toString("latin1", this.#at, this.#at + stop);
    this.#at += stop + 1;
    return text;
  }

  #number(): number | undefined {
    this.#at += 1;
    const digits = this.#until("e");
    if (digits === undefined || !/^(0|-?[1-9]\d{0,15})$/.test(digits)) return undefined;
    const number = Number(digits);
    return Number.isSafeInteger(number) ? number : undefined;
  }

  #text(): string | undefined {
    const digits = this.#until(":");
    if (digits === undefined || !/^(0|[1-9]\d{0,8})$/.test(digits)) return undefined;
    const end = this.#at + Number(digits);
    if (end > this.#octets.length) return undefined;
    const text = this.#octets.toString("utf8", this.#at, end);
    this.#at = end;
    return text;
  }

  #list(depth: number): Bencoded[] | undefined {
    const items: Bencoded[] = [];
    for (this.#at += 1; this.#mark() !== "e"; ) {
      const item = this.value(depth + 1);
      if (item === undefined) return undefined;
      items.push(item);
    }
    this.#at += 1;
    return items;
  }

  #dictionary(depth: number): Dictionary | undefined {
    const items = new Map<string, Bencoded>();
    for (this.#at += 1; this.#mark() !== "e"; ) {
      const key = this.#text();
      const item = key === undefined ? undefined : this.value(depth + 1);
      if (key === undefined || item === undefined) return undefined;
      items.set(key, item);
    }
    this.#at += 1;
    return Object.fromEntries(items);
  }
}

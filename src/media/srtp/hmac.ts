// HMAC-SHA1 with one key for many packets (RFC 2104), over two one-shot hashes: an Hmac object for each packet costs many times
// as much (docs/benchmarks.md, media).

import { hash } from "node:crypto";

const blockLength = 64;
const digestLength = 20;
const innerPad = 0x36;
const outerPad = 0x5c;

/** What is hashed at the moment. One is enough for a thread: a tag is done before the next begins. */
let text = Buffer.alloc(2_048);
const outer = Buffer.alloc(blockLength + digestLength);

export class HmacSha1 {
  readonly #inner: Buffer;
  readonly #outer: Buffer;

  /** `key`: up to 64 octets. */
  constructor(key: Uint8Array) {
    this.#inner = padded(key, innerPad);
    this.#outer = padded(key, outerPad);
  }

  /** Over octets [0, length) and what follows them, 20 octets; good until the next one is asked for. */
  digest(packet: Buffer, length: number, trailer: Buffer | null): Buffer {
    const end = blockLength + length + (trailer?.length ?? 0);
    if (end > text.length) text = Buffer.alloc(2 * end);
    this.#inner.copy(text);
    packet.copy(text, blockLength, 0, length);
    trailer?.copy(text, blockLength + length);
    this.#outer.copy(outer);
    outer.write(hash("sha1", text.subarray(0, end), "binary"), blockLength, "latin1");
    tag.write(hash("sha1", outer, "binary"), "latin1");
    return tag;
  }
}

const tag = Buffer.alloc(digestLength);

function padded(key: Uint8Array, pad: number): Buffer {
  const block = Buffer.alloc(blockLength, pad);
  for (const [at, octet] of key.entries()) block[at] = octet ^ pad;
  return block;
}

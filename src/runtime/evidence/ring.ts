// The last SIP messages of the gateway in memory of a fixed size: blocks that are filled one after the other, and when the
// size is reached the oldest block is written anew. Keeping a message copies its bytes and builds nothing.

import type { Peer, Transport } from "../../sip/face.ts";

/** One message as it crossed a socket. `bytes` lives in the ring: copy what is to outlast the next message. */
export type Kept = {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly direction: "in" | "out";
  readonly peer: Peer;
  readonly bytes: Buffer;
};

type Block = { readonly bytes: Buffer; used: number };

/** A message (at most 321 KiB, see sip/message/parse.ts) fits into one block. */
const BLOCK_BYTES = 1_048_576;

// A record: length of it all (4), time (8), direction (1), transport (1), port (2), length of the address (1), address, message.
const HEAD_BYTES = 17;
const TRANSPORTS: readonly Transport[] = ["udp", "tcp", "tls", "ws", "wss"];
const DIRECTIONS = ["in", "out"] as const;

export class EvidenceRing {
  /** In order of their filling: the last one is being filled. */
  private readonly blocks: Block[] = [];
  private readonly most: number;

  /** `bytes` is rounded down to whole blocks; below one block nothing is kept. */
  constructor(bytes: number) {
    this.most = Math.floor(bytes / BLOCK_BYTES);
  }

  /** Bytes of memory taken so far; never more than the ring was made for. */
  get size(): number {
    return this.blocks.length * BLOCK_BYTES;
  }

  keep({ at, direction, peer, bytes }: Kept): void {
    const place = this.placeFor({ at, direction, peer }, bytes.length);
    if (place) bytes.copy(place.into, place.from);
  }

  /** The same with a text of our own, which stands there as UTF-8. */
  keepText(kept: Omit<Kept, "bytes">, text: string): void {
    const octets = Buffer.byteLength(text);
    const place = this.placeFor(kept, octets);
    // ASCII alone is the same in both, and quicker to write so.
    if (place) place.into.write(text, place.from, octets, octets === text.length ? "latin1" : "utf8");
  }

  /** Where the message of so many bytes goes, its head being written; undefined when there is no room for it. */
  private placeFor(
    { at, direction, peer }: Omit<Kept, "bytes">,
    octets: number,
  ): { readonly into: Buffer; readonly from: number } | undefined {
    // An IPv6 address with its zone is shorter than this.
    const address = peer.address.slice(0, 64);
    const length = HEAD_BYTES + address.length + octets;
    const block = this.blockFor(length);
    if (!block) return undefined;
    const { bytes: into, used } = block;
    into.writeUInt32BE(length, used);
    into.writeDoubleBE(at, used + 4);
    into[used + 12] = direction === "in" ? 0 : 1;
    into[used + 13] = TRANSPORTS.indexOf(peer.transport);
    into.writeUInt16BE(peer.port, used + 14);
    into[used + 16] = address.length;
    into.write(address, used + HEAD_BYTES, "latin1");
    block.used += length;
    return { into, from: used + HEAD_BYTES + address.length };
  }

  /** The records of each block that holds `text`, the oldest first. */
  *blocksWith(text: string): Generator<readonly Kept[]> {
    for (const block of [...this.blocks]) {
      const filled = block.bytes.subarray(0, block.used);
      yield filled.includes(text, 0, "latin1") ? [...records(filled)] : [];
    }
  }

  private blockFor(length: number): Block | undefined {
    const last = this.blocks.at(-1);
    if (last && last.used + length <= BLOCK_BYTES) return last;
    if (length > BLOCK_BYTES || this.most === 0) return undefined;
    const oldest = this.blocks.length < this.most ? undefined : this.blocks.shift();
    const block = { bytes: oldest?.bytes ?? Buffer.allocUnsafeSlow(BLOCK_BYTES), used: 0 };
    this.blocks.push(block);
    return block;
  }
}

function* records(filled: Buffer): Generator<Kept> {
  for (let at = 0; at < filled.length; ) {
    const length = filled.readUInt32BE(at);
    const message = at + HEAD_BYTES + filled.readUInt8(at + 16);
    const transport = TRANSPORTS[filled.readUInt8(at + 13)] ?? "udp";
    yield {
      at: filled.readDoubleBE(at + 4),
      direction: DIRECTIONS[filled.readUInt8(at + 12)] ?? "in",
      peer: {
        transport,
        address: filled.toString("latin1", at + HEAD_BYTES, message),
        port: filled.readUInt16BE(at + 14),
      },
      bytes: filled.subarray(message, at + length),
    };
    at += length;
  }
}

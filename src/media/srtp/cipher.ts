// The cryptography of SRTP over node:crypto: AES in counter mode and HMAC-SHA1 (RFC 3711 §4), keys derived from the master (§4.3).

import { type Cipheriv, createCipheriv } from "node:crypto";
import { HmacSha1 } from "./hmac.ts";
import type { PacketId } from "./protector.ts";

export const keyLength = 16;
export const saltLength = 14;
const authLength = 20;
const blockLength = 16;

/** Labels of the key derivation (RFC 3711 §4.3.2). */
export const labels = { rtp: 0, rtcp: 3 } as const;

/** The session keys of one direction, for RTP or for RTCP. */
export type SessionKeys = { readonly key: Buffer; readonly auth: Buffer; readonly salt: Buffer };

/** `master`: 16 octets of key, then 14 of salt. The key derivation rate is 0, so one derivation is for ever. */
export function deriveKeys(master: Uint8Array, purpose: "rtp" | "rtcp"): SessionKeys {
  const label = labels[purpose];
  return {
    key: derive(master, label, keyLength),
    auth: derive(master, label + 1, authLength),
    salt: derive(master, label + 2, saltLength),
  };
}

export function derive(master: Uint8Array, label: number, length: number): Buffer {
  const iv = Buffer.alloc(blockLength);
  iv.set(master.subarray(keyLength, keyLength + saltLength));
  // RFC 3711 §4.3.1: the label stands before the 48 bits of the index, which are zero here.
  iv[7] = (iv[7] ?? 0) ^ label;
  return createCipheriv("aes-128-ctr", master.subarray(0, keyLength), iv).update(Buffer.alloc(length));
}

/** AES counter mode over parts of packets, and the authentication tag. One for each direction and purpose. */
export class SrtpCipher {
  readonly #salt: Buffer;
  readonly #hmac: HmacSha1;
  readonly #ecb: Cipheriv;
  readonly #iv = Buffer.alloc(blockLength);
  /** Counter blocks of one packet: 1,500 octets need 94. */
  #counters = Buffer.alloc(100 * blockLength);

  constructor(keys: SessionKeys) {
    this.#salt = keys.salt;
    this.#hmac = new HmacSha1(keys.auth);
    // Counter mode is the block cipher over counters (RFC 3711 §4.1.1): one cipher object for all packets costs a quarter of a
    // new one for each.
    this.#ecb = createCipheriv("aes-128-ecb", keys.key, null).setAutoPadding(false);
  }

  /** Encrypts or decrypts octets [start, end) in place. `index`: 48 bits for RTP, 31 for RTCP. */
  apply(packet: Buffer, [start, end]: readonly [number, number], { ssrc, index }: PacketId): void {
    const blocks = Math.ceil((end - start) / blockLength);
    if (blocks <= 0) return;
    this.#setIv(ssrc, index);
    const stream = this.#ecb.update(this.#countersOf(blocks));
    for (let at = start; at < end; at += 1) packet[at] = (packet[at] ?? 0) ^ (stream[at - start] ?? 0);
  }

  /** HMAC-SHA1 over octets [0, length) and the 32 bits behind them (RFC 3711 §4.2), 20 octets; good until the next one. */
  tag(packet: Buffer, length: number, trailer: Buffer | null): Buffer {
    return this.#hmac.digest(packet, length, trailer);
  }

  /** RFC 3711 §4.1.1: IV = salt * 2^16 XOR SSRC * 2^64 XOR index * 2^16. */
  #setIv(ssrc: number, index: number): void {
    const iv = this.#iv;
    const salt = this.#salt;
    salt.copy(iv);
    iv.writeUInt32BE((iv.readUInt32BE(4) ^ ssrc) >>> 0, 4);
    iv.writeUInt16BE(salt.readUInt16BE(8) ^ Math.floor(index / 0x1_0000_0000), 8);
    iv.writeUInt32BE((salt.readUInt32BE(10) ^ (index >>> 0)) >>> 0, 10);
  }

  #countersOf(blocks: number): Buffer {
    const length = blocks * blockLength;
    if (length > this.#counters.length) this.#counters = Buffer.alloc(length);
    const counters = this.#counters;
    for (let block = 0; block < blocks; block += 1) {
      this.#iv.copy(counters, block * blockLength);
      counters.writeUInt16BE(block, block * blockLength + 14);
    }
    return counters.subarray(0, length);
  }
}

// AEAD_AES_128_GCM (RFC 7714) over node:crypto: encryption and authentication in one pass, with a tag of 128 bits.

import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from "node:crypto";
import { derive, keyLength, labels } from "./cipher.ts";
import type { PacketId, Protector, Span } from "./protector.ts";

const cipherName = "aes-128-gcm";
const ivLength = 12;
const tagLength = 16;
const rtcpHeaderLength = 8;
const wordLength = 4;

/** The session keys for RTP or for RTCP: 16 octets of key, 12 of salt. A key as octets would be made an object for each packet. */
export type GcmKeys = { readonly key: KeyObject; readonly salt: Buffer };

/** `master`: 28 octets, key and salt. */
export const gcmProtector = (master: Uint8Array): GcmProtector =>
  new GcmProtector(deriveGcm(master, labels.rtp), deriveGcm(master, labels.rtcp));

/** 12 octets of salt; the key derivation takes 14, with zeros at the end (RFC 7714 §11). */
function deriveGcm(master: Uint8Array, label: number): GcmKeys {
  const padded = Buffer.alloc(keyLength + 14);
  padded.set(master.subarray(0, keyLength + ivLength));
  return { key: createSecretKey(derive(padded, label, keyLength)), salt: derive(padded, label + 2, ivLength) };
}

export class GcmProtector implements Protector {
  readonly rtpTag = tagLength;
  readonly rtcpTrailer = tagLength + wordLength;
  readonly #rtp: GcmKeys;
  readonly #rtcp: GcmKeys;
  readonly #iv = Buffer.alloc(ivLength);

  constructor(rtp: GcmKeys, rtcp: GcmKeys) {
    this.#rtp = rtp;
    this.#rtcp = rtcp;
  }

  sealRtp(packet: Buffer, [start, end]: Span, id: PacketId): void {
    const cipher = createCipheriv(cipherName, this.#rtp.key, this.#rtpIv(id));
    cipher.setAAD(packet.subarray(0, start));
    cipher.update(packet.subarray(start, end)).copy(packet, start);
    cipher.final();
    cipher.getAuthTag().copy(packet, end);
  }

  openRtp(packet: Buffer, [start, end]: Span, id: PacketId): boolean {
    const iv = this.#rtpIv(id);
    return this.#open(packet, {
      key: this.#rtp.key,
      iv,
      aad: packet.subarray(0, start),
      span: [start, end],
      tagAt: end,
    });
  }

  /** RFC 7714 §9.3: the tag stands before the word with the index. */
  wordAt = (length: number): number => length + tagLength;

  sealRtcp(packet: Buffer, length: number, id: PacketId): void {
    const cipher = createCipheriv(cipherName, this.#rtcp.key, this.#rtcpIv(id));
    cipher.setAAD(this.#rtcpAad(packet, rtcpHeaderLength, length));
    cipher.update(packet.subarray(rtcpHeaderLength, length)).copy(packet, rtcpHeaderLength);
    cipher.final();
    cipher.getAuthTag().copy(packet, length);
  }

  /** Without encryption all of it is associated data (§9.2). */
  openRtcp(packet: Buffer, length: number, { encrypted, ...id }: PacketId & { readonly encrypted: boolean }): boolean {
    const start = encrypted ? rtcpHeaderLength : length;
    const aad = this.#rtcpAad(packet, start, length);
    return this.#open(packet, { key: this.#rtcp.key, iv: this.#rtcpIv(id), aad, span: [start, length], tagAt: length });
  }

  #open(packet: Buffer, how: Opening): boolean {
    const [start, end] = how.span;
    const decipher = createDecipheriv(cipherName, how.key, how.iv, { authTagLength: tagLength });
    decipher.setAAD(how.aad);
    decipher.setAuthTag(packet.subarray(how.tagAt, how.tagAt + tagLength));
    const plain = decipher.update(packet.subarray(start, end));
    try {
      decipher.final();
    } catch {
      return false;
    }
    plain.copy(packet, start);
    return true;
  }

  #rtcpAad(packet: Buffer, headerEnd: number, length: number): Buffer {
    const at = this.wordAt(length);
    return Buffer.concat([packet.subarray(0, headerEnd), packet.subarray(at, at + wordLength)]);
  }

  /** RFC 7714 §8.1: SSRC, rollovers and sequence number behind two zero octets, XOR the salt. */
  #rtpIv({ ssrc, index }: PacketId): Buffer {
    const { salt } = this.#rtp;
    const iv = this.#iv;
    salt.copy(iv);
    iv.writeUInt32BE((salt.readUInt32BE(2) ^ ssrc) >>> 0, 2);
    iv.writeUInt32BE((salt.readUInt32BE(6) ^ Math.floor(index / 0x1_0000)) >>> 0, 6);
    iv.writeUInt16BE(salt.readUInt16BE(10) ^ (index & 0xffff), 10);
    return iv;
  }

  /** §9.1. */
  #rtcpIv({ ssrc, index }: PacketId): Buffer {
    const { salt } = this.#rtcp;
    const iv = this.#iv;
    salt.copy(iv);
    iv.writeUInt32BE((salt.readUInt32BE(2) ^ ssrc) >>> 0, 2);
    iv.writeUInt32BE((salt.readUInt32BE(8) ^ index) >>> 0, 8);
    return iv;
  }
}

type Opening = {
  readonly key: KeyObject;
  readonly iv: Buffer;
  readonly aad: Buffer;
  readonly span: Span;
  readonly tagAt: number;
};

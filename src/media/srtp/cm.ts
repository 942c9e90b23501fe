// AES in counter mode with HMAC-SHA1 (RFC 3711 §4, §5) as one transform.

import { timingSafeEqual } from "node:crypto";
import { deriveKeys, SrtpCipher } from "./cipher.ts";
import type { PacketId, Protector, Span } from "./protector.ts";

/** RTCP has 80 bits of tag whatever RTP has (RFC 3711 §5.2). */
const rtcpTag = 10;
const rtcpHeaderLength = 8;
const wordLength = 4;

export class CmProtector implements Protector {
  readonly rtpTag: number;
  readonly rtcpTrailer = rtcpTag + wordLength;
  readonly #rtp: SrtpCipher;
  readonly #rtcp: SrtpCipher;
  readonly #rollovers = Buffer.alloc(4);

  /** `master`: 30 octets, key and salt. `rtpTag`: octets. */
  constructor(master: Uint8Array, rtpTag: number) {
    this.#rtp = new SrtpCipher(deriveKeys(master, "rtp"));
    this.#rtcp = new SrtpCipher(deriveKeys(master, "rtcp"));
    this.rtpTag = rtpTag;
  }

  sealRtp(packet: Buffer, payload: Span, id: PacketId): void {
    this.#rtp.apply(packet, payload, id);
    this.#tag(packet, payload[1], id.index).copy(packet, payload[1], 0, this.rtpTag);
  }

  openRtp(packet: Buffer, payload: Span, id: PacketId): boolean {
    if (!matches(this.#tag(packet, payload[1], id.index), packet, [payload[1], this.rtpTag])) return false;
    this.#rtp.apply(packet, payload, id);
    return true;
  }

  wordAt = (length: number): number => length;

  sealRtcp(packet: Buffer, length: number, id: PacketId): void {
    this.#rtcp.apply(packet, [rtcpHeaderLength, length], id);
    const signed = length + wordLength;
    this.#rtcp.tag(packet, signed, null).copy(packet, signed, 0, rtcpTag);
  }

  openRtcp(packet: Buffer, length: number, { encrypted, ...id }: PacketId & { readonly encrypted: boolean }): boolean {
    const signed = length + wordLength;
    if (!matches(this.#rtcp.tag(packet, signed, null), packet, [signed, rtcpTag])) return false;
    if (encrypted) this.#rtcp.apply(packet, [rtcpHeaderLength, length], id);
    return true;
  }

  /** The tag of an RTP packet counts its rollovers too (RFC 3711 §4.2). */
  #tag(packet: Buffer, length: number, index: number): Buffer {
    this.#rollovers.writeUInt32BE(Math.floor(index / 0x1_0000) >>> 0);
    return this.#rtp.tag(packet, length, this.#rollovers);
  }
}

const matches = (tag: Buffer, packet: Buffer, [start, length]: readonly [number, number]): boolean =>
  timingSafeEqual(tag.subarray(0, length), packet.subarray(start, start + length));

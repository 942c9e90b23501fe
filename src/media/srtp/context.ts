// One direction of SRTP (RFC 3711 §3.2.3): protects what we send, or opens what the peer sends, RTP and RTCP. The packet of a
// stranger costs one HMAC and changes nothing.

import { timingSafeEqual } from "node:crypto";
import { headerLength } from "../rtp/packet.ts";
import type { Suite } from "../sdp/crypto-line.ts";
import { deriveKeys, SrtpCipher } from "./cipher.ts";
import { SequenceIndex } from "./sequence.ts";

/** RFC 4568 §6.2. RTCP has 80 bits of tag in both (RFC 3711 §5.2). */
const tagLengths: Readonly<Record<Suite, number>> = { AES_CM_128_HMAC_SHA1_80: 10, AES_CM_128_HMAC_SHA1_32: 4 };
const rtcpTagLength = 10;
const rtcpHeaderLength = 8;
const encryptedFlag = 0x8000_0000;

/** More senders on one leg than any phone has; the one that came first is forgotten. */
const maxSources = 16;

export class SrtpContext {
  readonly #rtp: SrtpCipher;
  readonly #rtcp: SrtpCipher;
  readonly #tagLength: number;
  readonly #sources = new Map<number, SequenceIndex>();
  readonly #reports = new Map<number, SequenceIndex>();
  readonly #rollovers = Buffer.alloc(4);
  #sentReports = 0;

  /** `master`: 30 octets, key and salt. */
  constructor(suite: Suite, master: Uint8Array) {
    this.#rtp = new SrtpCipher(deriveKeys(master, "rtp"));
    this.#rtcp = new SrtpCipher(deriveKeys(master, "rtcp"));
    this.#tagLength = tagLengths[suite];
  }

  /** The RTP packet in octets [from, end of packet), protected, in a buffer of its own. null: its index was used already. */
  protectRtp(packet: Buffer, from: number): Buffer | null {
    const length = packet.length - from;
    const out = Buffer.allocUnsafe(length + this.#tagLength);
    packet.copy(out, 0, from);
    const ssrc = out.readUInt32BE(8);
    const source = this.#sources.get(ssrc) ?? new SequenceIndex();
    const index = source.guess(out.readUInt16BE(2));
    if (!source.isNew(index)) return null;
    source.use(index);
    keep(this.#sources, ssrc, source);
    const start = payloadStart(out, length);
    if (start < 0) return null;
    this.#rtp.apply(out, [start, length], { ssrc, index });
    this.#tag(out, length, index).copy(out, length, 0, this.#tagLength);
    return out;
  }

  /** Decrypts in place; the packet without its tag. null: not authentic, a replay, or no RTP. */
  openRtp(packet: Buffer): Buffer | null {
    const length = packet.length - this.#tagLength;
    if (length < headerLength) return null;
    const ssrc = packet.readUInt32BE(8);
    const source = this.#sources.get(ssrc) ?? new SequenceIndex();
    const index = source.guess(packet.readUInt16BE(2));
    const start = payloadStart(packet, length);
    if (start < 0 || !source.isNew(index)) return null;
    if (!matches(this.#tag(packet, length, index), packet, [length, this.#tagLength])) return null;
    source.use(index);
    keep(this.#sources, ssrc, source);
    this.#rtp.apply(packet, [start, length], { ssrc, index });
    return packet.subarray(0, length);
  }

  /** A compound RTCP packet, protected (RFC 3711 §3.4), in a buffer of its own. */
  protectRtcp(packet: Buffer): Buffer {
    const { length } = packet;
    const out = Buffer.allocUnsafe(length + 4 + rtcpTagLength);
    packet.copy(out);
    this.#sentReports = (this.#sentReports + 1) % encryptedFlag;
    this.#rtcp.apply(out, [rtcpHeaderLength, length], { ssrc: out.readUInt32BE(4), index: this.#sentReports });
    out.writeUInt32BE((encryptedFlag | this.#sentReports) >>> 0, length);
    this.#rtcp.tag(out, length + 4, null).copy(out, length + 4, 0, rtcpTagLength);
    return out;
  }

  /** As `openRtp`, for RTCP. */
  openRtcp(packet: Buffer): Buffer | null {
    const signed = packet.length - rtcpTagLength;
    const length = signed - 4;
    if (length < rtcpHeaderLength) return null;
    const ssrc = packet.readUInt32BE(4);
    const word = packet.readUInt32BE(length);
    const index = word % encryptedFlag;
    const source = this.#reports.get(ssrc) ?? new SequenceIndex();
    if (!source.isNew(index)) return null;
    if (!matches(this.#rtcp.tag(packet, signed, null), packet, [signed, rtcpTagLength])) return null;
    source.use(index);
    keep(this.#reports, ssrc, source);
    if (word >= encryptedFlag) this.#rtcp.apply(packet, [rtcpHeaderLength, length], { ssrc, index });
    return packet.subarray(0, length);
  }

  /** The tag of an RTP packet counts its rollovers too (RFC 3711 §4.2). */
  #tag(packet: Buffer, length: number, index: number): Buffer {
    this.#rollovers.writeUInt32BE(Math.floor(index / 0x1_0000) >>> 0);
    return this.#rtp.tag(packet, length, this.#rollovers);
  }
}

function keep(sources: Map<number, SequenceIndex>, ssrc: number, source: SequenceIndex): void {
  if (sources.has(ssrc)) return;
  if (sources.size === maxSources) {
    for (const oldest of sources.keys()) {
      sources.delete(oldest);
      break;
    }
  }
  sources.set(ssrc, source);
}

const matches = (tag: Buffer, packet: Buffer, [start, length]: readonly [number, number]): boolean =>
  timingSafeEqual(tag.subarray(0, length), packet.subarray(start, start + length));

/** CSRCs and the header extension stay readable (RFC 3711 §3.1). -1: not RTP. */
function payloadStart(packet: Buffer, length: number): number {
  const first = packet[0] ?? 0;
  if (first >> 6 !== 2) return -1;
  let start = headerLength + (first & 0x0f) * 4;
  if ((first & 0x10) !== 0) {
    if (start + 4 > length) return -1;
    start += 4 + packet.readUInt16BE(start + 2) * 4;
  }
  return start <= length ? start : -1;
}

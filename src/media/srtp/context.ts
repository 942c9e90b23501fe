// One direction of SRTP (RFC 3711 §3.2.3): protects what we send, or opens what the peer sends, RTP and RTCP. The packet of a
// stranger costs one authentication and changes nothing.

import { headerLength } from "../rtp/packet.ts";
import type { Suite } from "../sdp/crypto-line.ts";
import type { Protection } from "../sdp/terms.ts";
import { CmProtector } from "./cm.ts";
import { gcmProtector } from "./gcm.ts";
import type { PacketId, Protector, Span } from "./protector.ts";
import { rollover, SequenceIndex } from "./sequence.ts";

const tagLengths: Readonly<Record<Suite, number>> = { AES_CM_128_HMAC_SHA1_80: 10, AES_CM_128_HMAC_SHA1_32: 4 };
const rtcpHeaderLength = 8;
const encryptedFlag = 0x8000_0000;

/** A stream of 50 packets a second begins its numbers anew every 22 minutes: a day and a night of it. */
const maxRollovers = 80;
/** So many packets are tried with them. */
const maxSearches = 50;

/** More senders on one leg than any phone has; the one that came first is forgotten. */
const maxSources = 16;

export class SrtpContext {
  readonly #keys: Protector;
  readonly #sources = new Map<number, SequenceIndex>();
  readonly #reports = new Map<number, SequenceIndex>();
  #sentReports = 0;
  #searches: number;

  /** `master`: key and salt, 30 octets, 28 for GCM. `joined`: the sender may have counted for long. */
  constructor(suite: Protection["suite"], master: Uint8Array, joined = false) {
    this.#searches = joined ? maxSearches : 0;
    this.#keys = suite === "AEAD_AES_128_GCM" ? gcmProtector(master) : new CmProtector(master, tagLengths[suite]);
  }

  /** The RTP packet in octets [from, end of packet), protected, in a buffer of its own. null: its index was used already. */
  protectRtp(packet: Buffer, from: number): Buffer | null {
    const length = packet.length - from;
    const out = Buffer.allocUnsafe(length + this.#keys.rtpTag);
    packet.copy(out, 0, from);
    const ssrc = out.readUInt32BE(8);
    const source = this.#sources.get(ssrc) ?? new SequenceIndex();
    const index = source.guess(out.readUInt16BE(2));
    if (!source.isNew(index)) return null;
    source.use(index);
    keep(this.#sources, ssrc, source);
    const start = payloadStart(out, length);
    if (start < 0) return null;
    this.#keys.sealRtp(out, [start, length], { ssrc, index });
    return out;
  }

  /** Decrypts in place; the packet without its tag. null: not authentic, a replay, or no RTP. */
  openRtp(packet: Buffer): Buffer | null {
    const length = packet.length - this.#keys.rtpTag;
    if (length < headerLength) return null;
    const ssrc = packet.readUInt32BE(8);
    const source = this.#sources.get(ssrc) ?? new SequenceIndex();
    const index = source.guess(packet.readUInt16BE(2));
    const start = payloadStart(packet, length);
    if (start < 0 || !source.isNew(index)) return null;
    const found = this.#openAt(packet, [start, length], { ssrc, index });
    if (found === null) return null;
    source.use(found);
    keep(this.#sources, ssrc, source);
    return packet.subarray(0, length);
  }

  /** The index at which it is authentic: of a stream that was joined in its middle, the rollovers are found out by trying. */
  #openAt(packet: Buffer, payload: Span, { ssrc, index }: PacketId): number | null {
    if (this.#keys.openRtp(packet, payload, { ssrc, index })) return index;
    if (this.#searches === 0 || this.#sources.has(ssrc)) return null;
    this.#searches -= 1;
    for (let rollovers = 1; rollovers <= maxRollovers; rollovers++) {
      const later = index + rollovers * rollover;
      if (this.#keys.openRtp(packet, payload, { ssrc, index: later })) return later;
    }
    return null;
  }

  /** A compound RTCP packet, protected (RFC 3711 §3.4), in a buffer of its own. */
  protectRtcp(packet: Buffer): Buffer {
    const { length } = packet;
    const out = Buffer.allocUnsafe(length + this.#keys.rtcpTrailer);
    packet.copy(out);
    this.#sentReports = (this.#sentReports + 1) % encryptedFlag;
    out.writeUInt32BE((encryptedFlag | this.#sentReports) >>> 0, this.#keys.wordAt(length));
    this.#keys.sealRtcp(out, length, { ssrc: out.readUInt32BE(4), index: this.#sentReports });
    return out;
  }

  /** As `openRtp`, for RTCP. */
  openRtcp(packet: Buffer): Buffer | null {
    const length = packet.length - this.#keys.rtcpTrailer;
    if (length < rtcpHeaderLength) return null;
    const ssrc = packet.readUInt32BE(4);
    const word = packet.readUInt32BE(this.#keys.wordAt(length));
    const index = word % encryptedFlag;
    const source = this.#reports.get(ssrc) ?? new SequenceIndex();
    if (!source.isNew(index)) return null;
    if (!this.#keys.openRtcp(packet, length, { ssrc, index, encrypted: word >= encryptedFlag })) return null;
    source.use(index);
    keep(this.#reports, ssrc, source);
    return packet.subarray(0, length);
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

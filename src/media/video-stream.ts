// The video of one leg in the worker: relayed unread, SSRC and sequence kept, so that its RTCP can be passed on as it is.

import { randomInt } from "node:crypto";
import type { SocketPair } from "./port-pool.ts";
import { headerLength, type PacketView, writeHeader } from "./rtp/packet.ts";
import { writeKeyFrameRequest } from "./rtp/rtcp.ts";
import type { VideoTerms } from "./sdp/terms.ts";
import { Stream } from "./stream.ts";

const clockPerMs = 90;
const filmedOctets = 300;

export class VideoStream extends Stream {
  terms: VideoTerms | null = null;
  readonly #ssrc = randomInt(2 ** 32);
  #sequence = randomInt(2 ** 16);

  constructor(pair: SocketPair) {
    super(pair, clockPerMs);
  }

  /** Passes a packet on when both sides agreed on the same codec; only the payload number may differ. */
  relay(packet: Buffer, view: PacketView, codec: string): void {
    const { terms } = this;
    if (!terms?.sends || terms.codec !== codec) return;
    packet[1] = view.marker ? terms.payload | 0x80 : terms.payload;
    this.send(packet, 0, view.end - view.start);
  }

  /** A new listener needs a whole picture at once (RFC 4585 §6.3.1). Without any packet yet, there is nobody to ask. */
  requestKeyFrame(): void {
    if (this.reception.ssrc >= 0) this.sendRtcp(writeKeyFrameRequest(this.#ssrc, this.reception.ssrc));
  }

  /** One packet of a video that nobody needs to decode, for simulated phones. */
  film(now: number): void {
    if (!this.terms?.sends) return;
    const packet = Buffer.alloc(headerLength + filmedOctets);
    this.#sequence = (this.#sequence + 1) & 0xffff;
    writeHeader(packet, 0, {
      marker: true,
      payloadType: this.terms.payload,
      sequence: this.#sequence,
      timestamp: Math.round(now * clockPerMs) >>> 0,
      ssrc: this.#ssrc,
    });
    this.send(packet, 0, filmedOctets);
  }
}

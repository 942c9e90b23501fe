// The audio of one leg in the worker: one continuous RTP stream towards the peer, fed by a relayed source, a sound or digits.

import { randomInt } from "node:crypto";
import { toneOf } from "./codec/dtmf.ts";
import { decodeFrame, encode, type Law } from "./codec/g711.ts";
import { frameLength, type Loop } from "./codec/sounds.ts";
import type { JitterBuffer } from "./jitter-buffer.ts";
import type { SocketPair } from "./port-pool.ts";
import { left, type Tape } from "./recording/tape.ts";
import { Continuity } from "./rtp/continuity.ts";
import { EventReader } from "./rtp/event-reader.ts";
import { headerLength, type PacketView, writeHeader } from "./rtp/packet.ts";
import { type PeerReport, writeReport } from "./rtp/rtcp.ts";
import { type DialledEvent, Dialling, type EventPayload, eventDigit, writeEvent } from "./rtp/telephone-event.ts";
import type { AudioTerms } from "./sdp/terms.ts";
import { Speech } from "./speech.ts";
import { Stream } from "./stream.ts";

const samplesPerMs = 8;
const eventLength = 4;

export class AudioStream extends Stream {
  terms: AudioTerms | null = null;
  peerReport: PeerReport | null = null;
  readonly speech = new Speech();
  /** The digits that this leg sends as telephone-events. */
  readonly events = new EventReader();
  /** What this leg says waits here for the mixer. */
  voice: JitterBuffer | null = null;
  /** What this leg hears is recorded there. */
  heardTape: Tape | null = null;
  readonly cname: string;
  readonly #out: Continuity;
  readonly #dialling = new Dialling();
  #loop: Loop | null = null;
  #position = 0;
  #sentAtReport = 0;
  #heardAtReport = 0;

  constructor(pair: SocketPair) {
    super(pair, samplesPerMs);
    // RFC 3550 §5.1: random starting values; RFC 7022 §4.2: a CNAME that says nothing about us.
    this.#out = new Continuity({
      ssrc: randomInt(2 ** 32),
      sequence: randomInt(2 ** 16),
      timestamp: randomInt(2 ** 32),
    });
    this.cname = randomInt(2 ** 47).toString(36);
  }

  get ssrc(): number {
    return this.#out.ssrc;
  }

  /** What a received payload type is here, null when it was not agreed. */
  kindOf(payloadType: number): Law | "event" | null {
    const { terms } = this;
    if (!terms) return null;
    if (payloadType === terms.heard.pcmu) return "PCMU";
    if (payloadType === terms.heard.pcma) return "PCMA";
    // RFC 3264 §6.1 lets each side have its own number, and many phones use theirs in both directions.
    if (payloadType === terms.heard.event || payloadType === terms.eventPayload) return "event";
    return null;
  }

  /** The law in which this leg takes a relayed packet now, null when it takes none. */
  get takes(): Law | null {
    return this.terms?.sends && !this.#dialling.busy ? this.terms.codec : null;
  }

  /** Passes a packet on, under our own SSRC. `takes` was not null, and the payload is in that law (or an event). */
  relay(packet: Buffer, view: PacketView, now: number): void {
    this.#out.relay(view, now);
    this.#emit(packet, view, this.terms?.payload ?? 0);
  }

  /** What was sent just now is recorded. The sent timestamps run on without a break, whoever is heard. */
  keep(samples: Int16Array, now: number): void {
    this.heardTape?.write(left, samples, this.#out.next.timestamp, now);
  }

  /** A telephone-event of the source, under this peer's number; left out when the peer takes none. */
  relayEvent(packet: Buffer, view: PacketView, now: number): void {
    const payload = this.terms?.eventPayload ?? -1;
    if (payload < 0) {
      this.#out.skip(view);
      return;
    }
    this.#out.relay(view, now);
    this.#emit(packet, view, payload);
  }

  /** Another source from here on. `loop`: the sound that is played, null for none. */
  change(loop: Loop | null): void {
    this.#out.interrupt();
    this.#loop = loop;
    this.#position = 0;
  }

  /** 20 ms that were made here (16-bit range, values beyond are limited); `takes` was not null. */
  play(samples: ArrayLike<number>, now: number): void {
    if (this.terms) this.#sendFrame(encode(this.terms.codec, samples), this.terms.payload, now);
  }

  /** Puts digits behind those still being sent. */
  dial(digits: string): void {
    this.#dialling.add(digits);
  }

  /** Whether the 20 ms ticker has anything to do here. */
  get ticking(): boolean {
    return this.#loop !== null || this.#dialling.busy;
  }

  /** One tick of 20 ms: a packet of the digit being dialled, else of the sound. */
  tick(now: number): void {
    const { terms } = this;
    if (!terms?.sends) return;
    const dialled = this.#dialling.tick();
    if (dialled) this.#dialled("event" in dialled ? dialled.event : null, terms, now);
    else if (this.#loop) this.#sendFrame(this.#nextOf(this.#loop[terms.codec]), terms.payload, now);
  }

  /** null: the pause after a digit. As telephone-events, or as tones where the peer takes none. */
  #dialled(event: DialledEvent | null, terms: AudioTerms, now: number): void {
    if (terms.eventPayload >= 0) {
      if (event) this.#sendEvent(event, terms, now);
      return;
    }
    if (event?.first) this.#out.interrupt();
    const digit = event && !event.again ? eventDigit(event.code) : "";
    this.play(toneOf(digit, (event?.duration ?? frameLength) - frameLength, frameLength), now);
    if (!this.#dialling.busy) this.#out.interrupt();
  }

  /** The report of this interval, null when nothing ran in it. */
  report(now: number, wallTime: number): Buffer | null {
    const sent = this.packetsOut > this.#sentAtReport;
    const running = sent || this.reception.packets > this.#heardAtReport;
    this.#sentAtReport = this.packetsOut;
    this.#heardAtReport = this.reception.packets;
    if (!running) return null;
    return writeReport({
      ssrc: this.ssrc,
      cname: this.cname,
      sender: sent
        ? { at: wallTime, rtpTimestamp: this.#out.timestampAt(now), packets: this.packetsOut, octets: this.octetsOut }
        : null,
      heard: this.reception.report(),
      peer: this.peerReport,
      now,
    });
  }

  #emit(packet: Buffer, view: PacketView, payloadType: number): void {
    const from = view.start - headerLength;
    this.#out.next.payloadType = payloadType;
    writeHeader(packet, from, this.#out.next);
    const whole = view.end === packet.length ? packet : packet.subarray(0, view.end);
    this.send(whole, from, view.end - view.start);
  }

  #nextOf(octets: Uint8Array): Uint8Array {
    const frame = octets.subarray(this.#position, this.#position + frameLength);
    this.#position = (this.#position + frameLength) % octets.length;
    return frame;
  }

  #sendFrame(octets: Uint8Array, payloadType: number, now: number): void {
    // A fresh buffer: when the system's buffer is full, the socket keeps this one until later.
    const packet = Buffer.allocUnsafe(headerLength + frameLength);
    this.#out.generate(frameLength, now);
    this.#out.next.payloadType = payloadType;
    writeHeader(packet, 0, this.#out.next);
    packet.set(octets, headerLength);
    this.send(packet, 0, frameLength);
    if (this.heardTape && this.terms) this.keep(decodeFrame(this.terms.codec, octets), now);
  }

  #sendEvent(event: EventPayload & { readonly first: boolean }, terms: AudioTerms, now: number): void {
    const packet = Buffer.allocUnsafe(headerLength + eventLength);
    if (event.first) {
      this.#out.interrupt();
      this.#out.generate(0, now);
    } else {
      this.#out.prolong();
    }
    this.#out.next.payloadType = terms.eventPayload;
    writeHeader(packet, 0, this.#out.next);
    writeEvent(packet, headerLength, event);
    this.send(packet, 0, eventLength);
    // Whatever follows the digit begins anew, with the time that has passed since the digit began.
    if (event.end) this.#out.interrupt();
  }
}

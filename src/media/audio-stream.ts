// The audio of one leg in the worker: one continuous RTP stream towards the peer, fed by a relayed source, a sound or digits.

import { randomInt } from "node:crypto";
import { type AudioCodec, clockPerMs, encoderFor, isLaw, type SpeechEncoder } from "./codec/audio-codec.ts";
import { toneOf } from "./codec/dtmf.ts";
import { Framer } from "./codec/framer.ts";
import { decodeFrame } from "./codec/g711.ts";
import { frameLength, type Loop } from "./codec/sounds.ts";
import type { StreamStatistics } from "./face.ts";
import type { JitterBuffer } from "./jitter-buffer.ts";
import type { SocketPair } from "./port-pool.ts";
import { Continuity } from "./rtp/continuity.ts";
import { EventReader } from "./rtp/event-reader.ts";
import { headerLength, type PacketView, writeHeader } from "./rtp/packet.ts";
import { Reports } from "./rtp/reports.ts";
import { type DialledEvent, Dialling, type EventPayload, eventDigit, writeEvent } from "./rtp/telephone-event.ts";
import type { AudioTerms } from "./sdp/terms.ts";
import { Speech } from "./speech.ts";
import { Stream } from "./stream.ts";

const frameMs = 20;
const eventLength = 4;

/** What is heard in place of the source, 20 ms at a time. */
export type Announcement = {
  /** A part of a sound, or samples of 8 kHz; null: it is over. */
  next(): SoundPart | Int16Array | null;
  /** Once. `stopped`: not by itself. */
  ended(how: "played" | "stopped"): void;
};

type SoundPart = { readonly sound: Loop; readonly at: number };

export class AudioStream extends Stream {
  readonly reports = new Reports();
  readonly speech = new Speech();
  /** The digits that this leg sends as telephone-events. */
  readonly events = new EventReader();
  /** What this leg says waits here for the mixer. */
  voice: JitterBuffer | null = null;
  readonly cname: string;
  /** The codec of the packet that came last. */
  spoken: AudioCodec = "PCMU";
  #terms: AudioTerms | null = null;
  /** By payload type: what the peer may send. */
  #kinds = new Map<number, AudioCodec | "event" | "noise">();
  #encoder: SpeechEncoder | null = null;
  #framer: Framer | null = null;
  #framed = 0;
  readonly #out: Continuity;
  readonly #dialling = new Dialling();
  /** Who is told when all digits are sent. */
  #dialled: (() => void)[] = [];
  #loop: Loop | null = null;
  #position = 0;
  #announcement: Announcement | null = null;
  #sentAtReport = 0;
  #heardAtReport = 0;

  constructor(pair: SocketPair) {
    super(pair, clockPerMs("PCMU"));
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

  get terms(): AudioTerms | null {
    return this.#terms;
  }

  set terms(terms: AudioTerms | null) {
    if (terms && terms.codec !== this.#terms?.codec) this.#speak(terms.codec);
    this.#terms = terms;
    this.#kinds = kindsOf(terms);
  }

  /** What a received payload type is here, null when it was not agreed. */
  kindOf(payloadType: number): AudioCodec | "event" | "noise" | null {
    return this.#kinds.get(payloadType) ?? null;
  }

  /** The codec in which this leg takes a relayed packet now, null when it takes none. */
  get takes(): AudioCodec | null {
    return this.#terms?.sends && !this.#dialling.busy && !this.#announcement ? this.#terms.codec : null;
  }

  /** Whether telephone-events of a peer that speaks this can be passed on as they are. */
  takesEventsOf(spoken: AudioCodec): boolean {
    if (!this.#terms || this.#terms.eventPayload < 0) return false;
    return clockPerMs(spoken) === clockPerMs(this.#terms.codec);
  }

  /** Passes a packet on, under our own SSRC. `takes` was not null, and the payload is in that codec. */
  relay(packet: Buffer, view: PacketView, now: number): void {
    this.#out.relay(view, now);
    this.#emit(packet, view, this.#terms?.payload ?? 0);
  }

  /** What the source has said just now in another codec; `takes` was not null. */
  translate(speech: Speech, view: PacketView, now: number): void {
    const wide = this.#terms && !isLaw(this.#terms.codec) ? speech.wide : null;
    const samples = wide ?? speech.samples;
    if (!this.#framer) {
      this.#sendTranslated(samples, wide !== null, { ...view, timestamp: speech.timestamp }, now);
      return;
    }
    // Frames are not packets: they have numbers of their own.
    for (const frame of this.#framer.cut(samples, speech.timestamp, wide ? 2 : 1)) {
      const timestamp = Math.imul(frame.timestamp, clockPerMs("opus") / clockPerMs("PCMU")) >>> 0;
      this.#framed = (this.#framed + 1) & 0xffff;
      this.#sendTranslated(frame.samples, wide !== null, { ...view, sequence: this.#framed, timestamp }, now);
    }
  }

  /** A telephone-event of the source, under this peer's number; `takesEventsOf` has said yes. */
  relayEvent(packet: Buffer, view: PacketView, now: number): void {
    this.#out.relay(view, now);
    this.#emit(packet, view, this.#terms?.eventPayload ?? 0);
  }

  /** A packet of the source is not passed on: nobody shall take it for a loss. */
  leaveOut(view: PacketView): void {
    if (!this.#framer) this.#out.skip(view);
  }

  /** The next packet begins anew: the source's clock is another one from here on. */
  restart(): void {
    this.#out.interrupt();
  }

  /** Another source from here on. `loop`: the sound that is played, null for none. */
  change(loop: Loop | null): void {
    this.#out.interrupt();
    this.#loop = loop;
    this.#position = 0;
  }

  /** 20 ms that were made here (16-bit range, values beyond are limited); `takes` was not null. */
  play(samples: ArrayLike<number>, now: number): void {
    if (!this.#terms) return;
    this.#sendFrame(this.#encode(samples instanceof Int16Array ? samples : limit(samples), false), now);
  }

  close(): void {
    this.announce(null);
    this.speech.close();
    this.#encoder?.close();
  }

  /** In place of what is heard, to its end; null ends it. */
  announce(announcement: Announcement | null): void {
    this.#out.interrupt();
    const before = this.#announcement;
    this.#announcement = announcement;
    before?.ended("stopped");
  }

  /** Puts digits behind those still being sent. `sent` runs when none are left to be. */
  dial(digits: string, sent?: () => void): void {
    this.#dialling.add(digits);
    if (sent) this.#dialled.push(sent);
  }

  /** Whether the 20 ms ticker has anything to do here. */
  get ticking(): boolean {
    return this.#loop !== null || this.#announcement !== null || this.#dialling.busy;
  }

  /** One tick of 20 ms: a packet of the digit being dialled, else of the sound. */
  tick(now: number): void {
    const terms = this.#terms;
    // It takes its time, whether anybody may hear it or not.
    if (!terms?.sends) return void this.#nextPart();
    const dialled = this.#dialling.tick();
    if (dialled) return this.#sendDialled("event" in dialled ? dialled.event : null, terms, now);
    const part = this.#nextPart();
    if (part instanceof Int16Array) this.play(part, now);
    else if (part) this.#playFrame(part.sound, part.at, now);
    else if (this.#loop) {
      this.#playFrame(this.#loop, this.#position, now);
      this.#position += frameLength;
    }
  }

  #nextPart(): SoundPart | Int16Array | null {
    const announcement = this.#announcement;
    const part = announcement?.next() ?? null;
    if (announcement && !part) {
      this.#announcement = null;
      this.#out.interrupt();
      announcement.ended("played");
    }
    return part;
  }

  /** Sounds are kept in both laws; any other codec is made from one of them, as they go. */
  #playFrame(sound: Loop, position: number, now: number): void {
    const codec = this.#terms?.codec ?? "PCMU";
    const whole = sound[isLaw(codec) ? codec : "PCMU"];
    const octets = whole.subarray(position % whole.length, (position % whole.length) + frameLength);
    if (!isLaw(codec)) this.play(decodeFrame("PCMU", octets), now);
    else this.#sendFrame(octets, now);
  }

  /** null: the pause after a digit. As telephone-events, or as tones where the peer takes none. */
  #sendDialled(event: DialledEvent | null, terms: AudioTerms, now: number): void {
    if (terms.eventPayload < 0) this.#sendTone(event, now);
    else if (event) this.#sendEvent(event, terms, now);
    if (!this.#dialling.busy) for (const sent of this.#dialled.splice(0)) sent();
  }

  #sendTone(event: DialledEvent | null, now: number): void {
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
    const { reception, packetsOut: packets, octetsOut: octets } = this;
    return this.reports.write({
      ssrc: this.ssrc,
      cname: this.cname,
      sender: sent ? { at: wallTime, rtpTimestamp: this.#out.timestampAt(now), packets, octets } : null,
      reception,
      metrics: this.#terms?.voipMetrics === true,
      now,
    });
  }

  override statistics(): StreamStatistics {
    return { ...super.statistics(), ...this.reports.figures(this.reception, this.#out.clockPerMs) };
  }

  #emit(packet: Buffer, view: PacketView, payloadType: number): void {
    const from = view.start - headerLength;
    this.#out.next.payloadType = payloadType;
    writeHeader(packet, from, this.#out.next);
    const whole = view.end === packet.length ? packet : packet.subarray(0, view.end);
    this.send(whole, from, view.end - view.start);
  }

  #speak(codec: AudioCodec): void {
    this.#encoder?.close();
    this.#encoder = null;
    // libopus takes frames of a few lengths only, and phones send what they like.
    this.#framer = codec === "opus" ? new Framer() : null;
    this.#out.clockPerMs = clockPerMs(codec);
    this.#out.interrupt();
  }

  #encode(samples: Int16Array, wide: boolean): Uint8Array {
    this.#encoder ??= encoderFor(this.#terms?.codec ?? "PCMU");
    return this.#encoder.encode(samples, wide);
  }

  #sendTranslated(samples: Int16Array, wide: boolean, view: PacketView, now: number): void {
    // Nothing could be decoded, so there is nothing to say.
    if (samples.length === 0) return;
    this.#out.relay(view, now);
    this.#sendOctets(this.#encode(samples, wide));
  }

  /** 20 ms made here. */
  #sendFrame(octets: Uint8Array, now: number): void {
    this.#out.generate(frameMs * this.#out.clockPerMs, now);
    this.#sendOctets(octets);
  }

  #sendOctets(octets: Uint8Array): void {
    // A fresh buffer: when the system's buffer is full, the socket keeps this one until later.
    const packet = Buffer.allocUnsafe(headerLength + octets.length);
    this.#out.next.payloadType = this.#terms?.payload ?? 0;
    writeHeader(packet, 0, this.#out.next);
    packet.set(octets, headerLength);
    this.send(packet, 0, octets.length);
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

function kindsOf(terms: AudioTerms | null): Map<number, AudioCodec | "event" | "noise"> {
  const kinds = new Map<number, AudioCodec | "event" | "noise">();
  if (!terms) return kinds;
  kinds.set(terms.heard.noise, "noise");
  // RFC 3264 §6.1 lets each side have its own number, and many phones use theirs in both directions.
  for (const payload of [terms.eventPayload, terms.heard.event]) if (payload >= 0) kinds.set(payload, "event");
  for (const { payload, codec } of terms.heard.codecs) kinds.set(payload, codec);
  return kinds;
}

let limited = new Int16Array(frameLength);

/** 16 bits, and no more; good until the next. */
function limit(samples: ArrayLike<number>): Int16Array {
  if (limited.length !== samples.length) limited = new Int16Array(samples.length);
  for (let index = 0; index < samples.length; index += 1) {
    limited[index] = Math.max(-32_768, Math.min(32_767, Math.round(samples[index] ?? 0)));
  }
  return limited;
}

// The packet path of a worker: a datagram of one leg's peer to everyone who hears that leg. Nothing here waits, copies or
// allocates for a packet but what the sockets do themselves.

import type { RemoteInfo } from "node:dgram";
import type { Clock } from "../base/clock.ts";
import type { Channel } from "./channel.ts";
import { type AudioCodec, clockPerMs, isLaw } from "./codec/audio-codec.ts";
import { transcode } from "./codec/g711.ts";
import type { Loop } from "./codec/sounds.ts";
import type { Matrix } from "./matrix.ts";
import { eventClockPerMs, type Pressed } from "./rtp/event-reader.ts";
import { emptyView, readPacket } from "./rtp/packet.ts";
import { readReport } from "./rtp/rtcp.ts";
import { readEvent } from "./rtp/telephone-event.ts";
import type { VideoStream } from "./video-stream.ts";

export class Relay {
  readonly #matrix: Matrix<Channel, Loop>;
  readonly #clock: Clock;
  readonly #pressed: (from: Channel, digit: Pressed) => void;
  /** The packet at hand. One is enough: a datagram is done before the next begins. */
  readonly #view = emptyView();

  /** `pressed`: a leg has sent a digit as a telephone-event, and it is over. */
  constructor(matrix: Matrix<Channel, Loop>, clock: Clock, pressed: (from: Channel, digit: Pressed) => void) {
    this.#matrix = matrix;
    this.#clock = clock;
    this.#pressed = pressed;
  }

  /** A datagram on an audio port. What was not agreed is dropped before it can move the latch. */
  audio(from: Channel, datagram: Buffer, source: RemoteInfo): void {
    const view = this.#view;
    const { audio } = from;
    const packet = audio.open(datagram);
    if (!packet || !readPacket(packet, view)) return;
    const kind = audio.kindOf(view.payloadType);
    if (kind === null) return;
    const now = this.#clock.monotonic();
    if (!audio.latch.admits(source, view, now, audio.signed)) return;
    if (kind !== "event" && kind !== "noise" && kind !== audio.spoken) this.#switch(from, kind);
    audio.reception.take(view, view.end - view.start, now);
    if (!audio.terms?.receives) return;
    if (kind === "event") this.#event(from, packet, now);
    // Comfort noise (RFC 3389) is a silence that says so. Nobody hears it as sound, and nobody misses its packets.
    else if (kind === "noise") for (const listener of this.#matrix.listeners(from)) listener.audio.leaveOut(view);
    else this.#sound(from, packet, kind, now);
  }

  /** The peer speaks another codec from here on. */
  #switch(from: Channel, codec: AudioCodec): void {
    const clock = clockPerMs(codec);
    from.audio.spoken = codec;
    if (clock === from.audio.reception.clockPerMs) return;
    from.audio.reception.clockPerMs = clock;
    for (const listener of this.#matrix.listeners(from)) listener.audio.restart();
  }

  /**
   * A listener of the same codec gets the packet as it is. Where two differ in their law, the payload is rewritten in place, and
   * the next listener starts from what is there; for any other codec it is made anew.
   */
  #sound(from: Channel, packet: Buffer, codec: AudioCodec, now: number): void {
    const view = this.#view;
    const { speech, voice, reception } = from.audio;
    speech.take(packet, view, codec);
    from.ear?.hear(speech.samples, speech.timestamp, now);
    voice?.write(speech.samples, speech.timestamp, reception.jitterMs);
    if (speech.taps.size > 0) speech.tell(now);
    let current = codec;
    for (const listener of this.#matrix.listeners(from)) {
      const wanted = listener.audio.takes;
      if (wanted === null) continue;
      if (wanted !== current && isLaw(wanted) && isLaw(current)) {
        transcode(packet, view, wanted);
        speech.take(packet, view, wanted);
        current = wanted;
      }
      // The header that goes out is written over octets before the payload, which stays as it is.
      if (wanted === current) listener.audio.relay(packet, view, now);
      else listener.audio.translate(speech, view, now);
    }
  }

  #event(from: Channel, packet: Buffer, now: number): void {
    from.ear?.hearEvent(packet, this.#view);
    for (const listener of this.#matrix.listeners(from)) {
      const { audio } = listener;
      if (audio.takes !== null && audio.takesEventsOf(from.audio.spoken)) audio.relayEvent(packet, this.#view, now);
      else audio.leaveOut(this.#view);
    }
    const event = readEvent(packet, this.#view.start, this.#view.end);
    if (!event) return;
    for (const digit of from.audio.events.take(event, this.#view.timestamp, eventClockPerMs, now)) {
      this.#pressed(from, digit);
    }
  }

  /** Audio reports end here: each side gets our own (audio-stream.ts). */
  audioRtcp(from: Channel, datagram: Buffer, source: RemoteInfo): void {
    const packet = from.audio.openReport(datagram);
    const report = packet && readReport(packet, from.audio.ssrc);
    if (report && from.audio.admitsRtcp(source)) from.audio.reports.hear(report, this.#clock.monotonic());
  }

  /** A datagram on a video port. */
  video(from: Channel, datagram: Buffer, source: RemoteInfo): void {
    const view = this.#view;
    const terms = from.video?.terms;
    const packet = terms && from.video?.open(datagram);
    if (!from.video || !packet || !readPacket(packet, view) || view.payloadType !== terms.heardPayload) return;
    const now = this.#clock.monotonic();
    if (!from.video.latch.admits(source, view, now, from.video.signed)) return;
    from.video.reception.take(view, view.end - view.start, now);
    if (!terms.receives) return;
    for (const listener of this.#matrix.listeners(from)) listener.video?.relay(packet, view, terms.codec);
  }

  /** Reports and feedback about video belong to the other end: to the one who is seen, and to those who see this leg. */
  videoRtcp(from: Channel, datagram: Buffer, source: RemoteInfo): void {
    const packet = from.video?.terms && from.video.openReport(datagram);
    if (!packet || !readReport(packet, nobodysSsrc) || !from.video?.admitsRtcp(source)) return;
    const seen = this.#matrix.source(from);
    const speaker = seen && "leg" in seen ? seen.leg : null;
    if (speaker) passOn(speaker.video, packet);
    for (const listener of this.#matrix.listeners(from)) {
      if (listener !== speaker) passOn(listener.video, packet);
    }
  }
}

/** Reports about video are passed on unread. */
const nobodysSsrc = -1;

function passOn(to: VideoStream | null, packet: Buffer): void {
  if (to?.terms) to.sendRtcp(packet);
}

// The ear of a simulated phone: the last second of audio received, and the digits. Not part of a gateway's legs.

import { levelAt, levelOf, sampleRate } from "./codec/tone.ts";
import type { Heard } from "./face.ts";
import type { PacketView } from "./rtp/packet.ts";
import { eventDigit, readEvent } from "./rtp/telephone-event.ts";

const maxDigits = 64;
const samplesPerMs = sampleRate / 1_000;

export class Ear {
  /** A ring of one second. Holes of the stream stay silent. */
  readonly #samples = new Int16Array(sampleRate);
  #end = 0;
  #timestamp = 0;
  #at = 0;
  #digits = "";
  #eventTimestamp = -1;

  hear(samples: Int16Array, timestamp: number, now: number): void {
    const { length } = samples;
    const step = (timestamp - this.#timestamp) >>> 0;
    // A step backwards or of more than a second is another source: then the time that passed says how long nothing came.
    this.#silence(step <= sampleRate ? step : Math.round((now - this.#at) * samplesPerMs) - length);
    for (let index = 0; index < length; index += 1) {
      this.#samples[(this.#end + index) % sampleRate] = samples[index] ?? 0;
    }
    this.#end = (this.#end + length) % sampleRate;
    this.#timestamp = (timestamp + length) >>> 0;
    this.#at = now;
  }

  hearEvent(packet: Buffer, view: PacketView): void {
    // All packets of one digit carry the same timestamp (RFC 4733 §2.2.2).
    if (view.timestamp === this.#eventTimestamp) return;
    this.#eventTimestamp = view.timestamp;
    const event = readEvent(packet, view.start, view.end);
    if (event) this.#digits = (this.#digits + eventDigit(event.code)).slice(-maxDigits);
  }

  report(frequencies: readonly number[], now: number): Heard {
    const samples = this.#lastSecond(now);
    return {
      level: levelOf(samples),
      levels: frequencies.map((hertz) => levelAt(samples, hertz)),
      digits: this.#digits,
    };
  }

  #silence(samples: number): void {
    const count = Math.max(0, Math.min(sampleRate, samples));
    for (let index = 0; index < count; index += 1) this.#samples[(this.#end + index) % sampleRate] = 0;
    this.#end = (this.#end + count) % sampleRate;
  }

  /** In order of time; what has not come for a while counts as silence. */
  #lastSecond(now: number): Int16Array {
    const missing = Math.min(sampleRate, Math.max(0, Math.round((now - this.#at - 100) * samplesPerMs)));
    const samples = new Int16Array(sampleRate);
    for (let index = missing; index < sampleRate; index += 1) {
      samples[index - missing] = this.#samples[(this.#end + index) % sampleRate] ?? 0;
    }
    return samples;
  }
}

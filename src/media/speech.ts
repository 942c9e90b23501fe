// What one leg says, as linear samples at 8 kHz: decoded once for each packet, and only when somebody asks.

import { decodeFrame, type Law } from "./codec/g711.ts";
import type { PacketView } from "./rtp/packet.ts";

/** Listens to what a leg says. The samples are good until it returns; `timestamp` counts them, `now` is when they came. */
export type Tap = (samples: Int16Array, timestamp: number, now: number) => void;

export class Speech {
  /** Everyone who listens to this leg in its worker beside those who are in a call with it. */
  readonly taps = new Set<Tap>();
  #packet: Buffer = Buffer.alloc(0);
  #view: PacketView | null = null;
  #law: Law = "PCMU";
  #samples: Int16Array | null = null;

  /** The packet at hand from now on; nothing is decoded yet. */
  take(packet: Buffer, view: PacketView, law: Law): void {
    this.#packet = packet;
    this.#view = view;
    this.#law = law;
    this.#samples = null;
  }

  /** Of the packet at hand, good until the next one is taken. */
  get samples(): Int16Array {
    this.#samples ??= this.#decode();
    return this.#samples;
  }

  /** Of the packet at hand, in samples. */
  get timestamp(): number {
    return this.#view?.timestamp ?? 0;
  }

  tell(now: number): void {
    for (const tap of this.taps) tap(this.samples, this.timestamp, now);
  }

  #decode(): Int16Array {
    const view = this.#view;
    return view ? decodeFrame(this.#law, this.#packet.subarray(view.start, view.end)) : new Int16Array(0);
  }
}

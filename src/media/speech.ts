// What one leg says, as linear samples: decoded once for each packet, and only when somebody asks.

import { type AudioCodec, isLaw } from "./codec/audio-codec.ts";
import { decodeInto, type Law } from "./codec/g711.ts";
import { type BothRates, G722Decoder } from "./codec/g722.ts";
import { OpusDecoder } from "./codec/opus.ts";
import type { PacketView } from "./rtp/packet.ts";

/** Listens to what a leg says. The samples are good until it returns; `timestamp` counts them, `now` is when they came. */
export type Tap = (samples: Int16Array, timestamp: number, now: number) => void;

/** Units of an Opus timestamp in a sample of 8 kHz. */
const opusUnits = 6;

const noOctets = new Uint8Array(0);
const noSamples = new Int16Array(0);

export class Speech {
  /** Everyone who listens to this leg in its worker beside those who are in a call with it. */
  readonly taps = new Set<Tap>();
  #codec: AudioCodec = "PCMU";
  #packet: Uint8Array = noOctets;
  #start = 0;
  #end = 0;
  /** Where G.711 is decoded to. */
  #linear = noSamples;
  #narrow: Int16Array | null = null;
  #wide: Int16Array | null = null;
  #received = 0;
  #timestamp = 0;
  // Made by the first packet that needs one: most calls speak G.711, and a decoder of G.722 is 3 kB.
  #opus: OpusDecoder | null = null;
  #g722: G722Decoder | null = null;

  /** The packet at hand from now on; nothing is decoded yet. */
  take(packet: Buffer, view: PacketView, codec: AudioCodec): void {
    if (codec !== this.#codec && codec === "G722") this.#g722 = null;
    this.#codec = codec;
    this.#packet = packet;
    this.#start = view.start;
    this.#end = view.end;
    this.#narrow = null;
    this.#wide = null;
    // Counted from one packet to the next: divided as it is, it would jump when it runs over.
    const step = (view.timestamp - this.#received) | 0;
    this.#timestamp = codec === "opus" ? (this.#timestamp + Math.round(step / opusUnits)) >>> 0 : view.timestamp;
    this.#received = view.timestamp;
  }

  /** Of the packet at hand, 8,000 a second; good until the next one is taken. */
  get samples(): Int16Array {
    this.#narrow ??= this.#decodeNarrow();
    return this.#narrow;
  }

  /** The same with 16,000 a second; null where the codec has no more than 8,000. */
  get wide(): Int16Array | null {
    if (isLaw(this.#codec)) return null;
    this.#wide ??= this.#codec === "opus" ? this.#decodeOpus(true) : this.#decodeBoth().wide;
    return this.#wide;
  }

  /** Of the packet at hand, in samples of 8 kHz. */
  get timestamp(): number {
    return this.#timestamp;
  }

  tell(now: number): void {
    for (const tap of this.taps) tap(this.samples, this.timestamp, now);
  }

  close(): void {
    this.taps.clear();
    this.#opus?.close();
  }

  #decodeNarrow(): Int16Array {
    if (isLaw(this.#codec)) return this.#decodeLaw(this.#codec);
    return this.#codec === "opus" ? this.#decodeOpus(false) : this.#decodeBoth().narrow;
  }

  #decodeOpus(wide: boolean): Int16Array {
    this.#opus ??= new OpusDecoder();
    return this.#opus.decode(this.#payload(), wide);
  }

  #decodeLaw(law: Law): Int16Array {
    const length = this.#end - this.#start;
    if (length !== this.#linear.length) this.#linear = new Int16Array(length);
    decodeInto(this.#linear, law, this.#packet, this.#start);
    return this.#linear;
  }

  #payload(): Uint8Array {
    return this.#packet.subarray(this.#start, this.#end);
  }

  /** Each packet moves the decoder on, so it is decoded once. */
  #decodeBoth(): BothRates {
    this.#g722 ??= new G722Decoder();
    const both = this.#g722.decode(this.#payload());
    this.#narrow = both.narrow;
    this.#wide = both.wide;
    return both;
  }
}

// Opus (RFC 6716) where it has to become something else; between two legs that both speak it, packets pass as they are. libopus as
// WebAssembly (@evan/opus): bad packets of strangers cannot harm the process. Loaded with the first frame.

import { createRequire } from "node:module";

type Raw = { ctl(command: number, value: number): number; drop(): void };
type RawEncoder = Raw & { encode(samples: Int16Array): Uint8Array };
type RawDecoder = Raw & { decode(packet: Uint8Array): Uint8Array };
type Library = {
  readonly Encoder: new (options: { channels: 1; sample_rate: Rate; application: "voip" }) => RawEncoder;
  readonly Decoder: new (options: { channels: 1; sample_rate: Rate }) => RawDecoder;
};
type Rate = 8_000 | 16_000;

/** OPUS_SET_COMPLEXITY, 0 to 10; the middle costs half of the end: 71 µs a frame at 8 kHz instead of 131. */
const setComplexity = 4_010;
const complexity = 5;

const require = createRequire(import.meta.url);
const loaded: { library?: Library } = {};
function library(): Library {
  // The package's own entry would prefer a native addon.
  loaded.library ??= require("@evan/opus/wasm/index.js") as Library;
  return loaded.library;
}

const rateOf = (wide: boolean): Rate => (wide ? 16_000 : 8_000);

/** One voice. Frames of 2.5, 5, 10, 20, 40 or 60 ms. */
export class OpusEncoder {
  readonly #encoders = new Map<Rate, RawEncoder>();

  encode(samples: Int16Array, wide: boolean): Uint8Array {
    const rate = rateOf(wide);
    let encoder = this.#encoders.get(rate);
    if (!encoder) {
      encoder = new (library().Encoder)({ channels: 1, sample_rate: rate, application: "voip" });
      encoder.ctl(setComplexity, complexity);
      this.#encoders.set(rate, encoder);
    }
    return encoder.encode(samples);
  }

  close(): void {
    for (const encoder of this.#encoders.values()) encoder.drop();
    this.#encoders.clear();
  }
}

/** One voice. Each rate has a state of its own and goes with the packets for which it is asked. */
export class OpusDecoder {
  readonly #decoders = new Map<Rate, RawDecoder>();

  /** Nothing for a packet that is none. */
  decode(packet: Uint8Array, wide: boolean): Int16Array {
    if (packet.length === 0) return new Int16Array(0);
    const rate = rateOf(wide);
    const decoder = this.#decoders.get(rate) ?? new (library().Decoder)({ channels: 1, sample_rate: rate });
    this.#decoders.set(rate, decoder);
    try {
      const octets = decoder.decode(packet);
      return new Int16Array(octets.buffer, octets.byteOffset, octets.length >> 1);
    } catch {
      return new Int16Array(0);
    }
  }

  close(): void {
    for (const decoder of this.#decoders.values()) decoder.drop();
    this.#decoders.clear();
  }
}

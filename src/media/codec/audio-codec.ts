// The audio codecs that a leg may speak, and their encoders behind one shape.

import { encodeInto, type Law } from "./g711.ts";
import { G722Encoder } from "./g722.ts";
import { OpusEncoder } from "./opus.ts";

/** As SDP writes them. */
export type AudioCodec = Law | "G722" | "opus";

export const isLaw = (codec: AudioCodec): codec is Law => codec === "PCMU" || codec === "PCMA";

/** Units of an RTP timestamp in a ms (RFC 3551, RFC 7587 §4.1). G.722 has 16 samples in each, and counts 8 all the same. */
export const clockPerMs = (codec: AudioCodec): 8 | 48 => (codec === "opus" ? 48 : 8);

/** Samples (16,000 a second when `wide`, else 8,000) to the payload of one packet, which is good until the next one. */
export type SpeechEncoder = {
  encode(samples: Int16Array, wide: boolean): Uint8Array;
  /** Of no use afterwards. */
  close(): void;
};

export function encoderFor(codec: AudioCodec): SpeechEncoder {
  if (codec === "opus") return new OpusEncoder();
  if (codec !== "G722") return lawEncoder(codec);
  const encoder = new G722Encoder();
  return {
    encode: (samples, wide) => (wide ? encoder.encodeWide(samples) : encoder.encodeNarrow(samples)),
    close() {},
  };
}

function lawEncoder(law: Law): SpeechEncoder {
  let octets = new Uint8Array(0);
  return {
    encode(samples) {
      if (octets.length !== samples.length) octets = new Uint8Array(samples.length);
      encodeInto(octets, 0, law, samples);
      return octets;
    },
    close() {},
  };
}

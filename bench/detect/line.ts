// What a line does to a clip before a detector hears it: level, a clock that runs apart, noise, clipping, G.711, lost packets.
// All of it from the clip's own random numbers.

import { decode, encode, type Law } from "../../src/media/codec/g711.ts";
import { between, type Random } from "../../src/sim/speech.ts";

export type Line = {
  readonly law: Law;
  /** dB of what comes in. */
  readonly gain: number;
  /** Ratio of the frequencies. */
  readonly pace: number;
  /** dBFS of white noise: 14 to 50 dB below a sound at -18 dBFS that has passed the gain. */
  readonly noise: number;
  /** Peak in dBFS beyond which it is cut off; 0 = as it is. */
  readonly clip: number;
  /** Share of the packets that never come, and mean length of a loss. */
  readonly loss: number;
  readonly burst: number;
};

export function lineOf(random: Random): Line {
  const gain = between(random, -14, 3);
  const lossy = random() < 0.35;
  return {
    law: random() < 0.5 ? "PCMU" : "PCMA",
    gain,
    pace: 1 + between(random, -0.012, 0.012),
    noise: Math.min(-38, -18 + gain - between(random, 14, 50)),
    clip: random() < 0.15 ? between(random, -24, -14) : 0,
    loss: lossy ? between(random, 0.005, 0.05) : 0,
    burst: between(random, 1, 2),
  };
}

const frameLength = 160;
const fullScale = 32_767;

/** The clip as 20 ms packets leave it; lost ones are silence, as they are in a jitter buffer. */
export function through(random: Random, samples: Float64Array, line: Line): Int16Array {
  const limit = line.clip === 0 ? fullScale : fullScale * 10 ** (line.clip / 20);
  const factor = 10 ** (line.gain / 20);
  // A uniform distribution of this width has the power of a sine at this level.
  const width = 2 * fullScale * 10 ** (line.noise / 20) * Math.sqrt(1.5);
  const length = Math.floor(samples.length / line.pace / frameLength) * frameLength;
  const sent = new Float64Array(length);
  for (let index = 0; index < length; index += 1) {
    const value = interpolated(samples, index * line.pace) * factor;
    sent[index] = Math.max(-limit, Math.min(limit, value)) + width * (random() - 0.5);
  }
  const octets = encode(line.law, sent);
  const heard = Int16Array.from(octets, (octet) => decode(line.law, octet));
  let losing = false;
  for (let at = 0; at < length; at += frameLength) {
    losing = losing ? random() > 1 / line.burst : random() < line.loss / line.burst;
    if (losing) heard.fill(0, at, at + frameLength);
  }
  return heard;
}

function interpolated(samples: Float64Array, at: number): number {
  const index = Math.floor(at);
  const part = at - index;
  return (samples[index] ?? 0) * (1 - part) + (samples[index + 1] ?? 0) * part;
}

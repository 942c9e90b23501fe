// Hold music from a WAV file: linear PCM of 8, 16 or 24 bits, one or two channels, any usual rate, made into a loop of 8 kHz
// once, when it is set. Whatever is wrong is said then, never in a call.

import { bothLaws, frameLength, type Loop } from "./sounds.ts";
import { sampleRate } from "./tone.ts";

export type NoMusic = { readonly refused: string };

type Format = { readonly channels: number; readonly rate: number; readonly bits: number };

/** A loop lies in the memory of each worker: five minutes take 5 MB. */
const maxSeconds = 300;
/** Zero crossings of the filter on each side. */
const filterReach = 16;
/** Where the filter begins to cut, as a share of the lower half rate. */
const passband = 0.92;

/** The octets of a whole file. */
export function readMusic(octets: Buffer): Loop | NoMusic {
  const chunks = chunksOf(octets);
  if ("refused" in chunks) return chunks;
  const format = formatOf(chunks.get("fmt "));
  if ("refused" in format) return format;
  const data = chunks.get("data");
  const frameOctets = (format.channels * format.bits) / 8;
  const frames = Math.floor((data?.length ?? 0) / frameOctets);
  if (!data || frames < format.rate / 10) return { refused: "less than a tenth of a second of sound" };
  if (frames > format.rate * maxSeconds) return { refused: `longer than ${maxSeconds} s` };
  const samples = resample(mono(data, frames, format), format.rate);
  const whole = new Float64Array(Math.ceil(samples.length / frameLength) * frameLength);
  whole.set(samples);
  return bothLaws(whole);
}

/** The first of each name; chunks begin on even offsets. A last one that was cut off counts as far as it goes. */
function chunksOf(octets: Buffer): Map<string, Buffer> | NoMusic {
  const name = (at: number): string => octets.toString("latin1", at, at + 4);
  if (/^(ID3|\xff[\xe2-\xff])/.test(name(0))) return { refused: "MP3 is not played: convert it to WAV" };
  if (octets.length < 12 || name(0) !== "RIFF" || name(8) !== "WAVE") return { refused: "not a WAV file" };
  const chunks = new Map<string, Buffer>();
  for (let at = 12; at + 8 <= octets.length; ) {
    const length = octets.readUInt32LE(at + 4);
    if (!chunks.has(name(at))) chunks.set(name(at), octets.subarray(at + 8, at + 8 + length));
    at += 8 + length + (length % 2);
  }
  return chunks;
}

function formatOf(chunk: Buffer | undefined): Format | NoMusic {
  if (!chunk || chunk.length < 16) return { refused: "no fmt chunk" };
  // 0xfffe: extensible; the format proper begins the identifier at 24.
  const code = chunk.readUInt16LE(0);
  const proper = code === 0xfffe && chunk.length >= 26 ? chunk.readUInt16LE(24) : code;
  if (proper !== 1) return { refused: `format ${proper}, only linear PCM (1) is played` };
  const [channels, rate, bits] = [chunk.readUInt16LE(2), chunk.readUInt32LE(4), chunk.readUInt16LE(14)];
  if (channels !== 1 && channels !== 2) return { refused: `${channels} channels, 1 or 2 are played` };
  if (bits !== 8 && bits !== 16 && bits !== 24) return { refused: `${bits} bits, 8, 16 or 24 are played` };
  if (rate < 4_000 || rate > 192_000) return { refused: `${rate} Hz, 4,000 to 192,000 are played` };
  return { channels, rate, bits };
}

/** In the 16-bit range. 8 bits are unsigned in WAV, more are signed. */
function mono(data: Buffer, frames: number, { channels, bits }: Format): Float64Array {
  const width = bits / 8;
  const value = (at: number): number => {
    if (bits === 8) return (data.readUInt8(at) - 128) * 256;
    return bits === 16 ? data.readInt16LE(at) : data.readIntLE(at, 3) / 256;
  };
  return Float64Array.from({ length: frames }, (_, frame) => {
    const at = frame * channels * width;
    return channels === 1 ? value(at) : (value(at) + value(at + width)) / 2;
  });
}

/** A windowed sinc (Hann): what lies beyond the lower half rate is taken out, so that nothing folds back into the music. */
function resample(samples: Float64Array, rate: number): Float64Array {
  if (rate === sampleRate) return samples;
  const cut = passband * Math.min(1, sampleRate / rate);
  const reach = Math.ceil(filterReach / cut);
  const kernels = kernelsFor(rate, cut, reach);
  return Float64Array.from({ length: Math.floor((samples.length * sampleRate) / rate) }, (_, index) => {
    const centre = Math.floor((index * rate) / sampleRate);
    const kernel = kernels[index % kernels.length] ?? new Float64Array(0);
    let sum = 0;
    for (let tap = 0; tap < kernel.length; tap += 1) sum += (kernel[tap] ?? 0) * (samples[centre - reach + tap] ?? 0);
    return sum;
  });
}

/** Positions between two samples repeat, so there are only so many kernels. Each lets a constant pass unchanged. */
function kernelsFor(rate: number, cut: number, reach: number): readonly Float64Array[] {
  const phases = sampleRate / commonDivisor(sampleRate, rate);
  return Array.from({ length: phases }, (_, phase) => {
    const offset = ((phase * rate) / sampleRate) % 1;
    const kernel = Float64Array.from({ length: 2 * reach + 1 }, (_tap, tap) => {
      const x = tap - reach - offset;
      const window = Math.abs(x) >= reach ? 0 : 0.5 + 0.5 * Math.cos((Math.PI * x) / reach);
      return window * (x === 0 ? cut : Math.sin(Math.PI * cut * x) / (Math.PI * x));
    });
    const gain = kernel.reduce((sum, tap) => sum + tap, 0);
    return kernel.map((tap) => tap / gain);
  });
}

const commonDivisor = (one: number, other: number): number => (other === 0 ? one : commonDivisor(other, one % other));

// Hold music and announcements from files: WAV (linear PCM of 8, 16 or 24 bits, one or two channels) and MP3, any usual rate,
// made into whole packets of 8 kHz once, when they are set. Whatever is wrong is said then, never in a call.

import { decodeMp3, isMp3 } from "./mp3-file.ts";
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
export async function readMusic(octets: Buffer): Promise<Loop | NoMusic> {
  const read = isMp3(octets) ? await decodeMp3(octets, maxSeconds) : readWav(octets);
  if ("refused" in read) return read;
  const samples = resample(read.samples, read.rate);
  if (samples.length < sampleRate / 10) return { refused: tooShort };
  const whole = new Float64Array(Math.ceil(samples.length / frameLength) * frameLength);
  whole.set(samples);
  return bothLaws(whole);
}

type Samples = Float64Array | Float32Array;

const tooShort = "less than a tenth of a second of sound";

function readWav(octets: Buffer): { readonly samples: Samples; readonly rate: number } | NoMusic {
  const chunks = chunksOf(octets);
  if ("refused" in chunks) return chunks;
  const format = formatOf(chunks.get("fmt "));
  if ("refused" in format) return format;
  const data = chunks.get("data");
  const frameOctets = (format.channels * format.bits) / 8;
  const frames = Math.floor((data?.length ?? 0) / frameOctets);
  if (!data || frames < format.rate / 10) return { refused: tooShort };
  if (frames > format.rate * maxSeconds) return { refused: `longer than ${maxSeconds} s` };
  return { samples: mono(data, frames, format), rate: format.rate };
}

/** The first of each name; chunks begin on even offsets. A last one that was cut off counts as far as it goes. */
function chunksOf(octets: Buffer): Map<string, Buffer> | NoMusic {
  const name = (at: number): string => octets.toString("latin1", at, at + 4);
  if (octets.length < 12 || name(0) !== "RIFF" || name(8) !== "WAVE") return { refused: "neither WAV nor MP3" };
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
function resample(samples: Samples, rate: number): Samples {
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

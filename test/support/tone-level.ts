// How loud one frequency is in a recording: Goertzel's filter over short windows of a 16-bit PCM WAV file.

import { readFile } from "node:fs/promises";

export type Recording = { readonly sampleRate: number; readonly samples: Float64Array };

/** Length of one window in seconds. */
export const windowS = 0.1;

const empty: Recording = { sampleRate: 8000, samples: new Float64Array(0) };

/**
 * A 16-bit PCM WAV file, of which the first channel is heard. The data chunk is taken up to the end of the file: its length
 * stands there only once the writer has closed the file. Empty when the header is not complete yet.
 */
export function parseWav(bytes: Buffer): Recording {
  if (bytes.toString("latin1", 0, 4) !== "RIFF") return empty;
  let [sampleRate, channels] = [0, 1];
  for (let at = 12; at + 8 <= bytes.length; ) {
    const name = bytes.toString("latin1", at, at + 4);
    const start = at + 8;
    if (name === "fmt ") {
      if (bytes.readUInt16LE(start + 14) !== 16) throw new Error("a 16-bit recording was expected");
      channels = bytes.readUInt16LE(start + 2);
      sampleRate = bytes.readUInt32LE(start + 4);
    }
    if (name === "data") return { sampleRate, samples: samplesOf(bytes, start, channels) };
    at = start + bytes.readUInt32LE(at + 4);
  }
  return empty;
}

function samplesOf(bytes: Buffer, start: number, channels: number): Float64Array {
  const count = Math.floor((bytes.length - start) / 2 / channels);
  return Float64Array.from({ length: count }, (_, index) => bytes.readInt16LE(start + 2 * channels * index) / 32_768);
}

export const readWav = async (path: string): Promise<Recording> => parseWav(await readFile(path));

/** Seconds from `startS` to `endS` (default: the end). */
export const part = ({ sampleRate, samples }: Recording, startS: number, endS = Infinity): Recording => ({
  sampleRate,
  samples: samples.subarray(
    Math.min(samples.length, Math.round(startS * sampleRate)),
    Math.min(samples.length, Math.round(endS * sampleRate)),
  ),
});

export const seconds = ({ sampleRate, samples }: Recording): number => samples.length / sampleRate;

const decibels = (amplitude: number): number => Math.max(-120, 20 * Math.log10(amplitude));

/** Level of one frequency in dB below a full-scale sine (0), -120 at the least. A Hann window keeps neighbours out. */
export function toneLevel({ sampleRate, samples }: Recording, hertz: number): number {
  const omega = (2 * Math.PI * hertz) / sampleRate;
  const coefficient = 2 * Math.cos(omega);
  let [before, last, weights] = [0, 0, 0];
  for (const [index, sample] of samples.entries()) {
    const weight = 0.5 - 0.5 * Math.cos((2 * Math.PI * (index + 0.5)) / samples.length);
    weights += weight;
    [before, last] = [last, sample * weight + coefficient * last - before];
  }
  const power = before * before + last * last - coefficient * before * last;
  return weights === 0 ? -120 : decibels((2 * Math.sqrt(Math.max(0, power))) / weights);
}

/** All frequencies together, in dB below a full-scale sine. */
export function level({ samples }: Recording): number {
  let squares = 0;
  for (const sample of samples) squares += sample * sample;
  return samples.length === 0 ? -120 : decibels(Math.sqrt((2 * squares) / samples.length));
}

/** The recording in windows of `windowS`; the rest at the end is left out. */
export function windows({ sampleRate, samples }: Recording): Recording[] {
  const length = Math.round(windowS * sampleRate);
  return Array.from({ length: Math.floor(samples.length / length) }, (_, index) => ({
    sampleRate,
    samples: samples.subarray(index * length, (index + 1) * length),
  }));
}

/**
 * The longest time in seconds without a break in which `wanted` is loud (-30 dB or more) and `other`, the listener's own
 * tone, lies at least 30 dB below it.
 */
export function clearToneS(recording: Recording, wanted: number, other: number): number {
  let [run, longest] = [0, 0];
  for (const window of windows(recording)) {
    const loud = toneLevel(window, wanted);
    run = loud > -30 && toneLevel(window, other) <= loud - 30 ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return longest * windowS;
}

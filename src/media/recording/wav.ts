// WAV as recordings are written (RIFF, 1991): a fixed header of 44 octets, 16-bit stereo at 8 kHz, cue marks behind the data.
// The sizes in the header are kept true while the file grows, so that a file cut off by a crash still plays.

import { ftruncateSync, readSync, writeSync } from "node:fs";
import { sampleRate } from "../codec/tone.ts";

/** Octets of everything before the samples. */
export const wavHeaderLength = 44;
export const channelCount = 2;
/** Octets of one sample of both channels. */
export const frameOctets = channelCount * 2;
/** Sizes are 32 bits wide; a little room is left for the marks. */
export const maxDataOctets = 0xffff_0000;

export type Mark = { /** In samples from the start. */ readonly at: number; readonly label: "pause" | "resume" };

/** `trailer`: octets of the chunks behind the data. */
export function wavHeader(dataOctets: number, trailer = 0): Buffer {
  const header = Buffer.alloc(wavHeaderLength);
  header.write("RIFF", 0, "latin1");
  header.writeUInt32LE(wavHeaderLength - 8 + dataOctets + trailer, 4);
  header.write("WAVEfmt ", 8, "latin1");
  header.writeUInt32LE(16, 16);
  // 1: linear PCM.
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(channelCount, 22);
  header.writeUInt32LE(sampleRate, 24);
  header.writeUInt32LE(sampleRate * frameOctets, 28);
  header.writeUInt16LE(frameOctets, 32);
  header.writeUInt16LE(16, 34);
  header.write("data", 36, "latin1");
  header.writeUInt32LE(dataOctets, 40);
  return header;
}

/** A `cue ` chunk and the labels of its points; empty without marks. */
export function wavMarks(marks: readonly Mark[]): Buffer {
  if (marks.length === 0) return Buffer.alloc(0);
  const points = marks.map(({ at }, index) => {
    const point = Buffer.alloc(24);
    point.writeUInt32LE(index + 1, 0);
    point.writeUInt32LE(at, 4);
    point.write("data", 8, "latin1");
    point.writeUInt32LE(at, 20);
    return point;
  });
  const labels = marks.map(({ label }, index) => chunk("labl", [word(index + 1), Buffer.from(`${label}\0`, "latin1")]));
  const cue = chunk("cue ", [word(marks.length), ...points]);
  return Buffer.concat([cue, chunk("LIST", [Buffer.from("adtl", "latin1"), ...labels])]);
}

/** Chunks begin on even offsets. */
function chunk(name: string, parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(name, "latin1"), word(body.length), body, Buffer.alloc(body.length % 2)]);
}

function word(value: number): Buffer {
  const octets = Buffer.alloc(4);
  octets.writeUInt32LE(value);
  return octets;
}

/**
 * Makes the sizes of a file of ours fit what is in it, after a crash. `sound`: they did. `foreign`: not such a file, and
 * nothing was changed. Throws what the file system throws.
 */
export function mendWav(descriptor: number, fileOctets: number): "sound" | "mended" | "foreign" {
  const header = Buffer.alloc(wavHeaderLength);
  if (readSync(descriptor, header, 0, wavHeaderLength, 0) < wavHeaderLength) return "foreign";
  const said = header.readUInt32LE(40);
  const expected = wavHeader(said);
  // All but the size of the whole, which counts the marks, too.
  if (!header.subarray(8).equals(expected.subarray(8))) return "foreign";
  if (header.readUInt32LE(4) + 8 === fileOctets && wavHeaderLength + said <= fileOctets) return "sound";
  const whole = fileOctets - wavHeaderLength - ((fileOctets - wavHeaderLength) % frameOctets);
  const found = Math.min(marksBegin(descriptor, said) ? said : whole, maxDataOctets);
  ftruncateSync(descriptor, wavHeaderLength + found);
  writeSync(descriptor, wavHeader(found), 0, wavHeaderLength, 0);
  return "mended";
}

/** The writer died between the marks and the header: what follows the data is not sound. */
function marksBegin(descriptor: number, dataOctets: number): boolean {
  const name = Buffer.alloc(4);
  return readSync(descriptor, name, 0, 4, wavHeaderLength + dataOctets) === 4 && name.toString("latin1") === "cue ";
}

// Entry of the writing thread: the files of all recordings. Its writes block nobody but itself; a disk that hangs costs
// recordings and no call. One try/catch stands around each file: a full disk ends that recording with its reason.

import { createHash } from "node:crypto";
import {
  closeSync,
  createReadStream,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  rmSync,
  writeSync,
} from "node:fs";
import { endianness } from "node:os";
import { dirname } from "node:path";
import { type MessagePort, parentPort } from "node:worker_threads";
import { sampleRate } from "../codec/tone.ts";
import type { RecordingEnd } from "../face.ts";
import type { Finish, ScribeOrder, ScribeReport, TapeMessage, Written } from "./messages.ts";
import { frameOctets, maxDataOctets, mendWav, wavHeader, wavHeaderLength, wavMarks } from "./wav.ts";

const main = parentPort;
if (!main) throw new Error("media/recording/scribe runs only as a worker thread");

type Open = { readonly file: string; readonly descriptor: number; dataOctets: number };

const open = new Map<number, Open>();
const report = (message: ScribeReport): void => main.postMessage(message);
const ended = (recording: number, end: RecordingEnd): void => report({ type: "ended", recording, end });
/** Codes like ENOSPC say it all; the text of the fault repeats the path. */
const reasonOf = (fault: unknown): string =>
  fault instanceof Error && "code" in fault ? String(fault.code) : String(fault);

/** Nobody but the owner may listen (folder 0700, file 0600). */
function begin(recording: number, file: string): void {
  let made = false;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const descriptor = openSync(file, "wx+", 0o600);
    made = true;
    open.set(recording, { file, descriptor, dataOctets: 0 });
    writeSync(descriptor, wavHeader(0));
    report({ type: "begun", recording, failed: null });
  } catch (fault) {
    drop(recording);
    if (made) rmSync(file, { force: true });
    report({ type: "begun", recording, failed: reasonOf(fault) });
  }
}

/** Data first, then the header: at no moment does it promise more than there is. A hole in the file reads as silence. */
function write(to: Open, at: number, samples: Int16Array<ArrayBuffer>): void {
  const octets = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
  if (endianness() === "BE") octets.swap16();
  const offset = at * frameOctets;
  if (offset + octets.length > maxDataOctets) throw new Error("the file is full");
  // A disk that fills up may take a part; what is missing then fails by itself.
  for (let done = 0; done < octets.length; ) {
    done += writeSync(to.descriptor, octets, done, octets.length - done, wavHeaderLength + offset + done);
  }
  to.dataOctets = Math.max(to.dataOctets, offset + octets.length);
  writeSync(to.descriptor, wavHeader(to.dataOctets), 0, wavHeaderLength, 0);
}

function page(recording: number, at: number, samples: Int16Array<ArrayBuffer>): void {
  const to = open.get(recording);
  if (!to) return;
  try {
    write(to, at, samples);
  } catch (fault) {
    fail(recording, fault);
  }
}

/** What was written before stays, and plays. */
function fail(recording: number, fault: unknown): void {
  drop(recording);
  ended(recording, { failed: reasonOf(fault) });
}

function drop(recording: number): void {
  const gone = open.get(recording);
  open.delete(recording);
  if (gone) closeSync(gone.descriptor);
}

async function finish(recording: number, { length, marks, lostPages }: Finish): Promise<void> {
  const done = open.get(recording);
  if (!done) return;
  try {
    const { file, descriptor } = done;
    const dataOctets = Math.min(length * frameOctets, maxDataOctets);
    const trailer = wavMarks(marks);
    ftruncateSync(descriptor, wavHeaderLength + dataOctets);
    writeSync(descriptor, trailer, 0, trailer.length, wavHeaderLength + dataOctets);
    writeSync(descriptor, wavHeader(dataOctets, trailer.length), 0, wavHeaderLength, 0);
    fsyncSync(descriptor);
    drop(recording);
    const bytes = wavHeaderLength + dataOctets + trailer.length;
    const ms = Math.round((dataOctets / frameOctets / sampleRate) * 1_000);
    ended(recording, { saved: { file, ms, bytes, sha256: await digest(file), lostMs: lostPages * 1_000 } });
  } catch (fault) {
    fail(recording, fault);
  }
}

async function digest(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const octets of createReadStream(file)) hash.update(octets);
  return hash.digest("hex");
}

function closeEarly(recording: number): Promise<void> {
  const length = (open.get(recording)?.dataOctets ?? 0) / frameOctets;
  return finish(recording, { length, marks: [], lostPages: 0 });
}

function mend(question: number, file: string): void {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, "r+");
    report({ type: "mended", question, outcome: mendWav(descriptor, fstatSync(descriptor).size) });
  } catch {
    report({ type: "mended", question, outcome: "failed" });
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function connect(port: MessagePort): void {
  const written: Written = { type: "written" };
  port.on("message", (message: TapeMessage) => {
    if (message.type === "finish") {
      finish(message.recording, message).catch((fault: unknown) => fail(message.recording, fault));
      return;
    }
    page(message.recording, message.at, message.samples);
    port.postMessage(written);
  });
}

main.on("message", (order: ScribeOrder) => {
  switch (order.type) {
    case "connect":
      return connect(order.port);
    case "begin":
      return begin(order.recording, order.file);
    case "close":
      closeEarly(order.recording).catch((fault: unknown) => fail(order.recording, fault));
      return;
    case "mend":
      return mend(order.question, order.file);
  }
});

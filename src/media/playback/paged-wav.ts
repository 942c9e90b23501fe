// A WAV file that is played from where it lies: one second at a time, read ahead, so that neither its length nor a slow disk is felt
// by a call. 8 kHz and 16 bits, as recordings are; two channels are added up. Run by the media workers.

import { type FileHandle, open } from "node:fs/promises";
import { sampleRate } from "../codec/tone.ts";

/** Samples of one page: a second. */
const pageLength = sampleRate;
const linearPcm = 1;
/** Chunks before the data may be so long together. */
const maxHeader = 65_536;

type Layout = { readonly channels: number; readonly start: number; readonly frames: number };

export class PagedWav {
  readonly #file: FileHandle;
  readonly #layout: Layout;
  readonly #pages = new Map<number, Int16Array>();
  readonly #asked = new Set<number>();
  #failed: string | null = null;
  #closed = false;

  private constructor(file: FileHandle, layout: Layout) {
    this.#file = file;
    this.#layout = layout;
  }

  /** Rejects with an Error that says why it cannot be played; the system's code when it cannot be read. */
  static async open(path: string): Promise<PagedWav> {
    const file = await open(path);
    try {
      const { size } = await file.stat();
      const head = Buffer.alloc(Math.min(maxHeader, size));
      await file.read(head, 0, head.length, 0);
      return new PagedWav(file, layoutOf(head, size));
    } catch (fault) {
      await file.close();
      throw fault;
    }
  }

  /** In samples. */
  get length(): number {
    return this.#layout.frames;
  }

  /** Why no more of it can be read. */
  get failed(): string | null {
    return this.#failed;
  }

  /** So many samples from `at`; what is behind the end is silence. null: not read yet. Reads ahead. */
  samples(at: number, count: number): Int16Array | null {
    const index = Math.floor(at / pageLength);
    for (const kept of this.#pages.keys()) if (kept < index || kept > index + 1) this.#pages.delete(kept);
    for (const wanted of [index, index + 1]) this.#ask(wanted);
    const whole = new Int16Array(count);
    for (let done = 0; done < count; ) {
      const place = at + done;
      if (place >= this.length) break;
      const page = this.#pages.get(Math.floor(place / pageLength));
      if (!page) return null;
      const part = page.subarray(place % pageLength, (place % pageLength) + count - done);
      whole.set(part, done);
      done += part.length;
    }
    return whole;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#pages.clear();
    this.#file.close().catch(() => {});
  }

  #ask(index: number): void {
    if (this.#closed || this.#failed || this.#pages.has(index) || this.#asked.has(index)) return;
    if (index * pageLength >= this.length) return;
    this.#asked.add(index);
    this.#read(index).then(
      (page) => {
        this.#asked.delete(index);
        this.#pages.set(index, page);
      },
      (fault: unknown) => {
        this.#failed = reasonOf(fault);
      },
    );
  }

  async #read(index: number): Promise<Int16Array> {
    const { channels, start, frames } = this.#layout;
    const count = Math.min(pageLength, frames - index * pageLength);
    const octets = Buffer.alloc(count * channels * 2);
    const { bytesRead } = await this.#file.read(octets, 0, octets.length, start + index * pageLength * channels * 2);
    if (bytesRead < octets.length) throw new Error("the file ends before its time");
    return Int16Array.from({ length: count }, (_, frame) => mono(octets, frame, channels));
  }
}

function mono(octets: Buffer, frame: number, channels: number): number {
  let sum = 0;
  for (let channel = 0; channel < channels; channel += 1) sum += octets.readInt16LE((frame * channels + channel) * 2);
  return Math.max(-32_768, Math.min(32_767, sum));
}

/** Chunks begin on even offsets (RIFF). A file that was cut off counts as far as it goes. */
function layoutOf(head: Buffer, size: number): Layout {
  const name = (at: number): string => head.toString("latin1", at, at + 4);
  if (head.length < 12 || name(0) !== "RIFF" || name(8) !== "WAVE") throw new Error("no WAV file");
  let channels = 0;
  for (let at = 12; at + 8 <= head.length; ) {
    const length = head.readUInt32LE(at + 4);
    const start = at + 8;
    if (name(at) === "fmt ") channels = channelsOf(head.subarray(start, start + length));
    if (name(at) === "data" && channels > 0) {
      return { channels, start, frames: Math.floor(Math.min(length, size - start) / (channels * 2)) };
    }
    at = start + length + (length % 2);
  }
  throw new Error("no sound in the file");
}

function channelsOf(format: Buffer): number {
  if (format.length < 16) throw new Error("no WAV file");
  const [code, channels, rate, bits] = [
    format.readUInt16LE(0),
    format.readUInt16LE(2),
    format.readUInt32LE(4),
    format.readUInt16LE(14),
  ];
  if (code === linearPcm && rate === sampleRate && bits === 16 && (channels === 1 || channels === 2)) return channels;
  throw new Error("only linear PCM of 8 kHz and 16 bits, mono or stereo, is played from where it lies");
}

/** The system's code: its text would repeat the path. */
export const reasonOf = (fault: unknown): string =>
  fault instanceof Error ? ("code" in fault ? String(fault.code) : fault.message) : String(fault);

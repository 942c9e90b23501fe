// One recording in the media worker: what the agents say (left) and the parties (right), laid on one line of time that begins
// with the recording. Pages of one second leave it when they are complete; what never came is silence.

import { samplesPerMs } from "../codec/tone.ts";
import { channelCount, type Mark } from "./wav.ts";

export type Page = { readonly at: number; readonly samples: Int16Array<ArrayBuffer> };

export const left = 0;
export const right = 1;
export type Side = typeof left | typeof right;

const pageMs = 1_000;
const pageSamples = pageMs * samplesPerMs;
/** How late a packet may be. */
const graceMs = 400;
/** A stream whose own time is further off than this has begun anew, or its clock runs apart. */
const maxDrift = 200 * samplesPerMs;

/** One speaker of a recording: his own count of time, and his channel. */
export type Track = { readonly side: Side; position: number; timestamp: number; begun: boolean };
export const newTrack = (side: Side): Track => ({ side, position: 0, timestamp: 0, begun: false });

export class Tape {
  readonly #startedAt: number;
  readonly #pages = new Map<number, Int16Array<ArrayBuffer>>();
  readonly #marks: Mark[] = [];
  /** Pages before this one have left. */
  #first = 0;
  #paused = false;

  constructor(now: number) {
    this.#startedAt = now;
  }

  get marks(): readonly Mark[] {
    return this.#marks;
  }

  /** Samples from the start until `now`. */
  length(now: number): number {
    return Math.max(0, Math.round((now - this.#startedAt) * samplesPerMs));
  }

  pause(paused: boolean, now: number): void {
    if (paused === this.#paused) return;
    this.#paused = paused;
    this.#marks.push({ at: this.length(now), label: paused ? "pause" : "resume" });
  }

  /** The sound of one packet, added to what others say; `timestamp` counts samples (RFC 3550 §5.1). */
  write(track: Track, samples: Int16Array, timestamp: number, now: number): void {
    // A packet that the network has doubled would be twice as loud.
    if (track.begun && timestamp === track.timestamp) return;
    const position = this.#place(track, { timestamp, length: samples.length }, now);
    if (this.#paused) return;
    let done = 0;
    while (done < samples.length) {
      const at = position + done;
      const index = Math.floor(at / pageSamples);
      const offset = at - index * pageSamples;
      const count = Math.min(samples.length - done, pageSamples - offset);
      const page = index < this.#first ? null : this.#page(index);
      if (page) interleave(samples.subarray(done, done + count), page, offset * channelCount + track.side);
      done += count;
    }
  }

  /** The pages that nothing can be added to any more. */
  complete(now: number): readonly Page[] {
    return this.#take(Math.floor((now - this.#startedAt - graceMs) / pageMs));
  }

  /** All that is left, when the recording ends. */
  rest(): readonly Page[] {
    return this.#take(Number.POSITIVE_INFINITY);
  }

  /** The sender's timestamps place a packet, arrival places the first one and whatever strays from it. */
  #place(track: Track, { timestamp, length }: { timestamp: number; length: number }, now: number): number {
    const arrived = Math.max(0, this.length(now) - length);
    const expected = track.position + ((timestamp - track.timestamp) | 0);
    const position = track.begun && Math.abs(expected - arrived) <= maxDrift ? Math.max(0, expected) : arrived;
    track.position = position;
    track.timestamp = timestamp;
    track.begun = true;
    return position;
  }

  #page(index: number): Int16Array<ArrayBuffer> {
    const known = this.#pages.get(index);
    const page = known ?? new Int16Array(pageSamples * channelCount);
    if (!known) this.#pages.set(index, page);
    return page;
  }

  #take(before: number): readonly Page[] {
    const taken: Page[] = [];
    for (const [index, samples] of this.#pages) {
      if (index >= before) continue;
      this.#pages.delete(index);
      taken.push({ at: index * pageSamples, samples });
    }
    if (before > this.#first) this.#first = before;
    return taken;
  }
}

/** Into every second place: one channel of two. 16 bits, and no more. */
function interleave(samples: Int16Array, page: Int16Array, at: number): void {
  for (let index = 0; index < samples.length; index += 1) {
    const place = at + channelCount * index;
    const sum = (page[place] ?? 0) + (samples[index] ?? 0);
    page[place] = Math.max(-32_768, Math.min(32_767, sum));
  }
}

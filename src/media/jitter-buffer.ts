// One speaker's voice for the mixer: packets come as the network has them, frames of 20 ms leave in step. The delay follows the
// jitter that is measured (RFC 3550 §A.8): late packets stretch it at once, a buffer that stays too full gives up a frame.

import { frameLength } from "./codec/sounds.ts";
import { samplesPerMs } from "./codec/tone.ts";

/** A ring of one second, in samples; a power of two, so that positions may run on for ever. */
const ringLength = 8_192;
const leastDelay = frameLength;
const mostDelay = 25 * frameLength;
/** A stream that jumps further has begun anew. */
const maxJump = ringLength / 2;
/** Frames over which a surplus has to last. */
const patience = 50;

export class JitterBuffer {
  readonly #ring = new Int16Array(ringLength);
  readonly #frame = new Int16Array(frameLength);
  #begun = false;
  /** Positions in samples: what is read next, and the end of what has come. */
  #read = 0;
  #end = 0;
  #timestamp = 0;
  #spare = Number.POSITIVE_INFINITY;
  #frames = 0;

  /** What waits, in ms. */
  get depthMs(): number {
    return this.#begun ? Math.max(0, this.#end - this.#read) / samplesPerMs : 0;
  }

  /** The samples of a packet; `timestamp` counts samples. */
  write(samples: Int16Array, timestamp: number, jitterMs: number): void {
    const { length } = samples;
    if (length > maxJump) return;
    const wanted = delayFor(jitterMs);
    const step = (timestamp - this.#timestamp) | 0;
    if (!this.#begun || Math.abs(step) > maxJump) this.#begin(timestamp, wanted);
    const position = this.#end + ((timestamp - this.#timestamp) | 0);
    // Too late to be heard: from here on more is held back, as far as that is bearable.
    if (position < this.#read) this.#read = Math.max(position - wanted, this.#end - mostDelay);
    if (position + length - this.#read > ringLength) this.#read = position + length - ringLength;
    for (let done = 0; done < length; ) {
      const at = (position + done) & (ringLength - 1);
      const count = Math.min(length - done, ringLength - at);
      this.#ring.set(samples.subarray(done, done + count), at);
      done += count;
    }
    if (position + length <= this.#end) return;
    this.#end = position + length;
    this.#timestamp = (timestamp + length) >>> 0;
  }

  /** The next 20 ms, silence where nothing came; the same array each time. */
  frame(jitterMs: number): Int16Array {
    this.#frame.fill(0);
    if (!this.#begun) return this.#frame;
    this.#giveUpSurplus(jitterMs);
    for (let index = 0; index < frameLength; index += 1) {
      const at = (this.#read + index) & (ringLength - 1);
      this.#frame[index] = this.#ring[at] ?? 0;
      this.#ring[at] = 0;
    }
    this.#read += frameLength;
    // Nobody spoke for long: the next packet begins anew.
    if (this.#read - this.#end > maxJump) this.#begun = false;
    return this.#frame;
  }

  #begin(timestamp: number, delay: number): void {
    this.#begun = true;
    this.#ring.fill(0);
    this.#timestamp = timestamp;
    this.#end = 0;
    this.#read = -delay;
    this.#spare = Number.POSITIVE_INFINITY;
    this.#frames = 0;
  }

  #giveUpSurplus(jitterMs: number): void {
    this.#spare = Math.min(this.#spare, this.#end - this.#read);
    this.#frames += 1;
    if (this.#frames < patience) return;
    if (this.#spare > delayFor(jitterMs) + 2 * frameLength) this.#read += frameLength;
    this.#spare = Number.POSITIVE_INFINITY;
    this.#frames = 0;
  }
}

/** Two and a half times the mean deviation covers nearly all packets, and one frame more covers the beat of the mixer. */
const delayFor = (jitterMs: number): number =>
  Math.min(mostDelay, leastDelay + Math.round(2.5 * jitterMs * samplesPerMs));

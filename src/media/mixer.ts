// Listeners that hear several speakers, each at a gain of its own: every 20 ms one frame of each speaker is taken from its
// jitter buffer, and each listener gets its sum. Nobody hears himself unless the matrix says so.

import type { AudioStream } from "./audio-stream.ts";
import { frameLength, type Loop } from "./codec/sounds.ts";
import { JitterBuffer } from "./jitter-buffer.ts";
import type { Matrix, Voice } from "./matrix.ts";
import type { Beat, Ticker } from "./ticker.ts";

type Speaker = { readonly audio: AudioStream };

export class Mixer<Leg extends Speaker> {
  readonly #matrix: Matrix<Leg, Loop>;
  readonly #ticker: Ticker;
  readonly #speakers = new Map<Leg, Int16Array>();
  readonly #sum = new Float64Array(frameLength);
  readonly #beat: Beat = (now) => this.#mix(now);

  constructor(matrix: Matrix<Leg, Loop>, ticker: Ticker) {
    this.#matrix = matrix;
    this.#ticker = ticker;
  }

  /** Who hears whom has changed: speakers of a mix have a jitter buffer, others none. */
  rewire(): void {
    if (!this.#matrix.mixing && this.#speakers.size === 0) return;
    const speaking = new Set<Leg>();
    for (const [, voices] of this.#matrix.mixes()) for (const { leg } of voices) speaking.add(leg);
    for (const leg of this.#speakers.keys()) {
      if (speaking.has(leg)) continue;
      leg.audio.voice = null;
      this.#speakers.delete(leg);
    }
    for (const leg of speaking) {
      if (this.#speakers.has(leg)) continue;
      leg.audio.voice = new JitterBuffer();
      this.#speakers.set(leg, new Int16Array(frameLength));
    }
    if (this.#matrix.mixing) this.#ticker.add(this.#beat);
    else this.#ticker.remove(this.#beat);
  }

  #mix(now: number): boolean {
    for (const [{ audio }, frame] of this.#speakers) {
      const spoken = audio.voice?.frame(audio.reception.jitterMs);
      if (spoken) frame.set(spoken);
    }
    for (const [listener, voices] of this.#matrix.mixes()) {
      if (listener.audio.takes !== null) listener.audio.play(this.#sumOf(voices), now);
    }
    return this.#matrix.mixing;
  }

  #sumOf(voices: readonly Voice<Leg>[]): Float64Array {
    this.#sum.fill(0);
    for (const { leg, gain } of voices) {
      const spoken = this.#speakers.get(leg);
      for (let index = 0; index < frameLength; index += 1) {
        this.#sum[index] = (this.#sum[index] ?? 0) + gain * (spoken?.[index] ?? 0);
      }
    }
    return this.#sum;
  }
}

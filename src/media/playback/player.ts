// One file on its way to one leg, at the pace of the leg's 20 ms beat: it may pause, jump, and begin again. While the disk is late the
// leg hears silence, and nothing of the file is left out.

import type { Announcement } from "../audio-stream.ts";
import { frameLength } from "../codec/sounds.ts";
import { samplesPerMs } from "../codec/tone.ts";
import type { PlayEnd, PlayHow } from "./messages.ts";
import type { PagedWav } from "./paged-wav.ts";

const silence = new Int16Array(frameLength);

export class Player implements Announcement {
  readonly #file: PagedWav;
  readonly #over: (end: PlayEnd) => void;
  #position: number;
  /** Of the times that are left, the one at hand included. */
  #times: number;
  paused = false;

  constructor(file: PagedWav, { fromMs, times }: PlayHow, over: (end: PlayEnd) => void) {
    this.#file = file;
    this.#over = over;
    this.#position = fromMs * samplesPerMs;
    this.#times = times === 0 ? Number.POSITIVE_INFINITY : times;
  }

  next(): Int16Array | null {
    if (this.#file.failed !== null || this.#file.length === 0) return null;
    if (this.paused) return silence;
    if (this.#position >= this.#file.length) {
      this.#times -= 1;
      if (this.#times <= 0) return null;
      this.#position = 0;
    }
    const samples = this.#file.samples(this.#position, frameLength);
    if (!samples) return silence;
    this.#position += frameLength;
    return samples;
  }

  /** Forwards, or back when below 0; not before the beginning. Beyond the end it is over. */
  jump(ms: number): void {
    this.#position = Math.max(0, Math.min(this.#file.length, this.#position + ms * samplesPerMs));
  }

  ended(how: "played" | "stopped"): void {
    const { failed } = this.#file;
    this.#file.close();
    this.#over(failed !== null && how === "played" ? { how: "failed", reason: failed } : { how });
  }
}

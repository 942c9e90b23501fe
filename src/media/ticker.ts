// One beat of 20 ms for everything that is played in a worker. It does not drift, and it stands still when nobody plays.

import type { Clock, Timer } from "../base/clock.ts";

const beatMs = 20;
/** After a longer stall the missed beats are dropped: a burst would only fill jitter buffers. */
const maxCatchUp = 5;

/** Called at each beat; `false`: nothing more to do, take me off. */
export type Beat = (now: number) => boolean;

export class Ticker {
  readonly #clock: Clock;
  readonly #tasks = new Set<Beat>();
  #timer: Timer | null = null;
  #next = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(task: Beat): void {
    this.#tasks.add(task);
    if (this.#timer) return;
    this.#next = this.#clock.monotonic() + beatMs;
    this.#wait();
  }

  remove(task: Beat): void {
    this.#tasks.delete(task);
  }

  #wait(): void {
    this.#timer = this.#clock.after(Math.max(0, this.#next - this.#clock.monotonic()), () => this.#beat());
  }

  #beat(): void {
    this.#timer = null;
    const now = this.#clock.monotonic();
    if (now - this.#next > maxCatchUp * beatMs) this.#next = now;
    while (this.#next <= now && this.#tasks.size > 0) {
      for (const task of this.#tasks) {
        if (!task(this.#next)) this.#tasks.delete(task);
      }
      this.#next += beatMs;
    }
    if (this.#tasks.size > 0) this.#wait();
  }
}

// Slow timers in buckets: thousands of transactions wait 5 or 32 s for nothing to happen, and one clock timer serves them
// all. Runs late by at most two ticks, never early.

import type { Clock, Timer } from "../../base/clock.ts";

/** Something that can run out. It remembers its own bucket, so that a slot costs no object of its own. */
export type Expiring = { bucket: Set<Expiring> | undefined; expire(): void };

const TICK_MS = 250;

/** One per endpoint. While nothing waits it holds no timer of the clock. */
export class Wheel {
  private readonly clock: Clock;
  private readonly buckets = new Map<number, Set<Expiring>>();
  private timer: Timer | undefined = undefined;
  /** The last tick whose bucket has been emptied. */
  private done = 0;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** `entry.expire()` runs once after `ms`. An entry waits for one time only: the newest counts. */
  add(entry: Expiring, ms: number): void {
    this.remove(entry);
    if (this.buckets.size === 0) this.done = this.tick();
    const due = Math.max(this.done + 1, Math.ceil((this.clock.monotonic() + ms) / TICK_MS));
    let bucket = this.buckets.get(due);
    if (!bucket) {
      bucket = new Set();
      this.buckets.set(due, bucket);
    }
    bucket.add(entry);
    entry.bucket = bucket;
    this.timer ??= this.clock.after(TICK_MS, this.turn);
  }

  remove(entry: Expiring): void {
    entry.bucket?.delete(entry);
    entry.bucket = undefined;
  }

  /** Forgets all entries. */
  stop(): void {
    this.timer?.cancel();
    this.timer = undefined;
    this.buckets.clear();
  }

  private tick(): number {
    return Math.floor(this.clock.monotonic() / TICK_MS);
  }

  private readonly turn = (): void => {
    this.timer = undefined;
    const now = this.tick();
    while (this.done < now) {
      this.done++;
      const bucket = this.buckets.get(this.done);
      this.buckets.delete(this.done);
      if (bucket) for (const entry of bucket) expire(entry);
    }
    if (this.buckets.size > 0) this.timer ??= this.clock.after(TICK_MS, this.turn);
  };
}

function expire(entry: Expiring): void {
  entry.bucket = undefined;
  entry.expire();
}

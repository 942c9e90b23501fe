// Which bound port pairs of one worker are free, on the main thread, so that a leg gets its port without asking the worker.
// A pair that comes back rests for a while: late packets of the old call must not be heard in a new one.

export const restMs = 500;

export class PortStock {
  readonly #free: number[] = [];
  /** In order of return. */
  readonly #resting: { readonly port: number; readonly until: number }[] = [];
  #taken = 0;

  /** Pairs (RTP and RTCP) that legs have. */
  get taken(): number {
    return this.#taken;
  }

  add(ports: readonly number[]): void {
    this.#free.push(...ports);
  }

  free(now: number): number {
    for (let first = this.#resting[0]; first && first.until <= now; first = this.#resting[0]) {
      this.#resting.shift();
      this.#free.push(first.port);
    }
    return this.#free.length;
  }

  /** The port that was free the longest, undefined when there is none. */
  take(now: number): number | undefined {
    this.free(now);
    const port = this.#free.shift();
    if (port !== undefined) this.#taken += 1;
    return port;
  }

  /** A pair that was never in stock has been taken. */
  claim(): void {
    this.#taken += 1;
  }

  /** A port that was never used needs no rest. */
  putBack(port: number): void {
    this.#taken -= 1;
    this.#free.unshift(port);
  }

  give(port: number, now: number): void {
    this.#taken -= 1;
    this.#resting.push({ port, until: now + restMs });
  }
}

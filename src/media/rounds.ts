// Looks at everything of a kind twice a second, a few at a time: hundreds of legs at once would hold up the packets of all of them.
// One timer for all, and none when there is nothing.

import type { Clock, Timer } from "../base/clock.ts";

const roundMs = 500;
/** Looked at together, where there are so many. */
const atOnce = 24;
const mostTurns = 25;

export class Rounds<Item> {
  /** Between two looks at the same one. */
  static readonly ms = roundMs;
  readonly #clock: Clock;
  readonly #items: { readonly size: number; values(): IterableIterator<Item> };
  readonly #look: (item: Item, now: number) => void;
  #timer: Timer | null = null;
  #round: IterableIterator<Item>;

  /** `items` may change at any time. */
  constructor(clock: Clock, items: ReadonlyMap<unknown, Item>, look: (item: Item, now: number) => void) {
    this.#clock = clock;
    this.#items = items;
    this.#look = look;
    this.#round = items.values();
  }

  /** Until nothing is left. Safe to repeat. */
  begin(): void {
    if (this.#timer === null && this.#items.size > 0) this.#wait();
  }

  #wait(): void {
    const turns = Math.min(mostTurns, Math.ceil(this.#items.size / atOnce));
    this.#timer = this.#clock.after(roundMs / turns, () => {
      this.#timer = null;
      this.#turn(Math.ceil(this.#items.size / turns));
      this.begin();
    });
  }

  #turn(count: number): void {
    const now = this.#clock.monotonic();
    for (let looked = 0; looked < count; looked += 1) {
      const item = this.#next();
      if (item) this.#look(item, now);
    }
  }

  #next(): Item | undefined {
    const next = this.#round.next();
    if (!next.done) return next.value;
    this.#round = this.#items.values();
    return this.#round.next().value;
  }
}

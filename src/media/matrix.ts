// Who hears whom: the one place that says so. A listener hears one leg as it is, a sound, or a mix of legs at a gain each. Run by
// the worker, read by the packet path (relays) and by the mixer.

/** `made`: a sound that no leg speaks. */
export type Heard<Leg, Made> =
  | { readonly leg: Leg }
  | { readonly made: Made }
  | { readonly mix: readonly Voice<Leg>[] }
  | null;

/** `gain`: factor of the amplitude, 1 = as it is. */
export type Voice<Leg> = { readonly leg: Leg; readonly gain: number };

export class Matrix<Leg extends object, Made> {
  readonly #sources = new Map<Leg, Heard<Leg, Made>>();
  readonly #listeners = new Map<Leg, readonly Leg[]>();
  readonly #mixes = new Map<Leg, readonly Voice<Leg>[]>();

  /** From now on `listener` hears this and nothing else. */
  hear(listener: Leg, source: Heard<Leg, Made>): void {
    const before = this.source(listener);
    if (before && "leg" in before) {
      const others = this.listeners(before.leg).filter((other) => other !== listener);
      this.#setListeners(before.leg, others);
    }
    if (source && "mix" in source) this.#mixes.set(listener, source.mix);
    else this.#mixes.delete(listener);
    if (source) this.#sources.set(listener, source);
    else this.#sources.delete(listener);
    if (source && "leg" in source) this.#setListeners(source.leg, [...this.listeners(source.leg), listener]);
  }

  source(listener: Leg): Heard<Leg, Made> {
    return this.#sources.get(listener) ?? null;
  }

  /** Every listener to a mix, and what he hears. */
  mixes(): Iterable<readonly [Leg, readonly Voice<Leg>[]]> {
    return this.#mixes;
  }

  /** Who hears this leg in a mix. */
  mixListeners(speaker: Leg): readonly Leg[] {
    if (this.#mixes.size === 0) return nobody;
    return [...this.#mixes.keys()].filter((listener) => listener !== speaker && this.hears(listener, speaker));
  }

  get mixing(): boolean {
    return this.#mixes.size > 0;
  }

  /** Alone or in a mix. */
  hears(listener: Leg, speaker: Leg): boolean {
    const voices = this.#mixes.get(listener) ?? [];
    return this.listeners(speaker).includes(listener) || voices.some(({ leg, gain }) => leg === speaker && gain > 0);
  }

  /** Who hears this leg alone. The array is never changed, so it may be walked while the relation changes. */
  listeners(speaker: Leg): readonly Leg[] {
    return this.#listeners.get(speaker) ?? nobody;
  }

  /** The leg is gone: it hears nothing, and whoever heard it hears nothing. */
  remove(leg: Leg): void {
    for (const listener of this.listeners(leg)) this.hear(listener, null);
    this.hear(leg, null);
    for (const [listener, voices] of this.#mixes) {
      if (voices.some((voice) => voice.leg === leg)) {
        this.hear(listener, { mix: voices.filter((voice) => voice.leg !== leg) });
      }
    }
  }

  #setListeners(speaker: Leg, listeners: readonly Leg[]): void {
    if (listeners.length === 0) this.#listeners.delete(speaker);
    else this.#listeners.set(speaker, listeners);
  }
}

const nobody: readonly never[] = [];

// Who hears whom: the one place that says so. Today each listener hears one source at full gain; gains and several speakers
// for one listener are further values of this same relation. Run by the worker, read by the packet path.

/** `made`: a sound that no leg speaks. */
export type Heard<Leg, Made> = { readonly leg: Leg } | { readonly made: Made } | null;

export class Matrix<Leg extends object, Made> {
  readonly #sources = new Map<Leg, Heard<Leg, Made>>();
  readonly #listeners = new Map<Leg, readonly Leg[]>();

  /** From now on `listener` hears this and nothing else. */
  hear(listener: Leg, source: Heard<Leg, Made>): void {
    const before = this.source(listener);
    if (before && "leg" in before) {
      const others = this.listeners(before.leg).filter((other) => other !== listener);
      this.#setListeners(before.leg, others);
    }
    if (source) this.#sources.set(listener, source);
    else this.#sources.delete(listener);
    if (source && "leg" in source) this.#setListeners(source.leg, [...this.listeners(source.leg), listener]);
  }

  source(listener: Leg): Heard<Leg, Made> {
    return this.#sources.get(listener) ?? null;
  }

  /** Who hears this leg. The array is never changed, so it may be walked while the relation changes. */
  listeners(speaker: Leg): readonly Leg[] {
    return this.#listeners.get(speaker) ?? nobody;
  }

  /** The leg is gone: it hears nothing, and whoever heard it hears nothing. */
  remove(leg: Leg): void {
    for (const listener of this.listeners(leg)) this.hear(listener, null);
    this.hear(leg, null);
  }

  #setListeners(speaker: Leg, listeners: readonly Leg[]): void {
    if (listeners.length === 0) this.#listeners.delete(speaker);
    else this.#listeners.set(speaker, listeners);
  }
}

const nobody: readonly never[] = [];

// Who is to hear whom, and which two of them rtpengine can join by itself: two who hear each other and nobody else, and who are
// heard by nobody else. All others go through the plane. Pure.

/** `alone`: as it is, not in a mix. */
export type Heard<Leg> = { readonly legs: readonly Leg[]; readonly alone: boolean };

const nothing: Heard<never> = { legs: [], alone: false };

export class Wiring<Leg extends object> {
  readonly #heard = new Map<Leg, Heard<Leg>>();
  readonly #listeners = new Map<Leg, Set<Leg>>();
  /** How many reasons there are to keep a leg at the plane. */
  readonly #pins = new Map<Leg, number>();

  /** The legs whose partner may be another one from now on. */
  hear(listener: Leg, heard: Heard<Leg>): ReadonlySet<Leg> {
    const before = this.#heard.get(listener) ?? nothing;
    for (const leg of before.legs) this.#listeners.get(leg)?.delete(listener);
    if (heard.legs.length > 0) this.#heard.set(listener, heard);
    else this.#heard.delete(listener);
    for (const leg of heard.legs) this.#listenersOf(leg).add(listener);
    return this.#around([listener, ...before.legs, ...heard.legs]);
  }

  /** The one that this leg is to be joined with; null: the plane. */
  partner(leg: Leg): Leg | null {
    const other = this.#only(leg);
    return other && other !== leg && this.#only(other) === leg ? other : null;
  }

  /** Keeps a leg at the plane until `unpin`, as often as it is called. */
  pin(leg: Leg): ReadonlySet<Leg> {
    this.#pins.set(leg, (this.#pins.get(leg) ?? 0) + 1);
    return this.#around([leg]);
  }

  unpin(leg: Leg): ReadonlySet<Leg> {
    const left = (this.#pins.get(leg) ?? 0) - 1;
    if (left > 0) this.#pins.set(leg, left);
    else this.#pins.delete(leg);
    return this.#around([leg]);
  }

  /** The leg is gone; whoever heard it alone hears nothing. */
  remove(leg: Leg): ReadonlySet<Leg> {
    const listeners = [...(this.#listeners.get(leg) ?? [])];
    const touched = new Set(this.hear(leg, nothing));
    for (const listener of listeners) {
      const { legs, alone } = this.#heard.get(listener) ?? nothing;
      for (const other of this.hear(listener, { legs: legs.filter((one) => one !== leg), alone })) touched.add(other);
    }
    this.#listeners.delete(leg);
    this.#pins.delete(leg);
    touched.delete(leg);
    return touched;
  }

  #only(leg: Leg): Leg | null {
    const { legs, alone } = this.#heard.get(leg) ?? nothing;
    const [other] = legs;
    if (!other || !alone || this.#pins.has(leg)) return null;
    const listeners = this.#listeners.get(leg);
    return listeners?.size === 1 && listeners.has(other) ? other : null;
  }

  /** These and those whom they hear and who hear them. */
  #around(legs: readonly Leg[]): Set<Leg> {
    const near = new Set<Leg>();
    for (const leg of legs) {
      near.add(leg);
      for (const other of this.#heard.get(leg)?.legs ?? []) near.add(other);
      for (const other of this.#listeners.get(leg) ?? []) near.add(other);
    }
    return near;
  }

  #listenersOf(leg: Leg): Set<Leg> {
    const known = this.#listeners.get(leg) ?? new Set<Leg>();
    this.#listeners.set(leg, known);
    return known;
  }
}

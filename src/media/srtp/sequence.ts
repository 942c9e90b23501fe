// The packet index of one SSRC (RFC 3711 §3.3.1): the 16-bit sequence number made whole by the count of its rollovers, and which
// indices were there already (§3.3.2). The receiver keeps replays out with it; the sender uses no index twice (§9.1).

/** RFC 3711 §3.3.2 asks for 64 at least. */
const windowSize = 128;
export const rollover = 0x1_0000;

export class SequenceIndex {
  #highest = -1;
  readonly #seen = new Float64Array(windowSize).fill(-1);

  /** The index nearest to the highest one known. -1: it would lie before the first packet. */
  guess(sequence: number): number {
    if (this.#highest < 0) return sequence;
    const last = this.#highest % rollover;
    const index = this.#highest - last + sequence;
    if (sequence - last > rollover / 2) return index - rollover < 0 ? -1 : index - rollover;
    return last - sequence > rollover / 2 ? index + rollover : index;
  }

  /** `false`: used already, or too old to know. */
  isNew(index: number): boolean {
    return index >= 0 && index > this.#highest - windowSize && this.#seen[index % windowSize] !== index;
  }

  /** To be called for authentic packets only (RFC 3711 §3.3). */
  use(index: number): void {
    this.#seen[index % windowSize] = index;
    if (index > this.#highest) this.#highest = index;
  }
}

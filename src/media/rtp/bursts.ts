// Whether packets are lost in bursts or here and there: the counts of RFC 3611 §4.7.2 and its appendix A.2. Within a burst, fewer than
// Gmin packets arrive between two losses.

export const gMin = 16;

export type BurstFigures = {
  /** Shares of packets lost inside and outside of bursts, 0 to 1. */
  readonly burstDensity: number;
  readonly gapDensity: number;
  /** Mean lengths in packets. */
  readonly burstPackets: number;
  readonly gapPackets: number;
  /** Mean length of a hole over that of chance, 1 at the least. */
  readonly burstRatio: number;
};

export class Bursts {
  /** Arrived since the last loss. */
  #arrived = 0;
  /** Losses of the burst at hand. */
  #lost = 0;
  #allArrived = 0;
  #allLost = 0;
  #holes = 0;
  /** Transitions between the states of the appendix: 1 gap, 2 burst, 3 lost in a burst, 4 lost alone in a gap. */
  #c11 = 0;
  #c13 = 0;
  #c14 = 0;
  #c22 = 0;
  #c23 = 0;
  #c33 = 0;

  arrive(): void {
    this.#arrived += 1;
    this.#allArrived += 1;
  }

  /** So many packets in a row are missing. */
  lose(packets: number): void {
    if (packets <= 0) return;
    this.#allLost += packets;
    this.#holes += 1;
    if (this.#arrived >= gMin || this.#allLost === packets) {
      if (this.#lost === 1) this.#c14 += 1;
      else if (this.#lost > 1) this.#c13 += 1;
      this.#lost = 1;
      this.#c11 += this.#arrived;
    } else {
      this.#lost += 1;
      if (this.#arrived > 0) {
        this.#c23 += 1;
        this.#c22 += this.#arrived - 1;
      } else this.#c33 += 1;
    }
    this.#arrived = 0;
    this.#lost += packets - 1;
    this.#c33 += packets - 1;
  }

  figures(): BurstFigures {
    // The losses that no gap has ended yet, and the packets since.
    const c14 = this.#c14 + (this.#lost === 1 ? 1 : 0);
    const c13 = this.#c13 + (this.#lost > 1 ? 1 : 0);
    const c11 = this.#c11 + this.#arrived;
    const [c31, c32] = [c13, this.#c23];
    const total = c11 + c14 + c13 + this.#c22 + this.#c23 + c31 + c32 + this.#c33;
    const p32 = ratio(c32, c31 + c32 + this.#c33);
    const p23 = this.#c22 + this.#c23 < 1 ? 1 : 1 - this.#c22 / (this.#c22 + this.#c23);
    const gapPackets = c13 === 0 ? total : (c11 + c14 + c13) / c13;
    const lossShare = ratio(this.#allLost, this.#allLost + this.#allArrived);
    return {
      burstDensity: c13 === 0 ? 0 : p23 / (p23 + p32),
      gapDensity: ratio(c14, c11 + c14),
      burstPackets: c13 === 0 ? 0 : total / c13 - gapPackets,
      gapPackets,
      burstRatio: Math.max(1, ratio(this.#allLost, this.#holes) * (1 - lossShare)),
    };
  }
}

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

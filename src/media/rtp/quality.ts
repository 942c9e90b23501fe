// How good a call sounds, as a number: the E-model (ITU-T G.107) with its default values, where the network decides. An estimate: what
// the microphones and the ears add is not known here.

/** What the network has done to a stream. */
export type Impairments = {
  /** Packets lost, 0 to 1. */
  readonly lossShare: number;
  /** How much longer the holes are than those of chance (G.107 §7.2, BurstR); 1 = chance. */
  readonly burstRatio: number;
  /** From mouth to ear, ms. */
  readonly delayMs: number;
};

/** R with nothing wrong (G.107 §7.7). */
const bestR = 93.2;
/** Robustness against loss of G.711 with concealment (G.113 appendix I). G.722 and Opus have no value on this scale and conceal as well. */
const lossRobustness = 25.1;

/** The R factor, 0 to 93. */
export function rFactor({ lossShare, burstRatio, delayMs }: Impairments): number {
  const percent = 100 * lossShare;
  const loss = (95 * percent) / (percent / burstRatio + lossRobustness);
  return Math.max(0, bestR - delayImpairment(delayMs) - loss);
}

/** Idd (G.107 §7.4): up to 100 ms nobody minds. Echo is not counted, phones cancel theirs. */
function delayImpairment(delayMs: number): number {
  if (delayMs <= 100) return 0;
  const x = Math.log2(delayMs / 100);
  return 25 * ((1 + x ** 6) ** (1 / 6) - 3 * (1 + (x / 3) ** 6) ** (1 / 6) + 2);
}

/** Mean opinion score from 1 to 4.5 (G.107 annex B). */
export const mosOf = (r: number): number => Math.max(1, 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6);

// RTP timeout: whose packets stay out although its media are agreed on. A phone may be silent on purpose (RFC 3551 §4.1 lets it),
// so this is told and ends nothing. Fed by the worker's half-second look.

export type Silence = { readonly type: "silent"; readonly ms: number } | { readonly type: "back" };

export class SilenceWatch {
  readonly #limitMs: number;
  #packets = -1;
  #since = 0;
  #told = false;

  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  /** `packets`: received so far. `expected`: the peer may send now. What is new, once each; null for nothing. */
  look(packets: number, expected: boolean, now: number): Silence | null {
    if (packets !== this.#packets || !expected) {
      this.#packets = packets;
      this.#since = now;
      if (!this.#told || !expected) return null;
      this.#told = false;
      return { type: "back" };
    }
    if (this.#told || now - this.#since < this.#limitMs) return null;
    this.#told = true;
    return { type: "silent", ms: Math.round(now - this.#since) };
  }
}

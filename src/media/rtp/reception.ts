// What we know of a received stream: packets, octets, loss from the sequence numbers and interarrival jitter
// (RFC 3550 §A.1, §A.3, §A.8). Fed by the packet path, read by statistics and receiver reports.

import { Bursts } from "./bursts.ts";
import type { PacketView } from "./packet.ts";

/** The figures of one report block (RFC 3550 §6.4.1). */
export type ReportFigures = {
  readonly ssrc: number;
  /** Share lost since the last report, in 1/256. */
  readonly fractionLost: number;
  readonly lost: number;
  readonly highestSequence: number;
  /** In units of the stream's clock. */
  readonly jitter: number;
};

export class Reception {
  /** How the losses lie. */
  readonly bursts = new Bursts();
  packets = 0;
  octets = 0;
  ssrc = -1;
  /** Units of the timestamp in a ms, of the packets to come. */
  clockPerMs: number;
  #base = 0;
  #highest = 0;
  #cycles = 0;
  /** Packets of this SSRC, and what earlier SSRCs had lost. */
  #received = 0;
  #lostBefore = 0;
  #transit = 0;
  #jitter = 0;
  #expectedAtReport = 0;
  #receivedAtReport = 0;

  constructor(clockPerMs: number) {
    this.clockPerMs = clockPerMs;
  }

  /** One packet with this many payload octets, arrived at `now` (monotonic ms). */
  take(view: PacketView, octets: number, now: number): void {
    this.packets += 1;
    this.octets += octets;
    if (view.ssrc !== this.ssrc) this.#begin(view);
    this.#received += 1;
    const ahead = (view.sequence - this.#highest) & 0xffff;
    // Less than half the space ahead: newer. Anything else is late or a duplicate (RFC 3550 §A.1).
    this.bursts.arrive();
    if (ahead !== 0 && ahead < 0x8000) {
      this.bursts.lose(ahead - 1);
      if (view.sequence < this.#highest) this.#cycles += 0x10000;
      this.#highest = view.sequence;
    }
    this.#measure(view.timestamp, now);
  }

  /** Packets missing so far, over all SSRCs of this stream. */
  get lost(): number {
    return this.#lostBefore + this.#lostNow();
  }

  /** Share of packets missing so far, 0 to 1. */
  get lossShare(): number {
    const { lost } = this;
    return lost === 0 ? 0 : lost / (lost + this.packets);
  }

  get jitterMs(): number {
    return this.#jitter / this.clockPerMs;
  }

  /** The figures of a report block, null before the first packet. Closes the interval of `fractionLost`. */
  report(): ReportFigures | null {
    if (this.ssrc < 0) return null;
    const expected = this.#expected();
    const expectedNow = expected - this.#expectedAtReport;
    const lostNow = expectedNow - (this.#received - this.#receivedAtReport);
    this.#expectedAtReport = expected;
    this.#receivedAtReport = this.#received;
    return {
      ssrc: this.ssrc,
      fractionLost: expectedNow > 0 && lostNow > 0 ? Math.min(255, Math.floor((lostNow * 256) / expectedNow)) : 0,
      lost: this.#lostNow(),
      highestSequence: (this.#cycles + this.#highest) >>> 0,
      jitter: Math.round(this.#jitter),
    };
  }

  /** A new SSRC is a new sequence space. */
  #begin(view: PacketView): void {
    if (this.ssrc >= 0) this.#lostBefore += this.#lostNow();
    this.ssrc = view.ssrc;
    this.#base = view.sequence;
    this.#highest = view.sequence;
    this.#cycles = 0;
    this.#received = 0;
    this.#transit = Number.NaN;
    this.#expectedAtReport = 0;
    this.#receivedAtReport = 0;
  }

  #expected(): number {
    return this.ssrc < 0 ? 0 : this.#cycles + this.#highest - this.#base + 1;
  }

  /** Duplicates can make it negative (RFC 3550 §6.4.1); a count of losses never is. */
  #lostNow(): number {
    return Math.max(0, this.#expected() - this.#received);
  }

  /** RFC 3550 §A.8; a step of more than a second is a new talk spurt or a new source, not jitter. */
  #measure(timestamp: number, now: number): void {
    const transit = now * this.clockPerMs - timestamp;
    const step = Math.abs(transit - this.#transit);
    this.#transit = transit;
    if (step < 1_000 * this.clockPerMs) this.#jitter += (step - this.#jitter) / 16;
  }
}

// The reports about one leg's audio in both directions (RFC 3550 §6.4): ours go out, the peer's come in, and together they give the
// time there and back: how long ago the sender report was sent that the peer answers, less what the peer has kept it.

import type { StreamStatistics } from "../face.ts";
import { mosOf, rFactor } from "./quality.ts";
import type { Reception } from "./reception.ts";
import { ntpMiddleOf, type PeerBlock, type PeerReport, type PeerReports, type Report, writeReport } from "./rtcp.ts";
import type { VoipMetrics } from "./voip-metrics.ts";

/** Sender reports that the peer may still answer. */
const remembered = 4;
const packetMs = 20;
/** What a phone holds back against jitter (two deviations), and its own packet. */
const phoneDelayMs = (jitterMs: number): number => packetMs + 2 * jitterMs;

type Figures = Pick<StreamStatistics, "rttMs" | "mos" | "lostAtPeer" | "jitterAtPeerMs" | "mosAtPeer">;
type Outgoing = Omit<Report, "heard" | "peer" | "metrics"> & {
  readonly reception: Reception;
  readonly metrics: boolean;
};

export class Reports {
  #peer: PeerReport | null = null;
  #block: PeerBlock | null = null;
  #mosAtPeer: number | null = null;
  #rttMs: number | null = null;
  #sent: readonly { readonly middle: number; readonly at: number }[] = [];

  hear(report: PeerReports, now: number): void {
    if (report.ntpMiddle >= 0) this.#peer = { ntpMiddle: report.ntpMiddle, at: now };
    this.#mosAtPeer = report.mos ?? this.#mosAtPeer;
    if (!report.block) return;
    this.#block = report.block;
    const { lastReport, delay } = report.block;
    const answered = this.#sent.find(({ middle }) => middle === lastReport);
    const rttMs = answered ? now - answered.at - delay / 65.536 : -1;
    // A peer that counts its delay too long, or makes it up, measures nothing.
    if (rttMs >= 0) this.#rttMs = rttMs;
  }

  write(report: Outgoing): Buffer {
    const { reception, sender, now } = report;
    if (sender) this.#sent = [{ middle: ntpMiddleOf(sender.at), at: now }, ...this.#sent].slice(0, remembered);
    const metrics = report.metrics && reception.packets > 0 ? this.#metrics(reception) : null;
    return writeReport({ ...report, heard: reception.report(), peer: this.#peer, metrics });
  }

  /** `clockPerMs`: of the stream that the peer gets. */
  figures(reception: Reception, clockPerMs: number): Figures {
    return {
      rttMs: this.#rttMs,
      mos: reception.packets > 0 ? mosOf(this.#r(reception)) : null,
      lostAtPeer: this.#block?.lost ?? null,
      jitterAtPeerMs: this.#block && this.#block.jitter / clockPerMs,
      mosAtPeer: this.#mosAtPeer,
    };
  }

  #r({ bursts, lossShare, jitterMs }: Reception): number {
    const delayMs = (this.#rttMs ?? 0) / 2 + phoneDelayMs(jitterMs);
    return rFactor({ lossShare, burstRatio: bursts.figures().burstRatio, delayMs });
  }

  #metrics(reception: Reception): VoipMetrics {
    const bursts = reception.bursts.figures();
    const r = this.#r(reception);
    return {
      ssrc: reception.ssrc,
      lossShare: reception.lossShare,
      burstDensity: bursts.burstDensity,
      gapDensity: bursts.gapDensity,
      burstMs: bursts.burstPackets * packetMs,
      gapMs: bursts.gapPackets * packetMs,
      rttMs: this.#rttMs ?? 0,
      delayMs: phoneDelayMs(reception.jitterMs),
      r,
      mos: mosOf(r),
    };
  }
}

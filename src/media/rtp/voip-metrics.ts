// The VoIP metrics block of RTCP XR (RFC 3611 §4.7), for peers that ask for it by a=rtcp-xr (§5.1).

import { gMin } from "./bursts.ts";

/** RFC 3611 §2, §4.7. */
export const extendedReport = 207;
const blockType = 7;
const blockLength = 36;
export const metricsLength = 8 + blockLength;
const unavailable = 127;

export type VoipMetrics = {
  /** Of the stream that is judged. */
  readonly ssrc: number;
  /** Shares from 0 to 1. */
  readonly lossShare: number;
  readonly burstDensity: number;
  readonly gapDensity: number;
  readonly burstMs: number;
  readonly gapMs: number;
  /** 0 = not known. */
  readonly rttMs: number;
  readonly delayMs: number;
  readonly r: number;
  readonly mos: number;
};

/** A whole XR packet with one block. What we cannot know is written as unavailable, the jitter buffer as none. */
export function writeMetrics(packet: Buffer, offset: number, ours: number, metrics: VoipMetrics): void {
  packet[offset] = 0x80;
  packet[offset + 1] = extendedReport;
  packet.writeUInt16BE(metricsLength / 4 - 1, offset + 2);
  packet.writeUInt32BE(ours, offset + 4);
  const block = packet.subarray(offset + 8, offset + metricsLength);
  block.fill(0);
  block[0] = blockType;
  block.writeUInt16BE(blockLength / 4 - 1, 2);
  block.writeUInt32BE(metrics.ssrc, 4);
  block[8] = share(metrics.lossShare);
  block[10] = share(metrics.burstDensity);
  block[11] = share(metrics.gapDensity);
  const times = [metrics.burstMs, metrics.gapMs, metrics.rttMs, metrics.delayMs];
  for (const [index, ms] of times.entries()) block.writeUInt16BE(Math.min(0xffff, Math.round(ms)), 12 + 2 * index);
  block.fill(unavailable, 20, 23);
  block[23] = gMin;
  block[24] = Math.round(metrics.r);
  block[25] = unavailable;
  const score = Math.round(10 * metrics.mos);
  // Listening and conversational quality: the delay stands in one of them only, and is small in ours.
  block[26] = score;
  block[27] = score;
}

/** The quality that a peer has heard from `ssrc`: MOS-CQ, else MOS-LQ, from 1 to 5; null when it says none. Octets of one XR packet. */
export function readScore(packet: Buffer, ssrc: number): number | null {
  for (let at = 8; at + 4 <= packet.length; ) {
    const length = 4 + packet.readUInt16BE(at + 2) * 4;
    const fits = packet[at] === blockType && length === blockLength && at + length <= packet.length;
    if (fits && packet.readUInt32BE(at + 4) === ssrc) {
      const [listening = unavailable, conversational = unavailable] = packet.subarray(at + 26, at + 28);
      const score = conversational === unavailable ? listening : conversational;
      return score >= 10 && score <= 50 ? score / 10 : null;
    }
    at += length;
  }
  return null;
}

const share = (value: number): number => Math.min(255, Math.floor(value * 256));

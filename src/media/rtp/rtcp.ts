// RTCP (RFC 3550 §6): the compound reports that we send for audio, and a safe walk over those that we get.

import type { ReportFigures } from "./reception.ts";
import { extendedReport, metricsLength, readScore, type VoipMetrics, writeMetrics } from "./voip-metrics.ts";

/** RFC 3550 §12.1, RFC 4585 §6.1. */
const senderReport = 200;
const receiverReport = 201;
const sourceDescription = 202;
const payloadFeedback = 206;

/** What a sender report says about our stream (RFC 3550 §6.4.1). */
export type SenderFigures = {
  /** Wall time, ms since the epoch. */
  readonly at: number;
  readonly rtpTimestamp: number;
  readonly packets: number;
  readonly octets: number;
};

/** The last sender report of the peer, for the LSR and DLSR fields. */
export type PeerReport = {
  /** Middle 32 bits of its NTP timestamp. */
  readonly ntpMiddle: number;
  /** When it came, monotonic ms. */
  readonly at: number;
};

/** What goes into one compound packet. */
export type Report = {
  readonly ssrc: number;
  readonly cname: string;
  /** null: nothing was sent since the last report, so this is a receiver report (RFC 3550 §6.4). */
  readonly sender: SenderFigures | null;
  /** null: nothing was received yet. */
  readonly heard: ReportFigures | null;
  readonly peer: PeerReport | null;
  /** For a peer that asks for it. */
  readonly metrics: VoipMetrics | null;
  /** Monotonic ms. */
  readonly now: number;
};

/** SR or RR, then SDES with the CNAME, as every compound packet must have it (RFC 3550 §6.1). */
export function writeReport(report: Report): Buffer {
  const { sender, heard, metrics } = report;
  const length = 8 + (sender ? 20 : 0) + (heard ? 24 : 0);
  const described = 4 + Math.ceil((4 + 2 + report.cname.length + 1) / 4) * 4;
  const packet = Buffer.alloc(length + described + (metrics ? metricsLength : 0));
  packet[0] = 0x80 | (heard ? 1 : 0);
  packet[1] = sender ? senderReport : receiverReport;
  packet.writeUInt16BE(length / 4 - 1, 2);
  packet.writeUInt32BE(report.ssrc, 4);
  if (sender) writeSender(packet, 8, sender);
  if (heard) writeBlock(packet, length - 24, report);
  packet[length] = 0x81;
  packet[length + 1] = sourceDescription;
  packet.writeUInt16BE(described / 4 - 1, length + 2);
  packet.writeUInt32BE(report.ssrc, length + 4);
  packet[length + 8] = 1;
  packet[length + 9] = report.cname.length;
  packet.write(report.cname, length + 10, "latin1");
  if (metrics) writeMetrics(packet, length + described, report.ssrc, metrics);
  return packet;
}

/** RFC 3550 §4: NTP counts from 1900, RFC 868's 2,208,988,800 s before 1970. `at`: ms since the epoch. */
function ntpOf(at: number): readonly [seconds: number, fraction: number] {
  const seconds = Math.floor(at / 1_000);
  const fraction = Math.floor(((at - seconds * 1_000) / 1_000) * 0x1_0000_0000);
  return [(seconds + 2_208_988_800) >>> 0, fraction >>> 0];
}

/** The middle 32 bits of that time, as the peer will repeat them (LSR). */
export function ntpMiddleOf(at: number): number {
  const [seconds, fraction] = ntpOf(at);
  return ((seconds << 16) | (fraction >>> 16)) >>> 0;
}

function writeSender(packet: Buffer, offset: number, sender: SenderFigures): void {
  const [seconds, fraction] = ntpOf(sender.at);
  packet.writeUInt32BE(seconds, offset);
  packet.writeUInt32BE(fraction, offset + 4);
  packet.writeUInt32BE(sender.rtpTimestamp, offset + 8);
  packet.writeUInt32BE(sender.packets >>> 0, offset + 12);
  packet.writeUInt32BE(sender.octets >>> 0, offset + 16);
}

/** RFC 3550 §6.4.1: the report block; DLSR counts in 1/65536 s. */
function writeBlock(packet: Buffer, offset: number, { heard, peer, now }: Report): void {
  if (!heard) return;
  packet.writeUInt32BE(heard.ssrc, offset);
  packet.writeUInt32BE(((heard.fractionLost << 24) | Math.min(heard.lost, 0x7fffff)) >>> 0, offset + 4);
  packet.writeUInt32BE(heard.highestSequence, offset + 8);
  packet.writeUInt32BE(heard.jitter >>> 0, offset + 12);
  packet.writeUInt32BE(peer ? peer.ntpMiddle : 0, offset + 16);
  packet.writeUInt32BE(peer ? Math.round(((now - peer.at) / 1_000) * 65_536) >>> 0 : 0, offset + 20);
}

/** What a peer says about a stream of ours (RFC 3550 §6.4.1); times as they stand there. */
export type PeerBlock = {
  readonly lost: number;
  /** In units of the stream's clock. */
  readonly jitter: number;
  /** The middle of the sender report that it has heard last, 0 = none yet. */
  readonly lastReport: number;
  /** Since then, 1/65536 s. */
  readonly delay: number;
};

export type PeerReports = {
  /** The middle of its NTP timestamp when the packet begins with a sender report, else -1. */
  readonly ntpMiddle: number;
  /** About our stream; null: nothing. */
  readonly block: PeerBlock | null;
  /** How good our stream sounds there (RFC 3611 §4.7.6), 1 to 5; null: not said. */
  readonly mos: number | null;
};

/** A compound RTCP packet (RFC 3550 §A.2) and what it says about our stream, `ssrc`. null: not RTCP. */
export function readReport(packet: Buffer, ssrc: number): PeerReports | null {
  const parts = partsOf(packet);
  if (!parts) return null;
  let block: PeerBlock | null = null;
  let mos: number | null = null;
  for (const part of parts) {
    const type = part[1];
    if (type === senderReport || type === receiverReport) block = blockAbout(part, ssrc) ?? block;
    if (type === extendedReport) mos = readScore(part, ssrc) ?? mos;
  }
  const hasTimes = packet[1] === senderReport && packet.readUInt16BE(2) >= 6;
  return { ntpMiddle: hasTimes ? packet.readUInt32BE(10) : -1, block, mos };
}

function partsOf(packet: Buffer): readonly Buffer[] | null {
  const parts: Buffer[] = [];
  for (let offset = 0; offset < packet.length; ) {
    if (offset + 4 > packet.length || (packet[offset] ?? 0) >> 6 !== 2) return null;
    const type = packet[offset + 1] ?? 0;
    if (type < senderReport || type > extendedReport) return null;
    const end = offset + 4 + packet.readUInt16BE(offset + 2) * 4;
    if (end > packet.length) return null;
    parts.push(packet.subarray(offset, end));
    offset = end;
  }
  return parts.length > 0 ? parts : null;
}

/** The report block about `ssrc` in one SR or RR. */
function blockAbout(part: Buffer, ssrc: number): PeerBlock | null {
  const first = part[1] === senderReport ? 28 : 8;
  for (let at = first, left = (part[0] ?? 0) & 31; left > 0 && at + 24 <= part.length; at += 24, left -= 1) {
    if (part.readUInt32BE(at) !== ssrc) continue;
    // The count is signed, 24 bits: duplicates can make it negative.
    const lost = (part.readInt32BE(at + 4) << 8) >> 8;
    return {
      lost,
      jitter: part.readUInt32BE(at + 12),
      lastReport: part.readUInt32BE(at + 16),
      delay: part.readUInt32BE(at + 20),
    };
  }
  return null;
}

/** Asks the sender of a video stream for a key frame: empty RR, then PLI (RFC 4585 §6.3.1). */
export function writeKeyFrameRequest(ours: number, theirs: number): Buffer {
  const packet = Buffer.alloc(20);
  packet[0] = 0x80;
  packet[1] = receiverReport;
  packet.writeUInt16BE(1, 2);
  packet.writeUInt32BE(ours, 4);
  packet[8] = 0x81;
  packet[9] = payloadFeedback;
  packet.writeUInt16BE(2, 10);
  packet.writeUInt32BE(ours, 12);
  packet.writeUInt32BE(theirs, 16);
  return packet;
}

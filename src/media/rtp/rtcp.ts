// RTCP (RFC 3550 §6): the compound reports that we send for audio, and a safe walk over those that we get.

import type { ReportFigures } from "./reception.ts";

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
  /** Monotonic ms. */
  readonly now: number;
};

/** SR or RR, then SDES with the CNAME, as every compound packet must have it (RFC 3550 §6.1). */
export function writeReport(report: Report): Buffer {
  const { sender, heard } = report;
  const length = 8 + (sender ? 20 : 0) + (heard ? 24 : 0);
  const described = 4 + Math.ceil((4 + 2 + report.cname.length + 1) / 4) * 4;
  const packet = Buffer.alloc(length + described);
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
  return packet;
}

function writeSender(packet: Buffer, offset: number, sender: SenderFigures): void {
  // RFC 3550 §4: NTP counts from 1900, RFC 868's 2,208,988,800 s before 1970.
  const seconds = Math.floor(sender.at / 1_000);
  packet.writeUInt32BE((seconds + 2_208_988_800) >>> 0, offset);
  packet.writeUInt32BE(Math.floor(((sender.at - seconds * 1_000) / 1_000) * 0x1_0000_0000) >>> 0, offset + 4);
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

/**
 * Whether this is a compound RTCP packet (RFC 3550 §A.2), and the middle of the NTP timestamp when it begins with a sender
 * report (-1 when not). null: not RTCP.
 */
export function readReport(packet: Buffer): { readonly ntpMiddle: number } | null {
  let offset = 0;
  while (offset < packet.length) {
    if (offset + 4 > packet.length || (packet[offset] ?? 0) >> 6 !== 2) return null;
    const type = packet[offset + 1] ?? 0;
    if (type < senderReport || type > 207) return null;
    offset += 4 + packet.readUInt16BE(offset + 2) * 4;
  }
  if (offset !== packet.length || offset === 0) return null;
  const hasTimes = packet[1] === senderReport && packet.readUInt16BE(2) >= 6;
  return { ntpMiddle: hasTimes ? packet.readUInt32BE(10) : -1 };
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

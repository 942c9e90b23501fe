// RTP packets in place (RFC 3550 §5.1): read where the payload lies, write a fresh fixed header right before it. Nothing is
// copied: extensions, CSRCs and padding fall away because the sent part begins 12 octets before the payload.

/** Octets of the fixed header. */
export const headerLength = 12;

/** Where the parts of the last packet read lie. One object per worker, filled anew for each packet. */
export type PacketView = {
  marker: boolean;
  payloadType: number;
  sequence: number;
  timestamp: number;
  ssrc: number;
  /** Payload octets are [start, end). */
  start: number;
  end: number;
};

export const emptyView = (): PacketView => ({
  marker: false,
  payloadType: 0,
  sequence: 0,
  timestamp: 0,
  ssrc: 0,
  start: 0,
  end: 0,
});

/** RFC 3550 §A.1, first part. `false`: not an RTP packet, the view is worthless. */
export function readPacket(packet: Buffer, view: PacketView): boolean {
  const { length } = packet;
  if (length < headerLength) return false;
  const first = packet[0] ?? 0;
  if (first >> 6 !== 2) return false;
  let start = headerLength + (first & 0x0f) * 4;
  if ((first & 0x10) !== 0) {
    if (start + 4 > length) return false;
    // RFC 3550 §5.3.1: the length counts 32-bit words after the first.
    start += 4 + packet.readUInt16BE(start + 2) * 4;
  }
  let end = length;
  if ((first & 0x20) !== 0) {
    const padding = packet[length - 1] ?? 0;
    if (padding === 0) return false;
    end -= padding;
  }
  if (start > end) return false;
  const second = packet[1] ?? 0;
  view.marker = second >= 0x80;
  view.payloadType = second & 0x7f;
  view.sequence = packet.readUInt16BE(2);
  view.timestamp = packet.readUInt32BE(4);
  view.ssrc = packet.readUInt32BE(8);
  view.start = start;
  view.end = end;
  return true;
}

/** The part of a header that the sender decides for each packet. */
export type HeaderFields = {
  readonly marker: boolean;
  readonly payloadType: number;
  readonly sequence: number;
  readonly timestamp: number;
  readonly ssrc: number;
};

/** 12 octets from `offset` on: version 2, no padding, no extension, no CSRC. */
export function writeHeader(packet: Buffer, offset: number, fields: HeaderFields): void {
  packet[offset] = 0x80;
  packet[offset + 1] = fields.marker ? fields.payloadType | 0x80 : fields.payloadType;
  packet.writeUInt16BE(fields.sequence, offset + 2);
  packet.writeUInt32BE(fields.timestamp, offset + 4);
  packet.writeUInt32BE(fields.ssrc, offset + 8);
}

// Messages of a call as a pcap file (draft-ietf-opsawg-pcap), link type RAW (101): each message in one UDP datagram over IPv4
// or IPv6, whatever transport it took, so that every reader of SIP can open it. TLS is thus readable too. For Node.js and browsers.

export type PcapMessage = {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly direction: "in" | "out";
  readonly peer: PcapEnd;
  readonly text: string;
};

/** Where the gateway stands in the packets. */
export type PcapEnd = { readonly address: string; readonly port: number };

const LINKTYPE_RAW = 101;
const MAX_PACKET = 65_535;
const UDP = 17;

/** The whole file. A message that fits into no datagram is cut at its end. */
export function pcap(messages: readonly PcapMessage[], gateway: PcapEnd): Uint8Array<ArrayBuffer> {
  const header = new DataView(new ArrayBuffer(24));
  header.setUint32(0, 0xa1b2c3d4);
  header.setUint16(4, 2);
  header.setUint16(6, 4);
  header.setUint32(16, MAX_PACKET);
  header.setUint32(20, LINKTYPE_RAW);
  return joined([header, ...messages.flatMap((message) => packet(message, gateway))]);
}

function joined(parts: readonly (DataView | Uint8Array)[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const { buffer, byteOffset, byteLength } of parts) {
    whole.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  return whole;
}

function packet({ at, direction, peer, text }: PcapMessage, gateway: PcapEnd): (DataView | Uint8Array)[] {
  const payload = new TextEncoder().encode(text).subarray(0, MAX_PACKET - 48);
  const [from, to] = direction === "in" ? [peer, gateway] : [gateway, peer];
  const udp = new DataView(new ArrayBuffer(8));
  udp.setUint16(0, from.port);
  udp.setUint16(2, to.port);
  udp.setUint16(4, 8 + payload.length);
  // Checksum 0: none was made (RFC 768).
  const ip = (isIPv6(peer.address) ? ipv6 : ipv4)(from.address, to.address, 8 + payload.length);
  const length = ip.byteLength + udp.byteLength + payload.length;
  const record = new DataView(new ArrayBuffer(16));
  record.setUint32(0, Math.floor(at / 1000));
  record.setUint32(4, Math.floor((at % 1000) * 1000));
  record.setUint32(8, length);
  record.setUint32(12, length);
  return [record, ip, udp, payload];
}

/** An address of one of the two kinds; nothing else stands in a trace. */
const isIPv6 = (address: string): boolean => address.includes(":");

/** RFC 791 §3.1; the checksum covers the header alone. */
function ipv4(from: string, to: string, length: number): DataView {
  const ip = new DataView(new ArrayBuffer(20));
  ip.setUint8(0, 0x45);
  ip.setUint16(2, 20 + length);
  ip.setUint8(8, 64);
  ip.setUint8(9, UDP);
  for (const [at, octet] of [...octets(from), ...octets(to)].entries()) ip.setUint8(12 + at, octet);
  let sum = 0;
  for (let at = 0; at < 20; at += 2) sum += ip.getUint16(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  ip.setUint16(10, ~sum & 0xffff);
  return ip;
}

/** 0.0.0.0 for what is no IPv4 address. */
const octets = (address: string): readonly number[] => {
  const parts = address.split(".").map(Number);
  return parts.length === 4 && parts.every((part) => part >= 0 && part <= 255) ? parts : [0, 0, 0, 0];
};

/** RFC 8200 §3. */
function ipv6(from: string, to: string, length: number): DataView {
  const ip = new DataView(new ArrayBuffer(40));
  ip.setUint8(0, 0x60);
  ip.setUint16(4, length);
  ip.setUint8(6, UDP);
  ip.setUint8(7, 64);
  for (const [at, word] of [...groups(from), ...groups(to)].entries()) ip.setUint16(8 + 2 * at, word);
  return ip;
}

/** The eight groups; `::` for what is no IPv6 address. */
function groups(address: string): readonly number[] {
  const [bare = ""] = address.split("%", 1);
  const [head = [], tail = []] = bare.split("::").map(words);
  const zeros = Array<number>(Math.max(0, 8 - head.length - tail.length)).fill(0);
  const all = isIPv6(bare) ? [...head, ...zeros, ...tail].slice(0, 8) : [];
  return all.length === 8 && all.every((word) => word >= 0 && word <= 0xffff) ? all : Array<number>(8).fill(0);
}

/** The groups between colons; an IPv4 address at the end is two of them. */
const words = (text: string): number[] =>
  text.split(":").flatMap((group) => {
    if (group === "") return [];
    if (!group.includes(".")) return [Number.parseInt(group, 16)];
    const [first = 0, second = 0, third = 0, fourth = 0] = octets(group);
    return [first * 256 + second, third * 256 + fourth];
  });

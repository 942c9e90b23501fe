// Messages of a call as a pcap file (draft-ietf-opsawg-pcap), link type RAW (101): each message in one UDP datagram over IPv4
// or IPv6, whatever transport it took, so that every reader of SIP can open it. TLS is thus readable too.

import { isIPv6 } from "node:net";
import type { TraceMessage } from "./ladder.ts";

/** Where the gateway stands in the packets. */
export type PcapEnd = { readonly address: string; readonly port: number };

const LINKTYPE_RAW = 101;
const MAX_PACKET = 65_535;
const UDP = 17;

/** The whole file. A message that fits into no datagram is cut at its end. */
export function pcap(messages: readonly TraceMessage[], gateway: PcapEnd): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32BE(0xa1b2c3d4, 0);
  header.writeUInt16BE(2, 4);
  header.writeUInt16BE(4, 6);
  header.writeUInt32BE(MAX_PACKET, 16);
  header.writeUInt32BE(LINKTYPE_RAW, 20);
  return Buffer.concat([header, ...messages.flatMap((message) => packet(message, gateway))]);
}

function packet(message: TraceMessage, gateway: PcapEnd): Buffer[] {
  const { at, direction, peer } = message;
  const payload = Buffer.from(message.text, "utf8").subarray(0, MAX_PACKET - 48);
  const [from, to] = direction === "in" ? [peer, gateway] : [gateway, peer];
  const udp = Buffer.alloc(8);
  udp.writeUInt16BE(from.port, 0);
  udp.writeUInt16BE(to.port, 2);
  udp.writeUInt16BE(8 + payload.length, 4);
  // Checksum 0: none was made (RFC 768).
  const six = isIPv6(peer.address);
  const ip = six
    ? ipv6(from.address, to.address, 8 + payload.length)
    : ipv4(from.address, to.address, 8 + payload.length);
  const length = ip.length + udp.length + payload.length;
  const record = Buffer.alloc(16);
  record.writeUInt32BE(Math.floor(at / 1000), 0);
  record.writeUInt32BE(Math.floor((at % 1000) * 1000), 4);
  record.writeUInt32BE(length, 8);
  record.writeUInt32BE(length, 12);
  return [record, ip, udp, payload];
}

/** RFC 791 §3.1; the checksum covers the header alone. */
function ipv4(from: string, to: string, length: number): Buffer {
  const ip = Buffer.alloc(20);
  ip[0] = 0x45;
  ip.writeUInt16BE(20 + length, 2);
  ip[8] = 64;
  ip[9] = UDP;
  octets(from).copy(ip, 12);
  octets(to).copy(ip, 16);
  let sum = 0;
  for (let at = 0; at < 20; at += 2) sum += ip.readUInt16BE(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  ip.writeUInt16BE(~sum & 0xffff, 10);
  return ip;
}

/** 0.0.0.0 for what is no IPv4 address. */
const octets = (address: string): Buffer => {
  const parts = address.split(".").map(Number);
  return Buffer.from(parts.length === 4 && parts.every((part) => part >= 0 && part <= 255) ? parts : [0, 0, 0, 0]);
};

/** RFC 8200 §3. */
function ipv6(from: string, to: string, length: number): Buffer {
  const ip = Buffer.alloc(40);
  ip[0] = 0x60;
  ip.writeUInt16BE(length, 4);
  ip[6] = UDP;
  ip[7] = 64;
  groups(from).copy(ip, 8);
  groups(to).copy(ip, 24);
  return ip;
}

/** The 16 octets; `::` for what is no IPv6 address. */
function groups(address: string): Buffer {
  const bytes = Buffer.alloc(16);
  const [bare = ""] = address.split("%", 1);
  if (!isIPv6(bare)) return bytes;
  const [head = [], tail = []] = bare.split("::").map(words);
  for (const [at, word] of head.entries()) bytes.writeUInt16BE(word, 2 * at);
  for (const [at, word] of tail.entries()) bytes.writeUInt16BE(word, 16 - 2 * (tail.length - at));
  return bytes;
}

/** The groups between colons; an IPv4 address at the end is two of them. */
const words = (text: string): number[] =>
  text.split(":").flatMap((group) => {
    if (group === "") return [];
    if (!group.includes(".")) return [Number.parseInt(group, 16)];
    const four = octets(group);
    return [four.readUInt16BE(0), four.readUInt16BE(2)];
  });

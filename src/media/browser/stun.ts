// STUN (RFC 8489) as an ICE lite agent needs it (RFC 8445 §2.5): binding requests of the peer, checked by our password, and their
// success responses. Whatever is not such a request gets no answer: a stranger learns nothing and can reflect nothing.

import { createHmac, timingSafeEqual } from "node:crypto";
import { isIPv6 } from "node:net";
import { crc32 } from "node:zlib";

const headerLength = 20;
const magicCookie = 0x2112_a442;
const bindingRequest = 0x0001;
const bindingSuccess = 0x0101;
const attributes = {
  username: 0x0006,
  integrity: 0x0008,
  xorMappedAddress: 0x0020,
  useCandidate: 0x0025,
  fingerprint: 0x8028,
};
const integrityLength = 20;
const maxLength = 1_280;

export type Credentials = { readonly ufrag: string; readonly password: string };

export type BindingRequest = {
  /** 12 octets. */
  readonly transaction: Buffer;
  /** The peer has chosen this path (RFC 8445 §7.3.1.5). */
  readonly nominates: boolean;
};

/** A binding request for us, whose MESSAGE-INTEGRITY is right. null: anything else. `theirs`: the peer's ufrag. */
export function readBinding(packet: Buffer, ours: Credentials, theirs: string): BindingRequest | null {
  const found = isRequest(packet) ? readAttributes(packet) : null;
  if (!found || found.integrityAt < 0 || found.username !== `${ours.ufrag}:${theirs}`) return null;
  if (!isAuthentic(packet, found.integrityAt, ours.password)) return null;
  return { transaction: Buffer.from(packet.subarray(8, headerLength)), nominates: found.nominates };
}

function isRequest(packet: Buffer): boolean {
  const { length } = packet;
  if (length < headerLength || length > maxLength || packet.readUInt16BE(0) !== bindingRequest) return false;
  return packet.readUInt32BE(4) === magicCookie && packet.readUInt16BE(2) === length - headerLength;
}

type Found = { username: string; nominates: boolean; integrityAt: number };

/** What stands before MESSAGE-INTEGRITY; what follows does not count (RFC 8489 §14.5). null: malformed. */
function readAttributes(packet: Buffer): Found | null {
  const found: Found = { username: "", nominates: false, integrityAt: -1 };
  for (let at = headerLength; at + 4 <= packet.length && found.integrityAt < 0; ) {
    const [type, size] = [packet.readUInt16BE(at), packet.readUInt16BE(at + 2)];
    const value = packet.subarray(at + 4, at + 4 + size);
    if (value.length !== size || (type === attributes.integrity && size !== integrityLength)) return null;
    if (type === attributes.username) found.username = value.toString("utf8");
    if (type === attributes.useCandidate) found.nominates = true;
    if (type === attributes.integrity) found.integrityAt = at;
    at += 4 + Math.ceil(size / 4) * 4;
  }
  return found;
}

/** RFC 8489 §14.5: HMAC-SHA1 over what stands before, with a length that ends behind this attribute. */
function isAuthentic(packet: Buffer, at: number, password: string): boolean {
  const given = packet.subarray(at + 4, at + 4 + integrityLength);
  return timingSafeEqual(given, integrityOf(packet.subarray(0, at), password));
}

function integrityOf(before: Buffer, password: string): Buffer {
  const counted = Buffer.from(before);
  counted.writeUInt16BE(before.length - headerLength + 4 + integrityLength, 2);
  return createHmac("sha1", password).update(counted).digest();
}

/** The success response: where the request came from, signed with our password (RFC 8445 §7.3). */
export function writeBindingSuccess(
  request: BindingRequest,
  from: { readonly address: string; readonly port: number },
  password: string,
): Buffer {
  const header = Buffer.alloc(headerLength);
  header.writeUInt16BE(bindingSuccess, 0);
  header.writeUInt32BE(magicCookie, 4);
  request.transaction.copy(header, 8);
  const told = Buffer.concat([header, attribute(attributes.xorMappedAddress, xorAddress(header, from))]);
  const signed = Buffer.concat([told, attribute(attributes.integrity, integrityOf(told, password))]);
  // RFC 8489 §14.7: the length counts FINGERPRINT already.
  signed.writeUInt16BE(signed.length - headerLength + 8, 2);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE((crc32(signed) ^ 0x5354_554e) >>> 0);
  return Buffer.concat([signed, attribute(attributes.fingerprint, sum)]);
}

function attribute(type: number, value: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(value.length, 2);
  return Buffer.concat([head, value]);
}

/** RFC 8489 §14.2: port and address, XORed with the magic cookie and, for IPv6, the transaction. */
function xorAddress(header: Buffer, { address, port }: { readonly address: string; readonly port: number }): Buffer {
  const octets = isIPv6(address) ? ipv6Octets(address) : Buffer.from(address.split(".").map(Number));
  const value = Buffer.alloc(4 + octets.length);
  value[1] = octets.length === 4 ? 1 : 2;
  value.writeUInt16BE(port ^ (magicCookie >>> 16), 2);
  for (const [index, octet] of octets.entries()) value[4 + index] = octet ^ (header[4 + index] ?? 0);
  return value;
}

/** A literal as the system writes it: no IPv4 tail, perhaps one `::`, perhaps a zone. */
function ipv6Octets(address: string): Buffer {
  const [head = "", tail] = address.replace(/%.*/, "").split("::");
  const [before, after] = [head, tail ?? ""].map((text) => (text === "" ? [] : text.split(":"))) as [
    string[],
    string[],
  ];
  const groups = [...before, ...Array(8 - before.length - after.length).fill("0"), ...after];
  return Buffer.from(groups.map((group: string) => group.padStart(4, "0")).join(""), "hex");
}

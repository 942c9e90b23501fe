// STUN Binding on the SIP port, as keep-alive of phones behind a NAT (RFC 5626 §3.5.2, §8; RFC 8489 §6): the answer says
// where the request came from, by which the phone sees that its NAT binding still stands.

import { randomBytes } from "node:crypto";
import { isIPv6 } from "node:net";

const HEADER = 20;
const COOKIE = 0x2112a442;
const BINDING_REQUEST = 0x0001;
const BINDING_SUCCESS = 0x0101;
const XOR_MAPPED_ADDRESS = 0x0020;
const FAMILY = { v4: 1, v6: 2 } as const;

/** The first two bits of STUN are zero, which no SIP message has (RFC 8489 §5). */
export const isStun = (bytes: Buffer): boolean =>
  bytes.length >= HEADER && (bytes[0] ?? 0) < 0x40 && bytes.readUInt32BE(4) === COOKIE;

/** A Binding request that only holds a NAT binding open: nobody waits for its answer. */
export function bindingRequest(): Buffer {
  const request = Buffer.alloc(HEADER);
  request.writeUInt16BE(BINDING_REQUEST, 0);
  request.writeUInt32BE(COOKIE, 4);
  randomBytes(12).copy(request, 8);
  return request;
}

/** The answer to a Binding request; undefined for anything else, which is not answered. Attributes of the request are not needed. */
export function bindingResponse(request: Buffer, from: { readonly address: string; readonly port: number }) {
  if (request.readUInt16BE(0) !== BINDING_REQUEST || request.readUInt16BE(2) !== request.length - HEADER)
    return undefined;
  const address = bytesOf(from.address);
  const response = Buffer.alloc(HEADER + 8 + address.length);
  response.writeUInt16BE(BINDING_SUCCESS, 0);
  response.writeUInt16BE(response.length - HEADER, 2);
  // Magic cookie and transaction id.
  request.copy(response, 4, 4, HEADER);
  response.writeUInt16BE(XOR_MAPPED_ADDRESS, HEADER);
  response.writeUInt16BE(4 + address.length, HEADER + 2);
  response[HEADER + 5] = address.length === 4 ? FAMILY.v4 : FAMILY.v6;
  response.writeUInt16BE(from.port ^ (COOKIE >>> 16), HEADER + 6);
  // §14.2: against NATs that rewrite what looks like an address, it is masked with cookie and transaction id.
  for (const [at, byte] of address.entries()) response[HEADER + 8 + at] = byte ^ (request[4 + at] ?? 0);
  return response;
}

/** 4 or 16 bytes, in network order. */
function bytesOf(address: string): Buffer {
  if (!isIPv6(address)) return Buffer.from(address.split(".").map(Number));
  const [left = "", right] = address.replace(/%.*$/, "").split("::");
  const [head, tail] = [groups(left), groups(right ?? "")];
  const middle = right === undefined ? [] : new Array<number>(8 - head.length - tail.length).fill(0);
  const bytes = Buffer.alloc(16);
  for (const [at, group] of [...head, ...middle, ...tail].entries()) bytes.writeUInt16BE(group, 2 * at);
  return bytes;
}

/** 16 bits each; a dotted end counts as two. */
function groups(text: string): number[] {
  return text.split(":").flatMap((part) => {
    if (part === "") return [];
    if (!part.includes(".")) return [Number.parseInt(part, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = part.split(".").map(Number);
    return [a * 256 + b, c * 256 + d];
  });
}

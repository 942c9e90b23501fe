// SIP over UDP (RFC 3261 §18): one socket, one message per datagram.

import { createSocket, type Socket } from "node:dgram";
import { type LookupOptions, lookup } from "node:dns";
import { once } from "node:events";
import { isIP, isIPv4 } from "node:net";
import { type Peer, RECEIVE_BUFFER } from "../face.ts";
import { plainAddress } from "./connections.ts";
import type { NetworkEvents, NetworkOptions } from "./network.ts";
import { bindingResponse, isStun } from "./stun.ts";

export type UdpTransport = {
  readonly port: number;
  send(peer: Peer, bytes: Buffer, failed?: () => void): void;
  close(): Promise<void>;
};

/** Rejects with the error of the socket. */
export async function openUdp(options: NetworkOptions, events: NetworkEvents): Promise<UdpTransport> {
  const family = options.host.includes(":") ? "udp6" : "udp4";
  const socket = createSocket({ type: family, lookup: lookupUnlessLiteral, recvBufferSize: RECEIVE_BUFFER });
  const senderAt = senders();
  const { datagrams } = options;
  socket.on("message", (bytes, from) => {
    datagrams?.arrived();
    const address = plainAddress(from.address);
    if (isStun(bytes)) {
      if (!events.isBanned?.(address)) answerStun(socket, bytes, from);
    } else if (!isKeepAlive(bytes)) events.message(bytes, senderAt(address, from.port));
  });
  const listening = once(socket, "listening");
  socket.bind(options.port, options.host);
  await listening;
  // From here on an error of one packet (ICMP, buffers) must not end the process; the packet's own callback says it too.
  socket.on("error", (error) => options.log.warn({ error: error.message }, "udp socket"));
  return {
    port: socket.address().port,
    send: (peer, bytes, failed) => send(socket, family === "udp6" ? mapped(peer) : peer, bytes, failed),
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

const SENDERS = 256;

/** The senders of late, one object each: their transactions keep it for half a minute behind each call. */
function senders(): (address: string, port: number) => Peer {
  const seen = new Array<Peer | undefined>(SENDERS).fill(undefined);
  return (address, port) => {
    const known = seen[port % SENDERS];
    if (known?.port === port && known.address === address) return known;
    const peer: Peer = { transport: "udp", address, port };
    seen[port % SENDERS] = peer;
    return peer;
  };
}

/** Phones hold their NAT binding open with CRLFs or zero bytes (RFC 5626 §3.5.1 and older habits). */
function isKeepAlive(bytes: Buffer): boolean {
  if (bytes.length > 4) return false;
  return bytes.every((byte) => byte === 13 || byte === 10 || byte === 0);
}

/** A dual-stack socket knows IPv4 peers by their mapped addresses only (RFC 4291 §2.5.5.2). */
const mapped = (peer: Peer): Peer => (isIPv4(peer.address) ? { ...peer, address: `::ffff:${peer.address}` } : peer);

function answerStun(socket: Socket, bytes: Buffer, from: { readonly address: string; readonly port: number }): void {
  const response = bindingResponse(bytes, { ...from, address: plainAddress(from.address) });
  if (response) send(socket, from, response, undefined);
}

function send(
  socket: Socket,
  peer: Pick<Peer, "address" | "port">,
  bytes: Buffer,
  failed: (() => void) | undefined,
): void {
  try {
    if (failed) socket.send(bytes, peer.port, peer.address, (error) => error && failed());
    else socket.send(bytes, peer.port, peer.address, ignore);
  } catch {
    // A closed socket, or a port that is none.
    if (failed) queueMicrotask(failed);
  }
}

const ignore = (): void => {};

type LookupCallback = (error: Error | null, address: string, family: number) => void;

/** dgram looks every address up, literals too, through the thread pool's door: literals go straight on. */
function lookupUnlessLiteral(host: string, options: LookupOptions, callback: LookupCallback): void {
  const family = isIP(host);
  if (family) callback(null, host, family);
  else lookup(host, { ...options, all: false }, callback);
}

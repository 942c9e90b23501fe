// SIP over UDP (RFC 3261 §18): one socket, one message per datagram.

import { createSocket, type Socket } from "node:dgram";
import { type LookupOptions, lookup } from "node:dns";
import { once } from "node:events";
import { isIP } from "node:net";
import type { Peer } from "../face.ts";
import type { NetworkEvents, NetworkOptions } from "./network.ts";

export type UdpTransport = {
  readonly port: number;
  send(peer: Peer, bytes: Buffer, failed?: () => void): void;
  close(): Promise<void>;
};

/** Bursts of hundreds of messages must not be lost between two turns of the loop; the kernel caps it. */
const RECEIVE_BUFFER = 4_194_304;

/** Rejects with the error of the socket. */
export async function openUdp(options: NetworkOptions, events: NetworkEvents): Promise<UdpTransport> {
  const family = options.host.includes(":") ? "udp6" : "udp4";
  const socket = createSocket({ type: family, lookup: lookupUnlessLiteral, recvBufferSize: RECEIVE_BUFFER });
  socket.on("message", (bytes, { address, port }) => {
    if (!isKeepAlive(bytes)) events.message(bytes, { transport: "udp", address, port });
  });
  const listening = once(socket, "listening");
  socket.bind(options.port, options.host);
  await listening;
  // From here on an error of one packet (ICMP, buffers) must not end the process; the packet's own callback says it too.
  socket.on("error", (error) => options.log.warn({ error: error.message }, "udp socket"));
  return {
    port: socket.address().port,
    send: (peer, bytes, failed) => send(socket, peer, bytes, failed),
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

/** Phones hold their NAT binding open with CRLFs or zero bytes (RFC 5626 §3.5.1 and older habits). */
function isKeepAlive(bytes: Buffer): boolean {
  if (bytes.length > 4) return false;
  return bytes.every((byte) => byte === 13 || byte === 10 || byte === 0);
}

function send(socket: Socket, peer: Peer, bytes: Buffer, failed: (() => void) | undefined): void {
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

// The sockets of one endpoint: UDP and TCP on the same port (RFC 3261 §18.1).

import type { Network, NetworkEvents, NetworkOptions } from "./network.ts";
import { openTcp, type TcpTransport } from "./tcp.ts";
import { openUdp, type UdpTransport } from "./udp.ts";

const PORT_ATTEMPTS = 20;

/** Rejects with the socket's error (EADDRINUSE, EACCES, EADDRNOTAVAIL). */
export async function openNetwork(options: NetworkOptions, events: NetworkEvents): Promise<Network> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await bind(options, events);
    } catch (error) {
      // A port that is free for UDP may be taken for TCP: with port 0 the next one is tried.
      if (options.port !== 0 || attempt === PORT_ATTEMPTS || !isAddressInUse(error)) throw error;
    }
  }
}

const isAddressInUse = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "EADDRINUSE";

async function bind(options: NetworkOptions, events: NetworkEvents): Promise<Network> {
  const udp = options.transports.includes("udp") ? await openUdp(options, events) : undefined;
  const port = udp?.port ?? options.port;
  try {
    const tcp = options.transports.includes("tcp") ? await openTcp({ ...options, port }, events) : undefined;
    return network(udp, tcp);
  } catch (error) {
    await udp?.close();
    throw error;
  }
}

function network(udp: UdpTransport | undefined, tcp: TcpTransport | undefined): Network {
  return {
    port: udp?.port ?? tcp?.port ?? 0,
    send(peer, bytes, failed) {
      const transport = peer.transport === "udp" ? udp : tcp;
      if (transport) transport.send(peer, bytes, failed);
      else if (failed) queueMicrotask(failed);
    },
    reaches: (peer) => peer.transport === "udp" || (tcp?.reaches(peer) ?? false),
    async close() {
      await Promise.all([udp?.close(), tcp?.close()]);
    },
  };
}

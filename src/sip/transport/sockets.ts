// The sockets of one endpoint: UDP and TCP on the same port (RFC 3261 §18.1), TLS on its own.

import type { Peer, Transport } from "../face.ts";
import type { StreamTransport } from "./connections.ts";
import { isStream } from "./kinds.ts";
import type { Network, NetworkEvents, NetworkOptions } from "./network.ts";
import { openTcp } from "./tcp.ts";
import { openTls } from "./tls.ts";
import { openUdp, type UdpTransport } from "./udp.ts";
import { openWebSockets, type WebSocketTransport } from "./websocket.ts";

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

type Opened = {
  udp?: UdpTransport;
  /** Those that listen for themselves. */
  streams: Map<Transport, StreamTransport>;
  webSockets?: WebSocketTransport;
};

async function bind(options: NetworkOptions, events: NetworkEvents): Promise<Network> {
  const { transports, tls } = options;
  const opened: Opened = { streams: new Map() };
  try {
    if (transports.includes("udp")) opened.udp = await openUdp(options, events);
    const port = opened.udp?.port ?? options.port;
    if (transports.includes("tcp")) opened.streams.set("tcp", await openTcp({ ...options, port }, events));
    if (transports.includes("tls") && tls) opened.streams.set("tls", await openTls({ ...options, tls }, events));
    if (options.webSocketPorts) opened.webSockets = openWebSockets(options, events);
    return network(opened, options);
  } catch (error) {
    await closeAll(opened);
    throw error;
  }
}

async function closeAll({ udp, streams, webSockets }: Opened): Promise<void> {
  await Promise.all([udp?.close(), webSockets?.close(), ...[...streams.values()].map((stream) => stream.close())]);
}

function network(opened: Opened, { webSocketPorts }: NetworkOptions): Network {
  const { udp, streams, webSockets } = opened;
  const tls = streams.get("tls");
  const streamOf = ({ transport }: Peer): StreamTransport | undefined =>
    transport === "ws" || transport === "wss" ? webSockets : streams.get(transport);
  return {
    port: udp?.port ?? streams.get("tcp")?.port ?? 0,
    ports: { ...webSocketPorts, ...(tls ? { tls: tls.port } : {}) },
    send(peer, bytes, failed) {
      const transport = isStream(peer.transport) ? streamOf(peer) : udp;
      if (transport) transport.send(peer, bytes, failed);
      else if (failed) queueMicrotask(failed);
    },
    reaches: (peer) => !isStream(peer.transport) || (streamOf(peer)?.reaches(peer) ?? false),
    expectKeepAlive: (peer, ms) => streamOf(peer)?.expectKeepAlive?.(peer, ms),
    ...(tls?.renew ? { renew: tls.renew } : {}),
    ...(webSockets ? { acceptWebSocket: webSockets.accept } : {}),
    close: () => closeAll(opened),
  };
}

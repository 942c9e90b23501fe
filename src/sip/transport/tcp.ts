// SIP over TCP (RFC 3261 §18): connections that phones opened to us and those that we open.

import { once } from "node:events";
import { createConnection, createServer, isIP, type Server, type Socket } from "node:net";
import type { Peer } from "../face.ts";
import { Connections, plainAddress, type StreamTransport } from "./connections.ts";
import type { NetworkEvents, NetworkOptions } from "./network.ts";
import { StreamConnection, type Surroundings } from "./stream-connection.ts";

export const MAX_CONNECTIONS = 20_000;

/** Rejects with the error of the listening socket. */
export async function openTcp(options: NetworkOptions, events: NetworkEvents): Promise<StreamTransport> {
  const connections = new Connections(events);
  const around: Surroundings = { clock: options.clock, events, gone: connections.gone, ready: "connect" };
  const adopt = (socket: Socket, peer: Peer) => connections.add(new StreamConnection(socket, peer, around));
  const server = createServer((socket) => {
    const peer = enteringPeer(socket, "tcp", events);
    if (peer) adopt(socket, peer);
    else socket.destroy();
  });
  const port = await listen(server, options);
  server.on("error", (error) => options.log.warn({ error: error.message }, "tcp listener"));
  return {
    port,
    send(peer, bytes, failed) {
      const open = connections.find(peer);
      if (open) open.send(bytes, failed);
      else if (!peer.accepted) adopt(createConnection(endsOf(options, peer)), peer).send(bytes, failed);
      else if (failed) queueMicrotask(failed);
    },
    reaches: (peer) => connections.find(peer) !== undefined,
    expectKeepAlive: (peer, ms) => connections.find(peer)?.expect?.(ms),
    close: () => closeServer(server, connections),
  };
}

type Ends = { readonly host: string; readonly port: number; readonly localAddress?: string };

/** Both ends of a connection that we open. Peers know us by the address that we listen on, unless that is any (`0.0.0.0`, `::`). */
export function endsOf({ host }: Pick<NetworkOptions, "host">, { address, port }: Peer): Ends {
  const bound = isIP(host) !== 0 && isIP(host) === isIP(address) && host !== "0.0.0.0" && host !== "::";
  return { host: address, port, ...(bound && { localAddress: host }) };
}

/** Undefined when the other side has gone already, or is not let in. */
export function enteringPeer(socket: Socket, transport: Peer["transport"], events: NetworkEvents): Peer | undefined {
  const peer = peerOfSocket(socket, transport);
  if (!peer || events.enters?.(peer.address) === false) return undefined;
  socket.once("close", () => events.left?.(peer.address));
  return peer;
}

/** Undefined when the other side has gone already. */
export function peerOfSocket(socket: Socket, transport: Peer["transport"]): Peer | undefined {
  const { remoteAddress, remotePort } = socket;
  if (remoteAddress === undefined || remotePort === undefined) return undefined;
  return { transport, address: plainAddress(remoteAddress), port: remotePort, accepted: true };
}

/** The port that was bound. Rejects with the error of the socket. */
export async function listen(server: Server, { port, host }: { port: number; host: string }): Promise<number> {
  server.maxConnections = MAX_CONNECTIONS;
  const listening = once(server, "listening");
  server.listen({ port, host, backlog: MAX_CONNECTIONS });
  await listening;
  const bound = server.address();
  return typeof bound === "object" && bound ? bound.port : port;
}

export async function closeServer(server: Server, connections: Connections): Promise<void> {
  connections.destroyAll();
  await new Promise((resolve) => server.close(resolve));
}

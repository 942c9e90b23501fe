// SIP over TCP (RFC 3261 §18): connections that phones opened to us and those that we open, found again by the peer's address
// and port, so that a request to a phone goes down the connection that the phone has opened (RFC 5626's idea of a flow).

import { once } from "node:events";
import { createConnection, createServer, type Server, type Socket } from "node:net";
import type { Clock, Timer } from "../../base/clock.ts";
import type { Peer } from "../face.ts";
import { type Frame, Framing } from "./framing.ts";
import type { NetworkEvents, NetworkOptions } from "./network.ts";

export type TcpTransport = {
  readonly port: number;
  send(peer: Peer, bytes: Buffer, failed?: () => void): void;
  reaches(peer: Peer): boolean;
  close(): Promise<void>;
};

const MAX_CONNECTIONS = 20_000;
/** A message that has begun must be complete after this time (64*T1), or the connection is closed. */
const PARTIAL_MS = 32_000;
const CONNECT_MS = 10_000;
/** A peer that does not read: more than this waiting for it closes the connection. */
const MAX_UNSENT = 1_048_576;
const CRLF = Buffer.from("\r\n");

const keyOf = (address: string, port: number): string => `${address} ${port}`;

/** IPv4 peers of a dual-stack socket appear as `::ffff:1.2.3.4`. */
const plain = (address: string): string => (address.startsWith("::ffff:") ? address.slice(7) : address);

/** Rejects with the error of the listening socket. */
export async function openTcp(options: NetworkOptions, events: NetworkEvents): Promise<TcpTransport> {
  const connections = new Map<string, Connection>();
  const adopt = (socket: Socket, peer: Peer): Connection => {
    const connection = new Connection(socket, peer, { clock: options.clock, events, gone });
    connections.set(keyOf(peer.address, peer.port), connection);
    return connection;
  };
  const gone = (connection: Connection): void => {
    const key = keyOf(connection.peer.address, connection.peer.port);
    if (connections.get(key) !== connection) return;
    connections.delete(key);
    events.closed(connection.peer);
  };
  const server = createServer((socket) => {
    const { remoteAddress, remotePort } = socket;
    if (remoteAddress === undefined || remotePort === undefined) socket.destroy();
    else adopt(socket, { transport: "tcp", address: plain(remoteAddress), port: remotePort });
  });
  server.maxConnections = MAX_CONNECTIONS;
  await listen(server, options);
  server.on("error", (error) => options.log.warn({ error: error.message }, "tcp listener"));
  const bound = server.address();
  return {
    port: typeof bound === "object" && bound ? bound.port : options.port,
    send(peer, bytes, failed) {
      const open = connections.get(keyOf(peer.address, peer.port));
      const connection = open ?? adopt(createConnection({ host: peer.address, port: peer.port }), peer);
      connection.send(bytes, failed);
    },
    reaches: (peer) => connections.has(keyOf(peer.address, peer.port)),
    async close() {
      for (const connection of connections.values()) connection.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function listen(server: Server, options: NetworkOptions): Promise<void> {
  const listening = once(server, "listening");
  server.listen(options.port, options.host);
  await listening;
}

type Surroundings = {
  readonly clock: Clock;
  readonly events: NetworkEvents;
  readonly gone: (connection: Connection) => void;
};

class Connection {
  readonly peer: Peer;
  private readonly socket: Socket;
  private readonly around: Surroundings;
  private readonly framing = new Framing();
  /** Runs while the connection is being made, until the first message of a stranger, and while a message is incomplete. */
  private patience: Timer | undefined = undefined;

  constructor(socket: Socket, peer: Peer, around: Surroundings) {
    this.socket = socket;
    this.peer = peer;
    this.around = around;
    this.allow(socket.connecting ? CONNECT_MS : PARTIAL_MS);
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 60_000);
    socket.on("connect", () => this.relax());
    socket.on("data", (chunk) => this.read(chunk));
    // The reason of a failure is of no use to anyone above: `close` always follows.
    socket.on("error", () => socket.destroy());
    socket.on("end", () => socket.end());
    socket.on("close", () => {
      this.relax();
      around.gone(this);
    });
  }

  send(bytes: Buffer, failed: (() => void) | undefined): void {
    if (this.socket.writableLength > MAX_UNSENT) this.socket.destroy();
    this.socket.write(bytes, (error) => {
      if (error && failed) queueMicrotask(failed);
    });
  }

  destroy(): void {
    this.socket.destroy();
  }

  private allow(ms: number): void {
    this.patience ??= this.around.clock.after(ms, () => this.destroy());
  }

  private relax(): void {
    this.patience?.cancel();
    this.patience = undefined;
  }

  private read(chunk: Buffer): void {
    const frames = this.framing.push(chunk);
    // Only a complete message earns more time: bytes that drip in do not.
    if (frames.length > 0) this.relax();
    for (const frame of frames) this.take(frame);
    if (this.framing.waiting > 0) this.allow(PARTIAL_MS);
  }

  private take(frame: Frame): void {
    if (frame.type === "ping") this.socket.write(CRLF);
    else if (frame.type === "message") this.around.events.message(frame.bytes, this.peer);
    else {
      if (frame.bytes) this.around.events.message(frame.bytes, this.peer);
      this.socket.end();
    }
  }
}

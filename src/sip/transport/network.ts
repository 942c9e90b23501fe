// The network as the transaction layer sees it (RFC 3261 §18): bytes in, bytes out. sockets.ts is the real one; tests put a
// lossy one around it.

import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import type { Peer, TlsOptions, Transport } from "../face.ts";

/** `host` is bound as given; `port` 0 takes a free one, the same for UDP and TCP. */
export type NetworkOptions = {
  readonly clock: Clock;
  readonly log: Log;
  readonly host: string;
  readonly port: number;
  readonly transports: readonly Transport[];
  /** Needed when `transports` holds `tls`. */
  readonly tls?: TlsOptions;
  /** Told of each datagram that is read. */
  readonly datagrams?: { arrived(): void };
  /** Where the HTTP face takes WebSockets; absent = nowhere. */
  readonly webSocketPorts?: Readonly<Partial<Record<"ws" | "wss", number>>>;
};

export type NetworkEvents = {
  /** One datagram, or one message cut out of a stream. */
  message(bytes: Buffer, source: Peer): void;
  /** A connection is gone. */
  closed(peer: Peer): void;
  /** Whether a connection from this address is taken, and that it is gone. Absent: every one is. */
  enters?(address: string): boolean;
  left?(address: string): void;
  /** Whether this address gets answers to its keep-alives. Absent: everybody does. */
  isBanned?(address: string): boolean;
};

export type Network = {
  /** UDP and TCP. */
  readonly port: number;
  /** Of the transports that have one of their own. */
  readonly ports?: Readonly<Partial<Record<Transport, number>>>;
  /** `failed` runs at most once, never before `send` has returned, when the bytes surely do not arrive. */
  send(peer: Peer, bytes: Buffer, failed?: () => void): void;
  /** Whether a stream to exactly this peer is open; always true for datagrams. */
  reaches(peer: Peer): boolean;
  /** The peer has been told to say something this often (RFC 5626 §5.4): silence for longer closes his stream. */
  expectKeepAlive?(peer: Peer, ms: number): void;
  /** Takes a WebSocket over; absent when they are off. */
  acceptWebSocket?(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Another certificate for TLS from the next handshake on; throws when it is none. Absent without TLS. */
  renew?(own: Own): void;
  close(): Promise<void>;
};

/** PEM texts of a key and its certificate. */
export type Own = { readonly key: string; readonly cert: string };

/** Where the network takes requests over this transport: what Via and Contact say. */
export const portOf = ({ port, ports }: Network, transport: Transport): number => ports?.[transport] ?? port;

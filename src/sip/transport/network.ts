// The network as the transaction layer sees it (RFC 3261 §18): bytes in, bytes out. sockets.ts is the real one; tests put a
// lossy one around it.

import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import type { Peer, Transport } from "../face.ts";

/** `host` is bound as given; `port` 0 takes a free one, the same for both transports. */
export type NetworkOptions = {
  readonly clock: Clock;
  readonly log: Log;
  readonly host: string;
  readonly port: number;
  readonly transports: readonly Transport[];
};

export type NetworkEvents = {
  /** One datagram, or one message cut out of a stream. */
  message(bytes: Buffer, source: Peer): void;
  /** A TCP connection is gone. */
  closed(peer: Peer): void;
};

export type Network = {
  readonly port: number;
  /** `failed` runs at most once, never before `send` has returned, when the bytes surely do not arrive. */
  send(peer: Peer, bytes: Buffer, failed?: () => void): void;
  /** Whether a stream to exactly this peer is open; always true for datagrams. */
  reaches(peer: Peer): boolean;
  close(): Promise<void>;
};

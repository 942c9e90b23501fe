// The open connections of one transport, found again by the peer's address and port, so that a request to a phone goes down
// the connection that the phone has opened (RFC 5626's idea of a flow). A pool for connections of one kind.

import type { Peer } from "../face.ts";
import type { NetworkEvents, Own } from "./network.ts";

export type Connection = {
  readonly peer: Peer;
  send(bytes: Buffer, failed: (() => void) | undefined): void;
  destroy(): void;
  /** See `Network.expectKeepAlive`. */
  expect?(ms: number): void;
};

const keyOf = ({ address, port, serverName }: Peer): string => `${address} ${port} ${serverName ?? ""}`;

/** Connections that strangers have opened are keyed without a server name, so those to named peers never meet them. */
export class Connections {
  private readonly open = new Map<string, Connection>();
  private readonly events: NetworkEvents;

  constructor(events: NetworkEvents) {
    this.events = events;
  }

  get size(): number {
    return this.open.size;
  }

  find(peer: Peer): Connection | undefined {
    return this.open.get(keyOf(peer));
  }

  add(connection: Connection): Connection {
    this.open.set(keyOf(connection.peer), connection);
    return connection;
  }

  /** Called by each connection once, at its end. */
  readonly gone = (connection: Connection): void => {
    const key = keyOf(connection.peer);
    if (this.open.get(key) !== connection) return;
    this.open.delete(key);
    this.events.closed(connection.peer);
  };

  destroyAll(): void {
    for (const connection of this.open.values()) connection.destroy();
  }
}

/** IPv4 peers of a dual-stack socket appear as `::ffff:1.2.3.4`. */
export const plainAddress = (address: string): string => (address.startsWith("::ffff:") ? address.slice(7) : address);

/** What a network does with a connection-oriented transport. */
export type StreamTransport = {
  /** The bound port; 0 when it does not listen itself. */
  readonly port: number;
  send(peer: Peer, bytes: Buffer, failed?: () => void): void;
  reaches(peer: Peer): boolean;
  expectKeepAlive?(peer: Peer, ms: number): void;
  /** See `Network.renew`. */
  renew?(own: Own): void;
  close(): Promise<void>;
};

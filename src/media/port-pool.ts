// The sockets of one worker: pairs of RTP (even port) and RTCP (the next one), bound ahead of need and kept for the next leg.
// Ports that the system refuses go to the end of the row. Which pair is free is the main thread's knowledge (port-stock.ts).

import { createSocket, type RemoteInfo, type Socket, type SocketOptions } from "node:dgram";
import { isIPv4, isIPv6 } from "node:net";

export type Receiver = (packet: Buffer, from: RemoteInfo) => void;

export type SocketPair = {
  readonly port: number;
  readonly rtp: Socket;
  readonly rtcp: Socket;
  /** null while no leg has the pair: what arrives late for the last one is dropped. */
  onRtp: Receiver | null;
  onRtcp: Receiver | null;
};

/** How a socket for both families names an IPv4 peer (RFC 4291 §2.5.5.2); outside of it he has his own address. */
const mapping = "::ffff:";
const mapped = (address: string): string => (isIPv4(address) ? mapping + address : address);

/**
 * Every address is a literal already: without a lookup of its own, each packet sent would go through the resolver's thread pool. The
 * same function for all sockets, which are many.
 */
const socketOptions = {
  4: { type: "udp4", lookup: (address, _options, found) => found(null, address, 4) },
  6: { type: "udp6", lookup: (address, _options, found) => found(null, mapped(address), 6) },
} as const satisfies Record<number, SocketOptions>;

export class PortPool {
  readonly #host: string;
  readonly #unbound: number[];
  readonly #pairs = new Map<number, SocketPair>();
  readonly #fault: (reason: string) => void;
  readonly #family: 4 | 6;

  constructor(host: string, ports: readonly number[], fault: (reason: string) => void) {
    this.#host = host;
    this.#unbound = [...ports];
    this.#fault = fault;
    this.#family = isIPv6(host) ? 6 : 4;
  }

  get left(): number {
    return this.#unbound.length;
  }

  /** Binds up to `count` pairs, trying no port twice. The ports that it got. */
  async bind(count: number): Promise<number[]> {
    const bound: number[] = [];
    for (let tries = this.#unbound.length; tries > 0 && bound.length < count; tries -= 1) {
      const port = this.#unbound.shift();
      if (port === undefined) break;
      if (await this.#bindPair(port)) bound.push(port);
      else this.#unbound.push(port);
    }
    return bound;
  }

  /** Binds this very pair. */
  async claim(port: number): Promise<boolean> {
    return !this.#pairs.has(port) && this.#bindPair(port);
  }

  pair(port: number): SocketPair {
    const pair = this.#pairs.get(port);
    if (!pair) throw new Error(`port ${port} is not bound`);
    return pair;
  }

  async #bindPair(port: number): Promise<boolean> {
    const rtp = await this.#bindSocket(port);
    if (!rtp) return false;
    const rtcp = await this.#bindSocket(port + 1);
    if (!rtcp) {
      rtp.close();
      return false;
    }
    const pair: SocketPair = { port, rtp, rtcp, onRtp: null, onRtcp: null };
    rtp.on("message", (packet, from) => this.#receive(pair.onRtp, packet, from));
    rtcp.on("message", (packet, from) => this.#receive(pair.onRtcp, packet, from));
    this.#pairs.set(port, pair);
    return true;
  }

  #bindSocket(port: number): Promise<Socket | null> {
    const socket = createSocket(socketOptions[this.#family]);
    return new Promise((resolve) => {
      // One listener for both times, and nothing of this promise stays with the socket.
      let asked: typeof resolve | null = resolve;
      socket.on("error", (error) => {
        if (!asked) return this.#fault(`socket ${port}: ${error.message}`);
        socket.close();
        asked(null);
        asked = null;
      });
      socket.bind({ port, address: this.#host, exclusive: true }, () => {
        asked?.(socket);
        asked = null;
      });
    });
  }

  /** One try/catch around each datagram: whatever a stranger sends, the others keep talking. */
  #receive(receiver: Receiver | null, packet: Buffer, from: RemoteInfo): void {
    if (!receiver) return;
    try {
      if (this.#family === 6 && from.address.startsWith(mapping)) from.address = from.address.slice(mapping.length);
      receiver(packet, from);
    } catch (error) {
      this.#fault(`datagram: ${error instanceof Error ? error.message : "unknown"}`);
    }
  }
}

// Requests that may not fit into one datagram (RFC 3261 §18.1.1): above 1300 bytes they go over TCP to the same address and
// port, and over UDP after all when nobody takes TCP there. Asked by the layer for every request.

import type { Clock } from "../../base/clock.ts";
import type { Peer } from "../face.ts";

/** Bytes; the RFC's bound for a path whose MTU is unknown. */
const LARGEST_DATAGRAM = 1300;
/** How long a peer that took no TCP is not asked again: a connection that nobody answers costs seconds. */
const REFUSED_MS = 600_000;
const MOST_REMEMBERED = 10_000;

export class LargeRequests {
  private readonly clock: Clock;
  /** Peers that took no TCP, and until when that is believed. */
  private readonly refused = new Map<string, number>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Where to send a request of so many bytes instead; undefined = where it was to go. */
  streamFor(peer: Peer, bytes: number): Peer | undefined {
    if (peer.transport !== "udp" || bytes <= LARGEST_DATAGRAM) return undefined;
    const until = this.refused.get(keyOf(peer));
    if (until !== undefined && until > this.clock.monotonic()) return undefined;
    return { ...peer, transport: "tcp" };
  }

  noTcpAt(peer: Peer): void {
    if (this.refused.size >= MOST_REMEMBERED) this.refused.clear();
    this.refused.set(keyOf(peer), this.clock.monotonic() + REFUSED_MS);
  }
}

const keyOf = ({ address, port }: Peer): string => `${address} ${port}`;

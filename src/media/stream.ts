// What audio and video of one leg have in common in the worker: sockets, the peer's address, counters.

import type { RemoteInfo } from "node:dgram";
import type { StreamStatistics } from "./face.ts";
import { Latch } from "./latch.ts";
import type { SocketPair } from "./port-pool.ts";
import { Reception } from "./rtp/reception.ts";
import type { Remote } from "./sdp/terms.ts";
import { SrtpSession } from "./srtp/session.ts";

/** What only audio has. */
export const unmeasured = { rttMs: null, mos: null, lostAtPeer: null, jitterAtPeerMs: null, mosAtPeer: null } as const;

export class Stream {
  readonly pair: SocketPair;
  readonly latch = new Latch();
  readonly reception: Reception;
  packetsOut = 0;
  octetsOut = 0;
  /** Share of packets left out on purpose when sending, 0 to 1: a bad network for simulated phones. */
  dropShare = 0;
  #rtcpPort = 0;
  #multiplexed = false;
  /** null while RTP is plain. */
  #srtp: SrtpSession | null = null;
  /** Kept once there: our key may come back, and its packets must go on counting. */
  #keyed: SrtpSession | null = null;

  constructor(pair: SocketPair, clockPerMs: number) {
    this.pair = pair;
    this.reception = new Reception(clockPerMs);
  }

  signal(remote: Remote, now: number): void {
    if (remote.browser) return;
    const { protection } = remote;
    if (protection) this.#keyed ??= new SrtpSession();
    this.#srtp = protection && this.#keyed;
    if (protection) this.#srtp?.agree(protection);
    this.latch.signal(remote.address, remote.rtpPort, now);
    this.#rtcpPort = remote.rtcpPort;
  }

  /** A browser: its keys come later, and RTCP goes where RTP goes (RFC 5761). */
  bundle(keys: SrtpSession): void {
    this.#srtp = keys;
    this.#multiplexed = true;
  }

  /** Octets [from, to) as they are to the peer; `payload` of them count in the statistics (RFC 3550 §6.4.1). */
  send(packet: Buffer, from: number, payload: number): void {
    const sealed = this.#srtp ? this.#srtp.seal(packet, from) : packet;
    if (!sealed) return;
    this.packetsOut += 1;
    this.octetsOut += payload;
    if (this.dropShare > 0 && Math.random() < this.dropShare) return;
    const { latch } = this;
    // Without a callback the call is done at once; an error of the network (ICMP, full buffer) is a lost packet.
    if (from === 0 || this.#srtp) this.pair.rtp.send(sealed, latch.port, latch.address);
    else this.pair.rtp.send(packet, from, packet.length - from, latch.port, latch.address);
  }

  /** RTCP goes where RTP goes, to the port that was signalled or seen. Nothing to a peer on the old hold (RFC 3264 §8.4). */
  sendRtcp(packet: Buffer): void {
    const { address } = this.latch;
    const [socket, port] = this.#multiplexed ? [this.pair.rtp, this.latch.port] : [this.pair.rtcp, this.#rtcpPort];
    if (port === 0 || address === "" || address === "0.0.0.0" || address === "::") return;
    const sealed = this.#srtp ? this.#srtp.sealReport(packet) : packet;
    if (sealed) socket.send(sealed, port, address);
  }

  /** Whether packets are proven to be the peer's before they are looked at. A browser's place is ICE's matter all the same. */
  get signed(): boolean {
    return this.#srtp !== null && !this.#multiplexed;
  }

  /** A datagram of the peer in the clear; null: it is not the peer's. */
  open(packet: Buffer): Buffer | null {
    return this.#srtp ? this.#srtp.open(packet) : packet;
  }

  openReport(packet: Buffer): Buffer | null {
    return this.#srtp ? this.#srtp.openReport(packet) : packet;
  }

  /** RTCP counts only from the host that RTP comes from. */
  admitsRtcp(from: RemoteInfo): boolean {
    if (from.address !== this.latch.address) return false;
    this.#rtcpPort = from.port;
    return true;
  }

  statistics(): StreamStatistics {
    const { reception } = this;
    return {
      packetsIn: reception.packets,
      packetsOut: this.packetsOut,
      octetsIn: reception.octets,
      octetsOut: this.octetsOut,
      lost: reception.lost,
      jitterMs: reception.jitterMs,
      ...unmeasured,
    };
  }
}

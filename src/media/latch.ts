// Symmetric RTP (RFC 4961, RFC 7362 §3): where to send to, and whose packets to believe. The address in the SDP counts until
// packets come; the first source seen takes its place, because a NAT may stand between. From then on a source is changed only for
// a reason that nobody off the path can make up: it is the one of the SDP, it goes on with the stream (its SSRC and sequence, where
// a NAT or a network has changed), it is on the same host, or its packets are signed (SRTP). Silence alone opens nothing: a
// phone on hold is silent, and whoever sprays packets over our ports waits for that.

/** In the first seconds a call may move from an early-media server to the phone itself. */
const settleMs = 3_000;
/** How long the current source has to be silent: for any other in the first seconds, for one that goes on, for its own host. */
const silenceMs = { settling: 500, goesOn: 200, sameHost: 3_000 } as const;
/** So many packets in a row, and a source is no chance hit. Until then another one that has more takes its place. */
const sure = 4;
/** How far a sequence may jump within a row, and over a change of the network (RFC 3550 §A.1). */
const maxStep = 10;
const maxDropout = 3_000;

type Place = { readonly address: string; readonly port: number };
/** What a packet says about its stream. */
type Stamp = { readonly ssrc: number; readonly sequence: number };
/** Packets in a row from one place. */
type Row = { address: string; port: number; ssrc: number; sequence: number; length: number };

export class Latch {
  /** Where packets go to. Port 0: nowhere yet. */
  address = "";
  port = 0;
  #signalled: Place = { address: "", port: 0 };
  #settledAt = 0;
  /** When the current source was last heard; -1 while none has been. */
  #heardAt = -1;
  readonly #row: Row = { address: "", port: 0, ssrc: -1, sequence: 0, length: 0 };
  #rival: Row | null = null;

  /** What the SDP says now. The same address again (a re-INVITE) keeps what was learnt. */
  signal(address: string, port: number, now: number): void {
    if (address === this.#signalled.address && port === this.#signalled.port) return;
    this.#signalled = { address, port };
    this.address = address;
    this.port = port;
    this.#heardAt = -1;
    this.#settledAt = now + settleMs;
    this.#row.length = 0;
    this.#rival = null;
  }

  /** Whether a packet from there is the peer's. `signed`: nobody else can have made it (SRTP). */
  admits(from: Place, stamp: Stamp, now: number, signed = false): boolean {
    if (from.port !== this.port || from.address !== this.address) {
      if (!signed && !this.#mayMove(from, stamp, now)) return false;
      this.address = from.address;
      this.port = from.port;
      this.#row.length = 0;
      this.#rival = null;
    }
    this.#heardAt = now;
    follow(this.#row, from, stamp);
    return true;
  }

  #mayMove(from: Place, stamp: Stamp, now: number): boolean {
    if (this.#heardAt < 0) return true;
    const silence = now - this.#heardAt;
    const settling = now < this.#settledAt;
    const { address, port } = this.#signalled;
    if (from.address === address && from.port === port && (settling || this.address !== address)) return true;
    if (settling && silence >= silenceMs.settling) return true;
    if (this.#outdone(from, stamp)) return true;
    if (silence >= silenceMs.goesOn && this.#goesOn(stamp)) return true;
    return silence >= silenceMs.sameHost && (from.address === this.address || from.address === address);
  }

  /** A first packet may be a stranger's: while it is followed by no more, whoever has more in a row is the peer. */
  #outdone(from: Place, stamp: Stamp): boolean {
    if (this.#row.length >= sure) return false;
    this.#rival ??= { ...from, ...stamp, length: 0 };
    follow(this.#rival, from, stamp);
    return this.#rival.length > this.#row.length;
  }

  #goesOn({ ssrc, sequence }: Stamp): boolean {
    const ahead = (sequence - this.#row.sequence) & 0xffff;
    return ssrc === this.#row.ssrc && ahead > 0 && ahead < maxDropout;
  }
}

function follow(row: Row, from: Place, { ssrc, sequence }: Stamp): void {
  const ahead = (sequence - row.sequence) & 0xffff;
  const inRow = ssrc === row.ssrc && from.port === row.port && from.address === row.address && ahead <= maxStep;
  row.length = inRow ? row.length + 1 : 1;
  row.address = from.address;
  row.port = from.port;
  row.ssrc = ssrc;
  row.sequence = sequence;
}

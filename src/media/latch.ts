// Symmetric RTP (RFC 4961, RFC 7362 §3): where to send to, and whose packets to believe. The address in the SDP counts until
// packets come; the first source seen takes its place, because a NAT may stand between. A source that matches the SDP beats
// any other. After that, the source may change only when it has fallen silent.

/** In the first seconds a call may move from an early-media server to the phone itself. */
const settleMs = 3_000;
const silenceMs = { settling: 500, settled: 3_000 } as const;

export class Latch {
  /** Where packets go to. Port 0: nowhere yet. */
  address = "";
  port = 0;
  #signalledAddress = "";
  #signalledPort = 0;
  #settledAt = 0;
  /** When the current source was last heard; -1 while none has been. */
  #heardAt = -1;

  /** What the SDP says now. The same address again (a re-INVITE) keeps what was learnt. */
  signal(address: string, port: number, now: number): void {
    if (address === this.#signalledAddress && port === this.#signalledPort) return;
    this.#signalledAddress = address;
    this.#signalledPort = port;
    this.address = address;
    this.port = port;
    this.#heardAt = -1;
    this.#settledAt = now + settleMs;
  }

  /** Whether a packet from there is the peer's. */
  admits(address: string, port: number, now: number): boolean {
    if (port !== this.port || address !== this.address) {
      if (!this.#mayMove(address, port, now)) return false;
      this.address = address;
      this.port = port;
    }
    this.#heardAt = now;
    return true;
  }

  #mayMove(address: string, port: number, now: number): boolean {
    if (this.#heardAt < 0) return true;
    const settling = now < this.#settledAt;
    if (settling && address === this.#signalledAddress && port === this.#signalledPort) return true;
    return now - this.#heardAt >= (settling ? silenceMs.settling : silenceMs.settled);
  }
}

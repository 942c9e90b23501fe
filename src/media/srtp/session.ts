// SRTP of one stream in both directions. Until there are keys, nothing is sent and nothing is believed.

import type { Protection } from "../sdp/terms.ts";
import { SrtpContext } from "./context.ts";

export class SrtpSession {
  #out: SrtpContext | null = null;
  #in: SrtpContext | null = null;
  #agreed: Protection | null = null;
  /** The peer still wants our packets (RFC 7675); without it none are sent. */
  consent = true;

  /** A direction whose key is the same as before goes on counting its packets (RFC 4568 §7.1.4). */
  agree(protection: Protection): void {
    const before = this.#agreed;
    const changed = before?.suite !== protection.suite;
    if (changed || before?.ours !== protection.ours) this.#out = contextOf(protection, protection.ours);
    if (changed || before?.theirs !== protection.theirs)
      this.#in = contextOf(protection, protection.theirs, protection.joined);
    this.#agreed = protection;
  }

  /** RTP from octet `from` on, protected; null: not to be sent. */
  seal(packet: Buffer, from: number): Buffer | null {
    return this.consent ? (this.#out?.protectRtp(packet, from) ?? null) : null;
  }

  sealReport(packet: Buffer): Buffer | null {
    return this.consent ? (this.#out?.protectRtcp(packet) ?? null) : null;
  }

  /** What the peer sent, in the clear; null: drop it. */
  open(packet: Buffer): Buffer | null {
    return this.#in?.openRtp(packet) ?? null;
  }

  openReport(packet: Buffer): Buffer | null {
    return this.#in?.openRtcp(packet) ?? null;
  }
}

const contextOf = ({ suite }: Protection, key: string, joined?: true): SrtpContext =>
  new SrtpContext(suite, Buffer.from(key, "base64"), joined);

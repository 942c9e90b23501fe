// One SSRC towards a peer for the whole life of a leg, whoever is heard on it (RFC 3550 §5.1): sequence numbers go on without a
// gap and timestamps with the time that passed when the source changes, so the phone's jitter buffer never notices. Within
// one source the source's own gaps and reorderings stay visible.

import type { HeaderFields, PacketView } from "./packet.ts";

/** A source that jumps further than this has begun anew (RFC 3550 §A.1, MAX_DROPOUT). */
const maxDropout = 3_000;

/** Instead of an SSRC: the next packet begins anew, or the last one was made here. */
const nobody = -1;
const ourselves = -2;

export class Continuity {
  readonly ssrc: number;
  /** Units of the timestamp in a ms. After a change the next packet has to begin anew. */
  clockPerMs = 8;
  /** The header of the packet to be sent next; the same object every time. */
  readonly next: { -readonly [Field in keyof HeaderFields]: HeaderFields[Field] };
  /** Highest sequence number and timestamp sent, and when (ms). */
  #sequence: number;
  #timestamp: number;
  #at = Number.NaN;
  /** SSRC that the offsets below are for. */
  #source = nobody;
  #sequenceOffset = 0;
  #timestampOffset = 0;

  constructor(random: { readonly ssrc: number; readonly sequence: number; readonly timestamp: number }) {
    this.ssrc = random.ssrc >>> 0;
    this.#sequence = random.sequence & 0xffff;
    this.#timestamp = random.timestamp >>> 0;
    this.next = { marker: false, payloadType: 0, sequence: 0, timestamp: 0, ssrc: this.ssrc };
  }

  /** The timestamp that belongs to the moment `now` (RFC 3550 §6.4.1), for sender reports. */
  timestampAt(now: number): number {
    return (this.#timestamp + Math.round((now - this.#at) * this.clockPerMs)) >>> 0;
  }

  /** The next packet, whatever it is, comes from another source. */
  interrupt(): void {
    this.#source = nobody;
  }

  /** Fills `next` for a packet that is passed on. */
  relay(view: PacketView, now: number): void {
    const jump = (view.sequence + this.#sequenceOffset - this.#sequence) & 0xffff;
    const steady = view.ssrc === this.#source && (jump < maxDropout || jump > 0x10000 - maxDropout);
    if (!steady) this.#begin(view, now);
    const { next } = this;
    next.marker = view.marker || !steady;
    next.sequence = (view.sequence + this.#sequenceOffset) & 0xffff;
    next.timestamp = (view.timestamp + this.#timestampOffset) >>> 0;
    if (steady && jump >= 0x8000) return; // A late packet: the highest ones stay as they are.
    this.#sequence = next.sequence;
    this.#timestamp = next.timestamp;
    this.#at = now;
  }

  /** A packet of the source is left out on purpose: the listener must not take it for a loss. */
  skip(view: PacketView): void {
    if (view.ssrc === this.#source) this.#sequenceOffset = (this.#sequenceOffset - 1) & 0xffff;
  }

  /** Fills `next` for a packet made here, `units` after the one before (or after the time passed, when it is the first). */
  generate(units: number, now: number): void {
    const fresh = this.#source !== ourselves;
    const { next } = this;
    next.marker = fresh;
    next.sequence = (this.#sequence + 1) & 0xffff;
    next.timestamp = (this.#timestamp + (fresh ? this.#elapsed(now) : units)) >>> 0;
    this.#source = ourselves;
    this.#sequence = next.sequence;
    this.#timestamp = next.timestamp;
    this.#at = now;
  }

  /** Fills `next` for one more packet with the same timestamp (a telephone-event goes on, RFC 4733 §2.5.1.2). */
  prolong(): void {
    this.next.marker = false;
    this.#sequence = (this.#sequence + 1) & 0xffff;
    this.next.sequence = this.#sequence;
    this.next.timestamp = this.#timestamp;
  }

  #begin(view: PacketView, now: number): void {
    this.#source = view.ssrc;
    this.#sequenceOffset = (this.#sequence + 1 - view.sequence) & 0xffff;
    this.#timestampOffset = (this.#timestamp + this.#elapsed(now) - view.timestamp) >>> 0;
  }

  /** Units since the last packet, in whole packets of 20 ms and at least one. */
  #elapsed(now: number): number {
    const packets = Number.isNaN(this.#at) ? 1 : Math.max(1, Math.round((now - this.#at) / 20));
    return packets * 20 * this.clockPerMs;
  }
}

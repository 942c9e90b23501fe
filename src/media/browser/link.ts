// The way to one browser: all its packets on one port (RFC 8843, RFC 5761), told apart by their first octet (RFC 7983). ICE lite
// says where it is, DTLS gives the keys. Run by channels.ts in the worker.

import type { RemoteInfo } from "node:dgram";
import type { BrowserTerms } from "../sdp/terms.ts";
import { SrtpSession } from "../srtp/session.ts";
import { Handshake } from "./handshake.ts";
import { readBinding, writeBindingSuccess } from "./stun.ts";

export type Place = { readonly address: string; readonly port: number };
type Receiver = (packet: Buffer, from: RemoteInfo) => void;

export type LinkOptions = {
  readonly terms: BrowserTerms;
  /** Monotonic ms. */
  readonly now: () => number;
  readonly send: (packet: Buffer, to: Place) => void;
  /** Where the browser is, from the first check on and whenever it chooses another path. */
  readonly moved: (to: Place) => void;
  readonly rtp: Receiver;
  readonly rtcp: Receiver;
  readonly fault: (reason: string) => void;
};

/** RFC 7675 §5.1: how long one check is a consent. A lite agent makes none; a full one sends them all the time. */
const consentMs = 30_000;

export class BrowserLink {
  /** Of all that goes this way; without keys until the handshake is done. */
  readonly srtp = new SrtpSession();
  readonly #options: LinkOptions;
  readonly #handshake: Handshake;
  #terms: BrowserTerms;
  /** Those before an ICE restart: checks of the old path go on until the browser has chosen a new one (RFC 8445 §9). */
  #before: BrowserTerms | null = null;
  #place: Place | null = null;
  #checkedAt = 0;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#terms = options.terms;
    this.#handshake = new Handshake({
      terms: options.terms,
      send: (packet) => {
        if (this.#place) options.send(packet, this.#place);
      },
      done: (keys) => this.srtp.agree(keys),
      fault: options.fault,
    });
  }

  get place(): Place | null {
    return this.#place;
  }

  /** `false`: another fingerprint is another association (RFC 8842 §4). Another ufrag alone is an ICE restart, keys stay. */
  agree(terms: BrowserTerms): boolean {
    const { ours, theirUfrag, fingerprint } = this.#terms;
    if (fingerprint !== terms.fingerprint) return false;
    if (theirUfrag === terms.theirUfrag && ours.ufrag === terms.ours.ufrag) return true;
    this.#before = this.#terms;
    this.#terms = terms;
    return true;
  }

  receive(packet: Buffer, from: RemoteInfo): void {
    const first = packet[0] ?? 255;
    if (first < 4) this.#check(packet, from);
    else if (first >= 128 && first < 192) this.#media(packet, from);
    // Only who has shown our password may begin a handshake.
    else if (first >= 20 && first < 64 && this.#isThere(from)) this.#handshake.receive(packet);
  }

  /** To be called now and then: without a check of the browser its consent runs out. */
  look(): void {
    if (this.#place && this.#options.now() - this.#checkedAt > consentMs) this.srtp.consent = false;
  }

  close(): void {
    this.#handshake.close();
  }

  /** RFC 8445 §7.3. Until the peer has chosen, its first path that works is the one. */
  #check(packet: Buffer, from: RemoteInfo): void {
    const { send, moved } = this.#options;
    const known = this.#terms;
    const request = readBinding(packet, known.ours, known.theirUfrag);
    if (!request) return this.#checkBefore(packet, from);
    send(writeBindingSuccess(request, from, known.ours.password), from);
    this.#consented();
    if (request.nominates) this.#before = null;
    if (this.#isThere(from) || (this.#place && !request.nominates)) return;
    this.#place = { address: from.address, port: from.port };
    moved(this.#place);
  }

  /** Answered, and nothing more: what was chosen before the restart stays until there is a new choice. */
  #checkBefore(packet: Buffer, from: RemoteInfo): void {
    if (!this.#before) return;
    const { ours, theirUfrag } = this.#before;
    const request = readBinding(packet, ours, theirUfrag);
    if (!request) return;
    this.#options.send(writeBindingSuccess(request, from, ours.password), from);
    this.#consented();
  }

  #consented(): void {
    this.#checkedAt = this.#options.now();
    this.srtp.consent = true;
  }

  #media(packet: Buffer, from: RemoteInfo): void {
    // RFC 5761 §4: as payload types, those of RTCP are not used.
    const type = packet[1] ?? 0;
    if (type >= 192 && type < 224) this.#options.rtcp(packet, from);
    else this.#options.rtp(packet, from);
  }

  #isThere(from: Place): boolean {
    return from.port === this.#place?.port && from.address === this.#place.address;
  }
}

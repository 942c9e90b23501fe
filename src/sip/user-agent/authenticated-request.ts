// A request that answers challenges (RFC 3261 §22.2, §22.3): on each 401 or 407 it goes out once more, with credentials for
// every realm that has asked, the next CSeq number and a new branch. A nonce that is only stale is answered again. And one that
// tries the next server when the first does not serve (RFC 3263 §4.3), at once or by its silence.

import type { Timer } from "../../base/clock.ts";
import type { Peer } from "../face.ts";
import type { SipResponse } from "../message/parse.ts";
import type { RequestDraft } from "../message/serialise.ts";
import type { ClientTransaction, ClientUser } from "../transaction/client.ts";
import type { TransactionLayer } from "../transaction/layer.ts";
import type { Answered, Keyring } from "./keyring.ts";

export type RequestToSend = {
  readonly draft: RequestDraft;
  readonly peer: Peer;
  /** Other servers for the same request, in order; `avoid` hears which have failed. */
  readonly spare?: { readonly peers: readonly Peer[]; readonly avoid: (peer: Peer) => void } | undefined;
  /** Shared by the requests of a call or of a registration. */
  readonly keys?: Keyring | undefined;
  /** The number for the next attempt; in a dialog it comes from the dialog. */
  readonly nextCSeq: () => number;
  readonly patience?: Patience | undefined;
};

/** A server that has said nothing for `ms` counts as silent. `leave`: its transaction goes on, for somebody else. */
export type Patience = { readonly ms: number; readonly leave: (request: AuthenticatedRequest) => void };

/** Stands between a client transaction and its user, who sees a 401 or 407 only when it cannot be answered. */
export class AuthenticatedRequest implements ClientUser {
  /** As it was last sent, without credentials. */
  draft: RequestDraft;
  /** Where the last attempt went. */
  peer: Peer;
  /** The credentials of the last attempt as header lines: an ACK repeats them (RFC 3261 §22.1). */
  credentialLines = "";
  private readonly layer: TransactionLayer;
  private readonly user: ClientUser;
  private spare: RequestToSend["spare"];
  private readonly nextCSeq: () => number;
  private keys: Keyring | undefined;
  private readonly answered: Answered = new Map();
  private current: ClientTransaction | undefined = undefined;
  private readonly patience: Patience | undefined;
  private waiting: Timer | undefined = undefined;

  constructor(layer: TransactionLayer, request: RequestToSend, user: ClientUser) {
    this.layer = layer;
    this.user = user;
    this.draft = request.draft;
    this.peer = request.peer;
    this.spare = request.spare;
    this.keys = request.keys;
    this.nextCSeq = request.nextCSeq;
    this.patience = request.patience;
  }

  get transaction(): ClientTransaction | undefined {
    return this.current;
  }

  start(): this {
    this.credentialLines = this.keys?.lines(this.draft) ?? "";
    const { draft, credentialLines } = this;
    const signed = credentialLines === "" ? draft : { ...draft, extra: draft.extra + credentialLines };
    this.current = this.layer.send(signed, this.peer, this);
    this.wait(this.current.peer);
    return this;
  }

  /** The next challenge or failure goes to the user as it is. */
  stopAnswering(): void {
    this.keys = undefined;
    this.spare = undefined;
  }

  response(response: SipResponse): void {
    const { status } = response;
    this.waiting?.cancel();
    // Somebody is at work on it: from here on another server would do it twice.
    if (status > 100 && status < 200) this.spare = undefined;
    if (status === 503 && this.goElsewhere()) return;
    if (status >= 200 && status < 300) this.keys?.heed(response);
    if ((status === 401 || status === 407) && this.answer(response, status)) this.start();
    else this.user.response(response);
  }

  failed(why: "timeout" | "transport"): void {
    this.waiting?.cancel();
    if (!this.goElsewhere()) this.user.failed(why);
  }

  private wait(sentTo: Peer): void {
    if (!this.patience) return;
    this.waiting = this.layer.clock.after(this.patience.ms, () => this.silent(sentTo));
  }

  /** Another transport may have been tried meanwhile (RFC 3261 §18.1.1): it has its own time. */
  private silent(sentTo: Peer): void {
    const peer = this.current?.peer;
    if (peer && peer !== sentTo) this.wait(peer);
    else {
      this.patience?.leave(this);
      this.failed("timeout");
    }
  }

  /** RFC 3263 §4.3: the same request in a new transaction to the next server. What the last one's nonce was is of no use there. */
  private goElsewhere(): boolean {
    const { spare } = this;
    if (!spare) return false;
    spare.avoid(this.peer);
    const [next, ...peers] = spare.peers;
    if (!next) return false;
    this.peer = next;
    this.spare = { ...spare, peers };
    this.answered.clear();
    this.keys?.clear();
    this.start();
    return true;
  }

  /** False when there is nothing (more) to say to this challenge. */
  private answer(response: SipResponse, status: 401 | 407): boolean {
    if (!this.keys?.learn(response, status, this.answered)) return false;
    this.draft = { ...this.draft, cseq: this.nextCSeq() };
    return true;
  }
}

// What an early and a confirmed dialog have in common (RFC 3261 §12): requests in order, one offer at a time (RFC 3264 §4),
// and UPDATE of the peer (RFC 3311). early-dialog.ts and session.ts stand on it; offers of ours are in modify.ts.

import type { DialogEvent, OfferReply, Peer } from "../face.ts";
import type { HeaderFields } from "../message/header-fields.ts";
import type { SipRequest } from "../message/parse.ts";
import { isMalformed } from "../message/syntax.ts";
import type { ServerTransaction } from "../transaction/server.ts";
import { isWebSocket } from "../transport/kinds.ts";
import type { Keyring } from "../user-agent/keyring.ts";
import { ACCEPT, ALLOW, eventsLine, SDP_TYPE, SUPPORTED, sdpOf, type UserAgent } from "../user-agent/user-agent.ts";
import { type DialogState, nextHop, refreshed, tagOf } from "./dialog.ts";
import { type Negotiation, objectToOffer } from "./negotiation.ts";
import type { Observation } from "./observation.ts";
import type { TimerAnswer } from "./session-timer.ts";

export type OpenDialogStart = {
  readonly dialog: DialogState;
  readonly observation: Observation;
  /** User part of our Contact. */
  readonly contactUser: string;
  /** Our Contact line, when it is a GRUU. */
  readonly ownContact?: string | undefined;
  /** We sent the first INVITE, so the Call-ID is ours. */
  readonly caller: boolean;
  readonly keys?: Keyring | undefined;
  /** The peer's Allow names UPDATE. */
  readonly peerUpdates: boolean;
  /** It names INFO. */
  readonly peerInforms?: boolean;
  /** Our session description; "" before the first. */
  readonly sdp: string;
};

/** An answer on its way out: what it replies to, and how it goes. */
type Offered = { readonly transaction: ServerTransaction; readonly request: SipRequest };

/** CSeq numbers are reserved in steps of so many, the next step when half of the last one is used. */
export const SEQ_STEP = 100;

const isAnotherPort = (one: Peer, other: Peer): boolean =>
  one.transport === "udp" && other.transport === "udp" && one.address === other.address && one.port !== other.port;

export class OpenDialog {
  readonly agent: UserAgent;
  readonly caller: boolean;
  readonly observation: Observation;
  readonly peerUpdates: boolean;
  readonly contactUser: string;
  readonly ownContact: string | undefined;
  keys: Keyring | undefined;
  /** Our session description as it is in force: a refresh without a change sends it again. */
  localSdp: string;
  dialog: DialogState;
  over = false;
  /** Runs when the dialog ends, for an offer of ours that still waits. */
  interrupt: (() => void) | undefined = undefined;
  protected exchange: Negotiation;
  private waiting: (() => void)[] = [];
  /** A request with an offer that nobody has answered yet. */
  private inbound: ServerTransaction | undefined = undefined;
  /** No CSeq number of ours is above it: who takes the dialog up from its image begins there. */
  protected reservedSeq: number;

  constructor(agent: UserAgent, start: OpenDialogStart, exchange: Negotiation) {
    this.agent = agent;
    this.dialog = start.dialog;
    this.observation = start.observation;
    this.contactUser = start.contactUser;
    this.ownContact = start.ownContact;
    this.caller = start.caller;
    this.keys = start.keys;
    this.peerUpdates = start.peerUpdates;
    this.localSdp = start.sdp;
    this.exchange = exchange;
    this.reservedSeq = start.dialog.localSeq + SEQ_STEP;
  }

  get sipCallId(): string {
    return this.dialog.callId;
  }

  get negotiation(): Negotiation {
    return this.exchange;
  }

  enter(next: Negotiation): void {
    this.exchange = next;
    if (next === "stable") this.wake();
  }

  /** Resolves when an offer of ours may go out (RFC 3261 §14.1), or when the dialog is over. */
  async settled(): Promise<void> {
    while (this.exchange !== "stable" && !this.over) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  /** Contact for what refreshes the target. */
  contactLine(): string {
    const { agent, contactUser, dialog } = this;
    return this.ownContact ?? agent.contactLine(contactUser, nextHop(agent, dialog)?.transport ?? "udp", dialog.target);
  }

  /** The peer has another connection now. */
  follow(peer: Peer): void {
    if (!this.dialog.flow) return;
    this.dialog = { ...this.dialog, flow: peer };
    this.changed();
  }

  /**
   * A target refresh (RFC 3261 §12.2). A browser that sends it over a new connection is reached by no other (RFC 7118 §5), a phone
   * whose NAT has given it another port by no other one.
   */
  protected refresh(transaction: ServerTransaction, request: SipRequest): void {
    this.retarget(request.headers);
    const { source } = transaction;
    const { flow } = this.dialog;
    if (flow && ((isWebSocket(source) && isWebSocket(flow)) || isAnotherPort(flow, source))) this.follow(source);
  }

  nextCSeq = (): number => {
    const localSeq = this.dialog.localSeq + 1;
    this.dialog = { ...this.dialog, localSeq };
    if (this.reservedSeq - localSeq < SEQ_STEP / 2) {
      this.reservedSeq = localSeq + SEQ_STEP;
      this.changed();
    }
    return localSeq;
  };

  /** The peer's Contact, when there is one. */
  retarget(headers: HeaderFields): void {
    const before = this.dialog.target;
    this.dialog = refreshed(this.dialog, headers);
    if (this.dialog.target !== before) this.changed();
  }

  reply(transaction: ServerTransaction, status: number, extra = ""): void {
    transaction.respond({ status, extra: extra + this.agent.serverLine });
  }

  /** The CSeq number of a request that may be served; undefined when it has been refused (§12.2.2). */
  inOrder(transaction: ServerTransaction, request: SipRequest): number | undefined {
    // Another branch of a fork shares our tag, but it is not this dialog.
    if (tagOf(request.headers, "from") !== this.dialog.remoteTag) {
      this.reply(transaction, 481);
      return undefined;
    }
    const cseq = request.headers.cseq();
    const { remoteSeq } = this.dialog;
    if (isMalformed(cseq) || (remoteSeq !== undefined && cseq.number < remoteSeq)) {
      this.reply(transaction, 500);
      return undefined;
    }
    this.dialog = { ...this.dialog, remoteSeq: cseq.number };
    return cseq.number;
  }

  /** RFC 3311 §5.2: without an offer it refreshes the target, and the session timer. */
  private updateArrived(transaction: ServerTransaction, request: SipRequest): void {
    const timer = this.answerTimer(request.headers);
    if (timer.status === 422) {
      this.reply(transaction, 422, timer.extra);
      return;
    }
    const accept = (sdp: string): void => {
      this.refresh(transaction, request);
      const type = sdp === "" ? "" : SDP_TYPE;
      const extra = this.contactLine() + ALLOW + SUPPORTED + timer.extra + this.agent.serverLine + type;
      transaction.respond({ status: 200, extra, body: sdp });
      if (sdp !== "") this.agreedOn(sdp, sdpOf(request));
      this.timerAgreed(timer);
    };
    if (sdpOf(request) === undefined) accept("");
    else {
      this.offered({ transaction, request }, (sdp) => {
        this.enter("stable");
        accept(sdp);
      });
    }
  }

  /** Asks the observer for the answer to a request with an offer (or, a re-INVITE, without one). */
  protected offered({ transaction, request }: Offered, accept: (sdp: string) => void): void {
    const objection = objectToOffer(this.exchange);
    if (objection) {
      const { status, retryAfterS } = objection;
      this.reply(transaction, status, retryAfterS === undefined ? "" : `Retry-After: ${retryAfterS}\r\n`);
      return;
    }
    const sdp = sdpOf(request);
    this.enter("offer-received");
    this.inbound = transaction;
    const reply = (answer: OfferReply): void => {
      if (this.inbound !== transaction) return;
      if ("sdp" in answer) {
        this.inbound = undefined;
        accept(answer.sdp);
      } else this.refuseOffer(transaction, answer.status >= 300 && answer.status <= 699 ? answer.status : 500);
    };
    const event: DialogEvent = sdp === undefined ? { type: "offer", reply } : { type: "offer", sdp, reply };
    this.observation.emit(event);
  }

  protected refuseOffer(transaction: ServerTransaction, status: number): void {
    if (this.inbound !== transaction) return;
    this.inbound = undefined;
    this.enter("stable");
    this.reply(transaction, status);
  }

  /** What is the same in every dialog. False: the request is of another kind. */
  protected serveAnywhere(transaction: ServerTransaction, request: SipRequest): boolean {
    const { method, headers, body } = request;
    if (method === "OPTIONS") this.reply(transaction, 200, ALLOW + ACCEPT + SUPPORTED);
    else if (method === "UPDATE") this.updateArrived(transaction, request);
    else if (method === "INFO") {
      this.reply(transaction, 200);
      this.observation.emit({ type: "info", contentType: headers.get("content-type") ?? "", body });
    } else if (method === "NOTIFY" && this.agent.events.length > 0) this.notified(transaction, headers.get("event"));
    else return false;
    return true;
  }

  /** RFC 6665 §8.3.2: a package that we have not named is 489. */
  private notified(transaction: ServerTransaction, header = ""): void {
    const event = (header.split(";", 1)[0] ?? "").trimEnd();
    const known = this.agent.events.includes(event);
    this.reply(transaction, known ? 200 : 489, known ? "" : eventsLine(this.agent));
    if (known) this.observation.emit({ type: "notified", event });
  }

  /** Its image is another one now. */
  protected changed(): void {}

  /** An offer has met its answer. */
  agreedOn(local: string, _remote: string | undefined): void {
    this.localSdp = local;
  }

  /** Session timers begin with the 2xx to the INVITE: an early dialog has none. */
  protected answerTimer(_headers: HeaderFields): TimerAnswer {
    return { status: 200, extra: "", agreed: undefined };
  }

  protected timerAgreed(_answer: TimerAnswer): void {}

  /** What our offers say about the session timer. */
  timerLines(): string {
    return "";
  }

  /** A refresh of ours was answered 2xx. */
  refreshedBy(_headers: HeaderFields): void {}

  /** A 422 to a refresh of ours: false when there is nothing to raise. */
  raiseTimer(_headers: HeaderFields): boolean {
    return false;
  }

  /** The peer has said that there is no such dialog, or nothing at all (§12.2.1.2). */
  fail(_status: number): void {}

  /** Nothing more is expected: what still waits for an answer of ours gets 487 (§15.1.2). */
  protected close(): void {
    this.over = true;
    const { inbound } = this;
    this.inbound = undefined;
    if (inbound) this.reply(inbound, 487);
    this.interrupt?.();
    this.wake();
  }

  private wake(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}

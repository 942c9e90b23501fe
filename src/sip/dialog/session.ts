// An INVITE dialog that stands (RFC 3261 §13-15): BYE both ways, re-INVITEs of the peer, INFO. The same for caller and callee;
// re-INVITEs of ours are in reinvite.ts.

import type { Credentials, DialogEvent, OfferReply } from "../face.ts";
import type { SipRequest } from "../message/parse.ts";
import { q850Cause, reasonLine } from "../message/reason.ts";
import { isMalformed } from "../message/syntax.ts";
import type { ServerTransaction } from "../transaction/server.ts";
import { AuthenticatedRequest } from "../user-agent/authenticated-request.ts";
import {
  ACCEPT,
  ALLOW,
  type DialogUsage,
  SDP_TYPE,
  SUPPORTED,
  sdpOf,
  type UserAgent,
} from "../user-agent/user-agent.ts";
import { type DialogState, draftInDialog, nextHop, refreshed, tagOf } from "./dialog.ts";
import { type Negotiation, objectToOffer } from "./negotiation.ts";
import type { Observation } from "./observation.ts";
import { SuccessRepeater } from "./success-repeater.ts";

/** Goes out as a Reason header (RFC 3326). `q850` 0-127. */
export type Cause = { readonly q850: number; readonly text: string };

export type SessionStart = {
  readonly dialog: DialogState;
  readonly observation: Observation;
  /** User part of our Contact. */
  readonly contactUser: string;
  /** We sent the first INVITE, so the Call-ID is ours. */
  readonly caller: boolean;
  readonly credentials?: Credentials | undefined;
};

const NOTHING = { extra: "", body: "" };

/** Takes over the dialog's place in `agent.dialogs` for as long as the peer may still send something. */
export class Session implements DialogUsage {
  readonly agent: UserAgent;
  readonly caller: boolean;
  readonly credentials: Credentials | undefined;
  dialog: DialogState;
  over = false;
  /** Runs when the session ends, for a re-INVITE of ours that still waits. */
  interrupt: (() => void) | undefined = undefined;
  private exchange: Negotiation = "stable";
  private waiting: (() => void)[] = [];
  private readonly observation: Observation;
  private readonly contactUser: string;
  private repeater: SuccessRepeater | undefined = undefined;
  /** CSeq number of the INVITE whose ACK is missing. */
  private ackSeq = 0;
  private inbound: ServerTransaction | undefined = undefined;
  /** A BYE that must wait for the ACK of our first 2xx (RFC 3261 §15). */
  private heldBye: { readonly cause: Cause | undefined } | undefined = undefined;

  constructor(agent: UserAgent, start: SessionStart) {
    this.agent = agent;
    this.dialog = start.dialog;
    this.observation = start.observation;
    this.contactUser = start.contactUser;
    this.caller = start.caller;
    this.credentials = start.credentials;
    agent.dialogs.set(this.dialog.localTag, this);
  }

  get sipCallId(): string {
    return this.dialog.callId;
  }

  /** Only reinvite.ts enters from outside, for offers of ours. */
  enter(next: Negotiation): void {
    this.exchange = next;
    if (next === "stable") this.wake();
  }

  /** Resolves when an offer of ours may go out (RFC 3261 §14.1), or when the session is over. */
  async settled(): Promise<void> {
    while (this.exchange !== "stable" && !this.over) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  private wake(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  /** Contact for what refreshes the target. */
  contactLine(): string {
    const { agent, contactUser, dialog } = this;
    return agent.contactLine(contactUser, nextHop(dialog)?.transport ?? "udp", dialog.target);
  }

  nextCSeq = (): number => {
    this.dialog = { ...this.dialog, localSeq: this.dialog.localSeq + 1 };
    return this.dialog.localSeq;
  };

  /** Told as over at once: a BYE ends the session when it is sent, not when it is answered (§15.1.1). */
  hangUp(cause?: Cause): void {
    if (this.over) return;
    this.over = true;
    this.observation.emitLater({ type: "ended", by: "local" });
    this.bye(cause);
  }

  /** Ends with an error: BYE unless the peer has said that it knows no such dialog. */
  fail(status: number): void {
    if (this.over) return;
    this.over = true;
    this.observation.emitLater({ type: "ended", by: "error", status });
    if (status === 481) this.leave();
    else this.bye(undefined);
  }

  /** A 200 to an INVITE of the peer has been sent; until its ACK it is sent again. */
  awaitAck(transaction: ServerTransaction, cseq: number): void {
    this.enter("ack-awaited");
    this.ackSeq = cseq;
    this.repeater = new SuccessRepeater(this.agent.clock, transaction, () => {
      this.repeater = undefined;
      this.enter("stable");
      if (this.heldBye) this.sendBye(this.heldBye.cause);
      else this.fail(408);
    });
  }

  ack(request: SipRequest): void {
    const cseq = request.headers.cseq();
    if (!this.repeater || isMalformed(cseq) || cseq.number !== this.ackSeq) return;
    this.repeater.stop();
    this.repeater = undefined;
    this.enter("stable");
    if (this.heldBye) this.sendBye(this.heldBye.cause);
    const sdp = sdpOf(request);
    this.observation.emit(sdp === undefined ? { type: "confirmed" } : { type: "confirmed", sdp });
  }

  request(transaction: ServerTransaction, request: SipRequest): void {
    // Another branch of a fork shares our tag, but it is not this dialog (§12.2.2).
    if (tagOf(request.headers, "from") !== this.dialog.remoteTag) {
      this.reply(transaction, 481);
      return;
    }
    if (this.over) {
      // Our BYE has crossed theirs: both are answered 200 (RFC 5407 §3.1.5), and a BYE that we still hold back is not needed.
      this.reply(transaction, request.method === "BYE" ? 200 : 481);
      if (request.method === "BYE") this.leave();
      return;
    }
    const cseq = request.headers.cseq();
    const { remoteSeq } = this.dialog;
    // §12.2.2: a number below the last one is out of order.
    if (isMalformed(cseq) || (remoteSeq !== undefined && cseq.number < remoteSeq)) {
      this.reply(transaction, 500);
      return;
    }
    this.dialog = { ...this.dialog, remoteSeq: cseq.number };
    this.serve(transaction, request, cseq.number);
  }

  private serve(transaction: ServerTransaction, request: SipRequest, cseq: number): void {
    switch (request.method) {
      case "BYE":
        this.byeArrived(transaction, request);
        break;
      case "INVITE":
        this.offerArrived(transaction, request, cseq);
        break;
      case "INFO":
        this.reply(transaction, 200);
        this.observation.emit({
          type: "info",
          contentType: request.headers.get("content-type") ?? "",
          body: request.body,
        });
        break;
      case "OPTIONS":
        this.reply(transaction, 200, ALLOW + ACCEPT + SUPPORTED);
        break;
      default:
        this.reply(transaction, 405, ALLOW);
    }
  }

  private byeArrived(transaction: ServerTransaction, request: SipRequest): void {
    const q850 = q850Cause(request.headers);
    this.reply(transaction, 200);
    this.over = true;
    this.leave();
    this.observation.emit({ type: "ended", by: "remote", ...(q850 === undefined ? {} : { q850 }) });
  }

  private offerArrived(transaction: ServerTransaction, request: SipRequest, cseq: number): void {
    const objection = objectToOffer(this.exchange);
    if (objection) {
      const { status, retryAfterS } = objection;
      this.reply(transaction, status, retryAfterS === undefined ? "" : `Retry-After: ${retryAfterS}\r\n`);
      return;
    }
    const sdp = sdpOf(request);
    this.enter("offer-received");
    this.inbound = transaction;
    transaction.inviteUser = { cancelled: () => this.refuseOffer(transaction, 487) };
    const reply = (answer: OfferReply): void => {
      if (this.inbound !== transaction) return;
      if ("sdp" in answer) this.acceptOffer(transaction, request, { sdp: answer.sdp, cseq });
      else this.refuseOffer(transaction, answer.status >= 300 && answer.status <= 699 ? answer.status : 500);
    };
    const event: DialogEvent = sdp === undefined ? { type: "offer", reply } : { type: "offer", sdp, reply };
    this.observation.emit(event);
    transaction.trying();
  }

  private acceptOffer(
    transaction: ServerTransaction,
    request: SipRequest,
    answer: { sdp: string; cseq: number },
  ): void {
    this.inbound = undefined;
    this.dialog = refreshed(this.dialog, request.headers);
    const extra = this.contactLine() + ALLOW + SUPPORTED + this.agent.serverLine + SDP_TYPE;
    transaction.respond({ status: 200, extra, body: answer.sdp });
    this.awaitAck(transaction, answer.cseq);
  }

  private refuseOffer(transaction: ServerTransaction, status: number): void {
    if (this.inbound !== transaction) return;
    this.inbound = undefined;
    this.enter("stable");
    this.reply(transaction, status);
  }

  private reply(transaction: ServerTransaction, status: number, extra = ""): void {
    transaction.respond({ status, extra: extra + this.agent.serverLine });
  }

  private bye(cause: Cause | undefined): void {
    // §15: a callee that has not seen the ACK waits for it, or for the end of its patience. Re-INVITEs hold nothing up.
    if (this.repeater && !this.caller && this.dialog.localSeq === 0) this.heldBye = { cause };
    else this.sendBye(cause);
  }

  private sendBye(cause: Cause | undefined): void {
    this.leave();
    sendBye(this, cause);
  }

  /** Nothing of the peer is expected any more. */
  private leave(): void {
    this.agent.dialogs.delete(this.dialog.localTag);
    this.repeater?.stop();
    this.repeater = undefined;
    const { inbound } = this;
    this.inbound = undefined;
    // §15.1.2: what still waits for an answer in this dialog gets 487.
    if (inbound) this.reply(inbound, 487);
    this.interrupt?.();
    this.wake();
  }
}

const UNHEARD = { response: () => {}, failed: () => {} };

type Ending = Pick<Session, "agent" | "dialog" | "nextCSeq" | "credentials">;

/** BYE; what the peer answers changes nothing (RFC 3261 §15.1.1). */
export function sendBye(session: Ending, cause: Cause | undefined): void {
  const { agent, credentials, nextCSeq } = session;
  nextCSeq();
  const peer = nextHop(session.dialog);
  if (!peer) return;
  const draft = draftInDialog(session.dialog, "BYE", { ...NOTHING, extra: reasonLine(cause) + agent.agentLine });
  new AuthenticatedRequest(agent.layer, { draft, peer, credentials, nextCSeq }, UNHEARD).start();
}

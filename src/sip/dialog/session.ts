// An INVITE dialog that stands (RFC 3261 §13-15): BYE both ways, re-INVITEs of the peer, INFO, and the session timer (RFC 4028).
// The same for caller and callee; offers of ours are in modify.ts.

import type { DialogImage, OfferReply, SessionTimerPolicy } from "../face.ts";
import type { HeaderFields } from "../message/header-fields.ts";
import type { SipRequest } from "../message/parse.ts";
import { causesOf, reasonLine } from "../message/reason.ts";
import { isMalformed } from "../message/syntax.ts";
import type { ServerTransaction } from "../transaction/server.ts";
import { AuthenticatedRequest } from "../user-agent/authenticated-request.ts";
import { ALLOW, type DialogUsage, SDP_TYPE, SUPPORTED, sdpOf, type UserAgent } from "../user-agent/user-agent.ts";
import { draftInDialog, lasting, nextHop, tagOf } from "./dialog.ts";
import { imageOf } from "./dialog-image.ts";
import { inform } from "./inform.ts";
import { modify, reoffer } from "./modify.ts";
import { OpenDialog, type OpenDialogStart } from "./open-dialog.ts";
import { referArrived } from "./referral.ts";
import { SessionClock } from "./session-clock.ts";
import {
  agreedTimer,
  answerTimer,
  askTimer,
  raisedPolicy,
  type SessionTimer,
  type TimerAnswer,
} from "./session-timer.ts";
import { SuccessRepeater } from "./success-repeater.ts";

/** Goes out as a Reason header (RFC 3326). `q850` 0-127. */
export type Cause = { readonly q850: number; readonly text: string };

/** How a BYE goes out, and what runs when nothing more comes of it. */
type Farewell = { readonly cause?: Cause | undefined; readonly parted?: (() => void) | undefined };

export type SessionStart = OpenDialogStart & {
  readonly timer: SessionTimer | undefined;
  /** What the peer's 422 has raised; absent: our own. */
  readonly timerPolicy?: SessionTimerPolicy;
};

/** Recovery on timer expiry (Q.850 §2.2.7). */
const EXPIRED: Cause = { q850: 102, text: "Session timer expired" };
const UNHEARD_OF: Cause = { q850: 102, text: "Recovery on timer expiry" };
const NOTHING = { extra: "", body: "" };

/** Takes over the dialog's place in `agent.dialogs` for as long as the peer may still send something. */
export class Session extends OpenDialog implements DialogUsage {
  private repeater: SuccessRepeater | undefined = undefined;
  /** CSeq number of the INVITE whose ACK is missing. */
  private ackSeq = 0;
  /** The ACK of the first 2xx has come, or is our own. */
  private confirmed: boolean;
  /** A BYE that must wait for the ACK of our first 2xx (RFC 3261 §15). */
  private heldBye: Farewell | undefined = undefined;
  /** RAck value of a provisional response of ours that has no PRACK yet (RFC 3262 §3). */
  private rack: string | undefined = undefined;
  readonly peerInforms: boolean;
  /** The last one of ours that was asked for. */
  private reoffers: Promise<unknown> | undefined = undefined;
  /** From the first session timer on. */
  private clock: SessionClock | undefined = undefined;
  private timerPolicy: SessionTimerPolicy;

  constructor(agent: UserAgent, start: SessionStart) {
    super(agent, { ...start, dialog: lasting(start.dialog, start.caller) }, "stable");
    this.confirmed = start.caller;
    this.peerInforms = start.peerInforms === true;
    this.timerPolicy = start.timerPolicy ?? agent.sessionTimer;
    this.runTimer(start.timer);
    agent.dialogs.set(this.dialog.localTag, this);
  }

  /** A re-INVITE with this offer, one after the other. */
  reoffer(sdp: string): Promise<OfferReply> {
    const reply = (this.reoffers ?? Promise.resolve()).then(() => reoffer(this, sdp, "INVITE"));
    this.reoffers = reply;
    return reply;
  }

  info(contentType: string, body: string): Promise<number> {
    return this.peerInforms ? inform(this, { contentType, body }) : Promise.resolve(405);
  }

  /** Told as over at once: a BYE ends the session when it is sent, not when it is answered (§15.1.1). */
  hangUp(cause?: Cause, parted?: () => void): void {
    if (this.over) return parted?.();
    this.over = true;
    this.observation.emitLater({ type: "ended", by: "local" });
    this.bye({ cause, parted });
  }

  image(): DialogImage | undefined {
    if (this.over) return undefined;
    const { dialog, caller, contactUser, ownContact, peerUpdates, peerInforms, timerPolicy, reservedSeq } = this;
    const parts = { peerInforms, timerPolicy, timer: this.timer, localSeq: reservedSeq };
    return imageOf({ dialog, caller, contactUser, ownContact, peerUpdates, ...parts });
  }

  protected override changed(): void {
    if (!this.over) this.observation.emit({ type: "changed" });
  }

  /** Ends with an error: BYE unless the peer has said that it knows no such dialog. */
  override fail(status: number, cause = status === 408 ? UNHEARD_OF : undefined): void {
    if (this.over) return;
    this.over = true;
    this.observation.emitLater({ type: "ended", by: "error", status, ...(cause ? { q850: cause.q850 } : {}) });
    if (status === 481) this.leave();
    else this.bye({ cause });
  }

  override timerLines(): string {
    return askTimer(this.timerPolicy, this.timer);
  }

  override refreshedBy(headers: HeaderFields): void {
    if (!this.over) this.agreeTimer(agreedTimer(headers, this.timerPolicy));
  }

  override raiseTimer(headers: HeaderFields): boolean {
    const raised = raisedPolicy(headers, this.timerPolicy);
    this.timerPolicy = raised ?? this.timerPolicy;
    return raised !== undefined;
  }

  protected override answerTimer(headers: HeaderFields): TimerAnswer {
    return answerTimer(headers, this.timerPolicy, this.timer);
  }

  protected override timerAgreed(answer: TimerAnswer): void {
    if (answer.status === 200 && !this.over) this.agreeTimer(answer.agreed);
  }

  /** What is agreed on now. */
  private get timer(): SessionTimer | undefined {
    return this.clock?.timer;
  }

  private runTimer(agreed: SessionTimer | undefined): void {
    if (agreed) {
      this.clock ??= new SessionClock(this.agent.clock, {
        refreshSession: () => this.refreshSession(),
        sessionExpired: () => this.fail(408, EXPIRED),
      });
    }
    this.clock?.agree(agreed);
  }

  private agreeTimer(agreed: SessionTimer | undefined): void {
    const before = this.timer;
    this.runTimer(agreed);
    if (before?.intervalS !== agreed?.intervalS || before?.weRefresh !== agreed?.weRefresh) this.changed();
  }

  /** RFC 4028 §7.4: UPDATE where the peer knows it, which needs no offer; else, or when it is refused, our last offer as it is. */
  private refreshSession(): void {
    void this.sendRefresh();
  }

  private async sendRefresh(): Promise<void> {
    if (this.peerUpdates && (await modify(this, { method: "UPDATE" })).status < 300) return;
    // Taken up, and not yet offered anew: that is the refresh.
    if (this.over || this.localSdp === "") return;
    const answer = await this.reoffer(this.localSdp);
    if ("sdp" in answer) this.observation.emit({ type: "refreshed", sdp: answer.sdp });
    else if (!this.over) this.clock?.refused();
  }

  /** A 200 to an INVITE of the peer has been sent; until its ACK it is sent again. */
  awaitAck(transaction: ServerTransaction, cseq: number): void {
    this.enter("ack-awaited");
    this.ackSeq = cseq;
    this.repeater = new SuccessRepeater(this.agent.clock, transaction, () => {
      this.repeater = undefined;
      this.confirmed = true;
      this.enter("stable");
      if (this.heldBye) this.sendBye(this.heldBye);
      else this.fail(408);
    });
  }

  /** The 2xx has overtaken the PRACK of an earlier response, which is answered when it comes (RFC 3262 §3). */
  expectPrack(rack: string): void {
    this.rack = rack;
  }

  ack(request: SipRequest): void {
    const cseq = request.headers.cseq();
    if (!this.repeater || isMalformed(cseq) || cseq.number !== this.ackSeq) return;
    this.repeater.stop();
    this.repeater = undefined;
    this.confirmed = true;
    this.enter("stable");
    if (this.heldBye) this.sendBye(this.heldBye);
    const sdp = sdpOf(request);
    this.observation.emit(sdp === undefined ? { type: "confirmed" } : { type: "confirmed", sdp });
  }

  replaceable(remoteTag: string): "confirmed" | number {
    if (remoteTag !== this.dialog.remoteTag) return 481;
    return this.over ? 603 : "confirmed";
  }

  request(transaction: ServerTransaction, request: SipRequest): void {
    if (this.over && tagOf(request.headers, "from") === this.dialog.remoteTag) {
      // Our BYE has crossed theirs: both are answered 200 (RFC 5407 §3.1.5), and a BYE that we still hold back is not needed.
      this.reply(transaction, request.method === "BYE" ? 200 : 481);
      if (request.method === "BYE") this.leave();
      return;
    }
    const cseq = this.inOrder(transaction, request);
    if (cseq !== undefined) this.serve(transaction, request, cseq);
  }

  private serve(transaction: ServerTransaction, request: SipRequest, cseq: number): void {
    switch (request.method) {
      case "BYE":
        this.byeArrived(transaction, request);
        break;
      case "INVITE":
        this.reinviteArrived(transaction, request, cseq);
        break;
      case "REFER":
        referArrived(this, transaction, request);
        break;
      case "PRACK":
        this.reply(transaction, request.headers.get("rack") === this.rack && this.rack ? 200 : 481);
        break;
      default:
        if (!this.serveAnywhere(transaction, request)) this.reply(transaction, 405, ALLOW);
    }
  }

  private byeArrived(transaction: ServerTransaction, request: SipRequest): void {
    this.reply(transaction, 200);
    this.over = true;
    this.leave();
    this.observation.emit({ type: "ended", by: "remote", ...causesOf(request.headers) });
  }

  private reinviteArrived(transaction: ServerTransaction, request: SipRequest, cseq: number): void {
    const timer = this.answerTimer(request.headers);
    if (timer.status === 422) {
      this.reply(transaction, 422, timer.extra);
      return;
    }
    transaction.inviteUser = { cancelled: () => this.refuseOffer(transaction, 487) };
    this.offered({ transaction, request }, (sdp) => {
      this.refresh(transaction, request);
      const extra = this.contactLine() + ALLOW + SUPPORTED + timer.extra + this.agent.serverLine + SDP_TYPE;
      transaction.respond({ status: 200, extra, body: sdp });
      this.agreedOn(sdp, undefined);
      this.timerAgreed(timer);
      this.awaitAck(transaction, cseq);
    });
    transaction.trying();
  }

  private bye(farewell: Farewell): void {
    // §15: a callee that has not seen the ACK waits for it, or for the end of its patience. Re-INVITEs hold nothing up.
    if (this.repeater && !this.confirmed) this.heldBye = farewell;
    else this.sendBye(farewell);
  }

  private sendBye({ cause, parted }: Farewell): void {
    this.leave();
    sendBye(this, cause, parted);
  }

  /** Nothing of the peer is expected any more. */
  private leave(): void {
    this.agent.dialogs.delete(this.dialog.localTag);
    this.clock?.stop();
    this.repeater?.stop();
    this.repeater = undefined;
    this.close();
  }
}

type Ending = Pick<Session, "agent" | "dialog" | "nextCSeq" | "keys">;

/** BYE; what the peer answers changes nothing (RFC 3261 §15.1.1). */
export function sendBye(session: Ending, cause: Cause | undefined, parted: () => void = () => {}): void {
  const { agent, keys, nextCSeq } = session;
  nextCSeq();
  const peer = nextHop(agent, session.dialog);
  if (!peer) return parted();
  const draft = draftInDialog(agent, session.dialog, "BYE", { ...NOTHING, extra: reasonLine(cause) + agent.agentLine });
  const answered = ({ status }: { readonly status: number }): void => {
    if (status >= 200) parted();
  };
  new AuthenticatedRequest(
    agent.layer,
    { draft, peer, keys, nextCSeq },
    { response: answered, failed: parted },
  ).start();
}

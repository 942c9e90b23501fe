// An INVITE to us, from its arrival to the end of its dialog (RFC 3261 §13.3): provisional responses, the final one, CANCEL.

import type { Timer } from "../../base/clock.ts";
import type { DialogImage, DialogObserver, Diversion, IncomingInvite, OfferReply, Peer } from "../face.ts";
import { diversions } from "../message/diversion.ts";
import { assertedIdentity } from "../message/identity.ts";
import { allows, hasOption } from "../message/option-tags.ts";
import type { SipRequest } from "../message/parse.ts";
import { rackOf } from "../message/rack.ts";
import { type Causes, causesOf, reasonLine } from "../message/reason.ts";
import { fromWire, isMalformed } from "../message/syntax.ts";
import { addressee } from "../message/tel.ts";
import { receivedImage } from "../transaction/invite-image.ts";
import type { ServerTransaction } from "../transaction/server.ts";
import {
  ALLOW,
  type DialogUsage,
  eventsLine,
  SDP_TYPE,
  SUPPORTED,
  sdpOf,
  type UserAgent,
} from "../user-agent/user-agent.ts";
import type { DialogState } from "./dialog.ts";
import { EarlyDialog } from "./early-dialog.ts";
import { Observation } from "./observation.ts";
import type { Ring } from "./reliable-ringing.ts";
import { Ringing } from "./ringing.ts";
import { type Cause, Session } from "./session.ts";
import { answerTimer } from "./session-timer.ts";

/** What a hang-up before the answer says when the caller of it names no better cause. */
const UNANSWERED = 480;
/** An INVITE that nobody answers ends by itself: what proxies do after their timer C (RFC 3261 §16.6). */
const PATIENCE_MS = 180_000;
const STATUS_OF_CAUSE: Readonly<Record<number, number>> = { 1: 404, 17: 486, 21: 603 };

type ArrivedInvite = {
  readonly transaction: ServerTransaction;
  readonly request: SipRequest;
  /** The dialog that this one is to replace. */
  readonly replaced?: DialogUsage | undefined;
  readonly account?: string | undefined;
};

/** Early until a final response; then its session, or nothing. */
export class IncomingCall implements IncomingInvite, DialogUsage {
  readonly sipCallId: string;
  readonly uri: string;
  readonly user: string;
  readonly from: { readonly user: string; readonly host: string; readonly displayName: string };
  readonly source: Peer;
  readonly account?: string;
  readonly sdp?: string;
  readonly asserted?: { readonly uri: string; readonly user: string; readonly displayName: string };
  readonly diversions: readonly Diversion[];
  readonly replaces?: string;
  private readonly agent: UserAgent;
  private readonly early: EarlyDialog;
  private readonly transaction: ServerTransaction;
  private readonly observation: Observation;
  private readonly patience: Timer;
  private readonly ringing: Ringing;
  /** CSeq number of the INVITE. */
  private readonly cseq: number;
  private invite: SipRequest | undefined;
  private session: Session | undefined = undefined;
  private replaced: DialogUsage | undefined;
  /** An answer that waits for the PRACK of an earlier session description (RFC 3262 §3). */
  private heldAnswer: string | undefined = undefined;

  constructor(agent: UserAgent, dialog: DialogState, arrived: ArrivedInvite) {
    const { transaction, request } = arrived;
    const sdp = sdpOf(request);
    this.agent = agent;
    this.transaction = transaction;
    this.invite = request;
    this.sipCallId = dialog.callId;
    this.source = transaction.source;
    if (arrived.account !== undefined) this.account = arrived.account;
    this.uri = request.uri;
    this.user = addressee(request.uri).user;
    this.from = caller(request);
    if (sdp !== undefined) this.sdp = sdp;
    this.replaced = arrived.replaced;
    if (this.replaced) this.replaces = this.replaced.sipCallId;
    const asserted = assertedIdentity(request.headers);
    if (asserted) {
      const { uri, displayName } = asserted;
      this.asserted = { uri, user: addressee(uri).user, displayName };
    }
    this.diversions = diversions(request.headers);
    this.observation = new Observation(agent.log, undefined);
    this.cseq = dialog.remoteSeq ?? 0;
    const { observation, user: contactUser } = this;
    const peerUpdates = allows(request.headers, "UPDATE");
    const start = { dialog, observation, contactUser, caller: false, peerUpdates, sdp: "" };
    this.early = new EarlyDialog(agent, start, sdp === undefined ? "stable" : "offer-received");
    this.ringing = new Ringing(agent.clock, this);
    agent.dialogs.set(dialog.localTag, this);
    agent.layer.invites.keep(receivedImage(request, this.source, dialog.localTag));
    transaction.toTag = dialog.localTag;
    transaction.inviteUser = { cancelled: (causes) => this.cancelled(causes), unreachable: () => this.unreachable() };
    this.patience = agent.clock.after(PATIENCE_MS, () => this.refuse(UNANSWERED, undefined));
  }

  /** The first value of a header of the INVITE; undefined once the final response is out. */
  header(name: string): string | undefined {
    const value = this.invite?.headers.get(name.toLowerCase());
    return value === undefined ? undefined : fromWire(value);
  }

  observe(observer: DialogObserver): void {
    this.observation.observe(observer);
  }

  /**
   * Statuses that are not 101-199 are not sent: 100 is the transaction's own. Reliable (RFC 3262) when the caller requires it,
   * and when he supports it and there is a session description, or was one.
   */
  ring(status: number, sdp?: string): void {
    const { invite } = this;
    if (!invite || status < 101 || status > 199) return;
    const { headers } = invite;
    const reliable =
      hasOption(headers, "require", "100rel") ||
      (hasOption(headers, "supported", "100rel") && (sdp !== undefined || this.early.localSdp !== ""));
    if (reliable) this.ringing.ring({ status, sdp });
    else this.sendRing({ status, sdp }, ALLOW);
  }

  sendReliable(ring: Ring, rseq: number): void {
    const { early } = this;
    if (ring.sdp !== undefined && early.localSdp === "") {
      // Until the PRACK: our answer is on its way, or our offer.
      early.enter(early.negotiation === "offer-received" ? "ack-awaited" : "offer-sent");
      early.localSdp = ring.sdp;
    }
    this.sendRing(ring, `${ALLOW}Require: 100rel\r\nRSeq: ${rseq}\r\n`);
  }

  repeatRing(): void {
    this.transaction.repeat();
  }

  ringUnheard(): void {
    if (this.transaction.answered) return;
    this.finish(504, "");
    this.observation.emit({ type: "ended", by: "error", status: 504 });
  }

  /** The 200 waits while a session description of ours has no PRACK; one that has is not sent again (RFC 6337 §3.1.1). */
  answer(sdp: string): void {
    const { agent, observation, transaction, early, ringing, invite, cseq } = this;
    if (transaction.answered || !invite) return;
    if (ringing.describes) {
      this.heldAnswer ??= sdp;
      return;
    }
    const timer = answerTimer(invite.headers, agent.sessionTimer);
    const { dialog, peerUpdates, localSdp } = early;
    const session = new Session(agent, {
      dialog,
      observation,
      contactUser: this.user,
      caller: false,
      peerUpdates,
      peerInforms: allows(invite.headers, "INFO"),
      sdp: localSdp || sdp,
      timer: timer.status === 200 ? timer.agreed : undefined,
    });
    const description = localSdp === "" ? { type: SDP_TYPE, body: sdp } : { type: "", body: "" };
    const about = ALLOW + SUPPORTED + eventsLine(agent) + timer.extra + agent.serverLine;
    const extra = early.contactLine() + about + description.type;
    transaction.respond({ status: 200, toTag: dialog.localTag, extra, body: description.body });
    session.awaitAck(transaction, cseq);
    if (ringing.unacknowledged !== undefined) session.expectPrack(`${ringing.unacknowledged} ${cseq} INVITE`);
    this.session = session;
    this.replaced?.hangUp();
    this.leaveEarly();
  }

  /** A status that is no refusal goes out as 500. */
  reject(status: number, { q850, retryAfterS }: Parameters<IncomingInvite["reject"]>[1] = {}): void {
    const cause = q850 === undefined ? undefined : { q850, text: "" };
    const hint = retryAfterS === undefined ? "" : `Retry-After: ${retryAfterS}\r\n`;
    this.refuse(status >= 300 && status <= 699 ? status : 500, cause, hint);
  }

  hangUp(cause?: Cause, parted?: () => void): void {
    if (this.session) return this.session.hangUp(cause, parted);
    parted?.();
    this.refuse((cause && STATUS_OF_CAUSE[cause.q850]) ?? UNANSWERED, cause);
  }

  reoffer(sdp: string): Promise<OfferReply> {
    if (this.session) return this.session.reoffer(sdp);
    return this.transaction.answered ? Promise.resolve({ status: 481 }) : this.early.reoffer(sdp);
  }

  info(contentType: string, body: string): Promise<number> {
    return this.session?.info(contentType, body) ?? Promise.resolve(491);
  }

  follow(peer: Peer): void {
    this.session?.follow(peer);
  }

  image(): DialogImage | undefined {
    return this.session?.image();
  }

  /** In the early dialog; afterwards the session takes them. A caller may give up with BYE instead of CANCEL (§15). */
  request(transaction: ServerTransaction, request: SipRequest): void {
    const { early } = this;
    if (request.method === "BYE" || request.method === "PRACK") {
      if (early.inOrder(transaction, request) === undefined) return;
      if (request.method === "PRACK") this.prack(transaction, request);
      else this.byeArrived(transaction, request);
    } else if (!early.serve(transaction, request)) {
      // An INVITE here comes before the final response to the first one (§14.2).
      const isInvite = request.method === "INVITE";
      const extra = isInvite ? `Retry-After: ${Math.floor(Math.random() * 11)}\r\n` : ALLOW;
      early.reply(transaction, isInvite ? 500 : 405, extra);
    }
  }

  private byeArrived(transaction: ServerTransaction, request: SipRequest): void {
    this.early.reply(transaction, 200);
    this.finish(487, "");
    this.observation.emit({ type: "ended", by: "remote", ...causesOf(request.headers) });
  }

  /** RFC 3262 §3, §5: the body answers the offer of our response, or is an offer of its own. */
  private prack(transaction: ServerTransaction, request: SipRequest): void {
    const rack = rackOf(request.headers);
    const { early, observation } = this;
    if (rack?.method !== "INVITE" || rack.cseq !== this.cseq || !this.ringing.prack(rack.rseq)) {
      early.reply(transaction, 481);
      return;
    }
    const sdp = sdpOf(request);
    const { negotiation } = early;
    if (negotiation === "ack-awaited" || negotiation === "offer-sent") {
      early.agreedOn(early.localSdp, sdp);
      early.enter("stable");
    }
    if (sdp !== undefined && negotiation !== "offer-sent") early.offerInPrack(transaction, request);
    else {
      early.reply(transaction, 200);
      observation.emit(sdp === undefined ? { type: "acknowledged" } : { type: "acknowledged", sdp });
    }
    if (this.heldAnswer !== undefined) this.answer(this.heldAnswer);
  }

  ack(): void {}

  private sendRing({ status, sdp }: Ring, more: string): void {
    const { agent, early, transaction } = this;
    const described = sdp === undefined ? "" : SDP_TYPE;
    const extra = early.contactLine() + more + eventsLine(agent) + agent.serverLine + described;
    transaction.respond({ status, toTag: early.dialog.localTag, extra, body: sdp ?? "" });
  }

  private cancelled(causes: Causes): void {
    this.finish(487, "");
    this.observation.emit({ type: "ended", by: "remote", status: 487, ...causes });
  }

  private unreachable(): void {
    this.finish(503, "");
    this.observation.emit({ type: "ended", by: "error", status: 503 });
  }

  private refuse(status: number, cause: Cause | undefined, hint = ""): void {
    if (this.transaction.answered) return;
    this.finish(status, hint + reasonLine(cause));
    this.observation.emitLater({ type: "ended", by: "local", status });
  }

  private finish(status: number, extra: string): void {
    const { agent, early, transaction } = this;
    const { localTag } = early.dialog;
    agent.dialogs.delete(localTag);
    transaction.respond({ status, toTag: localTag, extra: extra + agent.serverLine });
    this.leaveEarly();
  }

  private leaveEarly(): void {
    this.agent.layer.invites.drop(this.early.dialog.localTag);
    this.patience.cancel();
    this.ringing.stop();
    this.early.leave();
    this.invite = undefined;
    this.replaced = undefined;
  }
}

function caller(request: SipRequest): IncomingInvite["from"] {
  const from = request.headers.from();
  if (isMalformed(from)) return { user: "", host: "", displayName: "" };
  const { user, host } = addressee(from.uri);
  return { user, host, displayName: from.displayName };
}

// An INVITE to us, from its arrival to the end of its dialog (RFC 3261 §13.3): provisional responses, the final one, CANCEL.

import type { Timer } from "../../base/clock.ts";
import type { DialogObserver, IncomingInvite, OfferReply, Peer } from "../face.ts";
import type { SipRequest } from "../message/parse.ts";
import { q850Cause, reasonLine } from "../message/reason.ts";
import { fromWire, isMalformed } from "../message/syntax.ts";
import { parseUri } from "../message/uri.ts";
import type { ServerTransaction } from "../transaction/server.ts";
import { ALLOW, type DialogUsage, SDP_TYPE, SUPPORTED, sdpOf, type UserAgent } from "../user-agent/user-agent.ts";
import type { DialogState } from "./dialog.ts";
import { Observation } from "./observation.ts";
import { reinvite } from "./reinvite.ts";
import { type Cause, Session } from "./session.ts";

/** What a hang-up before the answer says when the caller of it names no better cause. */
const UNANSWERED = 480;
/** An INVITE that nobody answers ends by itself: what proxies do after their timer C (RFC 3261 §16.6). */
const PATIENCE_MS = 180_000;
const STATUS_OF_CAUSE: Readonly<Record<number, number>> = { 1: 404, 17: 486, 21: 603 };

/** Early until a final response; then its session, or nothing. */
export class IncomingCall implements IncomingInvite, DialogUsage {
  readonly sipCallId: string;
  readonly user: string;
  readonly from: { readonly user: string; readonly host: string; readonly displayName: string };
  readonly source: Peer;
  readonly sdp?: string;
  private readonly agent: UserAgent;
  private readonly dialog: DialogState;
  private readonly transaction: ServerTransaction;
  private readonly observation: Observation;
  private readonly patience: Timer;
  private invite: SipRequest | undefined;
  private session: Session | undefined = undefined;
  private reoffers: Promise<unknown> = Promise.resolve();

  constructor(agent: UserAgent, dialog: DialogState, arrived: { transaction: ServerTransaction; request: SipRequest }) {
    const { transaction, request } = arrived;
    const sdp = sdpOf(request);
    this.agent = agent;
    this.dialog = dialog;
    this.transaction = transaction;
    this.invite = request;
    this.sipCallId = dialog.callId;
    this.source = transaction.source;
    this.user = userOf(request.uri).user;
    this.from = caller(request);
    if (sdp !== undefined) this.sdp = sdp;
    this.observation = new Observation(agent.log, undefined);
    agent.dialogs.set(dialog.localTag, this);
    transaction.toTag = dialog.localTag;
    transaction.inviteUser = { cancelled: () => this.cancelled(), unreachable: () => this.unreachable() };
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

  /** Statuses that are not 101-199 are not sent: 100 is the transaction's own. */
  ring(status: number, sdp?: string): void {
    if (status < 101 || status > 199) return;
    const extra = this.contactLine() + this.agent.serverLine + (sdp === undefined ? "" : SDP_TYPE);
    this.transaction.respond({ status, toTag: this.dialog.localTag, extra, body: sdp ?? "" });
  }

  answer(sdp: string): void {
    if (this.transaction.answered) return;
    const { agent, dialog, observation, transaction } = this;
    const session = new Session(agent, { dialog, observation, contactUser: this.user, caller: false });
    const extra = this.contactLine() + ALLOW + SUPPORTED + agent.serverLine + SDP_TYPE;
    transaction.respond({ status: 200, toTag: dialog.localTag, extra, body: sdp });
    session.awaitAck(transaction, dialog.remoteSeq ?? 0);
    this.session = session;
    this.patience.cancel();
    this.invite = undefined;
  }

  /** A status that is no refusal goes out as 500. */
  reject(status: number, q850?: number): void {
    this.refuse(status >= 300 && status <= 699 ? status : 500, q850 === undefined ? undefined : { q850, text: "" });
  }

  hangUp(cause?: Cause): void {
    if (this.session) this.session.hangUp(cause);
    else this.refuse((cause && STATUS_OF_CAUSE[cause.q850]) ?? UNANSWERED, cause);
  }

  reoffer(sdp: string): Promise<OfferReply> {
    const { session } = this;
    // Before the answer the first exchange is still open.
    if (!session) return Promise.resolve({ status: this.transaction.answered ? 481 : 491 });
    const reply = this.reoffers.then(() => reinvite(session, sdp));
    this.reoffers = reply;
    return reply;
  }

  /** In the early dialog; afterwards the session takes them. A caller may give up with BYE instead of CANCEL (§15). */
  request(transaction: ServerTransaction, request: SipRequest): void {
    if (request.method !== "BYE") {
      // An INVITE here comes before the final response to the first one (§14.2).
      const extra = request.method === "INVITE" ? `Retry-After: ${Math.floor(Math.random() * 11)}\r\n` : ALLOW;
      transaction.respond({ status: request.method === "INVITE" ? 500 : 405, extra: extra + this.agent.serverLine });
      return;
    }
    const q850 = q850Cause(request.headers);
    transaction.respond({ status: 200, extra: this.agent.serverLine });
    this.finish(487, "");
    this.observation.emit({ type: "ended", by: "remote", ...(q850 === undefined ? {} : { q850 }) });
  }

  ack(): void {}

  private cancelled(): void {
    this.finish(487, "");
    this.observation.emit({ type: "ended", by: "remote", status: 487 });
  }

  private unreachable(): void {
    this.finish(503, "");
    this.observation.emit({ type: "ended", by: "error", status: 503 });
  }

  private refuse(status: number, cause: Cause | undefined): void {
    if (this.transaction.answered) return;
    this.finish(status, reasonLine(cause));
    this.observation.emitLater({ type: "ended", by: "local", status });
  }

  private finish(status: number, extra: string): void {
    const { agent, dialog, transaction } = this;
    agent.dialogs.delete(dialog.localTag);
    transaction.respond({ status, toTag: dialog.localTag, extra: extra + agent.serverLine });
    this.patience.cancel();
    this.invite = undefined;
  }

  private contactLine(): string {
    return this.agent.contactLine(this.user, this.source.transport, this.dialog.target);
  }
}

function userOf(text: string): { readonly user: string; readonly host: string } {
  const uri = parseUri(text);
  return isMalformed(uri) ? { user: "", host: "" } : uri;
}

function caller(request: SipRequest): IncomingInvite["from"] {
  const from = request.headers.from();
  if (isMalformed(from)) return { user: "", host: "", displayName: "" };
  const { user, host } = userOf(from.uri);
  return { user, host, displayName: from.displayName };
}

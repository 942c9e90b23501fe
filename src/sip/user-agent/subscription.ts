// One subscription to us (RFC 6665 §4.2): a dialog of its own, a NOTIFY at once, at each change and at its end.

import type { Timer } from "../../base/clock.ts";
import { type DialogState, draftInDialog, nextHop, tagOf } from "../dialog/dialog.ts";
import type { SipRequest } from "../message/parse.ts";
import { isMalformed } from "../message/syntax.ts";
import type { ServerTransaction } from "../transaction/server.ts";
import { AuthenticatedRequest } from "./authenticated-request.ts";
import type { EventPackage } from "./event-packages.ts";
import { expiresOf } from "./subscription-expiry.ts";
import type { DialogUsage, UserAgent } from "./user-agent.ts";

export type SubscriptionStart = {
  readonly dialog: DialogState;
  readonly package: EventPackage;
  /** The Event header, with its id. */
  readonly event: string;
  /** Whom it watches. */
  readonly user: string;
  readonly uri: string;
};

/** RFC 4235 §3.10: no more than one NOTIFY a second. */
const BETWEEN_MS = 1_000;

export class Subscription implements DialogUsage {
  private readonly agent: UserAgent;
  private readonly start: SubscriptionStart;
  private dialog: DialogState;
  private endsAt = 0;
  private expiry: Timer | undefined = undefined;
  private pause: Timer | undefined = undefined;
  private changed = false;
  private version = 0;
  private readonly unwatch: () => void;

  constructor(agent: UserAgent, start: SubscriptionStart) {
    this.agent = agent;
    this.start = start;
    this.dialog = start.dialog;
    this.unwatch = agent.board.watch(start.user, () => this.change());
    agent.dialogs.set(this.dialog.localTag, this);
  }

  get sipCallId(): string {
    return this.dialog.callId;
  }

  request(transaction: ServerTransaction, request: SipRequest): void {
    const cseq = request.headers.cseq();
    const own =
      tagOf(request.headers, "from") === this.dialog.remoteTag && request.headers.get("event") === this.start.event;
    const reply = (status: number, extra = "") => transaction.respond({ status, extra: extra + this.agent.serverLine });
    if (request.method !== "SUBSCRIBE") return reply(405, "Allow: SUBSCRIBE\r\n");
    if (!own || isMalformed(cseq)) return reply(481);
    if (cseq.number < (this.dialog.remoteSeq ?? 0)) return reply(500);
    this.dialog = { ...this.dialog, remoteSeq: cseq.number };
    const expires = expiresOf(request);
    if (expires.status === 423) return reply(423, expires.extra);
    this.accept(transaction, expires.seconds);
  }

  ack(): void {}

  hangUp(): void {
    this.end("deactivated");
  }

  /** 200, then the NOTIFY that always follows (§4.2.1.2); 0 seconds end it with that NOTIFY. */
  accept(transaction: ServerTransaction, seconds: number): void {
    const extra = `${this.contactLine()}Expires: ${seconds}\r\n${this.agent.serverLine}`;
    transaction.respond({ status: 200, toTag: this.dialog.localTag, extra });
    const { clock } = this.agent;
    this.endsAt = clock.monotonic() + seconds * 1_000;
    this.expiry?.cancel();
    if (seconds === 0) return this.end("timeout");
    this.expiry = clock.after(seconds * 1_000, () => this.end("timeout"));
    this.notify();
  }

  private change(): void {
    if (this.pause) this.changed = true;
    else this.notify();
  }

  private notify(): void {
    const { clock } = this.agent;
    this.changed = false;
    this.pause?.cancel();
    this.pause = clock.after(BETWEEN_MS, () => {
      this.pause = undefined;
      if (this.changed) this.notify();
    });
    this.send(`active;expires=${Math.max(0, Math.ceil((this.endsAt - clock.monotonic()) / 1_000))}`);
  }

  private end(reason: string): void {
    if (this.leave()) this.send(`terminated;reason=${reason}`);
  }

  private leave(): boolean {
    this.unwatch();
    this.expiry?.cancel();
    this.pause?.cancel();
    return this.agent.dialogs.delete(this.dialog.localTag);
  }

  private send(state: string): void {
    const { agent, start, nextCSeq } = this;
    const peer = nextHop(agent, this.dialog);
    if (!peer) return;
    nextCSeq();
    const { user, uri } = start;
    const body = start.package.body({ user, uri, dialogs: agent.board.of(user), version: this.version++ });
    const head = `${this.contactLine()}Event: ${start.event}\r\nSubscription-State: ${state}\r\n`;
    const extra = `${head + agent.agentLine}Content-Type: ${start.package.contentType}\r\n`;
    const draft = draftInDialog(agent, this.dialog, "NOTIFY", { extra, body });
    const watcher = {
      // §4.2.2: whoever refuses a NOTIFY, or does not answer it, is no subscriber any more.
      response: (response: { readonly status: number }) => void (response.status >= 300 && this.leave()),
      failed: () => void this.leave(),
    };
    new AuthenticatedRequest(agent.layer, { draft, peer, nextCSeq }, watcher).start();
  }

  private nextCSeq = (): number => {
    this.dialog = { ...this.dialog, localSeq: this.dialog.localSeq + 1 };
    return this.dialog.localSeq;
  };

  private contactLine(): string {
    const transport = nextHop(this.agent, this.dialog)?.transport ?? "udp";
    return this.agent.contactLine(this.start.user, transport, this.dialog.target);
  }
}

// REFER of the peer inside a session (RFC 3515, RFC 5589): the watcher decides at once, and what becomes of the new call is
// told to the peer by NOTIFY, in the subscription that the 202 has made.

import type { Timer } from "../../base/clock.ts";
import type { ReferProgress } from "../face.ts";
import type { SipRequest } from "../message/parse.ts";
import { reasonPhrase } from "../message/reason.ts";
import { referTarget } from "../message/replaces.ts";
import { fromWire, isMalformed } from "../message/syntax.ts";
import type { ServerTransaction } from "../transaction/server.ts";
import { AuthenticatedRequest } from "../user-agent/authenticated-request.ts";
import { draftInDialog, nextHop } from "./dialog.ts";
import type { OpenDialog } from "./open-dialog.ts";

/** How long we tell of the new call; a call that rings longer than this ends the subscription, not itself. */
const SUBSCRIPTION_S = 180;

/** 400 for a REFER that names nobody to call, 603 for one that nobody takes. */
export function referArrived(session: OpenDialog, transaction: ServerTransaction, request: SipRequest): void {
  const target = referTarget(request.headers);
  const cseq = request.headers.cseq();
  if (!target || isMalformed(cseq)) {
    session.reply(transaction, 400);
    return;
  }
  let subscription: Subscription | undefined;
  const reject = (status: number): void => {
    if (!subscription) session.reply(transaction, status >= 300 && status <= 699 ? status : 603);
  };
  const accept = (): ReferProgress => {
    if (!transaction.answered) {
      session.reply(transaction, 202, session.contactLine());
      subscription = new Subscription(session, cseq.number);
      subscription.progress(100);
    }
    return { progress: (status) => subscription?.progress(status) };
  };
  const referredBy = request.headers.get("referred-by");
  const by = referredBy === undefined ? {} : { referredBy: fromWire(referredBy) };
  session.observation.emit({ type: "refer", ...target, ...by, accept, reject });
  reject(603);
}

/** The implicit subscription of RFC 3515 §2.4.4. It outlives the session: a transferor hangs up first (RFC 5589 §6). */
class Subscription {
  private readonly session: OpenDialog;
  private readonly id: number;
  private readonly expiry: Timer;
  private readonly endsAt: number;
  private over = false;
  private last = 100;

  constructor(session: OpenDialog, id: number) {
    const { clock } = session.agent;
    this.session = session;
    this.id = id;
    this.endsAt = clock.monotonic() + SUBSCRIPTION_S * 1_000;
    this.expiry = clock.after(SUBSCRIPTION_S * 1_000, () => this.notify(this.last, "terminated;reason=timeout"));
  }

  /** A status of the new call; the first final one ends the subscription. */
  progress(status: number): void {
    if (this.over) return;
    this.last = status;
    const leftS = Math.ceil((this.endsAt - this.session.agent.clock.monotonic()) / 1_000);
    this.notify(status, status < 200 ? `active;expires=${leftS}` : "terminated;reason=noresource");
  }

  private notify(status: number, state: string): void {
    if (state.startsWith("terminated")) this.end();
    const { agent, keys, nextCSeq } = this.session;
    const peer = nextHop(agent, this.session.dialog);
    if (!peer) return;
    nextCSeq();
    const event = `Event: refer;id=${this.id}\r\nSubscription-State: ${state}\r\n`;
    const type = "Content-Type: message/sipfrag;version=2.0\r\n";
    const extra = this.session.contactLine() + event + agent.agentLine + type;
    const body = `SIP/2.0 ${status} ${reasonPhrase(status)}\r\n`;
    const draft = draftInDialog(agent, this.session.dialog, "NOTIFY", { extra, body });
    const user = {
      // RFC 6665 §4.2.2: a NOTIFY that is refused ends the subscription.
      response: (response: { readonly status: number }) => void (response.status >= 300 && this.end()),
      failed: () => this.end(),
    };
    new AuthenticatedRequest(agent.layer, { draft, peer, keys, nextCSeq }, user).start();
  }

  private end(): void {
    this.over = true;
    this.expiry.cancel();
  }
}

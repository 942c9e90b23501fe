// An INVITE of ours, from the first request to the end of its dialog (RFC 3261 §13.2): provisional responses, CANCEL and its
// races (§9.1), and the final response.

import type { Credentials, Dialog, DialogObserver, Evidence, OfferReply, OutgoingInvite, Peer } from "../face.ts";
import type { SipRequest, SipResponse } from "../message/parse.ts";
import { randomToken } from "../message/random.ts";
import { reasonLine } from "../message/reason.ts";
import type { RequestDraft } from "../message/serialise.ts";
import type { ClientUser } from "../transaction/client.ts";
import type { ServerTransaction } from "../transaction/server.ts";
import { AuthenticatedRequest } from "../user-agent/authenticated-request.ts";
import {
  type DialogUsage,
  evidenceOf,
  localEvidence,
  peerOf,
  sdpOf,
  type UserAgent,
} from "../user-agent/user-agent.ts";
import type { DialogState } from "./dialog.ts";
import { contactUserOf, inviteDraft } from "./invite-draft.ts";
import { Observation } from "./observation.ts";
import { Receipts } from "./receipts.ts";
import { reinvite } from "./reinvite.ts";
import { type Cause, Session } from "./session.ts";

/** Sends the INVITE. One that cannot be sent at all fails with 503, by the observer. */
export function startCall(agent: UserAgent, invite: OutgoingInvite, observer: DialogObserver): Dialog {
  const localTag = randomToken();
  const draft = inviteDraft(agent, invite, localTag);
  const peer = invite.peer ?? peerOf(invite.uri);
  if (draft && peer) return new OutgoingCall(agent, { invite, draft, peer, localTag }, observer);
  new Observation(agent.log, observer).emitLater({ type: "failed", ...localEvidence("transport") });
  return { sipCallId: "", hangUp: () => {}, reoffer: () => Promise.resolve({ status: 481 }) };
}

type CallStart = {
  readonly invite: OutgoingInvite;
  readonly draft: RequestDraft;
  readonly peer: Peer;
  readonly localTag: string;
};

const TERMINATED: Evidence = { status: 487, reason: "Request Terminated" };

class OutgoingCall implements Dialog, DialogUsage, ClientUser {
  readonly sipCallId: string;
  private readonly agent: UserAgent;
  private readonly localTag: string;
  private readonly contactUser: string;
  private readonly credentials: Credentials | undefined;
  private readonly invite: AuthenticatedRequest;
  private observation: Observation | undefined;
  private session: Session | undefined = undefined;
  private reoffers: Promise<unknown> = Promise.resolve();
  private earlySdp: string | undefined = undefined;
  /** The branch that has sent a provisional response: only then may a CANCEL follow (§9.1). */
  private ringing: string | undefined = undefined;
  private wish: { readonly cause: Cause | undefined } | undefined = undefined;

  constructor(agent: UserAgent, start: CallStart, observer: DialogObserver) {
    const { invite, draft, peer } = start;
    this.agent = agent;
    this.sipCallId = draft.callId;
    this.localTag = start.localTag;
    this.contactUser = contactUserOf(invite);
    this.credentials = invite.credentials;
    this.observation = new Observation(agent.log, observer);
    agent.dialogs.set(this.localTag, this);
    const nextCSeq = () => this.invite.draft.cseq + 1;
    this.invite = new AuthenticatedRequest(
      agent.layer,
      { draft, peer, credentials: invite.credentials, nextCSeq },
      this,
    );
    this.invite.start();
  }

  hangUp(cause?: Cause): void {
    if (this.session) this.session.hangUp(cause);
    else if (this.observation && !this.wish) {
      this.wish = { cause };
      this.invite.stopAnswering();
      if (this.ringing !== undefined && this.ringing === this.invite.transaction?.branch) this.cancel();
    }
  }

  reoffer(sdp: string): Promise<OfferReply> {
    const { session } = this;
    if (!session) return Promise.resolve({ status: 491 });
    const reply = this.reoffers.then(() => reinvite(session, sdp));
    this.reoffers = reply;
    return reply;
  }

  /** A request of the peer before the dialog stands; afterwards the session takes them. */
  request(transaction: ServerTransaction, _request: SipRequest): void {
    transaction.respond({ status: 481, extra: this.agent.serverLine });
  }

  ack(): void {}

  response(response: SipResponse): void {
    if (response.status < 200) this.progress(response);
    else if (response.status < 300) this.success(response);
    else this.fail(this.wish && response.status < 408 ? TERMINATED : evidenceOf(response));
  }

  failed(why: "timeout" | "transport"): void {
    this.fail(localEvidence(why));
  }

  private progress(response: SipResponse): void {
    const { transaction } = this.invite;
    if (this.ringing !== transaction?.branch) {
      this.ringing = transaction?.branch;
      if (this.wish) this.cancel();
    }
    const { status, reason } = evidenceOf(response);
    if (status === 100 || this.wish) return;
    const sdp = sdpOf(response);
    this.earlySdp = sdp ?? this.earlySdp;
    this.observation?.emit({ type: "provisional", status, reason, ...(sdp === undefined ? {} : { sdp }) });
  }

  /** CANCEL: the INVITE's own URI, branch, To and CSeq number, hop by hop (§9.1). */
  private cancel(): void {
    const { transaction, draft, peer } = this.invite;
    if (!transaction) return;
    const extra = reasonLine(this.wish?.cause) + this.agent.agentLine;
    const cancel: RequestDraft = { ...draft, method: "CANCEL", extra, body: "" };
    // The answer to the CANCEL says nothing; the INVITE's own final response does.
    this.agent.layer.send(cancel, peer, { response: () => {}, failed: () => {} }, transaction.branch);
    transaction.cancelled();
  }

  /** From here on the receipts answer whatever comes back to this INVITE. */
  private success(response: SipResponse): void {
    const { agent, invite, credentials } = this;
    const { uri, from, callId, cseq } = invite.draft;
    const { peer, credentialLines } = invite;
    const receipts = new Receipts(agent, { uri, from, callId, cseq, peer, credentials, credentialLines });
    invite.transaction?.handTo(receipts);
    const dialog = receipts.acknowledge(response);
    const sdp = sdpOf(response) ?? this.earlySdp;
    if (this.wish || sdp === undefined) {
      receipts.dismiss(dialog, this.wish?.cause);
      // The 200 has crossed our CANCEL; or it carried no answer to our offer (§13.2.1).
      this.fail(this.wish ? TERMINATED : { status: 488, reason: "Not Acceptable Here" });
    } else this.establish(dialog, sdp);
  }

  private establish(dialog: DialogState, sdp: string): void {
    const { agent, observation, credentials, contactUser } = this;
    if (!observation) return;
    // The session answers for our local tag now.
    this.session = new Session(agent, { dialog, observation, contactUser, caller: true, credentials });
    this.observation = undefined;
    observation.emit({ type: "answered", sdp });
  }

  private fail(evidence: Evidence): void {
    const { observation } = this;
    this.observation = undefined;
    this.agent.dialogs.delete(this.localTag);
    observation?.emit({ type: "failed", ...evidence });
  }
}

// An INVITE of ours, from the first request to the end of its dialog (RFC 3261 §13.2): provisional responses, CANCEL and its
// races (§9.1), and the final response.

import type {
  Dialog,
  DialogImage,
  DialogObserver,
  Evidence,
  OfferReply,
  OutgoingInvite,
  Peer,
  SessionTimerPolicy,
} from "../face.ts";
import { allows } from "../message/option-tags.ts";
import type { SipRequest, SipResponse } from "../message/parse.ts";
import { randomToken } from "../message/random.ts";
import type { RequestDraft } from "../message/serialise.ts";
import { fromWire } from "../message/syntax.ts";
import type { ClientUser } from "../transaction/client.ts";
import type { ServerTransaction } from "../transaction/server.ts";
import { AuthenticatedRequest } from "../user-agent/authenticated-request.ts";
import { type Keyring, keyringFor } from "../user-agent/keyring.ts";
import {
  ALLOW,
  type DialogUsage,
  evidenceOf,
  localEvidence,
  sdpOf,
  sparePeers,
  type UserAgent,
} from "../user-agent/user-agent.ts";
import { type DialogState, dialogAsClient, tagOf } from "./dialog.ts";
import { EarlyDialog } from "./early-dialog.ts";
import { cancelInvite, GivenUp } from "./given-up.ts";
import { notify } from "./inform.ts";
import { contactUserOf, inviteDraft, newCallId, ownContactOf } from "./invite-draft.ts";
import { Observation } from "./observation.ts";
import { Receipts } from "./receipts.ts";
import { nextTarget, type Redirection, redirected, startRedirection, towards } from "./redirection.ts";
import { type Cause, Session } from "./session.ts";
import { agreedTimer, raisedPolicy } from "./session-timer.ts";

/** Where an INVITE goes: the first of `peers`, the next ones as RFC 3263 §4.3 says. */
export type LocatedInvite = {
  readonly invite: OutgoingInvite;
  readonly peers: readonly Peer[];
  /** The Request-URI, when it is not the one that was asked for. */
  readonly uri?: string;
};

/** Sends the INVITE. One that cannot be sent at all fails with 503, by the observer. */
export function startCall(
  agent: UserAgent,
  { invite, peers, uri = invite.uri }: LocatedInvite,
  observer: DialogObserver,
): Dialog {
  const identity = { localTag: randomToken(), callId: newCallId(invite), cseq: 1, timerPolicy: agent.sessionTimer };
  const [peer, ...others] = peers;
  const draft = peer && inviteDraft(agent, invite, { identity, uri, peer });
  if (draft && peer)
    return new OutgoingCall(agent, { invite, draft, peer, others, localTag: identity.localTag }, observer);
  return failedCall(agent, observer, localEvidence("transport"));
}

/** Nothing has been sent, and nothing will be. */
export function failedCall(agent: UserAgent, observer: DialogObserver, evidence: Evidence): Dialog {
  new Observation(agent.log, observer).emitLater({ type: "failed", ...evidence });
  return { sipCallId: "", hangUp: (_, parted) => parted?.(), reoffer: () => Promise.resolve({ status: 481 }) };
}

type CallStart = {
  readonly invite: OutgoingInvite;
  readonly draft: RequestDraft;
  readonly peer: Peer;
  readonly others: readonly Peer[];
  readonly localTag: string;
};

/** Early dialogs of one INVITE: more is no fork but a flood. */
const MAX_BRANCHES = 20;
const NO_BRANCHES: ReadonlyMap<string, EarlyDialog> = new Map();
const TERMINATED: Evidence = { status: 487, reason: "Request Terminated" };

class OutgoingCall implements Dialog, DialogUsage, ClientUser {
  readonly sipCallId: string;
  private readonly agent: UserAgent;
  private readonly localTag: string;
  /** Until the dialog stands: the session has what it needs of it. */
  private invite: AuthenticatedRequest | undefined;
  /** What was asked for: until the final response. */
  private order: OutgoingInvite | undefined;
  private observation: Observation | undefined;
  private session: Session | undefined = undefined;
  /** By the peer's tag, in the order in which they spoke first. */
  private branches = NO_BRANCHES;
  private keys: Keyring | undefined;
  private redirection: Redirection;
  private timerPolicy: SessionTimerPolicy;
  /** The branch that has sent a provisional response: only then may a CANCEL follow (§9.1). */
  private ringing: string | undefined = undefined;
  private wish: { readonly cause: Cause | undefined } | undefined = undefined;

  constructor(agent: UserAgent, start: CallStart, observer: DialogObserver) {
    const { invite, draft, peer, others } = start;
    this.agent = agent;
    this.sipCallId = draft.callId;
    this.localTag = start.localTag;
    this.order = invite;
    this.keys = keyringFor(invite.credentials);
    this.redirection = startRedirection(invite.uri, invite.redirects ?? 0);
    this.timerPolicy = agent.sessionTimer;
    this.observation = new Observation(agent.log, observer);
    agent.dialogs.set(this.localTag, this);
    this.invite = this.requestFor(draft, peer, others);
    this.invite.start();
  }

  hangUp(cause?: Cause, parted?: () => void): void {
    if (this.session) return this.session.hangUp(cause, parted);
    parted?.();
    if (this.observation && !this.wish) {
      this.wish = { cause };
      this.invite?.stopAnswering();
      const transaction = this.invite?.transaction;
      if (transaction?.isWaiting) {
        // Not even sent.
        transaction.withdraw();
        queueMicrotask(() => this.fail(TERMINATED));
      } else if (this.ringing !== undefined && this.ringing === transaction?.branch) this.cancel();
    }
  }

  reoffer(sdp: string): Promise<OfferReply> {
    if (this.session) return this.session.reoffer(sdp);
    // Before the 2xx, only one branch can be meant.
    const [branch, ...others] = this.branches.values();
    return branch && others.length === 0 ? branch.reoffer(sdp) : Promise.resolve({ status: 491 });
  }

  info(contentType: string, body: string): Promise<number> {
    return this.session?.info(contentType, body) ?? Promise.resolve(491);
  }

  /** Before the 2xx: to the branch whose phone has said that it may be. */
  notify(event: string): Promise<number> {
    const branch = [...this.branches.values()].find(({ events }) => events.includes(event));
    return branch && !this.wish ? notify(branch, event) : Promise.resolve(this.branches.size > 0 ? 489 : 481);
  }

  follow(peer: Peer): void {
    this.session?.follow(peer);
  }

  image(): DialogImage | undefined {
    return this.session?.image();
  }

  /** A request of the peer before the dialog stands; afterwards the session takes them. */
  request(transaction: ServerTransaction, request: SipRequest): void {
    const branch = this.branches.get(tagOf(request.headers, "from"));
    const { method } = request;
    if (branch?.serve(transaction, request)) return;
    // Our INVITE is an offer without its answer (§14.2); a BYE the callee cannot send yet (§15).
    const status = method === "INVITE" && branch ? 491 : method === "BYE" || !branch ? 481 : 405;
    transaction.respond({ status, extra: (status === 405 ? ALLOW : "") + this.agent.serverLine });
  }

  ack(): void {}

  /** An early dialog may be replaced by whom we call, not by whom calls us (RFC 3891 §3). */
  replaceable(remoteTag: string): "early" | number {
    return this.branches.has(remoteTag) ? "early" : 481;
  }

  response(response: SipResponse): void {
    if (response.status < 200) this.progress(response);
    else if (response.status < 300) this.success(response);
    else if (!this.goesOn(response)) {
      this.fail(this.wish && response.status < 408 ? TERMINATED : evidenceOf(response));
    }
  }

  failed(why: "timeout" | "transport"): void {
    this.fail(localEvidence(why));
  }

  private progress(response: SipResponse): void {
    const transaction = this.invite?.transaction;
    if (this.ringing !== transaction?.branch) {
      this.ringing = transaction?.branch;
      if (this.wish) this.cancel();
    }
    const { status } = response;
    if (status === 100) return;
    const tag = tagOf(response.headers, "to");
    const branch = tag === "" ? undefined : (this.branches.get(tag) ?? this.branchOf(tag, response));
    if ((tag !== "" && !branch) || branch?.takes(response) === false || this.wish) return;
    const sdp = sdpOf(response);
    const number = this.branches.size > 1 ? [...this.branches.keys()].indexOf(tag) : 0;
    const event = { type: "provisional", status, reason: fromWire(response.reason) } as const;
    const events = branch?.events ?? [];
    const described = { ...event, ...(sdp !== undefined && { sdp }), ...(events.length > 0 && { events }) };
    this.observation?.emit(number > 0 ? { ...described, branch: number } : described);
  }

  /** A dialog with this branch of the fork (§12.1.2). */
  private branchOf(tag: string, response: SipResponse): EarlyDialog | undefined {
    const { agent, invite, order, observation } = this;
    if (!invite || !order || !observation || this.branches.size >= MAX_BRANCHES) return undefined;
    const branch = new EarlyDialog(
      agent,
      {
        dialog: dialogAsClient({ ...invite.draft, routed: isRouted(invite.draft) }, response, invite.peer),
        observation,
        contactUser: contactUserOf(order),
        ownContact: ownContactOf(order),
        caller: true,
        keys: this.keys,
        peerUpdates: allows(response.headers, "UPDATE"),
        sdp: order.sdp,
      },
      "offer-sent",
    );
    this.branches = new Map([...this.branches, [tag, branch]]);
    const { transaction } = invite;
    const early = [...this.branches.values()].map(({ dialog: { remote, target, routes } }) => ({
      remote,
      target,
      routes,
    }));
    if (transaction) agent.layer.keepEarly(transaction, invite.draft, early);
    return branch;
  }

  private cancel(): void {
    const { transaction, draft } = this.invite ?? {};
    if (transaction && draft) cancelInvite(this.agent, { transaction, draft }, this.wish?.cause);
  }

  /** Whether a refusal is followed by another INVITE: a longer session interval (RFC 4028 §7.3), or another target. */
  private goesOn(response: SipResponse): boolean {
    const { status, headers } = response;
    const { invite } = this;
    if (!invite || this.wish || status >= 600) return false;
    const raised = status === 422 ? raisedPolicy(headers, this.timerPolicy) : undefined;
    if (raised) {
      this.timerPolicy = raised;
      return this.inviteAgain(invite.draft.uri, [invite.peer]);
    }
    if (status < 400) this.redirection = redirected(this.redirection, headers);
    return this.inviteNext(evidenceOf(response));
  }

  /** `last`: what the call fails with when no further target can be reached. */
  private inviteNext(last: Evidence): boolean {
    const next = nextTarget(this.redirection);
    if (!next) return false;
    const [uri, redirection] = next;
    this.redirection = redirection;
    if (this.order) this.order = towards(this.order, uri);
    if (!this.order?.credentials) this.keys = undefined;
    const known = this.agent.resolver.known(uri);
    if (known) return this.inviteAgain(uri, known) || this.inviteNext(last);
    const goOn = (peers: readonly Peer[]): void => {
      if (this.wish) this.fail(TERMINATED);
      else if (!this.inviteAgain(uri, peers) && !this.inviteNext(last)) this.fail(last);
    };
    this.agent.resolver.find(uri).then(goOn, () => goOn([]));
    return true;
  }

  /** The same Call-ID, To and From tag, the next number (§8.1.3.4). */
  private inviteAgain(uri: string, [peer, ...others]: readonly Peer[]): boolean {
    const { agent, invite, order, localTag, timerPolicy, sipCallId } = this;
    if (!invite) return false;
    const identity = { localTag, timerPolicy, callId: sipCallId, cseq: invite.draft.cseq + 1 };
    const draft = order && peer && inviteDraft(agent, order, { identity, uri, peer });
    if (!draft) return false;
    this.leaveBranches();
    this.invite = this.requestFor(draft, peer, others);
    this.invite.start();
    return true;
  }

  private requestFor(draft: RequestDraft, peer: Peer, others: readonly Peer[]): AuthenticatedRequest {
    const { agent, order } = this;
    const spare = sparePeers(agent, others);
    const ms = order?.patienceMs;
    const patience = ms === undefined ? undefined : { ms, leave: (left: AuthenticatedRequest) => this.leave(left) };
    const request: AuthenticatedRequest = new AuthenticatedRequest(
      agent.layer,
      { draft, peer, spare, patience, keys: this.keys, nextCSeq: () => request.draft.cseq + 1 },
      this,
    );
    return request;
  }

  private receiptsFor({ draft, peer, credentialLines }: AuthenticatedRequest): Receipts {
    const { uri, from, callId, cseq } = draft;
    const credentials = this.order?.credentials;
    const routed = isRouted(draft);
    return new Receipts(this.agent, { uri, from, callId, cseq, routed, peer, credentials, credentialLines });
  }

  /** Nothing has come back: whatever still does is not for this call. */
  private leave(request: AuthenticatedRequest): void {
    const { transaction, draft } = request;
    if (!transaction) return;
    transaction.handTo(new GivenUp(this.agent, { transaction, draft, receipts: this.receiptsFor(request) }));
  }

  /** From here on the receipts answer whatever comes back to this INVITE. */
  private success(response: SipResponse): void {
    const { invite } = this;
    if (!invite) return;
    const receipts = this.receiptsFor(invite);
    invite.transaction?.handTo(receipts);
    const fresh = receipts.acknowledge(response);
    const branch = this.branches.get(fresh.remoteTag);
    // The route set is the one of the 2xx (§13.2.2.4), the numbers go on.
    const dialog = branch ? { ...fresh, localSeq: branch.dialog.localSeq, remoteSeq: branch.dialog.remoteSeq } : fresh;
    const sdp = branch?.agreed ? branch.remoteSdp : (sdpOf(response) ?? branch?.remoteSdp);
    if (this.wish || sdp === undefined) {
      receipts.dismiss(dialog, this.wish?.cause);
      // The 200 has crossed our CANCEL; or it carried no answer to our offer (§13.2.1).
      this.fail(this.wish ? TERMINATED : { status: 488, reason: "Not Acceptable Here" });
    } else this.establish(response, dialog, sdp);
  }

  private establish(response: SipResponse, dialog: DialogState, sdp: string): void {
    const { agent, observation, order, timerPolicy } = this;
    if (!observation || !order) return;
    const branch = this.branches.get(dialog.remoteTag);
    // The session answers for our local tag now.
    this.session = new Session(agent, {
      dialog,
      observation,
      contactUser: contactUserOf(order),
      ownContact: ownContactOf(order),
      caller: true,
      keys: this.keys,
      peerUpdates: allows(response.headers, "UPDATE"),
      peerInforms: allows(response.headers, "INFO"),
      sdp: branch?.localSdp ?? order.sdp,
      timer: agreedTimer(response.headers, timerPolicy),
      timerPolicy,
    });
    this.observation = undefined;
    this.order = undefined;
    this.invite = undefined;
    this.leaveBranches();
    observation.emit({ type: "answered", sdp });
  }

  private leaveBranches(): void {
    for (const branch of this.branches.values()) branch.leave();
    this.branches = NO_BRANCHES;
  }

  private fail(evidence: Evidence): void {
    const { observation } = this;
    this.observation = undefined;
    this.order = undefined;
    this.leaveBranches();
    this.agent.dialogs.delete(this.localTag);
    observation?.emit({ type: "failed", ...evidence });
  }
}

const isRouted = ({ route }: RequestDraft): boolean => route.length > 0;

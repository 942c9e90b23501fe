// A call whose Request-URI is a name that has to be looked up first (RFC 3263). Until DNS has answered nothing is sent, and a
// hang-up costs nothing.

import type { DevicePlace, Dialog, DialogImage, DialogObserver, OfferReply, OutgoingInvite, Peer } from "../face.ts";
import { localEvidence, type UserAgent } from "../user-agent/user-agent.ts";
import { Observation } from "./observation.ts";
import { failedCall, startCall } from "./outgoing-call.ts";
import type { Cause } from "./session.ts";

/** Sends the INVITE to the peer that it names, else to where its URI leads: at once when that is known. */
export function placeCall(agent: UserAgent, invite: OutgoingInvite, observer: DialogObserver): Dialog {
  const told = invite.watched === undefined ? observer : agent.board.enter(invite.watched, observer);
  const device = invite.peer ? undefined : agent.deviceAt(invite.uri);
  if (device !== undefined) return callDevice(agent, { invite, device }, told);
  const peers = invite.peer ? [invite.peer] : agent.resolver.known(invite.nextHop ?? invite.uri);
  return peers ? startCall(agent, { invite, peers }, told) : new WaitingCall(agent, invite, told);
}

type DeviceCall = { readonly invite: OutgoingInvite; readonly device: DevicePlace | null };

/** An INVITE to a GRUU of ours goes to that device and to no other; To keeps the GRUU (RFC 5627 §5.4). */
function callDevice(agent: UserAgent, { invite, device }: DeviceCall, observer: DialogObserver): Dialog {
  if (device) {
    const { uri, peer, route } = device;
    return startCall(agent, { invite: { ...invite, route }, peers: [peer], uri }, observer);
  }
  return failedCall(agent, observer, { status: 480, reason: "Temporarily Unavailable" });
}

class WaitingCall implements Dialog {
  private readonly agent: UserAgent;
  private dialog: Dialog | undefined = undefined;
  private waiting: { readonly invite: OutgoingInvite; readonly observer: DialogObserver } | undefined;

  constructor(agent: UserAgent, invite: OutgoingInvite, observer: DialogObserver) {
    this.agent = agent;
    this.waiting = { invite, observer };
    agent.resolver.find(invite.nextHop ?? invite.uri).then(
      (peers) => this.start((it) => startCall(agent, { invite: it.invite, peers }, it.observer)),
      () => this.fail(localEvidence("transport")),
    );
  }

  /** "" until the INVITE is out. */
  get sipCallId(): string {
    return this.dialog?.sipCallId ?? "";
  }

  hangUp(cause?: Cause, parted?: () => void): void {
    if (this.dialog) return this.dialog.hangUp(cause, parted);
    parted?.();
    this.fail({ status: 487, reason: "Request Terminated" });
  }

  reoffer(sdp: string): Promise<OfferReply> {
    return this.dialog?.reoffer(sdp) ?? Promise.resolve({ status: 491 });
  }

  info(contentType: string, body: string): Promise<number> {
    return this.dialog?.info?.(contentType, body) ?? Promise.resolve(491);
  }

  notify(event: string): Promise<number> {
    return this.dialog?.notify?.(event) ?? Promise.resolve(481);
  }

  image(): DialogImage | undefined {
    return this.dialog?.image?.();
  }

  follow(peer: Peer): void {
    this.dialog?.follow?.(peer);
  }

  private start(place: (waiting: NonNullable<WaitingCall["waiting"]>) => Dialog): void {
    const { waiting } = this;
    this.waiting = undefined;
    if (waiting) this.dialog = place(waiting);
  }

  private fail(evidence: { readonly status: number; readonly reason: string }): void {
    const { waiting } = this;
    this.waiting = undefined;
    if (waiting) new Observation(this.agent.log, waiting.observer).emitLater({ type: "failed", ...evidence });
  }
}

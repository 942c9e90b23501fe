// One call to a phone over as many flows of its device as it takes (RFC 5626 §7): an edge proxy that has lost the flow says 430,
// a connection that is gone says nothing. For whoever watches, it is one call.

import type { MediaProfile } from "../media/face.ts";
import type { Dialog, DialogEvent, DialogImage, DialogObserver, OfferReply, Peer } from "../sip/face.ts";

/** Where an INVITE goes. */
export type Target = {
  readonly uri: string;
  readonly peer?: Peer;
  /** Route values, topmost first. */
  readonly route?: readonly string[];
  /** Absent: plain RTP. */
  readonly profile?: MediaProfile;
  /** This flow leads nowhere: the next one of the same device (RFC 5626 §7), if there is one. */
  readonly next?: () => Target | undefined;
};

const FLOW_FAILED = 430;

export class PhoneCall implements Dialog {
  private readonly ring: (target: Target, observer: DialogObserver) => Dialog;
  private readonly observer: DialogObserver;
  private target: Target;
  private current: Dialog;
  /** The phone has been reached. */
  private progressed = false;
  private hungUp = false;

  constructor(target: Target, ring: PhoneCall["ring"], observer: DialogObserver) {
    this.target = target;
    this.ring = ring;
    this.observer = observer;
    this.current = this.over(target);
  }

  get sipCallId(): string {
    return this.current.sipCallId;
  }

  hangUp(...how: Parameters<Dialog["hangUp"]>): void {
    this.hungUp = true;
    this.current.hangUp(...how);
  }

  image(): DialogImage | undefined {
    return this.current.image?.();
  }

  reoffer(sdp: string): Promise<OfferReply> {
    return this.current.reoffer(sdp);
  }

  info(contentType: string, body: string): Promise<number> {
    return this.current.info?.(contentType, body) ?? Promise.resolve(405);
  }

  notify(event: string): Promise<number> {
    return this.current.notify?.(event) ?? Promise.resolve(481);
  }

  follow(peer: Peer): void {
    this.current.follow?.(peer);
  }

  private over(target: Target): Dialog {
    return this.ring(target, (event) => this.heard(event));
  }

  private heard(event: DialogEvent): void {
    if (event.type === "provisional" && event.status > 100) this.progressed = true;
    if (event.type === "failed" && this.goesOn(event)) return;
    this.observer(event);
  }

  private goesOn({ status, local }: DialogEvent & { readonly type: "failed" }): boolean {
    if (this.progressed || this.hungUp || (status !== FLOW_FAILED && local === undefined)) return false;
    const next = this.target.next?.();
    if (!next) return false;
    this.target = next;
    this.current = this.over(next);
    return true;
  }
}

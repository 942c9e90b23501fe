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

type Ring = (target: Target, observer: DialogObserver) => Dialog;

const FLOW_FAILED = 430;

export class PhoneCall implements Dialog {
  private readonly observer: DialogObserver;
  /** What another flow needs; null once the phone has been reached: calls stand for long, and need none of it. */
  private attempt: { readonly target: Target; readonly ring: Ring } | null;
  private current: Dialog;
  private hungUp = false;

  constructor(target: Target, ring: Ring, observer: DialogObserver) {
    this.attempt = { target, ring };
    this.observer = observer;
    this.current = this.over({ target, ring });
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

  private over({ target, ring }: { readonly target: Target; readonly ring: Ring }): Dialog {
    return ring(target, (event) => this.heard(event));
  }

  private heard(event: DialogEvent): void {
    if (event.type === "failed" && this.goesOn(event)) return;
    if (event.type !== "provisional" || event.status > 100) this.attempt = null;
    this.observer(event);
  }

  private goesOn({ status, local }: DialogEvent & { readonly type: "failed" }): boolean {
    const { attempt } = this;
    if (!attempt || this.hungUp || (status !== FLOW_FAILED && local === undefined)) return false;
    const target = attempt.target.next?.();
    if (!target) return false;
    this.attempt = { ...attempt, target };
    this.current = this.over(this.attempt);
    return true;
  }
}

// One call over as many trunks as it takes: while nobody rings, a trunk that fails is followed by the next one. For whoever
// watches, it is one call: one SDP offer, one last event.

import type { Clock } from "../base/clock.ts";
import { failsOver } from "../core/trunk/trunk.ts";
import type { Dialog, DialogEvent, DialogImage, DialogObserver, OfferReply } from "../sip/face.ts";
import type { PartyOrder } from "./leg.ts";
import type { TrunkLine } from "./trunk-line.ts";

type Failed = DialogEvent & { readonly type: "failed" };

const NO_LINE: Failed = { type: "failed", status: 503, reason: "Service Unavailable", local: "transport" };

/** `lines` in the order in which they are tried; those that cannot take a call when their turn comes are passed over. */
export class TrunkCall implements Dialog {
  private readonly observer: DialogObserver;
  /** What another trunk needs; null once the customer's phone is being looked for: from here on another trunk would call him twice. */
  private attempt: { readonly order: PartyOrder; readonly left: TrunkLine[] } | null;
  private current: Dialog | undefined = undefined;
  private hungUp = false;

  constructor(lines: readonly TrunkLine[], order: PartyOrder, observer: DialogObserver) {
    this.attempt = { order, left: [...lines] };
    this.observer = observer;
  }

  /** The event of a call that found no line comes after this has returned. */
  start(clock: Clock): this {
    if (!this.tryNext()) clock.after(0, () => this.observer(NO_LINE));
    return this;
  }

  get sipCallId(): string {
    return this.current?.sipCallId ?? "";
  }

  hangUp(...how: Parameters<Dialog["hangUp"]>): void {
    this.hungUp = true;
    this.current?.hangUp(...how);
  }

  image(): DialogImage | undefined {
    return this.current?.image?.();
  }

  reoffer(sdp: string): Promise<OfferReply> {
    return this.current?.reoffer(sdp) ?? Promise.resolve({ status: 481 });
  }

  info(contentType: string, body: string): Promise<number> {
    return this.current?.info?.(contentType, body) ?? Promise.resolve(481);
  }

  private tryNext(): boolean {
    const { attempt } = this;
    if (!attempt) return false;
    const { order, left } = attempt;
    for (let line = left.shift(); line; line = left.shift()) {
      if (line.state() !== "up") continue;
      this.current = line.invite(order, (event) => this.heard(event));
      order.sent?.(this.current.sipCallId, line.trunk.name);
      return true;
    }
    return false;
  }

  private heard(event: DialogEvent): void {
    if (event.type === "failed" && this.mayGoOn(event) && this.goesOn()) return;
    if (event.type !== "provisional" || event.status > 100) this.attempt = null;
    this.observer(event);
  }

  /** Without media for another offer what the last trunk said stands. */
  private goesOn(): boolean {
    try {
      return this.tryNext();
    } catch {
      return false;
    }
  }

  private mayGoOn({ status, local }: Failed): boolean {
    return this.attempt !== null && !this.hungUp && (local !== undefined || failsOver(status));
  }
}

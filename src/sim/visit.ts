// One call at a simulated phone or party: carries out the acts of its script on a real dialog and a real media leg.
//
//   invited --answer--> talking --BYE of either side--> over
//      '--refuse, CANCEL--------------------------------> over

import type { Clock, Timer } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { unreachable } from "../base/step.ts";
import type { CallTone, PhoneLeg, PhonePlane } from "../media/face.ts";
import type { DialogEvent, IncomingInvite, OfferReply } from "../sip/face.ts";
import type { Behaviour } from "./behaviour.ts";
import { type Conversation, filmRate, greeting, type HeardNow, leave, listen } from "./conversation.ts";
import { type Act, fromAnswer, fromInvite, type TimedAct } from "./script.ts";

export type VisitGround = { readonly clock: Clock; readonly log: Log; readonly plane: PhonePlane };

/** m=video with port 0: the answer then declines it too (RFC 3264 §6). */
export const withoutVideo = (offer: string): string => offer.replace(/^m=video \d+/gm, "m=video 0");

export class Visit implements Conversation {
  /** Resolves with the last figures once the call is over and its ports are free. */
  readonly over: Promise<HeardNow | null>;
  readonly #clock: Clock;
  readonly #incoming: IncomingInvite;
  readonly #opening: Promise<PhoneLeg>;
  readonly #timers = new Set<Timer>();
  readonly #over = Promise.withResolvers<HeardNow | null>();
  #behaviour: Behaviour;
  /** Set from the answer to the end. */
  #leg: PhoneLeg | null = null;
  #early: OfferReply | null = null;
  #ended = false;

  constructor(incoming: IncomingInvite, behaviour: Behaviour, { clock, log, plane }: VisitGround) {
    this.#clock = clock;
    this.#incoming = incoming;
    this.#behaviour = behaviour;
    this.over = this.#over.promise;
    this.#opening = plane.open(incoming.sipCallId);
    this.#opening.catch((error: unknown) => {
      log.error({ reason: error instanceof Error ? error.message : "unknown" }, "no media for a simulated call");
      this.#refuse(500);
    });
    incoming.observe((event) => this.#observe(event));
    this.#schedule(fromInvite(behaviour));
  }

  hangUp(): void {
    this.#incoming.hangUp();
  }

  /** What of a change touches a call in progress: the tone and the lost packets. */
  change(behaviour: Behaviour): void {
    const { speaks, hertz } = behaviour;
    const spoken = speaks !== this.#behaviour.speaks || hertz !== this.#behaviour.hertz;
    this.#behaviour = behaviour;
    this.#leg?.drop(behaviour.dropPackets);
    if (spoken && speaks !== "machine") this.#perform({ type: "say", hertz: speaks === "tone" ? hertz : null });
  }

  dial(digits: string): boolean {
    return this.#leg?.dial(digits) ?? false;
  }

  /** null before the answer and after the call. */
  async heard(frequencies: readonly number[]): Promise<HeardNow | null> {
    return this.#leg && listen(this.#leg, frequencies);
  }

  /** It has been asked to answer (`Event: talk`): now, whatever it had in mind. */
  #pickUp(): void {
    for (const timer of this.#timers) timer.cancel();
    this.#perform({ type: "answer" });
  }

  #schedule(acts: readonly TimedAct[]): void {
    for (const [atMs, act] of acts) {
      if (atMs === 0) this.#perform(act);
      else this.#timers.add(this.#clock.after(atMs, () => this.#perform(act)));
    }
  }

  #perform(act: Act): void {
    if (this.#ended) return;
    switch (act.type) {
      case "ring":
        return this.#incoming.ring(180);
      case "early":
        return void this.#opening.then(
          (leg) => this.#beginEarly(leg, act.tone),
          () => {},
        );
      case "answer":
        return void this.#opening.then(
          (leg) => this.#answer(leg),
          () => {},
        );
      case "refuse":
        return this.#refuse(act.status, act.q850 ?? undefined);
      case "say":
        return this.#leg?.hear(act.hertz === null ? null : { tone: act.hertz });
      case "talk":
        return this.#leg?.speak(greeting(act.ms));
      case "hang-up":
        return this.hangUp();
      default:
        return unreachable(act);
    }
  }

  /** RFC 3960 §3: an answer in the 183, and media before the call is answered. Without an offer there is nothing to answer yet. */
  #beginEarly(leg: PhoneLeg, tone: CallTone): void {
    if (this.#ended || this.#incoming.sdp === undefined) return;
    const reply = this.#negotiate(leg, this.#incoming.sdp);
    if ("status" in reply) return this.#refuse(reply.status);
    this.#early = reply;
    this.#incoming.ring(183, reply.sdp);
    leg.hear({ sound: tone });
  }

  /** 200 OK, and from here on the second half of the script. The ACK is the endpoint's matter. */
  #answer(leg: PhoneLeg): void {
    if (this.#ended) return;
    // The answer in the 183 stands (RFC 3261 §13.2.1).
    const reply = this.#early ?? this.#negotiate(leg, this.#incoming.sdp);
    if ("status" in reply) return this.#refuse(reply.status);
    this.#leg = leg;
    this.#incoming.answer(reply.sdp);
    this.#agreed(leg);
    this.#schedule(fromAnswer(this.#behaviour));
  }

  #refuse(status: number, q850?: number): void {
    if (this.#ended) return;
    this.#incoming.reject(status, q850 === undefined ? {} : { q850 });
    this.#finish();
  }

  /** An offer before our answer: request pending (RFC 3261 §14.2). */
  #observe(event: DialogEvent): void {
    if (event.type === "failed" || event.type === "ended") this.#finish();
    if (event.type === "notified" && !this.#leg) this.#pickUp();
    if (event.type === "offer") event.reply(this.#leg ? this.#negotiate(this.#leg, event.sdp) : { status: 491 });
    // The answer to our own offer, when the INVITE had none.
    if (event.type === "confirmed" && event.sdp !== undefined) this.#leg?.acceptAnswer(event.sdp);
    if ((event.type === "offer" || event.type === "confirmed") && this.#leg) this.#agreed(this.#leg);
  }

  /** Without an offer we make one; the answer comes with the ACK (RFC 3261 §13.2.1). */
  #negotiate(leg: PhoneLeg, offer: string | undefined): OfferReply {
    const { video } = this.#behaviour;
    if (offer === undefined) return { sdp: leg.offer({ video }) };
    const answered = leg.answer(video ? offer : withoutVideo(offer));
    return "refused" in answered ? { status: 488 } : { sdp: answered.sdp };
  }

  #agreed(leg: PhoneLeg): void {
    leg.drop(this.#behaviour.dropPackets);
    leg.film(leg.agreed?.video ? filmRate : 0);
  }

  /** The one way out: timers stopped, last figures read, ports given back. */
  #finish(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#leg = null;
    for (const timer of this.#timers) timer.cancel();
    void leave(this.#opening).then(this.#over.resolve);
  }
}

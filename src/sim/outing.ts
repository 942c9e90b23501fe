// One call that a simulated party or phone places: a real INVITE, a real media leg, and what became of it.
//
//   calling --200--> talking --BYE of either side--> over
//      '--refused, CANCEL--------------------------> over

import type { Clock, Timer } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { PhoneLeg, PhonePlane } from "../media/face.ts";
import type { Dialog, DialogEvent, OutgoingInvite, SipEndpoint } from "../sip/face.ts";
import type { Behaviour } from "./behaviour.ts";
import { type Conversation, filmRate, greeting, type HeardNow, leave, listen } from "./conversation.ts";

export type OutingGround = {
  readonly clock: Clock;
  readonly log: Log;
  readonly plane: PhonePlane;
  readonly sip: Pick<SipEndpoint, "invite">;
  /** What the INVITE says beside its SDP. */
  readonly invite: Omit<OutgoingInvite, "sdp">;
};

let outings = 0;

export class Outing implements Conversation {
  readonly over: Promise<HeardNow | null>;
  /** Of the last response; 0 = none yet. */
  status = 0;
  readonly #over = Promise.withResolvers<HeardNow | null>();
  readonly #opening: Promise<PhoneLeg>;
  readonly #ground: OutingGround;
  #behaviour: Behaviour;
  #dialog: Dialog | null = null;
  /** Set from the answer to the end. */
  #leg: PhoneLeg | null = null;
  #timer: Timer | undefined = undefined;
  #ended = false;

  constructor(behaviour: Behaviour, ground: OutingGround) {
    this.#ground = ground;
    this.#behaviour = behaviour;
    this.over = this.#over.promise;
    this.#opening = ground.plane.open(`outing ${++outings}`);
    this.#opening.then(
      (leg) => this.#invite(leg),
      (error: unknown) => {
        ground.log.error({ reason: String(error) }, "no media for a simulated call");
        this.#finish();
      },
    );
  }

  hangUp(): void {
    if (this.#dialog) this.#dialog.hangUp();
    else this.#finish();
  }

  change(behaviour: Behaviour): void {
    this.#behaviour = behaviour;
    if (this.#leg) this.#speak(this.#leg);
  }

  dial(digits: string): boolean {
    return this.#leg?.dial(digits) ?? false;
  }

  async heard(frequencies: readonly number[]): Promise<HeardNow | null> {
    return this.#leg && listen(this.#leg, frequencies);
  }

  #invite(leg: PhoneLeg): void {
    if (this.#ended) return;
    const { sip, invite } = this.#ground;
    this.#dialog = sip.invite({ ...invite, sdp: leg.offer({ video: this.#behaviour.video }) }, (event) =>
      this.#observe(leg, event),
    );
  }

  #observe(leg: PhoneLeg, event: DialogEvent): void {
    switch (event.type) {
      case "provisional":
        this.status = event.status;
        return;
      case "answered":
        this.status = 200;
        return this.#answered(leg, event.sdp);
      case "failed":
        this.status = event.status;
        return this.#finish();
      case "ended":
        return this.#finish();
      case "offer": {
        const answer = event.sdp === undefined ? undefined : leg.answer(event.sdp);
        if (answer && "refused" in answer) return event.reply({ status: 488 });
        event.reply({ sdp: answer?.sdp ?? leg.offer({ video: this.#behaviour.video }) });
        return this.#speak(leg);
      }
      default:
    }
  }

  #answered(leg: PhoneLeg, sdp: string): void {
    if ("refused" in leg.acceptAnswer(sdp)) return this.hangUp();
    this.#leg = leg;
    this.#speak(leg);
    const { hangUpAfterMs } = this.#behaviour;
    if (hangUpAfterMs !== null) this.#timer = this.#ground.clock.after(hangUpAfterMs, () => this.hangUp());
  }

  #speak(leg: PhoneLeg): void {
    const { speaks, hertz, dropPackets } = this.#behaviour;
    leg.drop(dropPackets);
    leg.film(leg.agreed?.video ? filmRate : 0);
    if (speaks === "machine") leg.speak(greeting(5_000));
    else leg.hear(speaks === "tone" ? { tone: hertz } : null);
  }

  #finish(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#leg = null;
    this.#timer?.cancel();
    void leave(this.#opening).then(this.#over.resolve);
  }
}

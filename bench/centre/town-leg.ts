// One leg of the town: a phone or a party in a call, with its tone, what it hears, and what it will remember of the call.
//
//   invited --answer--> talking --BYE of either side--> over
//      '--refuse, CANCEL--------------------------------> over

import type { Heard, PhoneLeg, PhonePlane } from "../../src/media/face.ts";
import type { Dialog, DialogEvent, IncomingInvite, OfferReply } from "../../src/sip/face.ts";
import { wallMs } from "../load/figures.ts";

/** Times are wall milliseconds. */
export type LegNote = {
  readonly number: string;
  readonly sipCallId: string;
  readonly invitedAt: number;
  answeredAt?: number;
  /** The ACK for the 200 has come. */
  confirmedAt?: number;
  endedAt?: number;
  /** `remote`: the gateway hung up. `silence`: nothing came any more, so it was given up. */
  endedBy?: "remote" | "local" | "silence" | "error" | "refused";
  /** Offers within the dialog. */
  offers: number;
};

/** `level`, `own`: dB of the tone that it is to hear, and of its own. */
export type Ear = { readonly packetsIn: number; readonly level: number; readonly own: number };

export type LegPlan = {
  readonly number: string;
  readonly hertz: number;
  /** Between 180 and 200, ms; null: never. */
  readonly answerMs: number | null;
  /** It hangs up so long after its answer; null: never. */
  readonly stayMs: number | null;
  /** It calls, and gives up when nobody has answered for so long, ms. */
  readonly patienceMs?: number;
};

export class TownLeg {
  readonly note: LegNote;
  readonly #plan: LegPlan;
  readonly #opening: Promise<PhoneLeg>;
  readonly #over: () => void;
  readonly #timers = new Set<NodeJS.Timeout>();
  #dialog: Dialog | null = null;
  #leg: PhoneLeg | null = null;
  #packets = { count: 0, at: wallMs() };

  constructor(plane: PhonePlane, plan: LegPlan, sipCallId: string, over: () => void) {
    this.#plan = plan;
    this.#over = over;
    this.note = { number: plan.number, sipCallId, invitedAt: wallMs(), offers: 0 };
    this.#opening = plane.open(sipCallId);
    this.#opening.catch(() => {});
  }

  get open(): boolean {
    return this.note.endedAt === undefined;
  }

  /** It is called. */
  take(incoming: IncomingInvite): void {
    this.#dialog = incoming;
    incoming.observe((event) => this.observe(event));
    incoming.ring(180);
    const { answerMs } = this.#plan;
    if (answerMs !== null) this.#later(answerMs, () => void this.#answer(incoming));
  }

  /** It calls: `place` makes the call with this offer. */
  async place(place: (sdp: string) => Dialog): Promise<void> {
    const leg = await this.#opening;
    this.#dialog = place(leg.offer({ video: false }));
    const { patienceMs } = this.#plan;
    if (patienceMs !== undefined) this.#later(patienceMs, () => this.#leg === null && this.#giveUp());
  }

  observe(event: DialogEvent): void {
    if (event.type === "failed") return this.#end("refused");
    if (event.type === "ended") return this.#end(event.by);
    if (event.type === "answered") return void this.#answered(event.sdp);
    if (event.type === "confirmed") {
      this.note.confirmedAt = wallMs();
      if (event.sdp !== undefined) this.#leg?.acceptAnswer(event.sdp);
    }
    if (event.type !== "offer") return;
    this.note.offers += 1;
    event.reply(this.#leg ? this.#negotiate(this.#leg, event.sdp) : { status: 491 });
  }

  /** null: it is in no talk. */
  async listen(hertz: number): Promise<Ear | null> {
    const leg = this.#leg;
    if (!leg) return null;
    const [heard, statistics] = await Promise.all([leg.listen([hertz, this.#plan.hertz]), leg.statistics()]);
    const { levels }: Heard = heard;
    return { packetsIn: statistics.audio.packetsIn, level: levels[0] ?? -120, own: levels[1] ?? -120 };
  }

  /** A phone that hears nothing for so long hangs up, as phones do; Infinity: it does not, and its patience begins anew. */
  async giveUpAfter(silentMs: number): Promise<boolean> {
    const leg = this.#leg;
    if (!leg) return false;
    const { packetsIn } = (await leg.statistics()).audio;
    const patient = silentMs === Number.POSITIVE_INFINITY;
    if (patient || packetsIn !== this.#packets.count) this.#packets = { count: packetsIn, at: wallMs() };
    if (wallMs() - this.#packets.at < silentMs || !this.open) return false;
    this.#dialog?.hangUp();
    this.#end("silence");
    return true;
  }

  hangUp(): void {
    this.#dialog?.hangUp();
  }

  /** Also when nobody answers that either. */
  #giveUp(): void {
    this.hangUp();
    this.#end("local");
  }

  #later(ms: number, task: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      task();
    }, ms);
    this.#timers.add(timer);
  }

  async #answer(incoming: IncomingInvite): Promise<void> {
    const leg = await this.#opening;
    if (!this.open) return;
    const reply = this.#negotiate(leg, incoming.sdp);
    if ("status" in reply) return incoming.reject(reply.status);
    incoming.answer(reply.sdp);
    this.#talk(leg);
  }

  async #answered(sdp: string): Promise<void> {
    const leg = await this.#opening;
    if ("refused" in leg.acceptAnswer(sdp)) return this.hangUp();
    this.note.confirmedAt = wallMs();
    this.#talk(leg);
  }

  #talk(leg: PhoneLeg): void {
    this.note.answeredAt = wallMs();
    this.#packets = { count: 0, at: wallMs() };
    this.#leg = leg;
    leg.hear({ tone: this.#plan.hertz });
    const { stayMs } = this.#plan;
    if (stayMs !== null) this.#later(stayMs, () => this.hangUp());
  }

  #negotiate(leg: PhoneLeg, offer: string | undefined): OfferReply {
    if (offer === undefined) return { sdp: leg.offer({ video: false }) };
    const answered = leg.answer(offer);
    return "refused" in answered ? { status: 488 } : { sdp: answered.sdp };
  }

  #end(by: NonNullable<LegNote["endedBy"]>): void {
    if (!this.open) return;
    this.note.endedAt = wallMs();
    this.note.endedBy = by;
    this.#leg = null;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#opening.then((leg) => leg.close()).catch(() => {});
    this.#over();
  }
}

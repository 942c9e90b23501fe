// The legs that may be put together at rtpengine: one call there (ng-call.ts). What each leg is to be joined with, the plane or a
// partner, is wished for at once and carried out in order, one exchange after the other.

import type { Clock, Timer } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import { type Counts, countsOf } from "./counts.ts";
import type { Carried, Instance } from "./instance.ts";
import { type End, NgCall } from "./ng-call.ts";
import { NgFault } from "./ng-client.ts";

/** A leg as its group sees it. */
export type Member = {
  /** Of its peer's end. */
  readonly tag: string;
  /** Of what the peer has said about itself. */
  readonly revision: number;
  /** What its peer sends and takes (translate.ts); null while the plane has to see to it. */
  readonly formats: string | null;
  /** null before any agreement and after its end. */
  readonly peer: End | null;
  readonly plane: End | null;
  /** The tag of its partner; null: it is joined with the plane. */
  readonly partnerTag: string | null;
  /** What it is joined with now: the group's note. */
  joined: string;
  /** It is joined with the plane; what rtpengine shows to both sides. */
  anchored(toPeer: string, toPlane: string): void;
  /** It is joined with its partner. */
  crossed(toPeer: string, partnerTag: string): void;
  /** What rtpengine has received from its peer and its partner's. */
  counted(own: Counts, partner: Counts): void;
  /** rtpengine cannot carry it any more. */
  fail(reason: string): void;
};

export type GroupOptions = {
  readonly id: string;
  readonly instance: Instance;
  readonly clock: Clock;
  readonly log: Log;
  /** The one that a leg is to be joined with; null: the plane. */
  readonly partner: (leg: Member) => Member | null;
  /** Its last leg has left, and its ports are free. */
  readonly ended: (group: Group) => void;
  /** rtpengine has no such call any more. */
  readonly gone: (group: Group) => void;
};

/**
 * A peer that has just agreed gets his partner a moment later, when that is in the journal. rtpengine, which is still learning
 * where he sends from, must not be told of the plane and of the partner in the same breath: he would hear nobody.
 */
const freshMs = 100;

/** Between two looks at the packets that do not come to the plane. */
const lookMs = 5_000;

type Fresh = { isOver: boolean; readonly over: Promise<void> };

export class Group implements Carried {
  readonly call: NgCall;
  readonly instance: Instance;
  readonly legs = new Set<Member>();
  readonly #options: GroupOptions;
  #busy: Promise<void> = Promise.resolve();
  /** Those who have agreed, and whether they still wait for a partner. */
  readonly #fresh = new WeakMap<Member, Fresh>();
  #settling = false;
  #timer: Timer | null = null;

  constructor(options: GroupOptions) {
    const { instance, id } = options;
    this.#options = options;
    this.instance = instance;
    const { inside, outside } = instance.place;
    const interfaces = inside !== undefined && outside !== undefined ? { inside, outside } : null;
    this.call = new NgCall(id, (command, parameters) => instance.ask(command, parameters), interfaces);
    instance.calls.add(this);
  }

  /** Something about its legs has changed. */
  touch(): void {
    if (this.#settling) return;
    this.#settling = true;
    this.#after(() => this.#settle());
  }

  /** Resolves when what was wished for until now is carried out. */
  settled(): Promise<void> {
    this.touch();
    return this.#busy;
  }

  /** Resolves when this leg is joined with what was wished for until now, be it one that has just agreed. */
  async reached(leg: Member): Promise<void> {
    await this.settled();
    const fresh = this.#fresh.get(leg);
    if (!fresh || fresh.isOver || leg.joined !== "") return;
    await fresh.over;
    await this.settled();
  }

  leave(leg: Member, tags: readonly string[]): void {
    this.legs.delete(leg);
    this.free(tags);
    if (this.legs.size > 0) return;
    this.instance.calls.delete(this);
    this.#timer?.cancel();
    void this.settled().then(() => this.#options.ended(this));
  }

  free(tags: readonly string[]): void {
    this.#after(async () => {
      for (const tag of tags) if (this.instance.up) await this.call.remove(tag);
    });
  }

  async check(): Promise<void> {
    try {
      await this.call.query();
    } catch (fault) {
      if (fault instanceof NgFault && fault.kind === "refused" && this.legs.size > 0) this.#options.gone(this);
      throw fault;
    }
  }

  verify(): void {
    this.#after(() => this.check());
    this.touch();
  }

  /** Asks for the counters of those who are joined with each other, and of one that is about to leave. */
  look(leaving?: Member): Promise<void> {
    this.#after(() => this.#look(leaving));
    return this.#busy;
  }

  #after(task: () => Promise<void>): void {
    this.#busy = this.#busy.then(task).catch((fault: unknown) => {
      this.#options.log.warn({ instance: this.instance.name, reason: String(fault) }, "rtpengine: not done");
    });
  }

  async #settle(): Promise<void> {
    this.#settling = false;
    for (let leg = this.#unsettled(); leg && this.instance.up; leg = this.#unsettled()) await this.#join(leg);
  }

  #unsettled(): Member | undefined {
    for (const leg of this.legs) if (leg.peer && leg.joined !== this.#wish(leg) && !this.#isFresh(leg)) return leg;
    return undefined;
  }

  /** It has no partner yet, and may get one at any moment. */
  #isFresh(leg: Member): boolean {
    if (leg.joined !== "" || this.#partner(leg)) return false;
    const known = this.#fresh.get(leg);
    if (known) return !known.isOver;
    const { promise: over, resolve } = Promise.withResolvers<void>();
    const fresh: Fresh = { isOver: false, over };
    this.#fresh.set(leg, fresh);
    this.#options.clock.after(freshMs, () => {
      fresh.isOver = true;
      this.touch();
      resolve();
    });
    return true;
  }

  #partner(leg: Member): Member | null {
    const partner = this.#options.partner(leg);
    if (!partner || !this.legs.has(partner) || !leg.peer || !partner.peer) return null;
    // Between two with keys in their SDP rtpengine hands on the keys of the one to the other, who knows other ones.
    if (leg.peer.profile === "RTP/SAVP" && partner.peer.profile === "RTP/SAVP") return null;
    return leg.formats !== null && leg.formats === partner.formats ? partner : null;
  }

  /** What `joined` is once the wish is fulfilled. */
  #wish(leg: Member): string {
    const partner = this.#partner(leg);
    if (!partner) return `plane ${leg.revision}`;
    const ends = [leg, partner].map(({ tag, revision }) => `${tag} ${revision}`);
    return ends.sort().join(" ");
  }

  async #join(leg: Member): Promise<void> {
    const wish = this.#wish(leg);
    const partner = this.#partner(leg);
    // Noted first: what is refused is not tried again.
    leg.joined = wish;
    if (partner) partner.joined = wish;
    try {
      if (leg.partnerTag !== null) await this.#look();
      if (partner) await this.#cross(leg, partner);
      else await this.#anchor(leg);
    } catch (fault) {
      if (!(fault instanceof NgFault)) throw fault;
      if (fault.kind === "refused") leg.fail(fault.message);
      // The instance is down now; once it is back, this is the first thing to be done.
      else leg.joined = "";
    }
  }

  async #anchor(leg: Member): Promise<void> {
    const { peer, plane } = leg;
    if (!peer || !plane) return;
    const { toTo, toFrom } = await this.call.pair(plane, peer, true);
    leg.anchored(toTo, toFrom);
  }

  async #cross(leg: Member, partner: Member): Promise<void> {
    const { peer } = leg;
    const other = partner.peer;
    if (!peer || !other) return;
    const { toTo, toFrom } = await this.call.pair(peer, other, false);
    leg.crossed(toFrom, partner.tag);
    partner.crossed(toTo, leg.tag);
    await this.#look();
  }

  async #look(leaving?: Member): Promise<void> {
    this.#timer?.cancel();
    const crossed = [...this.legs, ...(leaving ? [leaving] : [])].filter(({ partnerTag }) => partnerTag !== null);
    if (crossed.length === 0) return;
    if (this.legs.size > 0) this.#timer = this.#options.clock.after(lookMs, () => this.#after(() => this.#look()));
    if (!this.instance.up) return;
    const answer = await this.call.query();
    for (const leg of crossed) {
      const [own, partner] = [countsOf(answer, leg.tag), countsOf(answer, leg.partnerTag ?? "")];
      if (own && partner) leg.counted(own, partner);
    }
  }
}

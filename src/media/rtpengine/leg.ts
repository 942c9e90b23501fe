// One leg over rtpengine: a leg of our own plane, which negotiates, mixes, plays and records in plain RTP, with rtpengine between
// it and the peer. The peer sees rtpengine alone, for as long as the leg lives. Two legs that only hear each other are joined
// there, and their packets do not come to us (wiring.ts, group.ts).

import { type Clock, nextTurn } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import { checkAnnouncement } from "../announcement.ts";
import type { Finding, Watch } from "../detection/finding.ts";
import type {
  Agreed,
  Digit,
  FilePlaying,
  LegStatistics,
  MediaImage,
  MediaLeg,
  MediaProfile,
  OfferOptions,
  Playing,
  SdpRefused,
  Source,
} from "../face.ts";
import { isDialable } from "../rtp/telephone-event.ts";
import type { Silence } from "../silence-watch.ts";
import type { Counts } from "./counts.ts";
import { netType } from "./description.ts";
import type { Group, Member } from "./group.ts";
import { filePlayingOf, type Later, playingOf, playLater } from "./later.ts";
import { Negotiation } from "./negotiation.ts";
import type { End } from "./ng-call.ts";
import { NgFault } from "./ng-client.ts";
import { Tally } from "./tally.ts";
import { type Anchor, anchorOf, type PeerRules, toEngine } from "./translate.ts";

export type RtpengineLegOptions = {
  readonly own: MediaLeg;
  /** No other leg has it. */
  readonly number: number;
  readonly clock: Clock;
  readonly log: Log;
  /** Where the plane is, for rtpengine. */
  readonly address: string;
  readonly silenceMs: number;
  /** Names of what can be played. */
  readonly announcements: ReadonlySet<string>;
  readonly isOurs: PeerRules["isOurs"];
  /** It hears another source. */
  readonly rewired: (leg: RtpengineLeg) => void;
  /** Keeps it at the plane, as often as it is asked to, and lets it go. */
  readonly keep: (leg: RtpengineLeg, kept: boolean) => void;
  readonly partner: (leg: RtpengineLeg) => RtpengineLeg | null;
  readonly closed: (leg: RtpengineLeg) => void;
  /** It was opened before, by another plane. */
  readonly before?: MediaImage;
};

const profiles: readonly MediaProfile[] = ["RTP/AVP", "RTP/SAVP", "UDP/TLS/RTP/SAVPF"];

export class RtpengineLeg implements MediaLeg, Member {
  readonly id: string;
  readonly own: MediaLeg;
  readonly figures: Promise<LegStatistics | null>;
  joined = "";
  revision = 0;
  partnerTag: string | null = null;
  source: Source = null;
  readonly #options: RtpengineLegOptions;
  readonly #negotiation: Negotiation;
  readonly #tally: Tally;
  #group: Group;
  /** Ways that rtpengine still has ports for. */
  #prepared: readonly MediaProfile[] = [];
  /** What the plane was last told to let it hear; undefined: nothing yet. */
  #applied: Source | undefined;
  #open = true;
  #isWatched = false;
  #looked: Promise<void> = Promise.resolve();
  #lost: () => void = () => {};
  #moved: (() => void) | null = null;
  #pressed: (digit: Digit) => void = () => {};
  #silence: (silence: Silence) => void = () => {};
  /** Its peer has fallen silent while it was joined with a partner. */
  #isSilent = false;

  constructor(options: RtpengineLegOptions, group: Group) {
    const { own } = options;
    this.id = own.id;
    this.own = own;
    this.#options = options;
    this.#group = group;
    this.#negotiation = new Negotiation(own, options.isOurs, options.before?.engine);
    this.#tally = new Tally(options.silenceMs);
    this.figures = this.#lastFigures();
    group.legs.add(this);
    own.lost(() => this.#lose());
    own.digits((digit) => this.#pressed(digit));
  }

  /** Takes ports at rtpengine, for each way in which the peer may be spoken with. Rejects with an NgFault. */
  async prepare(wanted: readonly MediaProfile[] = this.#wanted()): Promise<void> {
    const { address } = this.#options;
    const nowhere = ["v=0", `o=- 1 1 ${netType(address)}`, "s=-", `c=${netType(address)}`, "t=0 0"];
    const stub = toEngine({ session: nowhere, sections: [] }, "RTP/AVP");
    this.#prepared = wanted;
    const anchors = await Promise.all(wanted.map((profile) => this.#anchorFor(profile, stub)));
    this.#negotiation.anchor(new Map(anchors.map((anchor) => [anchor.profile, anchor])));
  }

  /** Who has been spoken with in one way goes on in that. */
  #wanted(): readonly MediaProfile[] {
    return this.#options.before ? [this.#negotiation.profile] : profiles;
  }

  image(): MediaImage | null {
    const own = this.own.image();
    return own && { ...own, engine: this.#negotiation.image };
  }

  /** Those towards the peer are rtpengine's, which outlives us. */
  keys(): null {
    return null;
  }

  get group(): Group {
    return this.#group;
  }

  get agreed(): Agreed | null {
    return this.own.agreed;
  }

  get tag(): string {
    return this.#tag("peer", this.#negotiation.profile);
  }

  get formats(): string | null {
    return this.#negotiation.formats;
  }

  get peer(): End | null {
    const sdp = this.#open ? this.#negotiation.peerSdp : null;
    return sdp === null ? null : { tag: this.tag, profile: this.#negotiation.profile, sdp };
  }

  get plane(): End | null {
    const sdp = this.#negotiation.planeSdp;
    const tag = this.#tag("plane", this.#negotiation.profile);
    return sdp === null ? null : { tag, profile: this.#negotiation.planeProfile, sdp };
  }

  /** Whether peers may see this port. */
  owns(address: string, port: number): boolean {
    for (const anchor of this.#negotiation.anchors) {
      if (anchor.address === address && (anchor.audio.port === port || anchor.video.port === port)) return true;
    }
    return false;
  }

  /** `restart` is passed over: rtpengine changes its credentials only after the browser has changed its own. */
  offer({ audioLike, videoLike, restart: _, ...options }: OfferOptions): string {
    return this.#negotiation.offer({
      ...options,
      ...(audioLike && { audioLike: ownOf(audioLike) }),
      ...(videoLike && { videoLike: ownOf(videoLike) }),
    });
  }

  acceptAnswer(sdp: string): Agreed | SdpRefused {
    const agreed = this.#negotiation.accept(sdp);
    if (!("refused" in agreed)) this.#agree();
    return agreed;
  }

  answer(sdp: string): { readonly sdp: string; readonly agreed: Agreed } | SdpRefused {
    const answer = this.#negotiation.answer(sdp);
    if (!("refused" in answer)) this.#agree();
    return answer;
  }

  hear(source: Source): void {
    if (!this.#open) return;
    // What cannot be heard throws here, before anything changes.
    ownSource(source);
    this.source = source;
    this.#applied = undefined;
    this.#options.rewired(this);
  }

  /** Lets the plane play what is to be heard from it; nothing while a partner is heard at rtpengine. */
  apply(): void {
    if (!this.#open) return;
    const source = this.partnerTag === null || this.#options.partner(this) === null ? this.source : null;
    if (source === this.#applied) return;
    this.#applied = source;
    this.own.hear(ownSource(source));
  }

  play(name: string, times = 1): Playing {
    checkAnnouncement(this.#options.announcements, name, times);
    return playingOf(this.#later(() => this.own.play(name, times)));
  }

  playFile(file: string, how: { readonly fromMs: number; readonly times: number }): FilePlaying {
    return filePlayingOf(this.#later(() => this.own.playFile(file, how)));
  }

  /** It stays at the plane from now on until it has heard this. */
  #later<Begun extends Playing | FilePlaying>(begin: () => Begun): Later<Begun> {
    this.#options.keep(this, true);
    const later = playLater(this.#there(), () => (this.#open ? begin() : null));
    // A turn later, so that the next one of several finds it there still.
    const over = later.begun.then((playing) => playing?.ended).then(nextTurn);
    void over.then(() => this.#options.keep(this, false));
    return later;
  }

  /** Resolves when it is at the plane, as far as rtpengine can be asked. */
  async #there(): Promise<void> {
    let group: Group;
    do {
      group = this.#group;
      await group.reached(this);
    } while (group !== this.#group);
  }

  /** They go out when it is at the plane, and it stays there until they are: before, rtpengine would give them to nobody. */
  dial(digits: string, sent: () => void = () => {}): boolean {
    if (!this.#open || !this.agreed?.audio || !isDialable(digits)) return false;
    this.#options.keep(this, true);
    const done = (): void => {
      this.#options.keep(this, false);
      sent();
    };
    void this.#there().then(() => this.own.dial(digits, done) || done());
    return true;
  }

  digits(observer: (digit: Digit) => void): void {
    this.#pressed = observer;
  }

  /** rtpengine has seen a digit; the plane tells those that come to it. */
  pressed(digit: Digit): void {
    if (this.#open && this.partnerTag !== null) this.#pressed(digit);
  }

  detect(watch: Watch | null, observer: (finding: Finding) => void): void {
    if ((watch !== null) !== this.#isWatched) this.#options.keep(this, watch !== null);
    this.#isWatched = watch !== null;
    this.own.detect(watch, observer);
  }

  async statistics(): Promise<LegStatistics> {
    const own = await this.own.statistics();
    if (this.partnerTag !== null) await this.#group.look();
    return this.#tally.added(own);
  }

  lost(observer: () => void): void {
    this.#lost = observer;
  }

  moved(observer: () => void): void {
    this.#moved = observer;
  }

  silence(observer: (silence: Silence) => void, limitMs = this.#options.silenceMs): void {
    this.#silence = observer;
    this.#tally.expect(limitMs);
    this.own.silence((silence) => {
      if (this.#open && this.partnerTag === null && !this.#isSilent) this.#silence(silence);
    }, limitMs);
  }

  renew(): void {
    if (!this.#open) return;
    this.#uncross();
    this.#negotiation.forget();
    this.own.renew();
    this.apply();
    this.revision += 1;
    this.#group.touch();
  }

  close(): void {
    if (!this.#open) return;
    if (this.partnerTag !== null) this.#looked = this.#group.look(this);
    this.#open = false;
    this.own.close();
    this.#options.closed(this);
    this.#group.leave(this, this.#tags(this.#prepared));
  }

  /** It could not be prepared: what it has at rtpengine is freed, the leg of our own plane is not. */
  abandon(): void {
    this.#open = false;
    this.#group.leave(this, this.#tags(this.#prepared));
  }

  /** Its ports are elsewhere from now on, and the peer is to be offered them. `false`: it cannot be. */
  async move(group: Group): Promise<boolean> {
    if (!this.#open || !this.#moved || !this.#negotiation.peerSdp) return false;
    this.#group.leave(this, []);
    this.#group = group;
    group.legs.add(this);
    this.#uncross();
    await this.prepare([this.#negotiation.profile]);
    if (this.#open) this.#moved();
    return true;
  }

  anchored(toPeer: string, toPlane: string): void {
    if (!this.#open) return;
    const shown = anchorOf(this.#negotiation.profile, toPeer);
    const inside = anchorOf("RTP/AVP", toPlane);
    if (!shown || !inside || !this.#negotiation.keeps(shown)) return this.fail("it has changed a port or a key");
    this.#uncross();
    this.#negotiation.placed({ address: inside.address, audio: inside.audio.port, video: inside.video.port });
    this.apply();
  }

  crossed(toPeer: string, partnerTag: string): void {
    if (!this.#open) return;
    const shown = anchorOf(this.#negotiation.profile, toPeer);
    if (!shown || !this.#negotiation.keeps(shown)) return this.fail("it has changed a port or a key");
    this.partnerTag = partnerTag;
    this.apply();
  }

  counted(own: Counts, partner: Counts): void {
    this.#tally.look({ own, partner });
    const silence = this.#open ? this.#tally.listen(own, this.#options.clock.monotonic()) : null;
    if (!silence) return;
    this.#isSilent = silence.type === "silent";
    this.#silence(silence);
  }

  fail(reason: string): void {
    if (!this.#open) return;
    this.#options.log.error({ leg: this.id, instance: this.#group.instance.name, reason }, "rtpengine: a leg is lost");
    this.#lose();
  }

  #lose(): void {
    if (this.#open) this.#lost();
  }

  #uncross(): void {
    if (this.partnerTag !== null) this.#tally.end();
    this.partnerTag = null;
    // The plane's own watch begins anew.
    if (this.#isSilent) this.#silence({ type: "back" });
    this.#isSilent = false;
  }

  #agree(): void {
    const { profile } = this.#negotiation;
    const unused = this.#prepared.filter((other) => other !== profile);
    if (unused.length > 0) this.#group.free(this.#tags(unused));
    this.#prepared = [profile];
    this.revision += 1;
    this.#group.touch();
  }

  async #anchorFor(profile: MediaProfile, stub: string): Promise<Anchor> {
    const from: End = { tag: this.#tag("plane", profile), profile: "RTP/AVP", sdp: stub };
    const shown = await this.#group.call.offer(from, { tag: this.#tag("peer", profile), profile }, true);
    const anchor = anchorOf(profile, shown);
    if (!anchor) throw new NgFault("refused", `no place for audio and video in ${profile}`);
    return anchor;
  }

  async #lastFigures(): Promise<LegStatistics | null> {
    const own = await this.own.figures;
    await this.#looked;
    return own && this.#tally.added(own);
  }

  #tags(of: readonly MediaProfile[]): readonly string[] {
    return of.flatMap((profile) => [this.#tag("plane", profile), this.#tag("peer", profile)]);
  }

  #tag(side: "plane" | "peer", profile: MediaProfile): string {
    return `${this.#options.number}-${profiles.indexOf(profile)}-${side}`;
  }
}

/** The leg of our own plane. Throws for what only a mistake in our own code can hand in. */
export function ownOf(leg: MediaLeg): MediaLeg {
  if (leg instanceof RtpengineLeg) return leg.own;
  throw new TypeError("not a leg of this media plane");
}

function ownSource(source: Source): Source {
  if (source && "leg" in source) return { leg: ownOf(source.leg) };
  if (source && "mix" in source) return { mix: source.mix.map(({ leg, gain }) => ({ leg: ownOf(leg), gain })) };
  return source;
}

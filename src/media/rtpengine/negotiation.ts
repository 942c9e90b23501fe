// Offers and answers of one leg over rtpengine: our own plane negotiates, and what it says and hears is translated (translate.ts).
// rtpengine learns of each agreement afterwards (group.ts); its ports and keys are known before, so nobody waits.

import type { Agreed, MediaImage, MediaLeg, MediaProfile, OfferOptions, SdpRefused } from "../face.ts";
import { type Description, split } from "./description.ts";
import type { EndProfile } from "./ng-call.ts";
import {
  type Anchor,
  agreedKeys,
  formatsOf,
  type Inside,
  isKept,
  type PeerRules,
  profileOf,
  toEngine,
  toPeer,
  toPlane,
} from "./translate.ts";

type Last = {
  readonly peer: Description;
  /** Gives the plane the peer's description again. */
  readonly replay: () => void;
};

export class Negotiation {
  readonly #own: MediaLeg;
  readonly #isOurs: PeerRules["isOurs"];
  #anchors: ReadonlyMap<MediaProfile, Anchor> = new Map();
  #profile: MediaProfile = "RTP/AVP";
  #plane: string | null = null;
  #last: Last | null = null;
  #inside: Inside | null = null;
  #written = "";
  #version = 0;

  constructor(own: MediaLeg, isOurs: PeerRules["isOurs"], before: MediaImage["engine"]) {
    this.#own = own;
    this.#isOurs = isOurs;
    this.#profile = before?.profile ?? this.#profile;
    this.#version = before?.version ?? 0;
  }

  /** How it stands with the peer. */
  get image(): NonNullable<MediaImage["engine"]> {
    return { profile: this.#profile, version: this.#version };
  }

  /** The way in which the peer is spoken with. */
  get profile(): MediaProfile {
    return this.#profile;
  }

  /** Ports and keys that rtpengine has for each way. Whatever was agreed on with others has to be agreed on anew. */
  anchor(anchors: ReadonlyMap<MediaProfile, Anchor>): void {
    this.#anchors = anchors;
    this.#last = null;
    this.#inside = null;
  }

  /** The peer is another one; ports and keys stay. */
  forget(): void {
    this.#last = null;
  }

  get anchors(): Iterable<Anchor> {
    return this.#anchors.values();
  }

  /** The peer's description for rtpengine; null before an agreement. */
  get peerSdp(): string | null {
    return this.#last && toEngine(this.#last.peer, this.#profile);
  }

  /** How rtpengine is to speak with the plane. */
  get planeProfile(): EndProfile {
    return this.#isBrowser ? "RTP/AVPF" : "RTP/AVP";
  }

  /** The plane's. */
  get planeSdp(): string | null {
    const description = this.#plane === null ? undefined : split(this.#plane);
    return description ? toEngine(description, "RTP/AVP", this.planeProfile) : null;
  }

  /**
   * What the peer sends and takes; null while that has to pass the plane: not all of it goes both ways, digits come as tones, or
   * a browser asks for pictures, which rtpengine does not pass on to a phone.
   */
  get formats(): string | null {
    const { agreed } = this.#own;
    const whole =
      agreed?.audio?.direction === "sendrecv" &&
      agreed.audio.telephoneEvent &&
      (agreed.video === null || (agreed.video.direction === "sendrecv" && !this.#isBrowser));
    return whole && this.#last ? formatsOf(this.#last.peer) : null;
  }

  get #isBrowser(): boolean {
    return this.#profile === "UDP/TLS/RTP/SAVPF";
  }

  offer({ profile = this.#profile, ...options }: OfferOptions): string {
    const anchor = this.#anchors.get(profile);
    if (!anchor) throw new Error(`a leg that has agreed on ${this.#profile} cannot offer ${profile}`);
    this.#profile = profile;
    this.#plane = this.#own.offer(options);
    return this.#write(this.#plane, anchor);
  }

  accept(sdp: string): Agreed | SdpRefused {
    const anchor = this.#anchors.get(this.#profile);
    const peer = split(sdp);
    if (!anchor || !peer) return { refused: "not a session description" };
    const translated = toPlane(peer, this.#rules(anchor));
    if (typeof translated !== "string") return translated;
    const agreed = this.#own.acceptAnswer(translated);
    if (!("refused" in agreed)) this.#agree(anchor, peer, (again) => this.#own.acceptAnswer(again));
    return agreed;
  }

  answer(sdp: string): { readonly sdp: string; readonly agreed: Agreed } | SdpRefused {
    const peer = split(sdp);
    const audio = peer?.sections.find(({ kind, port }) => kind === "audio" && port !== 0);
    const profile = audio ? profileOf(audio.protocol) : this.#profile;
    if (!peer || !profile) return { refused: audio ? `audio over ${audio.protocol}` : "not a session description" };
    const anchor = this.#anchors.get(profile);
    if (!anchor) return { refused: `${profile}, agreed was ${this.#profile}` };
    const translated = toPlane(peer, this.#rules(anchor));
    if (typeof translated !== "string") return translated;
    const answer = this.#own.answer(translated);
    if ("refused" in answer) return answer;
    this.#profile = profile;
    this.#plane = answer.sdp;
    this.#agree(anchor, peer, (again) => this.#own.answer(again));
    return { sdp: this.#write(answer.sdp, anchor, peer), agreed: answer.agreed };
  }

  /** rtpengine takes the plane's packets there. */
  placed(inside: Inside): void {
    this.#inside = inside;
    this.#last?.replay();
  }

  /** Whether rtpengine still has for this peer what the peer was told. */
  keeps(shown: Anchor): boolean {
    const anchor = this.#anchors.get(this.#profile);
    return anchor !== undefined && isKept(anchor, shown);
  }

  #agree(anchor: Anchor, peer: Description, tell: (translated: string) => void): void {
    this.#anchors = new Map([[anchor.profile, agreedKeys(anchor, peer)]]);
    const replay = (): void => {
      const again = toPlane(peer, this.#rules(anchor));
      if (typeof again === "string") tell(again);
    };
    this.#last = { peer, replay };
  }

  #rules(anchor: Anchor): PeerRules {
    // Before the first exchange nobody knows where: the discard port takes what is sent until then.
    const inside = this.#inside ?? { address: anchor.address, audio: 9, video: 9 };
    return { anchor, inside, isOurs: this.#isOurs };
  }

  /** RFC 3264 §8: the version rises by one with each description that differs from the last. */
  #write(plane: string, anchor: Anchor, offer?: Description): string {
    const body = toPeer(plane, anchor, 0, offer);
    if (body !== this.#written) this.#version += 1;
    this.#written = body;
    return toPeer(plane, anchor, this.#version, offer);
  }
}

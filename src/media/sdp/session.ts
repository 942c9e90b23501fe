// One leg's offers and answers over its whole life (RFC 3264): the order of its m-lines, the o= version, the payload numbers
// in use. Pure but for that memory: text in, text and terms out. Run by leg.ts on the main thread.

import { randomBytes } from "node:crypto";
import { isIP } from "node:net";
import { ourIdentity } from "../browser/identity.ts";
import type { AudioCodec } from "../codec/audio-codec.ts";
import type { Direction, HoldStyle, MediaProfile, SdpRefused } from "../face.ts";
import { misfitOf, termsOfAnswer } from "./accept.ts";
import {
  allCodecs,
  audioFormats,
  chooseAudio,
  chooseVideo,
  isBrowser,
  isSrtp,
  isUsable,
  type Ours,
  offeredVideo,
  telephoneEvent,
} from "./choose.ts";
import { type CryptoLine, type Suite, suites } from "./crypto-line.ts";
import type { Description, Format, Section } from "./description.ts";
import { newIce } from "./ice.ts";
import { parseDescription } from "./parse.ts";
import { bareSection, bareTerms, keyedTerms, keysOf, type SessionImage, type SessionKeys } from "./session-image.ts";
import { sharedFormats } from "./shared.ts";
import { directionOf, type Terms, type VideoTerms } from "./terms.ts";
import {
  type BrowserLines,
  type LocalSection,
  type OpenSection,
  type RejectedSection,
  writeOrigin,
  writeSections,
} from "./write.ts";

export type SessionOptions = {
  /** Address written in c= and o=. Peers of the other IP version are refused: our sockets cannot reach them. */
  readonly address: string;
  /** Digits, unique per session (RFC 8866 §5.2). */
  readonly sessionId: string;
  /** Those that we offer and take, the preferred one first; absent: all that we know, G.711 first. */
  readonly codecs?: readonly AudioCodec[];
  /** Whether this port is one of our own: two legs pointed at each other would pass one packet round for ever. */
  isOurs(port: number): boolean;
};

export type SessionOffer = {
  readonly audioPort: number;
  /** null: no video in this offer. */
  readonly videoPort: number | null;
  /** Absent: as in the exchange before, else plain RTP. */
  readonly profile?: MediaProfile;
  /** Offer this audio codec first, so that packets may pass as they are. */
  readonly audioLike?: AudioCodec;
  readonly hold?: HoldStyle;
  readonly videoDirection?: Direction;
  /** With new ICE credentials. */
  readonly restart?: true;
  /** Offer this codec under this number, nothing else. */
  readonly videoLike?: { readonly codec: string; readonly payload: number; readonly parameters: string };
};

export type SessionPorts = {
  readonly audio: number;
  /** Called only when the peer offers video that we can use; null = no port left, the m-line is rejected. */
  video(bundled: boolean): number | null;
};

export type SessionAnswer = { readonly sdp: string; readonly terms: Terms };

const noKeys: ReadonlyMap<string, string> = new Map();

export class SdpSession {
  readonly #options: SessionOptions;
  /** The m-lines as they last stood in a description of ours: their order never changes (RFC 3264 §8). */
  #slots: readonly LocalSection[] = [];
  #version = 0;
  /** Our last description, as it went out. */
  #written = "";
  #offered: readonly LocalSection[] | null = null;
  #terms: Terms | null = null;
  #profile: MediaProfile = "RTP/AVP";
  /** How the last offer of ours has held the peer. */
  #hold: HoldStyle | undefined = undefined;
  /** By m-line, as the side that was first has named them (RFC 8843 §7). */
  #mids: readonly string[] = [];
  /** Our keys, made when first needed and kept: whoever has one of them goes on counting packets with it. */
  #keys: ReadonlyMap<string, string> = noKeys;
  /** Kept: a change is an ICE restart (RFC 8839 §4.4.1.1.1). */
  #ice = newIce();
  /** What the exchange at hand says: kept when it is complete. */
  #nextIce = this.#ice;

  constructor(options: SessionOptions, before?: SessionImage, keys?: SessionKeys) {
    this.#options = options;
    if (!before) return;
    this.#version = before.version;
    this.#profile = before.profile;
    this.#hold = before.hold ?? undefined;
    this.#mids = before.mids;
    this.#slots = before.slots;
    this.#terms = keys ? keyedTerms(before.terms, keys) : before.terms;
    if (keys) this.#keys = new Map(Object.entries(keys.ours));
  }

  keys(): SessionKeys | null {
    return this.#terms && keysOf(this.#terms, this.#keys);
  }

  /** Whoever goes on from it without the keys has some of his own, and writes the next version. null before any agreement. */
  image(): SessionImage | null {
    if (!this.#terms) return null;
    return {
      sessionId: this.#options.sessionId,
      version: this.#version,
      profile: this.#profile,
      hold: this.#hold ?? null,
      mids: this.#mids,
      slots: this.#slots.map(bareSection),
      terms: bareTerms(this.#terms),
    };
  }

  /** Of the last exchange that was complete; a refused one changes nothing. */
  get terms(): Terms | null {
    return this.#terms;
  }

  /** Whether the next offer in this profile has all media on one port. */
  bundles(profile: MediaProfile = this.#profile): boolean {
    return profile === "UDP/TLS/RTP/SAVPF";
  }

  /** An offer of ours, open until `accept`. */
  offer(want: SessionOffer): string {
    this.#profile = want.profile ?? this.#profile;
    this.#nextIce = want.restart ? newIce() : this.#ice;
    this.#hold = want.hold;
    const audio = this.#audioOffer(want);
    const video = want.videoPort === null ? null : this.#videoOffer(want, want.videoPort);
    const sections: LocalSection[] = this.#slots.map(rejected);
    for (const section of [audio, ...(video ? [video] : [])]) {
      const slot = this.#slotOf(section.kind, sections.length);
      sections[slot] = { ...section, ...this.#offeredTransport(section.kind, slot) };
    }
    this.#offered = sections;
    return this.#write(sections);
  }

  /** The peer's answer to the last offer. A repeated or changed one (183, then 200) takes the place of the one before. */
  accept(text: string): Terms | SdpRefused {
    const offered = this.#offered;
    if (!offered) return { refused: "an answer without an offer (RFC 3264 §5)" };
    const answer = this.#parse(text);
    if ("refused" in answer) return answer;
    const misfit = misfitOf(answer, offered);
    if (misfit !== undefined) return { refused: misfit };
    const wish = { codecs: this.#codecs, keep: undefined };
    const terms = termsOfAnswer(answer, offered, { ice: this.#nextIce, wish });
    if ("refused" in terms) return terms;
    this.#terms = terms;
    this.#ice = this.#nextIce;
    return terms;
  }

  /** An offer of the peer: our answer, with the peer's payload numbers and one codec for each m-line. */
  answer(text: string, ports: SessionPorts): SessionAnswer | SdpRefused {
    const offer = this.#parse(text);
    if ("refused" in offer) return offer;
    if (offer.sections.length < this.#slots.length) return { refused: "fewer m-lines than before (RFC 3264 §8)" };
    this.#nextIce = this.#isRestart(offer) ? newIce() : this.#ice;
    const open = offer.sections.filter((section) => section.kind === "audio" && !isClosed(section));
    const audioSection = open.find(isUsable);
    if (open[0] && !audioSection) return { refused: `audio over ${open[0].protocol}` };
    const wish = { codecs: this.#codecs, keep: this.#terms?.audio?.codec };
    const audio = audioSection
      ? chooseAudio(audioSection, this.#oursFor(audioSection), heldTo(this.#hold), wish)
      : null;
    if (audioSection && !audio) return { refused: "no audio codec in common" };
    const wantedVideo = this.#usableVideo(offer);
    const videoPort = wantedVideo && ports.video(isBrowser(wantedVideo.section));
    const video = wantedVideo && videoPort !== null ? wantedVideo.terms : null;
    if (!audio && !video) return { refused: "nothing offered that can be used" };

    const sections = offer.sections.map((section): LocalSection => {
      if (section === audioSection && audio) {
        const formats = section.formats.filter(
          (one) => one.payload === audio.payload || one.payload === audio.eventPayload,
        );
        const own = this.#answeredTransport(section);
        return answered(section, ports.audio, { formats: formats.map(inOurWords), way: audio, ...own });
      }
      if (section === wantedVideo?.section && video && videoPort !== null) {
        const formats = section.formats.filter((one) => one.payload === video.payload);
        return answered(section, videoPort, { formats, way: video, ...this.#answeredTransport(section) });
      }
      return rejected(section);
    });
    this.#offered = null;
    if (audioSection) this.#profile = profileOf(audioSection);
    this.#terms = { audio, video };
    this.#ice = this.#nextIce;
    return { sdp: this.#write(sections), terms: this.#terms };
  }

  #parse(text: string): Description | SdpRefused {
    const description = parseDescription(text);
    if ("refused" in description) return description;
    const { address, isOurs } = this.#options;
    const family = isIP(address);
    for (const section of description.sections) {
      // Where a browser is, ICE finds out; its address in the SDP is not used.
      if (section.port === 0 || isBrowser(section)) continue;
      if (isIP(section.address) !== family) return { refused: `an address that is not IPv${family}` };
      if (isLocal(section.address, address) && isOurs(section.port))
        return { refused: "a port of this gateway itself" };
    }
    return description;
  }

  /** The browser has another ufrag than before: both sides have new credentials then (RFC 8839 §4.4.2). */
  #isRestart({ sections }: Description): boolean {
    const before = (this.#terms?.audio ?? this.#terms?.video)?.remote.browser;
    const now = sections.find(isBrowser)?.transport;
    return before !== undefined && before !== null && now?.ufrag !== undefined && now.ufrag !== before.theirUfrag;
  }

  /** The m-line of this kind that was in use, else one that was rejected (§8.1 lets it be taken up again), else a new one. */
  #slotOf(kind: "audio" | "video", next: number): number {
    const open = this.#slots.findIndex((slot) => slot.kind === kind && slot.port !== 0);
    const any = open < 0 ? this.#slots.findIndex((slot) => slot.kind === kind) : open;
    return any < 0 ? next : any;
  }

  get #codecs(): readonly AudioCodec[] {
    return this.#options.codecs ?? allCodecs;
  }

  /** RFC 3264 §8.3.2: a number once tied to a format stays with it. What is spoken already is offered first. */
  #audioOffer(want: SessionOffer): OpenSection {
    const { heard, codec: spoken } = this.#terms?.audio ?? {};
    const event = heard?.event ?? -1;
    const first = spoken ?? want.audioLike;
    const codecs = this.#codecs.toSorted((a, b) => Number(b === first) - Number(a === first));
    const used = [...(heard?.codecs.map(({ payload }) => payload) ?? []), event];
    const formats = codecs.map((codec) => {
      const inUse = heard?.codecs.find((one) => one.codec === codec)?.payload;
      return { ...audioFormats[codec], payload: inUse ?? freeNumber(audioFormats[codec].payload, used) };
    });
    return {
      kind: "audio",
      port: want.audioPort,
      protocol: this.#profile,
      formats: sharedFormats([...formats, telephoneEvent(event < 0 ? freeNumber(101, used) : event)]),
      feedback: false,
      ...(want.hold && { direction: heldTo(want.hold) }),
      ...(want.hold === "0.0.0.0" && { address: isIP(this.#options.address) === 6 ? "::" : want.hold }),
      ...this.#offeredKeys("audio"),
    };
  }

  /** Once agreed, a codec and its number stay (RFC 3264 §8.3.2); a new offer may name another leg's codec instead. */
  #videoOffer(want: SessionOffer, port: number): OpenSection {
    const current = this.#terms?.video;
    let formats = offeredVideo;
    if (current && (!want.videoLike || want.videoLike.codec === current.codec)) {
      formats = [videoFormat({ ...current, payload: current.heardPayload })];
    } else if (want.videoLike) {
      formats = [videoFormat(want.videoLike)];
    }
    return {
      kind: "video",
      port,
      protocol: this.#profile,
      formats,
      feedback: true,
      ...this.#offeredKeys("video"),
      ...(want.videoDirection && { direction: want.videoDirection }),
    };
  }

  /** One key for each suite; the peer takes one of them (RFC 4568 §5.1.1). */
  #offeredKeys(kind: "audio" | "video"): { readonly cryptos?: readonly CryptoLine[] } {
    if (this.#profile !== "RTP/SAVP") return {};
    return { cryptos: suites.map((suite, index) => ({ tag: index + 1, suite, key: this.#key(kind, suite) })) };
  }

  #offeredTransport(kind: "audio" | "video", slot: number): { readonly browser?: BrowserLines } {
    if (this.#profile !== "UDP/TLS/RTP/SAVPF") return {};
    // RFC 9143 §7.2.1: before it is agreed on, the port of the bundle stands at one m-line only.
    const bundleOnly = kind === "video" && !this.#terms?.video;
    const mid = this.#mids[slot] || String(slot);
    const { fingerprint } = ourIdentity();
    return { browser: { mid, bundleOnly, ...this.#nextIce(), fingerprint, setup: "actpass" } };
  }

  /** Our keys, or our side of ICE and DTLS: the browser begins the handshake (RFC 8842 §5.3). */
  #answeredTransport(section: Section): Pick<OpenSection, "cryptos" | "browser"> {
    if (!isBrowser(section)) return { cryptos: this.#answeredKeys(section) };
    const { mid } = section;
    const { fingerprint } = ourIdentity();
    return { browser: { mid, bundleOnly: false, ...this.#nextIce(), fingerprint, setup: "passive" } };
  }

  /** The peer's formats, and a key of ours for each line of the peer's. */
  #oursFor(section: Section): Ours {
    const lines = isSrtp(section) ? section.cryptos : [];
    const cryptos = lines.map(({ tag, suite }) => ({ tag, suite, key: this.#key(section.kind, suite) }));
    return { formats: section.formats, cryptos, ice: this.#nextIce };
  }

  /** RFC 4568 §5.1.2: exactly one, under the tag of the line that was taken. */
  #answeredKeys(section: Section): readonly CryptoLine[] {
    return this.#oursFor(section).cryptos.slice(0, 1);
  }

  #key(kind: string, suite: Suite): string {
    const known = this.#keys.get(`${kind} ${suite}`);
    const key = known ?? randomBytes(30).toString("base64");
    if (!known) this.#keys = new Map([...this.#keys, [`${kind} ${suite}`, key]]);
    return key;
  }

  /** The first video m-line that we can answer. */
  #usableVideo(offer: Description): { readonly section: Section; readonly terms: VideoTerms } | null {
    for (const section of offer.sections) {
      if (section.kind !== "video" || isClosed(section) || !isUsable(section)) continue;
      const terms = chooseVideo(section, this.#oursFor(section), "sendrecv");
      if (terms) return { section, terms };
    }
    return null;
  }

  /** RFC 3264 §8: the version rises by one with each description that differs from the last. */
  #write(sections: readonly LocalSection[]): string {
    this.#slots = sections;
    this.#mids = sections.map(
      (section, slot) => ("browser" in section && section.browser?.mid) || (this.#mids[slot] ?? ""),
    );
    const { sessionId, address } = this.#options;
    const written = writeSections(address, sections);
    const described = (): string => `${writeOrigin({ sessionId, version: this.#version, address })}${written}`;
    if (this.#written === "" || described() !== this.#written) this.#version += 1;
    this.#written = described();
    return this.#written;
  }
}

/** Addresses under which our own sockets can be reached. */
const isLocal = (address: string, ours: string): boolean =>
  address === ours || address.startsWith("127.") || address === "::1" || address === "0.0.0.0" || address === "::";

const rejected = (slot: LocalSection | Section): RejectedSection => ({
  kind: slot.kind,
  port: 0,
  protocol: slot.protocol,
  tokens: "tokens" in slot ? slot.tokens : slot.formats.map((format) => String(format.payload)),
});

/** What is left to us of sending and receiving. */
function heldTo(hold: HoldStyle | undefined): Direction {
  if (hold === undefined) return "sendrecv";
  return hold === "inactive" ? "inactive" : "sendonly";
}

/** The usual number, or the next one that is not given to something else. */
const freeNumber = (usual: number, used: readonly number[]): number =>
  used.includes(usual) ? freeNumber(usual + 1, used) : usual;

const videoFormat = (like: { codec: string; payload: number; parameters: string }): Format => ({
  payload: like.payload,
  name: like.codec,
  clock: 90_000,
  parameters: like.parameters,
});

/** Port 0 is a rejected m-line (RFC 3264 §6), but for one that is offered for the bundle alone. */
const isClosed = ({ port, bundleOnly }: Section): boolean => port === 0 && !bundleOnly;

function profileOf(section: Section): MediaProfile {
  if (isBrowser(section)) return "UDP/TLS/RTP/SAVPF";
  return isSrtp(section) ? "RTP/SAVP" : "RTP/AVP";
}

/** Which telephone-events we take, and how we decode, is our own statement, not an echo of the peer's. */
function inOurWords(format: Format): Format {
  if (format.name === "TELEPHONE-EVENT") return telephoneEvent(format.payload);
  return format.name === "OPUS" ? { ...audioFormats.opus, payload: format.payload } : format;
}

type Answered = {
  readonly formats: readonly Format[];
  readonly way: { readonly sends: boolean; readonly receives: boolean };
} & Pick<OpenSection, "cryptos" | "browser">;

function answered(section: Section, port: number, { formats, way, cryptos, browser }: Answered): OpenSection {
  const direction = directionOf(way);
  return {
    kind: section.kind === "audio" ? "audio" : "video",
    port,
    protocol: section.protocol,
    formats: sharedFormats(formats),
    feedback: section.feedback && section.kind === "video",
    ...(section.kind === "audio" && section.voipMetrics && { voipMetrics: true }),
    ...(cryptos && { cryptos }),
    ...(browser && { browser }),
    ...((section.directionGiven || direction !== "sendrecv") && { direction }),
  };
}

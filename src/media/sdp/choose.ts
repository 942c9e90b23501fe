// Which formats of a peer's m-line we use (RFC 3264 §6.1), and how the two directions come together.

import { ourIdentity } from "../browser/identity.ts";
import type { AudioCodec } from "../codec/audio-codec.ts";
import type { Direction } from "../face.ts";
import type { CryptoLine } from "./crypto-line.ts";
import type { Format, Section } from "./description.ts";
import type { Ice } from "./ice.ts";
import { sharedHeard } from "./shared.ts";
import {
  type AudioTerms,
  type BrowserTerms,
  type Protection,
  type Remote,
  receivesIn,
  sendsIn,
  type VideoTerms,
} from "./terms.ts";

/** RFC 3551 §6, RFC 7587 §7. The number of Opus is ours to choose; browsers have this one. */
export const audioFormats: Readonly<Record<AudioCodec, Format>> = {
  PCMU: { payload: 0, name: "PCMU", clock: 8_000, parameters: "" },
  PCMA: { payload: 8, name: "PCMA", clock: 8_000, parameters: "" },
  G722: { payload: 9, name: "G722", clock: 8_000, parameters: "" },
  opus: { payload: 111, name: "OPUS", clock: 48_000, parameters: "useinbandfec=1" },
};
/** RFC 3389 §4. */
const usualNoise = 13;
/** RFC 4733 §3.2: events 0-15 are the digits, 16 is flash. */
export const telephoneEvent = (payload: number): Format => ({
  payload,
  name: "TELEPHONE-EVENT",
  clock: 8_000,
  parameters: "0-16",
});
/** VP8 (RFC 7741) and H.264 constrained baseline 3.1 (RFC 6184 §8.1). */
export const offeredVideo: readonly Format[] = [
  { payload: 96, name: "VP8", clock: 90_000, parameters: "" },
  { payload: 97, name: "H264", clock: 90_000, parameters: "profile-level-id=42e01f;packetization-mode=1" },
];

/** AVPF differs from AVP in RTCP timing alone, and we follow the slower rule. */
export const isPlainRtp = ({ protocol }: Pick<Section, "protocol">): boolean =>
  protocol === "RTP/AVP" || protocol === "RTP/AVPF";
/** The proto of RFC 5764 §8, as browsers write it. */
export const isBrowser = ({ protocol }: Pick<Section, "protocol">): boolean => protocol === "UDP/TLS/RTP/SAVPF";
export const isSrtp = ({ protocol }: Pick<Section, "protocol">): boolean =>
  protocol === "RTP/SAVP" || protocol === "RTP/SAVPF";

/** Whether we can answer this m-line: plain RTP, SRTP with a key that we can use, or a browser that begins the handshake. */
export const isUsable = (section: Section): boolean =>
  isPlainRtp(section) ||
  (isSrtp(section) && section.cryptos.length > 0) ||
  (isBrowser(section) && section.multiplexed && section.transport !== null && section.transport.setup !== "passive");

/** The peer's key beside that of ours which it goes with (RFC 4568 §7.1): by tag when it answers, the suite must be the same. */
export function pairKeys(theirs: readonly CryptoLine[], ours: readonly CryptoLine[]): Protection | null {
  for (const line of theirs) {
    const own = ours.find(({ tag, suite }) => tag === line.tag && suite === line.suite);
    if (own) return { suite: own.suite, ours: own.key, theirs: line.key };
  }
  return null;
}

const clocks: Readonly<Record<string, number>> = { VP8: 90_000, H264: 90_000, OPUS: 48_000 };
const byName = (formats: readonly Format[], name: string): Format | undefined =>
  formats.find((format) => format.name === name && format.clock === (clocks[name] ?? 8_000));
const codecOf = ({ name, clock }: Format): AudioCodec | undefined =>
  allCodecs.find((codec) => audioFormats[codec].name === name && audioFormats[codec].clock === clock);
export const allCodecs: readonly AudioCodec[] = ["PCMU", "PCMA", "G722", "opus"];

/** Our side of an m-line. */
export type Ours = {
  readonly formats: readonly Format[];
  readonly cryptos: readonly CryptoLine[];
  /** Towards a browser. */
  readonly ice?: Ice;
};

/** Codecs that may be taken, and the one that is spoken already: it stays as long as it is there. */
export type AudioWish = { readonly codecs: readonly AudioCodec[]; readonly keep: AudioCodec | undefined };

/**
 * Audio that both sides know, the peer's first choice first. The formats of `ours` are those that
 * we offered, or the peer's own ones when we answer (an answer keeps the offerer's numbers).
 */
export function chooseAudio(section: Section, ours: Ours, allowed: Direction, wish: AudioWish): AudioTerms | null {
  const known = section.formats.flatMap((format) => {
    const codec = codecOf(format);
    const taken = codec && wish.codecs.includes(codec) && byName(ours.formats, format.name) !== undefined;
    return taken ? [{ codec, payload: format.payload }] : [];
  });
  const chosen = known.find(({ codec }) => codec === wish.keep) ?? known[0];
  if (!chosen) return null;
  const ourEvent = byName(ours.formats, "TELEPHONE-EVENT");
  const event = ourEvent && byName(section.formats, "TELEPHONE-EVENT");
  return {
    remote: remoteOf(section, ours),
    ...ways(section, allowed),
    ...chosen,
    eventPayload: event?.payload ?? -1,
    voipMetrics: section.voipMetrics,
    heard: sharedHeard({
      codecs: ours.formats.flatMap((format) => {
        const codec = codecOf(format);
        return codec && wish.codecs.includes(codec) ? [{ payload: format.payload, codec }] : [];
      }),
      event: event ? ourEvent.payload : -1,
      noise: byName(section.formats, "CN")?.payload ?? usualNoise,
    }),
  };
}

/** The first video codec of the peer that our side knows too. Its bytes are relayed unread, so its parameters are the peer's. */
export function chooseVideo(section: Section, ours: Ours, allowed: Direction): VideoTerms | null {
  for (const format of section.formats) {
    const known = offeredVideo.some((one) => one.name === format.name && one.clock === format.clock);
    const our = known ? byName(ours.formats, format.name) : undefined;
    if (!our) continue;
    return {
      remote: remoteOf(section, ours),
      ...ways(section, allowed),
      codec: format.name,
      parameters: format.parameters,
      payload: format.payload,
      heardPayload: our.payload,
    };
  }
  return null;
}

const remoteOf = (section: Section, ours: Ours): Remote => ({
  address: section.address,
  rtpPort: section.port,
  rtcpPort: section.rtcpPort,
  protection: isSrtp(section) ? pairKeys(section.cryptos, ours.cryptos) : null,
  browser: browserTerms(section, ours),
});

function browserTerms({ transport, protocol }: Section, { ice }: Ours): BrowserTerms | null {
  if (!transport || !ice || !isBrowser({ protocol })) return null;
  const { cert, key } = ourIdentity();
  return { ours: ice(), theirUfrag: transport.ufrag, fingerprint: transport.fingerprint, identity: { cert, key } };
}

/** RFC 3264 §6.1 and §8.4: we send what the peer receives and we may send. c=0.0.0.0 is the old way to say "send nothing". */
function ways(section: Section, allowed: Direction): { readonly sends: boolean; readonly receives: boolean } {
  // A browser writes 0.0.0.0 while its candidates are not known (RFC 8840 §4.1.1).
  const reachable = isBrowser(section) || (section.address !== "0.0.0.0" && section.address !== "::");
  return {
    sends: reachable && receivesIn(section.direction) && sendsIn(allowed),
    receives: sendsIn(section.direction) && receivesIn(allowed),
  };
}

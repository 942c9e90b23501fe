// Descriptions between three parties. The plane speaks plain RTP with rtpengine; the peer sees rtpengine's address, ports and keys
// in the plane's description; the plane and rtpengine see the peer's. Pure: text in, text out. Secrets stand in these texts.

import { isIP } from "node:net";
import type { MediaProfile, SdpRefused } from "../face.ts";
import { addressOf, type Description, join, netType, type Section, split } from "./description.ts";

/** What rtpengine shows to a peer: where its media go, and the lines with its keys. */
export type Anchor = {
  readonly profile: MediaProfile;
  readonly address: string;
  readonly audio: AnchorMedia;
  readonly video: AnchorMedia;
};

export type AnchorMedia = {
  readonly port: number;
  /** a=rtcp, a=crypto, ICE and DTLS. */
  readonly lines: readonly string[];
};

/** Where rtpengine takes what the plane sends. */
export type Inside = { readonly address: string; readonly audio: number; readonly video: number };

/** RFC 4568 §6.2: what every phone has, and what the plane's own SRTP has. */
const suites = ["AES_CM_128_HMAC_SHA1_80", "AES_CM_128_HMAC_SHA1_32"];
const cryptoLine = /^a=crypto:(\d{1,9}) +([\w-]+) +(inline:[A-Za-z0-9+/=]{40,})(?:\|\S+)? *$/;
/** How a description gets to its peer, which is rtpengine's matter on both sides. */
const transportLine =
  /^(c=|a=(rtcp|rtcp-mux|rtcp-mux-only|crypto|fingerprint|setup|tls-id|candidate|end-of-candidates|remote-candidates|ice-[a-z]+|group|mid|bundle-only|msid|msid-semantic|ssrc|ssrc-group|extmap|extmap-allow-mixed|rtcp-rsize)(:|$))/;
const isTransport = (line: string): boolean => transportLine.test(line);

/** undefined: a transport that neither side speaks. */
export function profileOf(protocol: string): MediaProfile | undefined {
  if (protocol === "RTP/AVP" || protocol === "RTP/AVPF") return "RTP/AVP";
  if (protocol === "RTP/SAVP" || protocol === "RTP/SAVPF") return "RTP/SAVP";
  return protocol === "UDP/TLS/RTP/SAVPF" ? protocol : undefined;
}

/** rtpengine's answer to a description of two m-lines, audio and video; undefined: it is not one. */
export function anchorOf(profile: MediaProfile, sdp: string): Anchor | undefined {
  const description = split(sdp);
  const [audio, video] = description?.sections ?? [];
  const address = description && audio && addressOf(description, audio);
  if (!audio || !video || address === undefined || audio.port === 0 || video.port === 0) return undefined;
  const media = ({ port, lines }: Section): AnchorMedia => ({
    port,
    lines: lines.filter((line) => isTransport(line) && !line.startsWith("c=") && isOurSuite(line)),
  });
  return { profile, address, audio: media(audio), video: media(video) };
}

const isOurSuite = (line: string): boolean =>
  !line.startsWith("a=crypto") || suites.includes(cryptoLine.exec(line)?.[2] ?? "");

/** After an agreement rtpengine keeps the key of that suite and makes new ones for the others, so only this one may be offered. */
export function agreedKeys(anchor: Anchor, peer: Description): Anchor {
  const chosen = peer.sections.flatMap(({ lines }) => lines).find((line) => cryptoLine.test(line));
  const suite = chosen && cryptoLine.exec(chosen)?.[2];
  if (anchor.profile !== "RTP/SAVP" || suite === undefined) return anchor;
  const only = ({ port, lines }: AnchorMedia): AnchorMedia => ({
    port,
    lines: lines.filter((line) => !line.startsWith("a=crypto") || cryptoLine.exec(line)?.[2] === suite),
  });
  return { ...anchor, audio: only(anchor.audio), video: only(anchor.video) };
}

/** Whether what rtpengine shows now is what the peer was told: the same ports, and the keys in use. */
export function isKept(anchor: Anchor, shown: Anchor): boolean {
  const keys = (lines: readonly string[]): readonly string[] =>
    lines.flatMap(
      (line) => (cryptoLine.exec(line)?.[3] ?? /^a=(?:ice-ufrag|ice-pwd|fingerprint):.+/.exec(line)?.[0]) || [],
    );
  const same = (told: AnchorMedia, now: AnchorMedia): boolean => {
    const present = new Set(keys(now.lines));
    return told.port === now.port && keys(told.lines).every((key) => present.has(key));
  };
  return same(anchor.audio, shown.audio) && same(anchor.video, shown.video);
}

const mediaOf = (anchor: Anchor, kind: string): AnchorMedia | undefined => {
  if (kind === "audio") return anchor.audio;
  return kind === "video" ? anchor.video : undefined;
};

/** The plane's offer as the peer gets it; an answer when `offer`, the peer's, is there. `version`: of o=. */
export function toPeer(plane: string, anchor: Anchor, version: number, offer?: Description): string {
  const { session, sections } = must(plane);
  const lines = session.map((line) => {
    if (line.startsWith("c=")) return `c=${netType(anchor.address)}`;
    if (!line.startsWith("o=")) return line;
    const [user = "o=-", id = "0"] = line.split(" ");
    return `${user} ${id} ${version} ${netType(anchor.address)}`;
  });
  return join({
    session: lines,
    sections: sections.map((section, slot): Section => {
      const theirs = offer?.sections[slot];
      const protocol = theirs?.protocol ?? anchor.profile;
      const media = mediaOf(anchor, section.kind);
      if (section.port === 0 || !media) return { ...section, port: 0, protocol, lines: [] };
      const transport = theirs ? answeredLines(media, theirs) : offeredLines(media, anchor.profile, slot);
      return { ...section, port: media.port, protocol, lines: [...section.lines.filter(isFormat), ...transport] };
    }),
  });
}

const isFormat = (line: string): boolean => !isTransport(line);

const offeredLines = ({ lines }: AnchorMedia, profile: MediaProfile, slot: number): readonly string[] =>
  profile === "UDP/TLS/RTP/SAVPF" ? [`a=mid:${slot}`, ...lines] : lines;

/** RFC 4568 §5.1.2: one key, under the tag of the line that was taken. RFC 8842 §5.3: the browser began the handshake. */
function answeredLines({ lines }: AnchorMedia, theirs: Section): readonly string[] {
  const taken = theirs.lines.map((line) => cryptoLine.exec(line)).find((line) => suites.includes(line?.[2] ?? ""));
  const mid = theirs.lines.filter((line) => line.startsWith("a=mid:"));
  const own = lines.flatMap((line) => {
    if (line.startsWith("a=setup:")) return ["a=setup:passive"];
    const [, , suite, key] = cryptoLine.exec(line) ?? [];
    if (suite === undefined) return [line];
    return suite === taken?.[2] ? [`a=crypto:${taken[1]} ${suite} ${key}`] : [];
  });
  return [...mid, ...own];
}

export type PeerRules = {
  readonly anchor: Anchor;
  /** A port of a leg's anchor at rtpengine: two legs pointed at each other would pass one packet round for ever. */
  readonly isOurs: (address: string, port: number) => boolean;
  readonly inside: Inside;
};

/** A description of the peer as the plane gets it: from rtpengine, in plain RTP. m-lines that are of no use have port 0. */
export function toPlane(peer: Description, rules: PeerRules): string | SdpRefused {
  const { address } = rules.inside;
  const sections: Section[] = [];
  for (const [index, section] of peer.sections.entries()) {
    const refused = misfit(peer, section, rules);
    if (refused !== undefined && section.kind === "audio" && section.port !== 0)
      return { refused: `m-line ${index + 1}: ${refused}` };
    sections.push(refused === undefined ? insideOf(peer, section, rules) : { ...section, port: 0, lines: [] });
  }
  const session = peer.session.filter((line) => !isTransport(line));
  const time = session.findIndex((line) => line.startsWith("t="));
  const at = time < 0 ? session.length : time;
  return join({ session: [...session.slice(0, at), `c=${netType(address)}`, ...session.slice(at)], sections });
}

function insideOf(peer: Description, section: Section, { anchor, inside }: PeerRules): Section {
  const address = addressOf(peer, section);
  // RFC 3264 §8.4, the old way to hold. A browser writes it while its candidates are not known (RFC 8840 §4.1.1).
  const held = anchor.profile !== "UDP/TLS/RTP/SAVPF" && (address === "0.0.0.0" || address === "::");
  const lines = section.lines.filter(isFormat);
  return {
    ...section,
    protocol: "RTP/AVP",
    port: section.kind === "audio" ? inside.audio : inside.video,
    lines: held && address !== undefined ? [`c=${netType(address)}`, ...lines] : lines,
  };
}

/** Why a section of the peer cannot be used; undefined: it can. */
function misfit(peer: Description, section: Section, { anchor, isOurs }: PeerRules): string | undefined {
  if (section.port === 0) return "rejected";
  if (!mediaOf(anchor, section.kind)) return `m=${section.kind}`;
  if (profileOf(section.protocol) !== anchor.profile) return `over ${section.protocol}, not ${anchor.profile}`;
  if (anchor.profile === "UDP/TLS/RTP/SAVPF") return browserMisfit(peer, section);
  if (anchor.profile === "RTP/SAVP" && !section.lines.some((line) => isKey(line))) return "no usable key (RFC 4568)";
  const address = addressOf(peer, section) ?? "";
  const family = isIP(anchor.address);
  if (isIP(address) !== family) return `an address that is not IPv${family}`;
  return isOurs(address, section.port) ? "a port of this gateway itself" : undefined;
}

const isKey = (line: string): boolean => suites.includes(cryptoLine.exec(line)?.[2] ?? "");

function browserMisfit({ session }: Description, { lines }: Section): string | undefined {
  const all = [...session, ...lines];
  const missing = ["a=fingerprint:", "a=ice-ufrag:", "a=ice-pwd:"].find(
    (name) => !all.some((line) => line.startsWith(name)),
  );
  return missing && `no ${missing.slice(2, -1)}`;
}

/**
 * A description as rtpengine gets it, whoever offered: one m-line of audio and one of video, so that both keep their ports.
 * Where there is no video, one that is inactive stands in. `profile`: of who described it; `protocol`: written in place of his.
 */
export function toEngine(description: Description, profile: MediaProfile, protocol?: string): string {
  const usable = (kind: string): Section | undefined =>
    description.sections.find(
      (section) => section.kind === kind && section.port !== 0 && profileOf(section.protocol) === profile,
    );
  const audio = usable("audio");
  const video = usable("video");
  const session = description.session.filter((line) => !/^a=(group|msid-semantic|ice-lite)/.test(line));
  const first = (audio ?? video)?.lines.filter(isTransport) ?? [];
  const silent = (kind: string, payload: string): Section => ({
    kind,
    port: 9,
    protocol: profile,
    formats: payload,
    lines: [...first.filter((line) => !/^a=(rtcp:|mid|ssrc|msid)/.test(line)), "a=inactive"],
  });
  const sections = [audio ?? silent("audio", "0"), video ?? silent("video", "96")];
  return join({
    session,
    sections: sections.map(({ lines, ...section }) => ({
      ...section,
      ...(protocol !== undefined && { protocol }),
      lines: active(lines),
    })),
  });
}

/** To rtpengine each description of a peer is an answer, and an answer begins the handshake (RFC 5763 §5). */
const active = (lines: readonly string[]): readonly string[] =>
  lines.map((line) => (line === "a=setup:actpass" ? "a=setup:active" : line));

/** What two peers must have in common before their packets may pass from one to the other unread. */
export function formatsOf(description: Description): string {
  const formats = description.sections.flatMap((section) => {
    if (section.port === 0) return [];
    const known = section.lines.flatMap((line) => /^a=rtpmap:(\d+) (.+)$/.exec(line)?.slice(1) ?? []);
    const names = new Map<string, string>();
    for (let at = 0; at + 1 < known.length; at += 2) names.set(known[at] ?? "", known[at + 1]?.toUpperCase() ?? "");
    return section.formats
      .split(" ")
      .map((payload) => `${section.kind} ${payload} ${names.get(payload) ?? fixed[payload] ?? ""}`);
  });
  return formats.sort().join("\n");
}

/** RFC 3551 §6. */
const fixed: Readonly<Record<string, string>> = { "0": "PCMU/8000", "8": "PCMA/8000", "9": "G722/8000" };

function must(sdp: string): Description {
  const description = split(sdp);
  if (!description) throw new Error("the plane wrote no session description");
  return description;
}

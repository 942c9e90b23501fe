// Our side of a session description -> text (RFC 8866 §5), with the line order and the CRLF that the grammar asks for.

import { isIPv6 } from "node:net";
import type { Direction } from "../face.ts";
import { type CryptoLine, writeCrypto } from "./crypto-line.ts";
import type { Format } from "./description.ts";

/** An m-line that we speak on. */
export type OpenSection = {
  readonly kind: "audio" | "video";
  readonly port: number;
  readonly protocol: string;
  readonly formats: readonly Format[];
  /** Written only when given. */
  readonly direction?: Direction;
  /** An address of its own, for the old hold. */
  readonly address?: string;
  /** Ask for key frames by RTCP: PLI (RFC 4585) and FIR (RFC 5104). */
  readonly feedback: boolean;
  /** Say that our reports have VoIP metrics (RFC 3611 §5.1). */
  readonly voipMetrics?: boolean;
  /** Keys of ours, the preferred one first. */
  readonly cryptos?: readonly CryptoLine[];
  readonly browser?: BrowserLines;
};

/** What an m-line towards a browser has besides (RFC 8829). */
export type BrowserLines = {
  readonly mid: string;
  /** In an offer, only to be taken into the bundle: port 0 is written (RFC 9143 §7.2.1). */
  readonly bundleOnly: boolean;
  readonly ufrag: string;
  readonly password: string;
  readonly fingerprint: string;
  readonly setup: "actpass" | "passive";
};

/** An m-line that keeps its place but carries nothing: port 0 (RFC 3264 §6, §8.2). */
export type RejectedSection = {
  readonly kind: string;
  readonly port: 0;
  readonly protocol: string;
  readonly tokens: readonly string[];
};

export type LocalSection = OpenSection | RejectedSection;

export type Origin = { readonly sessionId: string; readonly version: number; readonly address: string };

const connection = (address: string): string => `IN ${isIPv6(address) ? "IP6" : "IP4"} ${address}`;

/** The first lines, with the version that tells a changed description from a repeated one (RFC 3264 §8). */
export const writeOrigin = ({ sessionId, version, address }: Origin): string =>
  `v=0\r\no=- ${sessionId} ${version} ${connection(address)}\r\n`;

/** All lines after them. `address`: where we are reached. */
export function writeSections(address: string, sections: readonly LocalSection[]): string {
  const lines = ["s=-", `c=${connection(address)}`, "t=0 0"];
  const mids = sections.flatMap((section) => ("browser" in section && section.browser ? [section.browser.mid] : []));
  // RFC 8445 §2.5: we have one address that is reached from everywhere, and only answer checks.
  if (mids.length > 0) lines.push("a=ice-lite", `a=group:BUNDLE ${mids.join(" ")}`);
  for (const section of sections) {
    if ("tokens" in section) lines.push(`m=${section.kind} 0 ${section.protocol} ${section.tokens.join(" ")}`);
    else lines.push(...openSection(section, address));
  }
  return `${lines.join("\r\n")}\r\n`;
}

function openSection(section: OpenSection, address: string): string[] {
  const payloads = section.formats.map((format) => format.payload).join(" ");
  const { browser } = section;
  const lines = [`m=${section.kind} ${browser?.bundleOnly ? 0 : section.port} ${section.protocol} ${payloads}`];
  if (section.address) lines.push(`c=${connection(section.address)}`);
  if (browser) lines.push(...browserLines(browser, { address, port: section.port }));
  for (const format of section.formats) {
    lines.push(`a=rtpmap:${format.payload} ${encodingOf(format)}`);
    if (format.parameters !== "") lines.push(`a=fmtp:${format.payload} ${format.parameters}`);
  }
  if (section.kind === "audio") lines.push("a=ptime:20");
  if (section.voipMetrics) lines.push("a=rtcp-xr:voip-metrics");
  // RFC 4585 §4.2 keeps rtcp-fb to AVPF, but video phones write and read it under AVP, and the others pass it over.
  if (section.feedback) lines.push("a=rtcp-fb:* nack pli", "a=rtcp-fb:* ccm fir");
  for (const line of section.cryptos ?? []) lines.push(writeCrypto(line));
  if (section.direction) lines.push(`a=${section.direction}`);
  return lines;
}

/** One host candidate (RFC 8839 §5.1): component 1 of a foundation of its own, with the highest priority of RFC 8445 §5.1.2.1. */
function browserLines(browser: BrowserLines, { address, port }: { readonly address: string; readonly port: number }) {
  const lines = [
    `a=mid:${browser.mid}`,
    `a=ice-ufrag:${browser.ufrag}`,
    `a=ice-pwd:${browser.password}`,
    `a=fingerprint:sha-256 ${browser.fingerprint}`,
    `a=setup:${browser.setup}`,
    "a=rtcp-mux",
  ];
  if (browser.bundleOnly) return [...lines, "a=bundle-only"];
  return [...lines, `a=candidate:1 1 udp 2130706431 ${address} ${port} typ host`, "a=end-of-candidates"];
}

/** Encoding names compare without case (RFC 4855 §3), yet old phones want the spelling of the registry. */
function encodingOf({ name, clock }: Format): string {
  if (name === "OPUS") return `opus/${clock}/2`;
  return `${name === "TELEPHONE-EVENT" ? "telephone-event" : name}/${clock}`;
}

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
  /** Ask for key frames by RTCP: PLI (RFC 4585) and FIR (RFC 5104). */
  readonly feedback: boolean;
  /** Keys of ours, the preferred one first. */
  readonly cryptos?: readonly CryptoLine[];
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

export function writeDescription(origin: Origin, sections: readonly LocalSection[]): string {
  const address = `IN ${isIPv6(origin.address) ? "IP6" : "IP4"} ${origin.address}`;
  const lines = ["v=0", `o=- ${origin.sessionId} ${origin.version} ${address}`, "s=-", `c=${address}`, "t=0 0"];
  for (const section of sections) {
    if ("tokens" in section) lines.push(`m=${section.kind} 0 ${section.protocol} ${section.tokens.join(" ")}`);
    else lines.push(...openSection(section));
  }
  return `${lines.join("\r\n")}\r\n`;
}

function openSection(section: OpenSection): string[] {
  const payloads = section.formats.map((format) => format.payload).join(" ");
  const lines = [`m=${section.kind} ${section.port} ${section.protocol} ${payloads}`];
  for (const format of section.formats) {
    lines.push(`a=rtpmap:${format.payload} ${encodingName(format.name)}/${format.clock}`);
    if (format.parameters !== "") lines.push(`a=fmtp:${format.payload} ${format.parameters}`);
  }
  if (section.kind === "audio") lines.push("a=ptime:20");
  // RFC 4585 §4.2 keeps rtcp-fb to AVPF, but video phones write and read it under AVP, and the others pass it over.
  if (section.feedback) lines.push("a=rtcp-fb:* nack pli", "a=rtcp-fb:* ccm fir");
  for (const line of section.cryptos ?? []) lines.push(writeCrypto(line));
  if (section.direction) lines.push(`a=${section.direction}`);
  return lines;
}

/** Encoding names compare without case (RFC 4855 §3), yet old phones want the spelling of the registry. */
const encodingName = (name: string): string => (name === "TELEPHONE-EVENT" ? "telephone-event" : name);

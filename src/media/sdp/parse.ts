// SDP text -> Description (RFC 8866 §5). The text comes from strangers: every length is limited, numbers are digits only,
// and whatever breaks a rule is a refusal with the rule's name, never an exception.

import { isIP, isIPv4, isIPv6 } from "node:net";
import type { Direction, SdpRefused } from "../face.ts";
import { type CryptoLine, readCrypto } from "./crypto-line.ts";
import type { Description, Format, Section, Transport } from "./description.ts";

const maxCharacters = 16_384;
const maxLines = 512;
const maxLineLength = 2_048;
const maxSections = 16;
const maxFormats = 64;
const maxCryptos = 8;

/** RFC 3551 §6: formats that need no a=rtpmap. Only those that we can use. */
const staticFormats: ReadonlyMap<number, string> = new Map([
  [0, "PCMU"],
  [8, "PCMA"],
  [9, "G722"],
  [13, "CN"],
]);

/** An m-line while its attributes still come in. */
type SectionDraft = {
  kind: string;
  port: number;
  protocol: string;
  tokens: readonly string[];
  address: string | undefined;
  rtcpPort: number | undefined;
  direction: Direction | undefined;
  feedback: boolean;
  voipMetrics: boolean;
  cryptos: CryptoLine[];
  mid: string;
  multiplexed: boolean;
  bundleOnly: boolean;
  transport: Partial<Transport>;
  encodings: Map<number, { readonly name: string; readonly clock: number }>;
  parameters: Map<number, string>;
};

type Draft = {
  originSeen: boolean;
  address: string | undefined;
  direction: Direction | undefined;
  voipMetrics: boolean;
  transport: Partial<Transport>;
  readonly sections: SectionDraft[];
};

/** Reads one line into the draft; a string is the reason why it cannot be used. */
type LineReader = (draft: Draft, value: string) => string | undefined;

/** Reads a whole description; the refusal names line and rule, and never repeats the text itself. */
export function parseDescription(text: string): Description | SdpRefused {
  if (text.length > maxCharacters) return { refused: `longer than ${maxCharacters} characters` };
  // RFC 8866 §5: CRLF, but a lone LF should be taken too.
  const lines = text.split(/\r?\n/);
  while (lines.at(-1) === "") lines.pop();
  if (lines.length > maxLines) return { refused: `more than ${maxLines} lines` };
  if (lines[0] !== "v=0") return { refused: "the first line must be v=0 (RFC 8866 §5.1)" };
  const draft: Draft = {
    originSeen: false,
    address: undefined,
    direction: undefined,
    voipMetrics: false,
    transport: {},
    sections: [],
  };
  for (const [index, line] of lines.entries()) {
    const reason = readLine(draft, line);
    if (reason !== undefined) return { refused: `line ${index + 1}: ${reason}` };
  }
  return finish(draft);
}

function readLine(draft: Draft, line: string): string | undefined {
  if (line.length > maxLineLength) return `longer than ${maxLineLength} characters`;
  if (line.charAt(1) !== "=" || !/^[a-z]/.test(line)) return "not of the form type=value (RFC 8866 §5)";
  if (line.includes("\0") || line.includes("\r")) return "control character in a value (RFC 8866 §5)";
  return readers.get(line.charAt(0))?.(draft, line.slice(2));
}

const readers: ReadonlyMap<string, LineReader> = new Map([
  ["o", readOrigin],
  ["c", readConnection],
  ["m", readMedia],
  ["a", readAttribute],
]);

/** RFC 8866 §5.2. */
function readOrigin(draft: Draft, value: string): string | undefined {
  if (!/^\S+ \d{1,20} \d{1,20} IN IP[46] \S+$/.test(value)) return "malformed o= (RFC 8866 §5.2)";
  draft.originSeen = true;
  return undefined;
}

/** RFC 8866 §5.7. Host names and multicast are refused: a caller must not make us resolve or flood anything. */
function readConnection(draft: Draft, value: string): string | undefined {
  const parts = /^IN IP([46]) (\S{1,64})$/.exec(value);
  const address = parts?.[2];
  if (!parts || address === undefined) return "malformed c= (RFC 8866 §5.7)";
  const fits = parts[1] === "4" ? isIPv4(address) : isIPv6(address) && !address.includes("%");
  if (!fits) return "c= needs an address literal of its own kind";
  if (isMulticast(address)) return "c= with a multicast address";
  const section = draft.sections.at(-1);
  if (section) section.address = address;
  else draft.address = address;
  return undefined;
}

function isMulticast(address: string): boolean {
  if (isIP(address) === 6) return /^ff/i.test(address);
  const first = Number(address.slice(0, address.indexOf(".")));
  // 224/4 and the limited broadcast address.
  return (first >= 224 && first <= 239) || address === "255.255.255.255";
}

/** RFC 8866 §5.14. The format of what is no RTP may be `*` (RFC 4975 §8.4, RFC 8856 §5): it is rejected, and audio goes on. */
function readMedia(draft: Draft, value: string): string | undefined {
  if (draft.sections.length === maxSections) return `more than ${maxSections} m-lines`;
  const parts = /^([A-Za-z][\w-]{0,31}) (\d{1,5})(\/\d{1,5})? ([\w/-]{1,64})((?: [\w.+*-]{1,32})+) ?$/.exec(value);
  if (!parts) return "malformed m= (RFC 8866 §5.14)";
  const [, kind = "", port = "", count, protocol = "", formats = ""] = parts;
  if (Number(port) > 65_535) return "m= with a port above 65535";
  if (count !== undefined && count !== "/1") return "m= with a range of ports";
  const tokens = formats.trim().split(" ");
  if (tokens.length > maxFormats) return `m= with more than ${maxFormats} formats`;
  draft.sections.push({
    kind: kind.toLowerCase(),
    port: Number(port),
    protocol: protocol.toUpperCase(),
    tokens,
    address: undefined,
    rtcpPort: undefined,
    direction: undefined,
    feedback: false,
    voipMetrics: false,
    cryptos: [],
    mid: "",
    multiplexed: false,
    bundleOnly: false,
    transport: {},
    encodings: new Map(),
    parameters: new Map(),
  });
  return undefined;
}

/** RFC 8866 §6. An attribute that cannot be read is passed over, as an unknown one is. */
function readAttribute(draft: Draft, value: string): undefined {
  const colon = value.indexOf(":");
  const name = colon < 0 ? value : value.slice(0, colon);
  const section = draft.sections.at(-1);
  // RFC 3611 §5.2: above the m-lines it holds for all of them.
  if (name === "rtcp-xr") (section ?? draft).voipMetrics ||= /(?:^|[: ])voip-metrics(?: |$)/.test(value);
  else if (isDirection(name)) {
    if (section) section.direction = name;
    else draft.direction = name;
  } else if (transportAttributes.has(name)) {
    // RFC 8839 §5.4, RFC 8122 §5: what stands above all m-lines holds for each that has none of its own.
    const holder = section ?? draft;
    holder.transport = { ...holder.transport, ...transportAttributes.get(name)?.(value.slice(colon + 1)) };
  } else if (section && colon < 0) {
    readFlag(section, name);
  } else if (section) {
    readSectionAttribute(section, name, value.slice(colon + 1));
  }
  return undefined;
}

function readFlag(section: SectionDraft, name: string): void {
  if (name === "rtcp-mux") section.multiplexed = true;
  else if (name === "bundle-only") section.bundleOnly = true;
}

const transportAttributes: ReadonlyMap<string, (value: string) => Partial<Transport>> = new Map<
  string,
  (value: string) => Partial<Transport>
>([
  ["ice-ufrag", (value) => (/^[A-Za-z0-9+/]{4,256}$/.test(value) ? { ufrag: value } : {})],
  ["fingerprint", readFingerprint],
  ["setup", (value) => (value === "active" || value === "passive" || value === "actpass" ? { setup: value } : {})],
]);

/** RFC 8122 §5; SHA-256 is what browsers use. */
function readFingerprint(value: string): Partial<Transport> {
  const hex = /^sha-256 ((?:[0-9a-f]{2}:){31}[0-9a-f]{2})$/i.exec(value.trim())?.[1];
  return hex === undefined ? {} : { fingerprint: hex.toUpperCase() };
}

function readSectionAttribute(section: SectionDraft, name: string, value: string): void {
  if (name === "rtpmap") readEncoding(section, value);
  else if (name === "fmtp") readParameters(section, value);
  else if (name === "rtcp-fb") section.feedback = true;
  else if (name === "crypto") readKeys(section, value);
  else if (name === "mid") section.mid = /^[\w!#$%&'*+.^`{|}~-]{1,32}$/.test(value) ? value : "";
  else if (name === "rtcp") section.rtcpPort = readPort(value);
}

/** a=rtpmap (RFC 8866 §6.6). The first one for a number counts. */
function readEncoding(section: SectionDraft, value: string): void {
  const parts = /^(\d{1,3}) +([\w.+-]{1,64})\/(\d{1,6})(\/\d{1,3})?\s*$/.exec(value);
  if (!parts) return;
  const [, payload = "", encoding = "", clock = "", channels = "/1"] = parts;
  // Another number of channels: another codec than the one that we know by this name.
  if (channels !== (encoding.toUpperCase() === "OPUS" ? "/2" : "/1")) return;
  if (Number(payload) > 127 || section.encodings.has(Number(payload))) return;
  section.encodings.set(Number(payload), { name: encoding.toUpperCase(), clock: Number(clock) });
}

/** a=fmtp (RFC 8866 §6.15). */
function readParameters(section: SectionDraft, value: string): void {
  const parts = /^(\d{1,3}) +([!-~][ -~]{0,511})$/.exec(value);
  if (parts?.[2] !== undefined) section.parameters.set(Number(parts[1]), parts[2].trim());
}

/** a=crypto (RFC 4568 §9.1). */
function readKeys(section: SectionDraft, value: string): void {
  const line = readCrypto(value);
  if (line && section.cryptos.length < maxCryptos) section.cryptos.push(line);
}

/** The port of a=rtcp (RFC 3605 §2.1); its optional address is not followed. */
function readPort(value: string): number | undefined {
  const port = Number(/^(\d{1,5})(?: |$)/.exec(value)?.[1] ?? 0);
  return port > 0 && port <= 65_535 ? port : undefined;
}

function isDirection(name: string): name is Direction {
  return name === "sendrecv" || name === "sendonly" || name === "recvonly" || name === "inactive";
}

function finish(draft: Draft): Description | SdpRefused {
  if (!draft.originSeen) return { refused: "no o= line (RFC 8866 §5.2)" };
  if (draft.sections.length === 0) return { refused: "no m= line" };
  const sections: Section[] = [];
  for (const section of draft.sections) {
    const address = section.address ?? draft.address ?? "";
    if (section.port !== 0 && address === "") return { refused: "no c= line (RFC 8866 §5.7)" };
    sections.push({
      kind: section.kind,
      port: section.port,
      protocol: section.protocol,
      tokens: section.tokens,
      formats: namedFormats(section),
      address,
      rtcpPort: section.rtcpPort ?? Math.min(section.port + 1, 65_535),
      direction: section.direction ?? draft.direction ?? "sendrecv",
      directionGiven: (section.direction ?? draft.direction) !== undefined,
      feedback: section.feedback,
      voipMetrics: section.voipMetrics || draft.voipMetrics,
      cryptos: section.cryptos,
      mid: section.mid,
      multiplexed: section.multiplexed,
      bundleOnly: section.bundleOnly,
      transport: wholeTransport({ ...draft.transport, ...section.transport }),
    });
  }
  return { sections };
}

function wholeTransport({ ufrag, fingerprint, setup }: Partial<Transport>): Transport | null {
  return ufrag && fingerprint && setup ? { ufrag, fingerprint, setup } : null;
}

/** In the order of the m-line, which is the order of preference (RFC 8866 §5.14). */
function namedFormats(section: SectionDraft): Format[] {
  const formats: Format[] = [];
  for (const token of section.tokens) {
    if (!/^\d{1,3}$/.test(token) || Number(token) > 127) continue;
    const payload = Number(token);
    const encoding = section.encodings.get(payload) ?? staticEncoding(payload);
    if (!encoding) continue;
    formats.push({ payload, ...encoding, parameters: section.parameters.get(payload) ?? "" });
  }
  return formats;
}

function staticEncoding(payload: number): { readonly name: string; readonly clock: number } | undefined {
  const name = staticFormats.get(payload);
  return name === undefined ? undefined : { name, clock: 8_000 };
}

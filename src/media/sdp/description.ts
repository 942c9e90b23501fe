// A session description as plain data: the parts of RFC 8866 that RTP calls use. Everything else in the text is left out.

import type { Direction } from "../face.ts";
import type { CryptoLine } from "./crypto-line.ts";

/** One RTP format of an m-line whose encoding is known, from a=rtpmap or from the static table (RFC 3551 §6). */
export type Format = {
  readonly payload: number;
  /** Encoding name in capitals: "PCMU". One channel, but for Opus, which always writes two (RFC 7587 §7). */
  readonly name: string;
  readonly clock: number;
  /** The a=fmtp parameters as they stood, "" when there are none. */
  readonly parameters: string;
};

/** One m-line with its attributes. */
export type Section = {
  /** "audio", "video", … in small letters. */
  readonly kind: string;
  /** 0 = rejected or switched off (RFC 3264 §6). */
  readonly port: number;
  /** "RTP/AVP". */
  readonly protocol: string;
  /** The formats as they stood in the m-line, to be repeated when the line is rejected. */
  readonly tokens: readonly string[];
  readonly formats: readonly Format[];
  /** IP literal from the c-line that holds for this m-line, "" only when the port is 0. */
  readonly address: string;
  /** a=rtcp (RFC 3605), else the port after RTP's. */
  readonly rtcpPort: number;
  readonly direction: Direction;
  /** Whether a direction attribute stood there at all. */
  readonly directionGiven: boolean;
  /** Whether any a=rtcp-fb stood there (RFC 4585 §4.2). */
  readonly feedback: boolean;
  /** Whether a=rtcp-xr (RFC 3611 §5.1) asks for VoIP metrics. */
  readonly voipMetrics: boolean;
  /** Those that we can use, in the peer's order. */
  readonly cryptos: readonly CryptoLine[];
  /** a=mid (RFC 5888), "" when there is none. */
  readonly mid: string;
  /** null: not there, or not all of it. */
  readonly transport: Transport | null;
  /** a=rtcp-mux (RFC 5761). */
  readonly multiplexed: boolean;
  /** a=bundle-only (RFC 9143): open in spite of its port 0. */
  readonly bundleOnly: boolean;
};

/** What a browser says about itself (RFC 8839, RFC 8122, RFC 8842). */
export type Transport = {
  readonly ufrag: string;
  /** SHA-256, in capitals: AA:BB:… */
  readonly fingerprint: string;
  readonly setup: "active" | "passive" | "actpass";
};

export type Description = { readonly sections: readonly Section[] };

// What an offer and its answer agreed on, in the numbers that the packet path needs. Seen from us: `sends` is towards the peer.

import type { AudioCodec } from "../codec/audio-codec.ts";
import type { Agreed, Direction } from "../face.ts";
import type { Suite } from "./crypto-line.ts";

/** SRTP: the master keys of both directions, base64. Secret. */
export type Protection = {
  /** AEAD_AES_128_GCM (RFC 7714) is agreed on by DTLS alone. */
  readonly suite: Suite | "AEAD_AES_128_GCM";
  readonly ours: string;
  readonly theirs: string;
  /** The peer may have used its key before: how often its sequence numbers have begun anew is unknown. */
  readonly joined?: true;
};

/** A browser: ICE finds it (RFC 8445), DTLS agrees on the keys (RFC 5764), all its media come to one port (RFC 8843). */
export type BrowserTerms = {
  /** Secret, as all that is ours here. */
  readonly ours: { readonly ufrag: string; readonly password: string };
  readonly theirUfrag: string;
  /** SHA-256 of the peer's certificate: AA:BB:… */
  readonly fingerprint: string;
  /** Our certificate and its key, PEM. */
  readonly identity: { readonly cert: string; readonly key: string };
};

/** Where the peer wants its packets, and how. The address is a literal. */
export type Remote = {
  readonly address: string;
  readonly rtpPort: number;
  readonly rtcpPort: number;
  /** null: plain RTP, or the keys come by DTLS. */
  readonly protection: Protection | null;
  /** null: not a browser. Otherwise address and ports above say nothing. */
  readonly browser: BrowserTerms | null;
};

export type AudioTerms = {
  readonly remote: Remote;
  readonly sends: boolean;
  readonly receives: boolean;
  /** What we send. */
  readonly codec: AudioCodec;
  readonly payload: number;
  /** Payload type of telephone-events towards the peer, -1 when the peer takes none. */
  readonly eventPayload: number;
  /** The peer asks for VoIP metrics in our reports (RFC 3611 §5.1). */
  readonly voipMetrics: boolean;
  /** Payload types in what the peer sends. */
  readonly heard: {
    readonly codecs: readonly { readonly payload: number; readonly codec: AudioCodec }[];
    /** Telephone-events, -1 = not agreed. */
    readonly event: number;
    /** Comfort noise (RFC 3389). Not ours to ask for, but some send it unasked. */
    readonly noise: number;
  };
};

export type VideoTerms = {
  readonly remote: Remote;
  readonly sends: boolean;
  readonly receives: boolean;
  readonly codec: string;
  /** The codec's parameters as the peer wrote them. */
  readonly parameters: string;
  /** Towards the peer, and in what the peer sends. */
  readonly payload: number;
  readonly heardPayload: number;
};

/** null: not offered, rejected, or no codec in common. */
export type Terms = { readonly audio: AudioTerms | null; readonly video: VideoTerms | null };

/** The same in the words of face.ts. */
export function agreedBy(terms: Terms): Agreed {
  const { audio, video } = terms;
  return {
    audio: audio && {
      codec: audio.codec,
      direction: directionOf(audio),
      telephoneEvent: audio.eventPayload >= 0,
    },
    video: video && { payloadType: video.payload, codec: video.codec, direction: directionOf(video) },
  };
}

export function directionOf(way: { readonly sends: boolean; readonly receives: boolean }): Direction {
  if (way.sends) return way.receives ? "sendrecv" : "sendonly";
  return way.receives ? "recvonly" : "inactive";
}

export const sendsIn = (direction: Direction): boolean => direction === "sendrecv" || direction === "sendonly";
export const receivesIn = (direction: Direction): boolean => direction === "sendrecv" || direction === "recvonly";

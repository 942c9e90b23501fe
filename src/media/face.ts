// What the media plane offers to the rest of the house: types only. The implementation enters through plane.ts.
// The core says who hears whom; packets never pass through reducers, and this room knows no agent and no call.

import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { AudioCodec } from "./codec/audio-codec.ts";
import type { Finding, Watch } from "./detection/finding.ts";
import type { Silence } from "./silence-watch.ts";

export type { AudioCodec } from "./codec/audio-codec.ts";
export type { Silence } from "./silence-watch.ts";

export type PlaneOptions = {
  readonly clock: Clock;
  readonly log: Log;
  /** Address to bind. */
  readonly host: string;
  /** Address in SDP. */
  readonly advertise: string;
  /** First (even) and last port of the pool: RTP on even, RTCP on the next odd one. */
  readonly ports: readonly [first: number, last: number];
  /** Worker threads. */
  readonly workers: number;
  /** How long a peer's packets may stay out before it is told, ms; absent = 15,000. */
  readonly silenceMs?: number;
  /** Whose tones are played (ISO 3166-1); absent = CN. */
  readonly country?: string;
  /** Path of a WAV or MP3 file that is played to whoever is held; absent = music made here. */
  readonly music?: string;
  /** What `play` can play: paths of WAV or MP3 files by name. */
  readonly announcements?: Readonly<Record<string, string>>;
  /** Those that are offered and taken, the preferred one first; absent = PCMU, PCMA, G722, opus. */
  readonly codecs?: readonly AudioCodec[];
  /** Absent: peers speak with this plane itself. */
  readonly rtpengine?: RtpengineOptions;
  /** Legs of a plane before this one: their ports are kept for `reopen`, until `release`. */
  readonly held?: readonly MediaImage[];
};

/** rtpengine stands between the peers and this plane, and relays by itself what need not come here. */
export type RtpengineOptions = {
  /** At least one. */
  readonly instances: readonly RtpengineInstance[];
  /** Between two looks at an instance, ms; absent = 2,000. */
  readonly probeMs?: number;
  /** UDP port of ours that rtpengine's `--dtmf-log-dest` points at; absent: it relays nothing by itself, since digits would be missed. */
  readonly digitPort?: number;
};

export type RtpengineInstance = {
  readonly name: string;
  /** Address of its ng control port (UDP). */
  readonly host: string;
  readonly port: number;
  /** Names of its interfaces towards this plane and towards the peers; both or none. */
  readonly inside?: string;
  readonly outside?: string;
};

export type Direction = "sendrecv" | "sendonly" | "recvonly" | "inactive";

/** Plain RTP, SRTP with keys in the SDP (RFC 4568), or SRTP for browsers: ICE, DTLS and all on one port (RFC 8827, RFC 8834). */
export type MediaProfile = "RTP/AVP" | "RTP/SAVP" | "UDP/TLS/RTP/SAVPF";

/** How we hold: by direction (RFC 3264 §8.4), or by an address of zeros for peers of RFC 2543. */
export type HoldStyle = "sendonly" | "inactive" | "0.0.0.0";

export type OfferOptions = {
  /** The peer shall send no audio until an offer without it. Absent: it may. What it hears is `hear`'s matter. */
  readonly hold?: HoldStyle;
  /** Absent: as agreed before, else plain RTP. */
  readonly profile?: MediaProfile;
  readonly video: boolean;
  /** Written on m=video when given; absent = no attribute (RFC 4566: sendrecv). */
  readonly videoDirection?: Direction;
  /** Offer the audio codec of this leg first, so that its packets may pass as they are. */
  readonly audioLike?: MediaLeg;
  /** Offer only the video codec (same payload type) that this leg already agreed on, so that video passes opaquely. */
  readonly videoLike?: MediaLeg;
  /** ICE starts anew, the DTLS association stays (RFC 8445 §9, RFC 8842 §4): the browser looks for a path again. */
  readonly restart?: true;
};

/** What offer and answer agreed on, seen from us. */
export type Agreed = {
  readonly audio: {
    readonly codec: AudioCodec;
    readonly direction: Direction;
    readonly telephoneEvent: boolean;
  } | null;
  /** null: not offered, rejected (port 0) or without a common codec. */
  readonly video: { readonly payloadType: number; readonly codec: string; readonly direction: Direction } | null;
};

/** SDP that cannot be used: which rule it breaks (RFC 3264 / 8866). Nothing has changed. */
export type SdpRefused = { readonly refused: string };

/** What the network says (ITU-T E.180); how it sounds is a matter of the country. `information`: the number is no good. */
export type CallTone = "ringback" | "busy" | "congestion" | "information";

export type Sound = CallTone | "music" | "silence";

/** What a leg hears: another leg (its audio, video and telephone-events), a sound made here, or nothing at all. */
export type Source =
  | { readonly leg: MediaLeg }
  /** Several legs together, audio only. `gain`: factor of the amplitude from 0 to 4; 1 = as it is. Ends as legs close. */
  | { readonly mix: readonly { readonly leg: MediaLeg; readonly gain: number }[] }
  | { readonly sound: Sound }
  /** A steady tone of this many Hz (a whole number, 1 to 3,999) at -12 dBFS. */
  | { readonly tone: number }
  | null;

export type StreamStatistics = {
  readonly packetsIn: number;
  readonly packetsOut: number;
  readonly octetsIn: number;
  readonly octetsOut: number;
  /** From the sequence numbers received. */
  readonly lost: number;
  /** RFC 3550 §6.4.1, in ms. */
  readonly jitterMs: number;
  /** There and back, by sender and receiver reports; null = not measured. Of audio only, as all that follows. */
  readonly rttMs: number | null;
  /** How what the peer says sounds, 1 to 4.5: an estimate by the E-model (rtp/quality.ts); null = nothing came. */
  readonly mos: number | null;
  /** What the peer has told about the stream that it gets: packets lost, jitter, and how it sounds (RFC 3611); null = not told. */
  readonly lostAtPeer: number | null;
  readonly jitterAtPeerMs: number | null;
  readonly mosAtPeer: number | null;
};

export type LegStatistics = { readonly audio: StreamStatistics; readonly video: StreamStatistics };

/**
 * A digit that the peer has sent, when it has ended: 0-9 * # A-D, and how long it was pressed. `event`: as a telephone-event
 * (RFC 4733). `tone`: in the audio, which is listened to only where no telephone-events are agreed on.
 */
export type Digit = { readonly digit: string; readonly ms: number; readonly by: "event" | "tone" };

/**
 * What a leg has agreed on, as plain data, from which another plane at the same address opens it again. No key is in it: without
 * `MediaKeys` SRTP begins anew with the next offer, DTLS always does.
 */
export type MediaImage = {
  /** RTP ports of ours; of a browser both are one. */
  readonly port: number;
  readonly videoPort: number | null;
  readonly session: SessionFacts;
  /** Over rtpengine: how it speaks with the peer, and the version of what it has told him. */
  readonly engine?: { readonly profile: MediaProfile; readonly version: number };
};

/** The SRTP keys of a leg (RFC 4568), as only this room reads them: a secret. With them another plane goes on before any new offer. */
export type MediaKeys = { readonly ours: Readonly<Record<string, string>> };

/** Of the o= line and the last exchange, with more beside them that only this room reads. */
export type SessionFacts = {
  readonly sessionId: string;
  readonly version: number;
  readonly profile: MediaProfile;
};

export type MediaLeg = {
  readonly id: string;
  /** As it is now; null before any agreement. */
  image(): MediaImage | null;
  /** null: none stand in the descriptions. */
  keys(): MediaKeys | null;
  /**
   * A new offer for this leg; one that differs raises the o= version and keeps ports and m-line order (RFC 3264 §8).
   * Throws an Error when video is wanted for the first time and no port is left for it.
   */
  offer(options: OfferOptions): string;
  /** The peer's answer to our last offer. An early (183) answer may be repeated or replaced by the one in the 2xx. */
  acceptAnswer(sdp: string): Agreed | SdpRefused;
  /** An offer of the peer: our answer. */
  answer(sdp: string): { readonly sdp: string; readonly agreed: Agreed } | SdpRefused;
  /** The last agreement, null before any. */
  readonly agreed: Agreed | null;
  /** From now on this leg hears `source`, and nothing else. */
  hear(source: Source): void;
  /**
   * Plays an announcement of this name in place of what the leg hears, `times` times (absent: once); after it the leg hears its
   * source again, as it is then. Another one takes its place, digits go before it. Throws for a name that the plane does not have.
   */
  play(name: string, times?: number): Playing;
  /**
   * Plays a WAV file of any length from where it lies (8 kHz, 16 bits; two channels are added up) in place of what the leg hears,
   * as `play` does. `times` 0: without end.
   */
  playFile(file: string, how: { readonly fromMs: number; readonly times: number }): FilePlaying;
  /**
   * Digits 0-9 * # A-D towards this leg's peer, 160 ms each: as telephone-events (RFC 4733), or as tones in the audio where the
   * peer takes none. `false`: no digits, or no audio is agreed on. `sent` runs when the last one is, unless the leg ends before.
   */
  dial(digits: string, sent?: () => void): boolean;
  /** `observer` runs for each digit of the peer. A later one replaces it. */
  digits(observer: (digit: Digit) => void): void;
  statistics(): Promise<LegStatistics>;
  /** The last figures, once the leg is closed; null when its worker died. Never rejects. */
  readonly figures: Promise<LegStatistics | null>;
  /** `observer` runs once when the leg's packets have ended without `close`: its worker died. The leg is of no more use. */
  lost(observer: () => void): void;
  /**
   * `observer` runs when the leg's ports are other ones, because what had them has died: the peer is to be offered them. Without
   * an observer, or while nothing is agreed on, the leg is lost instead.
   */
  moved(observer: () => void): void;
  /**
   * `observer` runs when the peer's audio stays out for `limitMs` (absent: as the plane has it) although it is agreed on, and
   * when it is back. A later one replaces it, and the time begins anew.
   */
  silence(observer: (silence: Silence) => void, limitMs?: number): void;
  /**
   * The peer is another one from here on, one that knows nothing: the next offer begins a new session (RFC 3264 §5). Until then
   * nothing goes to or comes from it. What it hears, who hears it, ports and recordings stay.
   */
  renew(): void;
  /**
   * Listens to what the peer says and tells what it finds, each kind once (detection/finding.ts); a later order replaces it, null
   * ends it. Costs nothing while it is not asked for.
   */
  detect(watch: Watch | null, observer: (finding: Finding) => void): void;
  /** Frees sockets and ports. Safe to repeat. Whoever heard this leg then hears nothing. */
  close(): void;
};

/** An announcement on its way to one leg. For several legs, play it to each. */
export type Playing = {
  /** Safe to repeat. */
  stop(): void;
  /** `stopped`: not to its end, because of `stop`, another announcement, or the end of the leg. Never rejects. */
  readonly ended: Promise<"played" | "stopped">;
};

export type FilePlaying = {
  /** Once it can be heard: its length in ms; null: it ended before. Never rejects. */
  readonly began: Promise<number | null>;
  /** Silence from here on. */
  pause(): void;
  resume(): void;
  /** So many ms forwards, or back when below 0; not before the beginning. Beyond the end it is over. */
  jump(ms: number): void;
  /** Safe to repeat. */
  stop(): void;
  /** As Playing's; `failed`: why it cannot be played, or not to its end. Never rejects. */
  readonly ended: Promise<"played" | "stopped" | { readonly failed: string }>;
};

/**
 * How a recording ended. `saved`: octets of the file, its length, the SHA-256 of all of it in hex, and how much of it is
 * silence because the disk was too slow. `failed`: why; what was written before stays and plays.
 */
export type RecordingEnd =
  | {
      readonly saved: {
        readonly file: string;
        readonly ms: number;
        readonly bytes: number;
        readonly sha256: string;
        readonly lostMs: number;
      };
    }
  | { readonly failed: string };

export type Recording = {
  /** Silence from here on, and a cue mark. */
  pause(): void;
  resume(): void;
  /**
   * Who is in it from now on, and on which side; all of them live in one worker. Several on one side are added up. Throws for what
   * only a mistake in our own code can ask for.
   */
  voices(left: readonly MediaLeg[], right: readonly MediaLeg[]): void;
  /** Safe to repeat. A recording also ends with the last of its legs. */
  stop(): void;
  /** Never rejects. */
  readonly ended: Promise<RecordingEnd>;
};

export type MediaPlane = {
  /**
   * Takes ports and sockets for one leg. Rejects with an Error when the pool is empty. With several workers, legs that are to
   * hear each other must live in the same one: name the leg that is there already as `beside`.
   */
  open(id: string, beside?: MediaLeg): Promise<MediaLeg>;
  /**
   * Records a call into a new WAV file (8 kHz, 16 bit, stereo; folders are made, nobody but the owner may read): left what the
   * agent says, right what the party says. Each is recorded while somebody in the recording hears him: who is muted or waits on
   * hold speaks to nobody. Both legs live in one worker. Rejects with an Error when the file cannot be made; its message is the
   * system's code (`ENOSPC`).
   */
  record(agent: MediaLeg, party: MediaLeg, file: string): Promise<Recording>;
  /** Makes a file that a crash has cut off whole again. `foreign`: no recording of ours, not touched. */
  mend(file: string): Promise<"sound" | "mended" | "foreign" | "failed">;
  /**
   * A leg of `held` at its ports, which are taken from whoever has them no more; at others when somebody else has them now. It speaks
   * with its peer at once where that needs no keys; its next offer is due in any case. Rejects as `open` does. With several workers
   * all such legs live in the first one.
   */
  reopen(id: string, image: MediaImage, keys?: MediaKeys): Promise<MediaLeg>;
  /** Ports that are still held are free for everybody. */
  release(): Promise<void>;
  /** Legs open and ports taken: 0 when idle. */
  census(): { readonly legs: number; readonly ports: number };
  close(): Promise<void>;
};

/** What a phone heard in the last second. Levels in dB below a full-scale sine (0), -120 is silence. */
export type Heard = {
  /** All frequencies together. */
  readonly level: number;
  /** One for each frequency asked for, in their order. */
  readonly levels: readonly number[];
  /** Telephone-event digits since the leg opened, the last 64. */
  readonly digits: string;
};

/** A leg that is the far end itself: a simulated phone, which speaks by `hear` and can say what it heard. */
export type PhoneLeg = MediaLeg & {
  listen(frequencies: readonly number[]): Promise<Heard>;
  /** Says these samples (8 kHz, 16 bits) over and over, until it hears something else; the last packet is filled with silence. */
  speak(samples: ArrayLike<number>): void;
  /** Sends so many opaque packets a second under the agreed video payload type, up to 500; 0 stops. */
  film(packetsPerSecond: number): void;
  /** Leaves out this share (0 to 1) of the RTP packets that it sends. */
  drop(share: number): void;
};

export type PhonePlane = Omit<MediaPlane, "open" | "record" | "mend" | "reopen" | "release"> & {
  open(id: string, beside?: MediaLeg): Promise<PhoneLeg>;
};

// What crosses between the main thread and a media worker. Legs are numbers here; ports are those of RTP, RTCP's is the next.

import type { MessagePort } from "node:worker_threads";
import type { Loop } from "./codec/sounds.ts";
import type { Finding, Watch } from "./detection/finding.ts";
import type { Digit, Heard, LegStatistics, Sound } from "./face.ts";
import type { PlayNotice, PlayOrder, SteerOrder } from "./playback/messages.ts";
import type { Side } from "./recording/tape.ts";
import type { AudioTerms, VideoTerms } from "./sdp/terms.ts";
import type { Silence } from "./silence-watch.ts";

/** What a worker is started with. */
export type WorkerSetup = {
  readonly host: string;
  /** RTP ports (even) that this worker may bind. */
  readonly ports: readonly number[];
  /** A country of codec/call-tones.ts. */
  readonly country: string;
  /** null: music made here. */
  readonly music: Loop | null;
  readonly announcements: Readonly<Record<string, Loop>>;
  readonly silenceMs: number;
};

export type OrderedSource =
  | { readonly leg: number }
  | { readonly mix: readonly { readonly leg: number; readonly gain: number }[] }
  | { readonly sound: Sound }
  | { readonly tone: number }
  | null;

export type OrderedAnnouncement = { readonly name: string; readonly times: number; readonly playing: number };

/** One speaker of a recording, and the channel that he is written to. */
export type OrderedVoice = { readonly leg: number; readonly side: Side };

export type Order =
  /** Bind this many more pairs; answered by `bound`. */
  | { readonly type: "bind"; readonly count: number }
  /** Bind this very pair; answered by `claimed`. */
  | { readonly type: "claim"; readonly port: number; readonly question: number }
  /** `ear`: keep the last second of audio for `listen`. */
  | { readonly type: "open"; readonly leg: number; readonly port: number; readonly ear: boolean }
  /** A second pair, for video. */
  | { readonly type: "add-video"; readonly leg: number; readonly port: number }
  /** What offer and answer agreed on; replaces what was agreed before. */
  | {
      readonly type: "agree";
      readonly leg: number;
      readonly audio: AudioTerms | null;
      readonly video: VideoTerms | null;
    }
  /** Nothing is agreed on any more, and the way to a browser is closed. */
  | { readonly type: "forget"; readonly leg: number }
  /** Report a silence of this length; the time begins now. */
  | { readonly type: "watch"; readonly leg: number; readonly limitMs: number }
  | { readonly type: "hear"; readonly leg: number; readonly source: OrderedSource }
  /** Answered by notices of what is found; null: no more of it. */
  | { readonly type: "detect"; readonly leg: number; readonly watch: Watch | null }
  /** That they are sent comes as a notice with this number. */
  | { readonly type: "dial"; readonly leg: number; readonly digits: string; readonly dialling: number }
  /** In place of what it hears; its end comes as a notice with this number. null: stop it. */
  | { readonly type: "play"; readonly leg: number; readonly announcement: OrderedAnnouncement | null }
  /** A file from where it lies, in place of what it hears; `file-began` and `file-ended` come as notices with this number. */
  | PlayOrder
  | SteerOrder
  /** Report this leg's digits from now on. */
  | { readonly type: "digits"; readonly leg: number }
  /** What a simulated phone says. */
  | { readonly type: "speak"; readonly leg: number; readonly loop: Loop }
  /** Opaque video of a simulated phone; 0 stops. */
  | { readonly type: "film"; readonly leg: number; readonly packetsPerSecond: number }
  /** Share of sent packets to leave out, 0 to 1. */
  | { readonly type: "drop"; readonly leg: number; readonly share: number }
  /** Answered by `counted`. */
  | { readonly type: "count"; readonly leg: number; readonly question: number }
  /** Answered by `heard`. */
  | {
      readonly type: "listen";
      readonly leg: number;
      readonly question: number;
      readonly frequencies: readonly number[];
    }
  /** Pages of recordings go there (recording/scribe.ts). Travels alone, with its port. */
  | { readonly type: "connect"; readonly port: MessagePort }
  /** What these legs say to each other; ends with the last of them, or by `record-stop`. */
  | { readonly type: "record" | "record-voices"; readonly recording: number; readonly voices: readonly OrderedVoice[] }
  | { readonly type: "record-pause"; readonly recording: number; readonly paused: boolean }
  | { readonly type: "record-stop"; readonly recording: number }
  /** The pairs stay bound for the next leg. Answered by `counted`, the last figures. */
  | { readonly type: "close"; readonly leg: number; readonly question: number };

/** What a leg's peer has done, unasked. */
export type Notice =
  | PlayNotice
  /** An announcement was played to its end. */
  | { readonly type: "played"; readonly playing: number }
  /** The last digit of this order is sent, and the pause after it is over. */
  | { readonly type: "dialled"; readonly dialling: number }
  | Silence
  | { readonly type: "digit"; readonly digit: Digit }
  | { readonly type: "found"; readonly finding: Finding };

export type WorkerReport =
  /** `left`: ports that could still be tried. */
  | { readonly type: "bound"; readonly ports: readonly number[]; readonly left: number }
  | { readonly type: "claimed"; readonly question: number; readonly bound: boolean }
  | { readonly type: "counted"; readonly question: number; readonly statistics: LegStatistics }
  | { readonly type: "heard"; readonly question: number; readonly heard: Heard }
  | { readonly type: "notice"; readonly leg: number; readonly notice: Notice }
  /** Something went wrong with one datagram or order; the worker goes on. */
  | { readonly type: "fault"; readonly reason: string };

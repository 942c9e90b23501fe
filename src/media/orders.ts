// What crosses between the main thread and a media worker. Legs are numbers here; ports are those of RTP, RTCP's is the next.

import type { Heard, LegStatistics, Sound } from "./face.ts";
import type { AudioTerms, VideoTerms } from "./sdp/terms.ts";

/** What a worker is started with. */
export type WorkerSetup = {
  readonly host: string;
  /** RTP ports (even) that this worker may bind. */
  readonly ports: readonly number[];
};

export type OrderedSource = { readonly leg: number } | { readonly sound: Sound } | { readonly tone: number } | null;

export type Order =
  /** Bind this many more pairs; answered by `bound`. */
  | { readonly type: "bind"; readonly count: number }
  /** `ear`: keep the last second of audio for `listen`. */
  | { readonly type: "open"; readonly leg: number; readonly port: number; readonly ear: boolean }
  | { readonly type: "add-video"; readonly leg: number; readonly port: number }
  | {
      readonly type: "agree";
      readonly leg: number;
      readonly audio: AudioTerms | null;
      readonly video: VideoTerms | null;
    }
  | { readonly type: "hear"; readonly leg: number; readonly source: OrderedSource }
  | { readonly type: "dial"; readonly leg: number; readonly digits: string }
  | { readonly type: "film"; readonly leg: number; readonly packetsPerSecond: number }
  | { readonly type: "drop"; readonly leg: number; readonly share: number }
  | { readonly type: "count"; readonly leg: number; readonly question: number }
  | {
      readonly type: "listen";
      readonly leg: number;
      readonly question: number;
      readonly frequencies: readonly number[];
    }
  | { readonly type: "close"; readonly leg: number };

export type WorkerReport =
  /** `left`: ports that could still be tried. */
  | { readonly type: "bound"; readonly ports: readonly number[]; readonly left: number }
  | { readonly type: "counted"; readonly question: number; readonly statistics: LegStatistics }
  | { readonly type: "heard"; readonly question: number; readonly heard: Heard }
  /** Something went wrong with one datagram or order; the worker goes on. */
  | { readonly type: "fault"; readonly reason: string };

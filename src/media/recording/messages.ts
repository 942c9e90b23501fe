// What crosses between the threads of a recording: the main thread (archive.ts) orders, media workers (recorder.ts) send pages,
// the writing thread (scribe.ts) reports. Recordings are numbers here.

import type { MessagePort } from "node:worker_threads";
import type { RecordingEnd } from "../face.ts";
import type { Mark } from "./wav.ts";

/** From the main thread to the writing thread. */
export type ScribeOrder =
  /** Pages of one media worker come in here. */
  | { readonly type: "connect"; readonly port: MessagePort }
  /** Makes the file, which must not be there yet; answered by `begun`. */
  | { readonly type: "begin"; readonly recording: number; readonly file: string }
  /** The media worker has died: what is in the file is all. */
  | { readonly type: "close"; readonly recording: number }
  /** Answered by `mended`. */
  | { readonly type: "mend"; readonly question: number; readonly file: string };

export type ScribeReport =
  /** `failed`: why there is no file; null: there is one. */
  | { readonly type: "begun"; readonly recording: number; readonly failed: string | null }
  | { readonly type: "ended"; readonly recording: number; readonly end: RecordingEnd }
  | { readonly type: "mended"; readonly question: number; readonly outcome: "sound" | "mended" | "foreign" | "failed" };

/** From a media worker to the writing thread. */
export type TapeMessage =
  /** 16-bit samples, left and right in turn; `at`: where they begin, in samples from the start. Answered by `Written`. */
  | {
      readonly type: "page";
      readonly recording: number;
      readonly at: number;
      readonly samples: Int16Array<ArrayBuffer>;
    }
  | ({ readonly type: "finish"; readonly recording: number } & Finish);

export type Finish = {
  /** Samples of the whole. */
  readonly length: number;
  readonly marks: readonly Mark[];
  /** Pages left out because the disk was too slow. */
  readonly lostPages: number;
};

/** Back to the media worker: one page is done with. */
export type Written = { readonly type: "written" };

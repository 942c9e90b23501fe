// What agents can ask about recordings: types only, a part of face.ts. Rights: an agent has his own; supervisors and administrators
// (site file) those of everybody in the VDN.

import type { Readable } from "node:stream";
import type { Refusal } from "../base/step.ts";
import type { ResultCode } from "../contract/result.ts";
import type { RecordingRow } from "../store/ports.ts";

/** As face.ts has it, which imports this file. */
type Refused = Refusal<ResultCode>;

export type RecordingView = RecordingRow;

/** `agent` null: of everybody. Absent parts fit anything; times in ms since the epoch, positions from 1. */
export type RecordingQuery = {
  readonly agent: string | null;
  readonly skill?: number | null;
  readonly callId?: string;
  readonly from?: number | null;
  readonly before?: number | null;
  readonly first?: number;
  readonly last?: number;
};

/** A file, open; whoever reads it to its end or destroys it closes it. */
export type RecordingFile = { readonly name: string; readonly bytes: number; readonly content: Readable };

/** What is done to a recording that plays. */
export type PlaySteering =
  | { readonly type: "pause-play" | "resume-play" | "stop-play" }
  | { readonly type: "jump-play"; readonly ms: number; readonly back: boolean };

export type RecordingFace = {
  /** `append`: to a file of this name that is there already; `format` as the interface numbers them. */
  begin(
    agent: string,
    request: { readonly name: string; readonly append: boolean; readonly format: number },
  ): Promise<Refused | { done: true }>;
  find(asking: string, query: RecordingQuery): Promise<Refused | readonly RecordingView[]>;
  /** All of a call that he may hear. */
  ofCall(asking: string, callId: string): Promise<Refused | readonly RecordingView[]>;
  /** By its name or path; the newest, when several go by it. */
  named(asking: string, name: string): Promise<Refused | RecordingView>;
  /** On the agent's phone; `times` 0: without end. */
  play(
    agent: string,
    request: { readonly name: string; readonly fromMs: number; readonly times: number },
  ): Promise<Refused | { done: true }>;
  steer(agent: string, request: PlaySteering): Refused | { done: true };
  open(recording: RecordingView): Promise<Refused | RecordingFile>;
};

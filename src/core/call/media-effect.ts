// What a call asks of the media: who hears what, announcements, listening, recordings. All plain data.

import type { AgentId, CallId, LegId } from "../../base/ids.ts";

/** Who hears what (media/face.ts): a leg, several legs together, a sound, or nothing. */
export type Heard =
  | { readonly leg: LegId }
  | { readonly mix: readonly LegId[] }
  | { readonly sound: "ringback" | "music" | "silence" }
  | null;

export type MediaEffect =
  | { readonly type: "hear"; readonly listener: LegId; readonly source: Heard }
  | { readonly type: "dial"; readonly leg: LegId; readonly digits: string }
  /** `leg-sign` says what is found; null: no more of it. */
  | { readonly type: "detect"; readonly leg: LegId; readonly watch: "progress" | "answer" | null }
  /** Announcements one after the other, in place of what it hears; `played` comes at their end. Others take their place. */
  | { readonly type: "play"; readonly leg: LegId; readonly call: CallId; readonly names: readonly string[] }
  | { readonly type: "stop-playing"; readonly leg: LegId }
  | RecordEffect;

/** Who is written to which channel. */
export type Voices = { readonly left: readonly LegId[]; readonly right: readonly LegId[] };

/** One recording for each agent of a call who wants one; `recording-began` or `recording-failed` comes back. */
export type RecordEffect = { readonly call: CallId; readonly agent: AgentId } & (
  | {
      readonly type: "record";
      readonly caller: string;
      readonly called: string;
      readonly skill: number;
      /** What the agent calls it, "" = nothing. */
      readonly name: string;
      readonly voices: Voices;
    }
  | { readonly type: "record-voices"; readonly voices: Voices }
  | { readonly type: "record-pause"; readonly paused: boolean }
  | { readonly type: "record-stop" }
);

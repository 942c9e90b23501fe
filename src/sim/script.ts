// From a behaviour to what is done when: two lists of timed acts, one from the INVITE, one from our answer. Pure;
// visit.ts carries them out.

import type { Behaviour } from "./behaviour.ts";

export type Act =
  | { readonly type: "ring" }
  | { readonly type: "answer" }
  | { readonly type: "refuse"; readonly status: number; readonly q850: number | null }
  /** Speaks this tone from now on; null = is silent. */
  | { readonly type: "say"; readonly hertz: number | null }
  | { readonly type: "hang-up" };

export type TimedAct = readonly [atMs: number, act: Act];

export function fromInvite(behaviour: Behaviour): readonly TimedAct[] {
  const { ring, answerAfterMs, refuse, q850 } = behaviour;
  const acts: TimedAct[] = ring ? [[0, { type: "ring" }]] : [];
  if (answerAfterMs === null) return acts;
  const final: Act = refuse === null ? { type: "answer" } : { type: "refuse", status: refuse, q850 };
  return [...acts, [answerAfterMs, final]];
}

export function fromAnswer({ speaks, hertz, hangUpAfterMs }: Behaviour): readonly TimedAct[] {
  const speech: readonly TimedAct[] =
    speaks === "machine" ? machine : [[0, { type: "say", hertz: speaks === "tone" ? hertz : null }]];
  return hangUpAfterMs === null ? speech : [...speech, [hangUpAfterMs, { type: "hang-up" }]];
}

/** Stands for a voice: pitch that changes every quarter of a second, with a breath. */
const greeting: readonly (number | null)[] = [550, 650, 600, 700, null, 650, 550, 600, 500, null];
const syllableMs = 250;
const beepHertz = 1_000;
const beepMs = 500;

/** An answering machine: greeting, beep, then it records in silence. */
const machine: readonly TimedAct[] = [
  ...greeting.map((hertz, index): TimedAct => [index * syllableMs, { type: "say", hertz }]),
  [greeting.length * syllableMs, { type: "say", hertz: beepHertz }],
  [greeting.length * syllableMs + beepMs, { type: "say", hertz: null }],
];

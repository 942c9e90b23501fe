// From a behaviour to what is done when: two lists of timed acts, one from the INVITE, one from our answer. Pure;
// visit.ts carries them out.

import type { Behaviour } from "./behaviour.ts";

export type Act =
  | { readonly type: "ring" }
  /** Early media with this tone. */
  | { readonly type: "early"; readonly tone: NonNullable<Behaviour["early"]> }
  | { readonly type: "answer" }
  | { readonly type: "refuse"; readonly status: number; readonly q850: number | null }
  /** Speaks this tone from now on; null = is silent. */
  | { readonly type: "say"; readonly hertz: number | null }
  /** Speaks like a human for so long. */
  | { readonly type: "talk"; readonly ms: number }
  | { readonly type: "hang-up" };

export type TimedAct = readonly [atMs: number, act: Act];

export function fromInvite(behaviour: Behaviour): readonly TimedAct[] {
  const { ring, early, answerAfterMs, refuse, q850 } = behaviour;
  const acts: TimedAct[] = [
    ...(ring ? [[0, { type: "ring" }] as const] : []),
    ...(early === null ? [] : [[0, { type: "early", tone: early }] as const]),
  ];
  if (answerAfterMs === null) return acts;
  const final: Act = refuse === null ? { type: "answer" } : { type: "refuse", status: refuse, q850 };
  return [...acts, [answerAfterMs, final]];
}

export function fromAnswer({ speaks, hertz, hangUpAfterMs }: Behaviour): readonly TimedAct[] {
  const speech: readonly TimedAct[] =
    speaks === "machine" ? machine : [[0, { type: "say", hertz: speaks === "tone" ? hertz : null }]];
  return hangUpAfterMs === null ? speech : [...speech, [hangUpAfterMs, { type: "hang-up" }]];
}

const greetingMs = 5_000;
const pauseMs = 500;
const beepHertz = 1_000;
const beepMs = 500;

/** An answering machine: greeting, beep, then it records in silence. */
const machine: readonly TimedAct[] = [
  [0, { type: "talk", ms: greetingMs }],
  [greetingMs, { type: "say", hertz: null }],
  [greetingMs + pauseMs, { type: "say", hertz: beepHertz }],
  [greetingMs + pauseMs + beepMs, { type: "say", hertz: null }],
];

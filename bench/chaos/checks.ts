// What chaos checks: every kind of finding, what it means, and whether the gateway holds it today. A run fails by what is held; the rest is
// counted and printed all the same.

import type { FindingKind } from "../centre/finding.ts";

export type Check = {
  readonly kind: FindingKind;
  readonly means: string;
  /** Why it does not hold yet; absent: it holds. */
  readonly notYet?: string;
};

const setUp = "a call in set-up at the kill can be told as talking after its end, and its agent is taken for talking";
const twoCommits =
  "the reply to a command with a key is stored after what the command did: a repeat is carried out anew";
const noCancel = "INVITEs under way at the kill are not in the journal: nobody cancels or answers them";
const wallTime = "sessions and registrations age with the wall clock, which chaos sets";

export const checks: readonly Check[] = [
  { kind: "stream", means: "clients that resume get each event once, in order" },
  { kind: "queue", means: "polls and pushes bring each event, repeats told apart by number" },
  { kind: "told", means: "agents are told what happened, and nothing else", notYet: setUp },
  { kind: "session", means: "Guids hold", notYet: wallTime },
  { kind: "state", means: "acknowledged states are there", notYet: setUp },
  { kind: "data", means: "data of calls is there" },
  { kind: "written", means: "soft parameters are what was acknowledged" },
  { kind: "once", means: "a command is carried out once, its repeats get its first reply", notYet: twoCommits },
  { kind: "stuck", means: "every agent can rest, call and sign out", notYet: wallTime },
  { kind: "refused", means: "no callout is refused without a documented reason", notYet: wallTime },
  { kind: "record", means: "each call has its record", notYet: setUp },
  { kind: "standing", means: "no leg stands that nobody owns", notYet: noCancel },
  { kind: "alive", means: "established calls go on: both sides hear each other within 3 s" },
  { kind: "binding", means: "phones are called without registering again" },
  { kind: "fault", means: "each fault bit, and the gateway came back" },
];

/** Of a hundred established calls, so many have to go on after a kill. */
export const ALIVE_SHARE = 0.99;

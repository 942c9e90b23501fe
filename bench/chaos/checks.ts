// What chaos checks: every kind of finding, what it means, and whether the gateway holds it today. A run fails by what is held; the rest is
// counted and printed all the same.

import type { FindingKind } from "../centre/finding.ts";

export type Check = {
  readonly kind: FindingKind;
  readonly means: string;
  /** Why it does not hold yet; absent: it holds. */
  readonly notYet?: string;
};

const noJournal = "states, sessions and feeds are not read back from the journal at a start yet";
const noRows = "rows of calls that a kill ended hold what was known at their beginning";
const wallTime = "sessions and registrations age with the wall clock, which chaos sets";
const noTakeUp = "dialogs and media are not taken up at a start yet";

export const checks: readonly Check[] = [
  { kind: "stream", means: "clients that resume get each event once, in order", notYet: noJournal },
  { kind: "queue", means: "polls and pushes bring each event, repeats told apart by number", notYet: noJournal },
  { kind: "told", means: "agents are told what happened, and nothing else", notYet: noJournal },
  { kind: "session", means: "Guids hold", notYet: noJournal },
  { kind: "state", means: "acknowledged states are there", notYet: noJournal },
  { kind: "data", means: "data of calls is there", notYet: noJournal },
  { kind: "once", means: "a command is carried out once, its repeats get its first reply", notYet: noJournal },
  { kind: "stuck", means: "every agent can rest, call and sign out", notYet: wallTime },
  { kind: "refused", means: "no callout is refused without a documented reason", notYet: noJournal },
  { kind: "record", means: "each call has its record", notYet: noRows },
  { kind: "standing", means: "no leg stands that nobody owns", notYet: noTakeUp },
  { kind: "alive", means: "established calls go on: both sides hear each other within 3 s", notYet: noTakeUp },
  { kind: "binding", means: "phones are called without registering again", notYet: noTakeUp },
  { kind: "fault", means: "each fault bit, and the gateway came back" },
];

/** Of a hundred established calls, so many have to go on after a kill. */
export const ALIVE_SHARE = 0.99;

export const holds = (kind: FindingKind): boolean => checks.find((check) => check.kind === kind)?.notYet === undefined;

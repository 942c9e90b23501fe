// What chaos checks: every kind of finding, and what it means. One finding fails the run, but for the share of calls that go on.

import type { FindingKind } from "../centre/finding.ts";

export type Check = {
  readonly kind: FindingKind;
  readonly means: string;
};

export const checks: readonly Check[] = [
  { kind: "stream", means: "clients that resume get each event once, in order" },
  { kind: "queue", means: "polls and pushes bring each event, repeats told apart by number" },
  { kind: "told", means: "agents are told what happened, and nothing else" },
  { kind: "session", means: "Guids hold" },
  { kind: "state", means: "acknowledged states are there" },
  { kind: "data", means: "data of calls is there" },
  { kind: "written", means: "soft parameters are what was acknowledged" },
  { kind: "once", means: "a command is carried out once, its repeats get its first reply" },
  { kind: "stuck", means: "every agent can rest, call and sign out" },
  { kind: "refused", means: "no callout is refused without a documented reason" },
  { kind: "record", means: "each call has its record" },
  { kind: "standing", means: "no leg stands that nobody owns" },
  { kind: "alive", means: "established calls go on: both sides hear each other within 3 s" },
  { kind: "binding", means: "phones are called without registering again" },
  { kind: "fault", means: "each fault bit, and the gateway came back" },
];

/** Of a hundred established calls, so many have to go on after a kill. */
export const ALIVE_SHARE = 0.99;

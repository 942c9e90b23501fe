// What the judge of chaos is shown. Nothing of it comes from the gateway's journal: parties and phones kept their own notes, agents'
// programs theirs, and the call records are read as everybody may read them.

import type { CallNote } from "../centre/call-note.ts";
import type { Finding, FindingKind } from "../centre/finding.ts";
import type { LegNote } from "../centre/town-leg.ts";
import type { CallRow } from "./records.ts";

/** Wall milliseconds: the gateway was away, or its store was. */
export type Outage = { readonly from: number; readonly to: number };

export type Evidence = {
  readonly calls: readonly CallNote[];
  readonly parties: readonly LegNote[];
  readonly phones: readonly LegNote[];
  /** Numbers whose legs still stand after everything is over. */
  readonly standing: readonly string[];
  /** By callId. */
  readonly records: ReadonlyMap<string, CallRow>;
  /** Between the signal and the look that found it gone. */
  readonly kills: readonly Outage[];
  readonly outages: readonly Outage[];
  /** The gateway's clock was set: its times cannot be compared with ours. */
  readonly clockSet: boolean;
};

/** All legs of one call's numbers in the run: a phone has one for each call, a party one in all. */
export type Legs = { readonly parties: readonly LegNote[]; readonly phones: readonly LegNote[] };

/** A finding about one call. */
export type Says = (kind: FindingKind, what: string) => Finding;
/** Nothing, or that. */
export const when = (wrong: boolean, finding: () => Finding): readonly Finding[] => (wrong ? [finding()] : []);

/** What happened so shortly before or after a kill may have been lost on a wire: no promise was made about it. */
const EDGE_MS = 1_000;

/** A commit may take so long (SEATWAY_JOURNAL_WAIT_MS of campaign.ts); until it is made nobody is told of what is in it. */
export const UNKEPT_MS = 3_000;

/** It died between these times, or at their edge. */
export const killIn = (from: number, to: number, { kills }: Evidence): boolean =>
  kills.some((kill) => kill.to > from - EDGE_MS && kill.from < to + EDGE_MS);

/** The call was in set-up at a kill: the next process takes the party's answer and hangs up. */
const overKill = (parties: readonly LegNote[], evidence: Evidence): boolean =>
  parties.some(({ invitedAt, confirmedAt = invitedAt }) => killIn(invitedAt, confirmedAt, evidence));

/** The party's answer may have been in no commit when it died. */
const unkept = (parties: readonly LegNote[], { kills }: Evidence): boolean =>
  parties.some(({ confirmedAt }) =>
    kills.some(({ from, to }) => confirmedAt !== undefined && to > confirmedAt && from < confirmedAt + UNKEPT_MS),
  );

/** Nobody was promised anything about the answer: the agent had asked for the end before it came, or a kill came before a word of it. */
export const answerLost = (
  { talkingAt, releaseAskedAt = Number.POSITIVE_INFINITY }: CallNote,
  parties: readonly LegNote[],
  evidence: Evidence,
): boolean => {
  if (overKill(parties, evidence)) return true;
  const gaveUp = parties.some(({ confirmedAt = 0 }) => releaseAskedAt < confirmedAt);
  return talkingAt === undefined && (gaveUp || unkept(parties, evidence));
};

/** An outage touches this time, or the time up to `laterMs` after it. */
export const inOutage = (at: number, { outages }: Evidence, laterMs = 0): boolean =>
  outages.some(({ from, to }) => at + laterMs > from - EDGE_MS && at < to + EDGE_MS);

export const isConfirmed = ({ confirmedAt }: LegNote): boolean => confirmedAt !== undefined;

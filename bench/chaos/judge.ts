// What the parties saw, what the REST replies said and what the agents were told, held against each other and against the call records.
// Pure; not a word of it comes from the gateway's own journal.

import type { CallNote } from "../centre/desk.ts";
import { type Finding, type FindingKind, findingAt } from "../centre/finding.ts";
import type { LegNote } from "../centre/town-leg.ts";
import type { CallRow } from "./records.ts";

export type Evidence = {
  readonly calls: readonly CallNote[];
  readonly parties: readonly LegNote[];
  readonly phones: readonly LegNote[];
  /** Numbers whose legs still stand after everything is over. */
  readonly standing: readonly string[];
  readonly records: ReadonlyMap<string, CallRow>;
  /** When the gateway died, wall milliseconds. */
  readonly kills: readonly number[];
};

/** What happened so shortly before or after a kill may have been lost on a wire: no promise was made about it. */
const EDGE_MS = 1_000;

/** Refusals with a reason that the documents give: the gateway protects its calls; somebody called the agent first. */
const reasonable: ReadonlySet<string> = new Set(["100-007"]);

export function judge(evidence: Evidence): readonly Finding[] {
  const byNumber = Map.groupBy(evidence.parties, ({ number }) => number);
  const asked = new Set(evidence.calls.map(({ number }) => number));
  const strangers = evidence.parties.filter(
    ({ number, invitedAt }) => !asked.has(number) && number.startsWith("9") && invitedAt > 0,
  );
  return [
    ...evidence.calls.flatMap((call) => judgeCall(call, byNumber.get(call.number) ?? [], evidence)),
    ...strangers.map(({ number, invitedAt }) =>
      findingAt("told", `${number} was called, and nobody asked for it`, invitedAt),
    ),
    ...legs("phone", evidence.phones),
    ...legs("party", evidence.parties),
    ...evidence.standing.map((number) => findingAt("standing", `a leg of ${number} stands after the end`)),
  ];
}

const legs = (whose: string, notes: readonly LegNote[]): readonly Finding[] =>
  notes
    .filter(({ endedBy }) => endedBy === "silence")
    .map(({ number, endedAt }) =>
      findingAt("standing", `${whose} ${number} heard nothing any more and hung up`, endedAt),
    );

function judgeCall(call: CallNote, parties: readonly LegNote[], evidence: Evidence): readonly Finding[] {
  const { retcode, callIds, askedAt, number, manner } = call;
  const says = (kind: FindingKind, what: string): Finding =>
    findingAt(kind, `agent ${call.agent}, ${manner} call ${callIds[0] ?? number}: ${what}`, askedAt);
  const findings: Finding[] = [];
  if (callIds.length > 1) findings.push(says("once", `one callout, the calls ${callIds.join(" and ")}`));
  if (manner !== "inbound" && parties.length > 1)
    findings.push(says("once", `the party was called ${parties.length} times`));
  if (retcode !== undefined && retcode !== "0") {
    if (!reasonable.has(retcode) && retcode !== "100-006" && retcode !== "000-003")
      findings.push(says("refused", retcode));
    return findings;
  }
  if (callIds.length === 0) return findings;
  return [...findings, ...told(call, parties, evidence, says), ...recorded(call, parties, evidence, says)];
}

type Says = (kind: FindingKind, what: string) => Finding;

const near = (at: number, { kills }: Evidence): boolean => kills.some((killed) => Math.abs(at - killed) < EDGE_MS);

function told(call: CallNote, parties: readonly LegNote[], evidence: Evidence, says: Says): readonly Finding[] {
  const findings: Finding[] = [];
  const confirmed = parties.find(({ confirmedAt }) => confirmedAt !== undefined)?.confirmedAt;
  const answered = parties.some(({ answeredAt }) => answeredAt !== undefined);
  if (call.endedAt === undefined) findings.push(says("told", "nobody said that it ended"));
  if (confirmed !== undefined && call.talkingAt === undefined && !near(confirmed, evidence))
    findings.push(says("told", `the party talked, and the agent was not told; ended by ${call.endedBy}`));
  if (call.talkingAt !== undefined && !answered)
    findings.push(says("told", "told of a talk, and the party never answered"));
  return findings;
}

function recorded(call: CallNote, parties: readonly LegNote[], evidence: Evidence, says: Says): readonly Finding[] {
  // The last one is the one that he was in.
  const rows = call.callIds.flatMap((id) => evidence.records.get(id) ?? []);
  const row = rows.at(-1);
  if (!row || rows.length < call.callIds.length) return [says("record", "it has no record")];
  if (row.outcome === "live") return [says("record", "its record says that it goes on")];
  const findings: Finding[] = [];
  const talked = call.talkingAt !== undefined && call.endedBy !== "unsaid";
  if (talked && row.outcome !== "answered" && row.outcome !== "cut-off")
    findings.push(says("record", `it was answered, and its record says ${row.outcome}`));
  const confirmed = parties.find(({ confirmedAt }) => confirmedAt !== undefined)?.confirmedAt;
  if (confirmed !== undefined && row.partyAnsweredAt === null && !near(confirmed, evidence))
    findings.push(says("record", "the party answered, and its record has no time of that"));
  return findings;
}

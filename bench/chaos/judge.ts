// What the parties saw, what the REST replies said and what the agents were told, held against each other and against the call records.
// Pure; not a word of it comes from the gateway's own journal.

import type { CallNote } from "../centre/call-note.ts";
import { type Finding, findingAt } from "../centre/finding.ts";
import { isInbound, isParty } from "../centre/numbers.ts";
import type { LegNote } from "../centre/town-leg.ts";
import { answerLost, type Evidence, inOutage, isConfirmed, killIn, type Legs, type Says, when } from "./evidence.ts";
import { judgeRecord, judgeRecords } from "./judge-records.ts";

/** An end is told so soon, and a phone is called, when nothing is in the way but a machine that is busy with others. */
const SOON_MS = 15_000;
/** A clock of another process, and a datagram on its way. */
const CLOSE_MS = 100;

/** The gateway protects the calls that it has. */
const PROTECTED = "100-007";
/** What the reader of a session that is gone has found already. */
const unknown: ReadonlySet<string> = new Set(["100-006", "000-003"]);

export function judge(evidence: Evidence): readonly Finding[] {
  const byNumber = Map.groupBy(evidence.parties, ({ number }) => number);
  const byPhone = Map.groupBy(evidence.phones, ({ number }) => number);
  const asked = new Set(evidence.calls.map(({ number }) => number));
  const strangers = evidence.parties.filter(({ number }) => isParty(number) && !asked.has(number));
  return [
    ...evidence.calls.flatMap((call) =>
      judgeCall(call, { parties: byNumber.get(call.number) ?? [], phones: byPhone.get(call.phone) ?? [] }, evidence),
    ),
    ...strangers.map(({ number, invitedAt }) =>
      findingAt("told", `${number} was called, and nobody asked for it`, invitedAt),
    ),
    ...judgeRecords(evidence),
    ...silent("phone", evidence.phones, evidence),
    ...silent("party", evidence.parties, evidence),
    ...evidence.standing.map((number) => findingAt("standing", `a leg of ${number} stands after the end`)),
  ];
}

/** Its answer had our ACK, and a kill came before that was on the disk: nobody knows of it, and its owner gives it up. */
export const isOfEdge = ({ confirmedAt, endedBy }: LegNote, evidence: Evidence): boolean =>
  endedBy === "silence" && confirmedAt !== undefined && killIn(confirmedAt, confirmedAt, evidence);

const silent = (whose: string, notes: readonly LegNote[], evidence: Evidence): readonly Finding[] =>
  notes
    .filter((note) => note.endedBy === "silence" && !isOfEdge(note, evidence))
    .map(({ number, endedAt }) =>
      findingAt("standing", `${whose} ${number} heard nothing any more and hung up`, endedAt),
    );

function judgeCall(call: CallNote, legs: Legs, evidence: Evidence): readonly Finding[] {
  const { retcode, callIds, askedAt, number, manner } = call;
  const says: Says = (kind, what) =>
    findingAt(kind, `agent ${call.agent}, ${manner} call ${callIds[0] ?? number}: ${what}`, askedAt);
  const twice = [
    ...when(callIds.length > 1, () => says("once", `one callout, the calls ${callIds.join(" and ")}`)),
    ...when(!isInbound(call) && legs.parties.length > 1, () =>
      says("once", `the party was called ${legs.parties.length} times`),
    ),
  ];
  if (retcode !== undefined && retcode !== "0") return [...twice, ...refused(call, evidence, says)];
  if (callIds.length === 0) return twice;
  return [
    ...twice,
    ...told(call, legs, evidence, says),
    ...ended(call, legs, evidence, says),
    ...bound(call, legs, evidence, says),
    ...judgeRecord(call, legs, evidence, says),
  ];
}

/** Protected for a while, with a hint when to come back; or a call from outside was there first. */
function refused(call: CallNote, evidence: Evidence, says: Says): readonly Finding[] {
  const { retcode = "", retryAfterS } = call;
  if (unknown.has(retcode)) return [];
  const excused = retcode === PROTECTED && (crossed(call, evidence) || retryAfterS !== undefined);
  return when(!excused, () => says("refused", retcode));
}

/** The agent was told of that call; or it ended at a kill before he was, and its record says that it was his, its caller when it was. */
function crossed({ agent, askedAt, repliedAt = askedAt }: CallNote, { calls, parties, records }: Evidence): boolean {
  const told = calls.some(
    (other) =>
      isInbound(other) &&
      other.agent === agent &&
      other.askedAt < repliedAt + SOON_MS &&
      (other.freeAt ?? Number.POSITIVE_INFINITY) > askedAt - CLOSE_MS,
  );
  const his = new Set(
    [...records.values()].flatMap(({ kind, agents, caller }) =>
      kind === "incoming" && agents.includes(agent) ? [caller] : [],
    ),
  );
  return (
    told ||
    parties.some(
      ({ number, invitedAt, endedAt = Number.POSITIVE_INFINITY }) =>
        his.has(number) && invitedAt < repliedAt + CLOSE_MS && endedAt > askedAt - CLOSE_MS,
    )
  );
}

function told(call: CallNote, { parties }: Legs, evidence: Evidence, says: Says): readonly Finding[] {
  const confirmed = parties.find(isConfirmed)?.confirmedAt;
  const untold =
    confirmed !== undefined &&
    call.talkingAt === undefined &&
    !answerLost(call, parties, evidence) &&
    !goneOn(call, evidence);
  return [
    ...when(call.endedAt === undefined, () => says("told", "nobody said that it ended")),
    ...when(untold, () => says("told", `the party talked, and the agent was not told; ended by ${call.endedBy}`)),
    ...when(call.talkingAt !== undefined && confirmed === undefined && !gaveUp(parties), () =>
      says("told", "told of a talk, and the party talked to nobody"),
    ),
  ];
}

/** Another agent has talked in it. */
const goneOn = ({ agent, callIds }: CallNote, { calls }: Evidence): boolean =>
  calls.some(
    (other) =>
      other.agent !== agent && other.talkingAt !== undefined && other.callIds.some((id) => callIds.includes(id)),
  );

/** Who has gone by himself while an answer was on its way: ours to a caller, or our ACK to a party. */
const gaveUp = (parties: readonly LegNote[]): boolean =>
  parties.some(({ confirmedAt, endedBy }) => confirmedAt === undefined && endedBy === "local");

/** Who hung up, and that it is told at once. */
function ended(call: CallNote, { parties }: Legs, evidence: Evidence, says: Says): readonly Finding[] {
  const party = parties.find(isConfirmed);
  if (!party || call.talkingAt === undefined || call.endedAt === undefined || party.endedAt === undefined) return [];
  if (inOutage(party.endedAt, evidence, SOON_MS)) return [];
  const left = party.endedBy === "local" && call.manner === "leaves";
  const released = party.endedBy === "remote" && call.releasedAt !== undefined;
  const expected = left ? "AgentEvent_Customer_Release" : released ? "AgentEvent_Call_Release" : call.endedBy;
  const late = call.endedAt - party.endedAt;
  return [
    ...when(call.endedBy !== expected, () => says("told", `ended by ${call.endedBy}, and it was ${expected}`)),
    ...when(late > SOON_MS, () => says("told", `its end was told ${Math.round(late)} ms late`)),
  ];
}

/** The agent's phone is called without having registered again. */
function bound(call: CallNote, { phones }: Legs, evidence: Evidence, says: Says): readonly Finding[] {
  const { askedAt, repliedAt = askedAt } = call;
  if (isInbound(call) || killIn(askedAt, repliedAt, evidence)) return [];
  const called = phones.some(({ invitedAt }) => invitedAt > askedAt - CLOSE_MS && invitedAt < repliedAt + SOON_MS);
  return when(!called, () => says("binding", `phone ${call.phone} was not called; ended by ${call.endedBy}`));
}

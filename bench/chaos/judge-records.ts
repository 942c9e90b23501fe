// The call records, held against what agents, parties and phones know of each call. Pure.

import type { CallNote } from "../centre/call-note.ts";
import { type Finding, findingAt } from "../centre/finding.ts";
import { isCaller, isInbound, isParty } from "../centre/numbers.ts";
import type { LegNote } from "../centre/town-leg.ts";
import { answerLost, type Evidence, inOutage, isConfirmed, type Legs, type Says, when } from "./evidence.ts";
import type { CallRow } from "./records.ts";

/** Between a party's own time of an answer or an end and the record's. */
const CLOSE_MS = 2_000;

/** What nobody's call leads to: rows of calls that nobody made, legs and callers that no row knows. */
export function judgeRecords({ calls, parties, records }: Evidence): readonly Finding[] {
  const rows = [...records.values()];
  const named = new Set(calls.flatMap(({ callIds }) => callIds));
  const callers = new Set(rows.map(({ caller }) => caller));
  const legs = new Set(rows.flatMap((row) => row.legs.map(({ sipCallId }) => sipCallId)));
  const nobodys = rows.filter(({ kind, callId }) => kind === "outgoing" && !named.has(callId));
  const unknown = parties.filter(({ number, sipCallId }) => isParty(number) && !legs.has(sipCallId));
  const lost = parties.filter((party) => isCaller(party.number) && isConfirmed(party) && !callers.has(party.number));
  return [
    ...nobodys.map(({ callId, called }) => findingAt("once", `call ${callId} to ${called}: no reply has named it`)),
    ...unknown.map(({ number, invitedAt }) =>
      findingAt("record", `${number} was called, and no record knows of it`, invitedAt),
    ),
    ...lost.map(({ number, invitedAt }) => findingAt("record", `${number} called in and has no record`, invitedAt)),
  ];
}

/** A call that was accepted or told of. */
export function judgeRecord(call: CallNote, { parties }: Legs, evidence: Evidence, says: Says): readonly Finding[] {
  const rows = call.callIds.flatMap((id) => evidence.records.get(id) ?? []);
  // The last one is the one that he was in.
  const row = rows.at(-1);
  if (!row || rows.length < call.callIds.length) return [says("record", "it has no record")];
  if (row.outcome === "live" || row.endedAt === null) return [says("record", "its record says that it goes on")];
  const party = parties.find(isConfirmed);
  return [
    ...whole(call, row, says),
    ...answered(call, party, row, evidence, says),
    ...timed(party, row, evidence, says),
  ];
}

/** Who, with which data, and with an end of each leg. */
function whole(call: CallNote, row: CallRow, says: Says): readonly Finding[] {
  const number = isInbound(call) ? row.caller : row.called;
  const open = row.legs.filter(({ endedAt }) => endedAt === null).map(({ side }) => side);
  return [
    ...when(number !== call.number, () => says("record", `it was with ${call.number}, and its record says ${number}`)),
    ...when(call.talkingAt !== undefined && !row.agents.includes(call.agent), () =>
      says("record", `its record has the agents "${row.agents.join(" ")}"`),
    ),
    ...when(!dataOf(call).includes(row.data ?? ""), () =>
      says("record", `its data were ${call.data.join(" or ")}, and its record has ${row.data}`),
    ),
    ...when(open.length > 0, () => says("record", `in its record a leg has no end: ${open.join(", ")}`)),
  ];
}

/** Written while it ended, it may have been written to a call that was over. */
function dataOf({ data, wrote, endedAt = Number.POSITIVE_INFINITY }: CallNote): readonly string[] {
  return wrote !== undefined && endedAt - wrote.at < CLOSE_MS ? [...data, wrote.over] : data;
}

function answered(
  call: CallNote,
  party: LegNote | undefined,
  row: CallRow,
  evidence: Evidence,
  says: Says,
): readonly Finding[] {
  const talked = call.talkingAt !== undefined && call.endedBy !== "unsaid";
  return [
    ...when(talked && row.outcome !== "answered" && row.outcome !== "cut-off", () =>
      says("record", `it was answered, and its record says ${row.outcome}`),
    ),
    ...when(party !== undefined && row.partyAnsweredAt === null && !answerLost(call, [party], evidence), () =>
      says("record", "the party answered, and its record has no time of that"),
    ),
  ];
}

/** Its times are those of the party. */
function timed(party: LegNote | undefined, row: CallRow, evidence: Evidence, says: Says): readonly Finding[] {
  if (!party || evidence.clockSet) return [];
  const far = (what: string, seen: number | undefined, said: string | null): readonly Finding[] => {
    if (seen === undefined || said === null || inOutage(seen, evidence, CLOSE_MS)) return [];
    const apart = Date.parse(said) - seen;
    return when(Math.abs(apart) > CLOSE_MS, () =>
      says("record", `its record has the ${what} ${Math.round(apart)} ms after it was`),
    );
  };
  return [...far("answer", party.answeredAt, row.partyAnsweredAt), ...far("end", party.endedAt, row.endedAt)];
}

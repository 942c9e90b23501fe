// Call records as they are given out: as JSON, and as CSV (RFC 4180), a row for each call or for each leg. Times are ISO 8601 in UTC.

import { isoTime } from "../base/clock.ts";
import type { ArchivedCall } from "../runtime/call-archive.ts";

type Value = string | number | null;
type Fields<Row> = readonly (readonly [name: string, read: (row: Row) => Value])[];

const time = (ms: number | null): string | null => (ms === null || ms === 0 ? null : isoTime(ms));
/** Across which the clock was set back: none. */
const talkMs = ({ talkingAt, endedAt }: ArchivedCall["call"]): number | null =>
  talkingAt === null || endedAt === null ? null : Math.max(0, endedAt - talkingAt);
const text = (value: string): string | null => (value === "" ? null : value);

const callFields: Fields<ArchivedCall> = [
  ["callId", ({ call }) => call.callId],
  ["node", ({ call }) => call.node],
  ["kind", ({ call }) => call.kind],
  ["outcome", ({ call }) => call.outcome],
  ["caller", ({ call }) => call.caller],
  ["called", ({ call }) => call.called],
  ["skill", ({ call }) => call.skill],
  ["skillName", ({ call }) => call.skillName],
  ["startedAt", ({ call }) => time(call.startedAt)],
  ["agentAlertingAt", ({ call }) => time(call.agentAlertingAt)],
  ["agentAnsweredAt", ({ call }) => time(call.agentAnsweredAt)],
  ["partyAlertingAt", ({ call }) => time(call.partyAlertingAt)],
  ["partyAnsweredAt", ({ call }) => time(call.partyAnsweredAt)],
  ["talkingAt", ({ call }) => time(call.talkingAt)],
  ["endedAt", ({ call }) => time(call.endedAt)],
  ["talkMs", ({ call }) => talkMs(call)],
  ["holdMs", ({ call }) => call.heldMs],
  ["phase", ({ call }) => text(call.phase)],
  ["sipStatus", ({ call }) => call.status],
  ["q850", ({ call }) => call.q850],
  ["reason", ({ call }) => text(call.ours)],
  ["heard", ({ call }) => text(call.heard)],
  ["detect", ({ call }) => call.detect],
  ["detectText", ({ call }) => text(call.detectText)],
  ["data", ({ call }) => text(call.data)],
];

type Leg = ArchivedCall["legs"][number];

const legFields: Fields<Leg> = [
  ["leg", ({ leg }) => leg],
  ["side", ({ side }) => side],
  ["agent", ({ agent }) => text(agent)],
  ["number", ({ number }) => text(number)],
  ["trunk", ({ trunk }) => text(trunk)],
  ["sipCallId", ({ sipCallId }) => text(sipCallId)],
  ["startedAt", ({ startedAt }) => time(startedAt)],
  ["ringingAt", ({ ringingAt }) => time(ringingAt)],
  ["answeredAt", ({ answeredAt }) => time(answeredAt)],
  ["endedAt", ({ endedAt }) => time(endedAt)],
  ["endedBy", ({ endedBy }) => text(endedBy)],
  ["sipStatus", ({ status }) => status],
  ["q850", ({ q850 }) => q850],
  ["reason", ({ ours }) => text(ours)],
  ["heard", ({ heard }) => text(heard)],
  ["codec", ({ codec }) => text(codec)],
  ["packetsIn", ({ packetsIn }) => packetsIn],
  ["packetsOut", ({ packetsOut }) => packetsOut],
  ["lost", ({ lost }) => lost],
  ["lossPercent", ({ lost, packetsIn }) => share(lost, packetsIn)],
  ["jitterMs", ({ jitterMs }) => jitterMs],
  ["rttMs", ({ rttMs }) => rttMs],
  ["mos", ({ mos }) => mos],
  ["lostAtPeer", ({ lostAtPeer }) => lostAtPeer],
  ["jitterAtPeerMs", ({ jitterAtPeerMs }) => jitterAtPeerMs],
  ["mosAtPeer", ({ mosAtPeer }) => mosAtPeer],
];

const share = (lost: number | null, arrived: number | null): number | null =>
  lost === null || arrived === null || lost + arrived <= 0
    ? null
    : Math.round((10_000 * lost) / (lost + arrived)) / 100;

const object = <Row>(fields: Fields<Row>, row: Row): Record<string, Value> =>
  Object.fromEntries(fields.map(([name, read]) => [name, read(row)]));

const agentsOf = ({ call }: ArchivedCall): readonly string[] => call.agents.split(" ").filter((agent) => agent !== "");

export const recordJson = (record: ArchivedCall): object => ({
  ...object(callFields, record),
  agents: agentsOf(record),
  legs: record.legs.map((leg) => object(legFields, leg)),
  recordings: record.recordings.map(({ taskId, agent, file, beganAt, ms, bytes, sha256, state }) => ({
    ...{ taskId, agent, file, beganAt: time(beganAt), ms, bytes, sha256: text(sha256), state },
  })),
  wrapUps: record.wrapUps.map(({ agent, code, codeName, notes, at }) => ({
    ...{ agent, code, codeName: text(codeName), notes: text(notes), at: time(at) },
  })),
});

const callColumns: Fields<ArchivedCall> = [
  ...callFields,
  ["agents", (record) => agentsOf(record).join(" ")],
  ["recordings", ({ recordings }) => recordings.map(({ file }) => file).join(" ")],
  ["wrapUps", ({ wrapUps }) => wrapUps.map(({ agent, codeName }) => `${agent}: ${codeName}`).join("; ")],
  ["notes", ({ wrapUps }) => wrapUps.flatMap(({ agent, notes }) => (notes ? [`${agent}: ${notes}`] : [])).join("\n")],
];

const legColumns: Fields<{ readonly record: ArchivedCall; readonly leg: Leg }> = [
  ["callId", ({ record }) => record.call.callId],
  ...legFields.map(([name, read]) => [name, ({ leg }: { readonly leg: Leg }) => read(leg)] as const),
];

/**
 * A cell that a spreadsheet would take for a formula is led by an apostrophe: what a caller or an integrator wrote must not
 * run on the machine of who reads it. That holds for numbers written with a + too, and within a text where some spreadsheets part cells.
 */
export function cell(value: Value): string {
  if (value === null) return "";
  if (typeof value === "number") return `${value}`;
  const led = /^\s*[=+\-@\t\r\n|%＝＋－＠]/.test(value) ? `'${value}` : value;
  const safe = led.replaceAll(/([;\r\n\t])(?= {0,64}[=+\-@|%＝＋－＠])/g, "$1'");
  return /[",\r\n;]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const table = <Row>(columns: Fields<Row>, rows: readonly Row[], named: boolean): string =>
  [...(named ? [columns.map(([name]) => name)] : []), ...rows.map((row) => columns.map(([, read]) => cell(read(row))))]
    .map((cells) => `${cells.join(",")}\r\n`)
    .join("");

/** `named`: led by the names of the columns. */
export const callCsv = (records: readonly ArchivedCall[], named = true): string => table(callColumns, records, named);

export const legCsv = (records: readonly ArchivedCall[], named = true): string =>
  table(
    legColumns,
    records.flatMap((record) => record.legs.map((leg) => ({ record, leg }))),
    named,
  );

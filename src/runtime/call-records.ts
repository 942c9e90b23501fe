// Calls that have ended, the last ten thousand of them, for who asks the gateway itself: without the data that travelled with them,
// which may be long. Those before its start come from the store; all of them lie there (call-archive.ts).

import type { CallInfoMessage } from "../contract/call-data.ts";
import type { Ended } from "../core/call/state.ts";
import type { CallRow } from "../store/ports.ts";
import { callInfo, callInfoOf } from "./call-views.ts";
import type { CallRecord, RecordQuery } from "./reads-face.ts";

export const KEPT_RECORDS = 10_000;

export type CallRecords = {
  keep(call: Ended): void;
  /** What the store has from before the start, the newest first. */
  remember(rows: readonly CallRow[]): void;
  find(query: RecordQuery): readonly CallRecord[];
};

export function openCallRecords(): CallRecords {
  const ring: (CallRecord | undefined)[] = [];
  let next = 0;
  let past: readonly CallRecord[] = [];

  const newestFirst = function* (): Generator<CallRecord> {
    for (let back = 1; back <= ring.length; back += 1) {
      const record = ring[(next - back + KEPT_RECORDS) % KEPT_RECORDS];
      if (record) yield record;
    }
    yield* past.slice(0, KEPT_RECORDS - ring.length);
  };

  return {
    keep(call) {
      ring[next] = { call: { ...callInfo(call), calldata: "" }, agents: call.agents };
      next = (next + 1) % KEPT_RECORDS;
    },
    remember(rows) {
      past = rows.map((row) => ({ call: callInfoOf(row), agents: row.agents.split(" ") }));
    },
    find(query) {
      const found: CallRecord[] = [];
      let position = 0;
      for (const record of newestFirst()) {
        if (!fits(record, query)) continue;
        position += 1;
        if (position > query.last) break;
        if (position >= query.first) found.push(record);
      }
      return found;
    },
  };
}

const fits = ({ call, agents }: CallRecord, { workno, skill, from, before }: RecordQuery): boolean =>
  (workno === "" || agents.includes(workno)) &&
  (skill === null || call.callskillid === skill) &&
  within(call, from, before);

const within = ({ endtime }: CallInfoMessage, from: number | null, before: number | null): boolean =>
  endtime !== null && (from === null || endtime >= from) && (before === null || endtime < before);

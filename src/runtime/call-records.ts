// Calls that have ended, since the start of the gateway, the last ten thousand of them: without the data that travelled with them,
// which may be long.

import type { CallInfoMessage } from "../contract/call-data.ts";
import type { Ended } from "../core/call/state.ts";
import { callInfo } from "./call-views.ts";
import type { CallRecord, RecordQuery } from "./reads-face.ts";

export const KEPT_RECORDS = 10_000;

export type CallRecords = {
  keep(call: Ended): void;
  find(query: RecordQuery): readonly CallRecord[];
};

export function openCallRecords(): CallRecords {
  const ring: (CallRecord | undefined)[] = [];
  let next = 0;

  const newestFirst = function* (): Generator<CallRecord> {
    for (let back = 1; back <= ring.length; back += 1) {
      const record = ring[(next - back + KEPT_RECORDS) % KEPT_RECORDS];
      if (record) yield record;
    }
  };

  return {
    keep(call) {
      ring[next] = { call: { ...callInfo(call), calldata: "" }, agents: call.agents };
      next = (next + 1) % KEPT_RECORDS;
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

// Rows of call records on their way to the store: the newest of each, in groups. What the store does not take is kept for the next
// group, as far as memory may be spent on it. Until they are there, those of calls that are over stand in the journal, in the commit
// of the step that made them; a call that goes on is there itself, and writes its rows again. So no row is written before the journal
// has its call: a kill would leave a record of a call of which nobody was told. A leg that outlasts its call stands there until it has
// its end.

import type { Clock, Timer } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { CallRow, LegRow, Store } from "../store/ports.ts";
import { type Journal, noJournal } from "./journal/journal.ts";

export type RecordRows = {
  /** `over`: nobody will write it again. */
  call(row: CallRow, over: boolean): void;
  leg(row: LegRow, over: boolean): void;
  /** This leg's end will not be told to this call. */
  letGo(callId: string, leg: string): void;
  /** The process before has gone: what it left without an end, and is not among these, has one now. */
  endLost(alive: ReadonlySet<string>): void;
  /** Calls whose rows are not in the store yet. */
  waiting(): readonly string[];
  /** Writes what is left. */
  close(): Promise<void>;
};

const groupMs = 250;
const retryMs = 2_000;
/** 30 MB or so. Beyond, the oldest are lost, which the log tells. */
const mostWaiting = 50_000;

const keyOf = ({ callId, leg }: Pick<LegRow, "callId" | "leg">): string => `${callId} ${leg}`;

export function openRecordRows(options: {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Pick<Store, "keepCalls">;
  readonly journal?: Pick<Journal, "keep" | "found" | "after">;
}): RecordRows {
  const { clock, log, store, journal = noJournal } = options;
  let calls = new Map(journal.found<CallRow>("call-row"));
  let legs = new Map(journal.found<LegRow>("leg-row"));
  /** Legs of calls that are over, without an end. */
  const open = new Map([...legs].filter(([, row]) => row.endedAt === null));
  let timer: Timer | null = null;
  let writing: Promise<void> | null = null;
  let failing = false;

  const later = (ms: number): void => {
    if (writing === null) timer ??= clock.after(ms, () => void write());
  };

  const write = async (): Promise<void> => {
    timer?.cancel();
    timer = null;
    if (calls.size + legs.size === 0) return;
    writing = keep();
    await writing;
    writing = null;
    if (calls.size + legs.size > 0) later(failing ? retryMs : groupMs);
  };

  /** But for those that are newer already. */
  const stored = (room: "call-row" | "leg-row", rows: ReadonlyMap<string, object>, newer: typeof rows): void => {
    for (const key of rows.keys()) if (!newer.has(key) && !open.has(key)) journal.keep(room, key, null);
  };

  const keep = async (): Promise<void> => {
    const [callsNow, legsNow] = [calls, legs];
    [calls, legs] = [new Map(), new Map()];
    await new Promise<void>(journal.after);
    try {
      await store.keepCalls([...callsNow.values()], [...legsNow.values()]);
      if (failing) log.info({}, "call records are stored again");
      failing = false;
      stored("call-row", callsNow, calls);
      stored("leg-row", legsNow, legs);
    } catch (fault) {
      if (!failing) log.error({ fault: String(fault) }, "call records are not stored, and wait");
      failing = true;
      // What came meanwhile is newer.
      calls = bounded(new Map([...callsNow, ...calls]));
      legs = bounded(new Map([...legsNow, ...legs]));
    }
  };

  const bounded = <Row>(rows: Map<string, Row>): Map<string, Row> => {
    if (rows.size <= mostWaiting) return rows;
    log.error({ rows: rows.size - mostWaiting }, "call records are lost: the store is away for too long");
    return new Map([...rows].slice(-mostWaiting));
  };

  if (calls.size + legs.size > 0) later(0);

  const leg = (row: LegRow, over: boolean): void => {
    const key = keyOf(row);
    legs.set(key, row);
    if (over && row.endedAt === null) open.set(key, row);
    else open.delete(key);
    if (over) journal.keep("leg-row", key, row);
    later(failing ? retryMs : groupMs);
  };

  return {
    call(row, over) {
      calls.set(row.callId, row);
      if (over) journal.keep("call-row", row.callId, row);
      later(failing ? retryMs : groupMs);
    },
    leg,
    letGo(callId, name) {
      const key = keyOf({ callId, leg: name });
      if (open.delete(key) && !legs.has(key)) journal.keep("leg-row", key, null);
    },
    endLost(alive) {
      for (const row of [...open.values()])
        if (!alive.has(row.leg)) leg({ ...row, endedAt: clock.now(), endedBy: "gateway" }, true);
    },
    waiting: () => [...calls.keys()],
    async close() {
      if (writing !== null) await writing;
      await write();
      timer?.cancel();
    },
  };
}

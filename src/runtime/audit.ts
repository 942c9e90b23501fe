// Rows of the audit table that nobody waits for: bans and bars. A table that fills the disk would be an attacker's last success,
// so an hour has so many rows; what is more is told in one row at its end.

import { type Clock, isoTime } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { AuditRow, Store } from "../store/ports.ts";

export type Audit = (row: Omit<AuditRow, "at">) => void;

export type AuditOptions = {
  readonly store: Pick<Store, "writeAudit">;
  readonly clock: Clock;
  readonly log: Log;
};

const MAX_ROWS_AN_HOUR = 1_000;
const HOUR_MS = 3_600_000;

/** A store that fails costs the row, which the log still has. */
export function openAudit({ store, clock, log }: AuditOptions): Audit {
  let hour = Number.NEGATIVE_INFINITY;
  let rows = 0;
  const write = (row: Omit<AuditRow, "at">): void => {
    store.writeAudit({ at: clock.now(), ...row }).catch((fault: unknown) => {
      log.error({ what: row.what, fault: String(fault) }, "an audit row was not written");
    });
  };
  const tellTheRest = (): void => {
    const after = `${rows - MAX_ROWS_AN_HOUR} more since ${isoTime(hour)}, in the log alone`;
    write({ face: "gateway", peer: "", what: "audit", before: "", after });
    rows = 0;
  };
  return (row) => {
    const now = clock.now();
    if (now - hour >= HOUR_MS && rows <= MAX_ROWS_AN_HOUR) {
      hour = now;
      rows = 0;
    }
    rows += 1;
    if (rows <= MAX_ROWS_AN_HOUR) write(row);
    else if (rows === MAX_ROWS_AN_HOUR + 1) clock.after(Math.max(0, hour + HOUR_MS - now), tellTheRest);
  };
}

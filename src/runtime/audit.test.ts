import assert from "node:assert/strict";
import { test } from "node:test";
import { isoTime, nextTurn, virtualClock } from "../base/clock.ts";
import { silentLog } from "../base/log.ts";
import type { AuditRow } from "../store/ports.ts";
import { openAudit } from "./audit.ts";

const ban = { face: "sip", peer: "192.0.2.1", what: "ban", before: "", after: "scanner: x" };

test("rows carry their time; an hour has a thousand of them, and one more that counts the rest", () => {
  const clock = virtualClock();
  const rows: AuditRow[] = [];
  const audit = openAudit({ store: { writeAudit: async (row) => void rows.push(row) }, clock, log: silentLog });
  const began = clock.now();
  audit(ban);
  assert.deepEqual(rows, [{ at: began, ...ban }]);
  clock.advance(600_000);
  for (let at = 0; at < 1_500; at++) audit(ban);
  assert.equal(rows.length, 1_000);
  clock.advance(3_000_000);
  assert.equal(rows.length, 1_001);
  const { at, what, after } = rows.at(-1) ?? assert.fail();
  assert.deepEqual(
    [at, what, after],
    [began + 3_600_000, "audit", `501 more since ${isoTime(began)}, in the log alone`],
  );
  audit(ban);
  assert.equal(rows.length, 1_002);
  assert.equal(clock.pending(), 0);
});

test("a store that fails costs the row alone, and the log says so", async () => {
  const logged: string[] = [];
  const log = { ...silentLog, error: (_: object, text: string) => void logged.push(text) };
  const audit = openAudit({
    store: { writeAudit: () => Promise.reject(new Error("full")) },
    clock: virtualClock(),
    log,
  });
  audit(ban);
  await nextTurn();
  assert.deepEqual(logged, ["an audit row was not written"]);
});

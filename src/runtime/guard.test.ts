import assert from "node:assert/strict";
import { test } from "node:test";
import { virtualClock } from "../base/clock.ts";
import { silentLog } from "../base/log.ts";
import type { AuditRow } from "../store/ports.ts";
import { openGuardDesk } from "./guard.ts";

function desk(allow: readonly string[], hosts: readonly string[] = []) {
  const clock = virtualClock();
  const rows: AuditRow[] = [];
  const logged: unknown[] = [];
  const log = { ...silentLog, warn: (fields: object, text: string) => void logged.push({ ...fields, text }) };
  const store = { writeAudit: async (row: AuditRow) => void rows.push(row) };
  const trunks = hosts.map((host) => ({ host }));
  return { clock, rows, logged, guard: openGuardDesk({ allow, trunks, store, clock, log }) };
}

test("the allow-list holds subnets of both families and the addresses of trunks, not their names", () => {
  const { guard } = desk(["127.0.0.0/8", "::1", "2001:db8::/32"], ["192.0.2.7", "trunk.example.com"]);
  for (const address of ["127.9.9.9", "::1", "2001:db8:1::5", "192.0.2.7"]) assert.ok(guard.trusts(address), address);
  for (const address of ["128.0.0.1", "192.0.2.8", "::2", "2001:db9::1"]) assert.ok(!guard.trusts(address), address);
});

test("a ban is in the log and in the audit table; a flood of bans is not", () => {
  const { clock, rows, logged, guard } = desk([]);
  const until = clock.now() + 900_000;
  guard.banned({ address: "192.0.2.1", reason: "scanner", detail: "sipvicious", until });
  assert.deepEqual(logged, [
    { peer: "192.0.2.1", reason: "scanner", detail: "sipvicious", seconds: 900, text: "banned" },
  ]);
  assert.deepEqual(rows, [
    { at: clock.now(), face: "sip", peer: "192.0.2.1", what: "ban", before: "", after: "scanner: sipvicious" },
  ]);
  for (let at = 0; at < 2_000; at++) guard.banned({ address: "192.0.2.2", reason: "dictionary", detail: "", until });
  assert.equal(rows.length, 1_000);
  clock.advance(3_600_001);
  guard.banned({ address: "192.0.2.3", reason: "dictionary", detail: "", until });
  assert.equal(rows.length, 1_001);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { nextTurn, virtualClock } from "../base/clock.ts";
import { silentLog } from "../base/log.ts";
import type { Ban } from "../sip/face.ts";
import { openGuardDesk } from "./guard.ts";

function world(allow: readonly string[], hosts: readonly string[] = [], proxies: readonly string[] = []) {
  const clock = virtualClock();
  const rows: object[] = [];
  const logged: unknown[] = [];
  const told: Ban[] = [];
  const zone = new Map<string, readonly string[]>();
  const log = { ...silentLog, warn: (fields: object, text: string) => void logged.push({ ...fields, text }) };
  const trunks = hosts.map((host) => ({ name: host, host }));
  const desk = openGuardDesk({
    ...{ allow, proxies, trunks, clock, log },
    audit: (row) => void rows.push(row),
    banned: (ban) => void told.push(ban),
  });
  const addresses = async (uri: string) => zone.get(uri) ?? [];
  return { clock, rows, logged, told, zone, desk, guard: desk.guard, sip: { addresses } };
}

test("the allow-list holds subnets of both families and the addresses of trunks", () => {
  const { guard } = world(["127.0.0.0/8", "::1", "2001:db8::/32"], ["192.0.2.7", "trunk.example.com"]);
  for (const address of ["127.9.9.9", "::1", "2001:db8:1::5", "192.0.2.7"]) assert.ok(guard.trusts(address), address);
  for (const address of ["128.0.0.1", "192.0.2.8", "::2", "2001:db9::1"]) assert.ok(!guard.trusts(address), address);
});

test("a trunk that is named by a host name is trusted at the addresses of that name, which are kept up to date", async () => {
  const { clock, guard, desk, sip, zone } = world(["10.0.0.1"], ["sip.carrier.example", "192.0.2.7"]);
  const trusted = (...addresses: string[]) => addresses.map(guard.trusts);
  desk.follow(sip);
  await nextTurn();
  assert.deepEqual(trusted("192.0.2.20", "10.0.0.1", "192.0.2.7"), [false, true, true]);
  zone.set("sip:sip.carrier.example", ["192.0.2.20", "2001:db8::20"]);
  clock.advance(30_000);
  await nextTurn();
  assert.deepEqual(trusted("192.0.2.20", "2001:db8::20", "10.0.0.1", "192.0.2.7"), [true, true, true, true]);
  zone.set("sip:sip.carrier.example", ["192.0.2.21"]);
  clock.advance(30_000);
  await nextTurn();
  assert.deepEqual(trusted("192.0.2.20", "192.0.2.21"), [false, true]);
  zone.clear();
  clock.advance(30_000);
  await nextTurn();
  assert.deepEqual(trusted("192.0.2.21"), [true]);
  desk.close();
  assert.equal(clock.pending(), 0);
});

test("without such a trunk nothing is looked up", () => {
  const { clock, desk, sip } = world([], ["192.0.2.7"]);
  desk.follow(sip);
  assert.equal(clock.pending(), 0);
});

test("proxies are known by address and subnet; without any nobody is asked", () => {
  const { guard } = world([], [], ["192.0.2.10", "2001:db8::/64"]);
  for (const address of ["192.0.2.10", "2001:db8::5"]) assert.equal(guard.proxies?.(address), true, address);
  for (const address of ["192.0.2.11", "2001:db9::5"]) assert.equal(guard.proxies?.(address), false, address);
  assert.equal(guard.trusts("192.0.2.10"), false);
  assert.equal(world([]).guard.proxies, undefined);
});

test("a ban is in the log, in the audit table, and told", () => {
  const { clock, rows, logged, told, guard } = world([]);
  const ban = { address: "192.0.2.1", reason: "scanner", detail: "sipvicious", until: clock.now() + 900_000 } as const;
  guard.banned(ban);
  assert.deepEqual(logged, [
    { peer: "192.0.2.1", reason: "scanner", detail: "sipvicious", seconds: 900, text: "banned" },
  ]);
  assert.deepEqual(rows, [{ face: "sip", peer: "192.0.2.1", what: "ban", before: "", after: "scanner: sipvicious" }]);
  assert.deepEqual(told, [ban]);
});

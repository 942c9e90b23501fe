import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, test } from "node:test";
import { virtualClock } from "../base/clock.ts";
import { silentLog } from "../base/log.ts";
import { isRefusal } from "../base/step.ts";
import type { Store } from "../store/ports.ts";
import { openSqlite } from "../store/sqlite.ts";
import { type By, type InForce, openParameterDesk, type ParameterDesk } from "./parameters.ts";

const root = await mkdtemp(join(tmpdir(), "seatway-parameters-"));
after(() => rm(root, { recursive: true, force: true }));
const clock = virtualClock();
const by: By = { face: "mml", peer: "127.0.0.1:40000" };
let folders = 0;

async function open(
  site: Record<string, number> = {},
  folder = join(root, `${folders++}`),
): Promise<{ store: Store; desk: ParameterDesk; folder: string }> {
  const store = await openSqlite({ folder, clock, log: silentLog });
  assert.ok(!("problem" in store));
  return { store, desk: await openParameterDesk({ store, site, clock, log: silentLog }), folder };
}

test("a change is stored, audited, in force and told", async () => {
  const { store, desk, folder } = await open({ P978: 8 });
  const heard: InForce[] = [];
  const stop = desk.subscribe((values) => heard.push(values));
  assert.deepEqual(desk.values(), { P18: 0, P978: 8 });
  clock.advance(1000);
  const done = await desk.change({ type: "set-bit", name: "p978", bit: 31, on: true }, by);
  assert.deepEqual(done, { name: "P978", before: 8, after: 2_147_483_656 });
  stop();
  await desk.change({ type: "set-value", name: "P18", value: 1 }, by);
  assert.deepEqual(heard, [{ P18: 0, P978: 2_147_483_656 }]);
  assert.deepEqual(await store.audit(9), [
    { at: clock.now(), ...by, what: "parameter P18", before: "0", after: "1" },
    { at: clock.now(), ...by, what: "parameter P978", before: "8", after: "2147483656" },
  ]);
  await store.close();
  const again = await open({ P978: 8 }, folder);
  assert.deepEqual(again.desk.values(), { P18: 1, P978: 2_147_483_656 });
  await again.store.close();
});

test("changes that come at once are made one after the other", async () => {
  const { store, desk } = await open();
  await Promise.all(
    Array.from({ length: 32 }, (_, bit) => desk.change({ type: "set-bit", name: "P978", bit, on: true }, by)),
  );
  assert.equal(desk.values().P978, 0xffff_ffff);
  assert.equal((await store.audit(99)).length, 32);
  await store.close();
});

test("a refused change leaves no trace", async () => {
  const { store, desk } = await open();
  const refusal = await desk.change({ type: "set-value", name: "P18", value: 2 }, by);
  assert.ok(isRefusal(refusal));
  assert.equal(refusal.refused, "value-not-allowed");
  assert.deepEqual(await store.audit(9), []);
  await store.close();
});

test("a change that cannot be stored is not in force, and the next one works", async () => {
  const { store, desk, folder } = await open();
  const heard: InForce[] = [];
  desk.subscribe((values) => heard.push(values));
  const side = new DatabaseSync(join(folder, "seatway.db"));
  side.exec("CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'disk full'); END");
  const refusal = await desk.change({ type: "set-value", name: "P18", value: 1 }, by);
  assert.ok(isRefusal(refusal));
  assert.equal(refusal.refused, "not-stored");
  assert.deepEqual([desk.values().P18, heard], [0, []]);
  side.exec("DROP TRIGGER full");
  side.close();
  assert.deepEqual(await desk.change({ type: "set-value", name: "P18", value: 1 }, by), {
    name: "P18",
    before: 0,
    after: 1,
  });
  await store.close();
});

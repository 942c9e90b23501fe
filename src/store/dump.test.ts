// Backup and restore, from each database into each.

import assert from "node:assert/strict";
import { readFile, stat, writeFile } from "node:fs/promises";
import { test } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import { clock, kinds, newFolder, open, type Place } from "../../test/support/store-places.ts";
import { backup, restore } from "./dump.ts";
import { migrations } from "./migrations.ts";
import { StoreFault } from "./ports.ts";
import { openDatabase } from "./raw.ts";

const audit = (before: string) => ({ at: 1, face: "mml", peer: "x", what: "parameter P18", before, after: "" });

let files = 0;
const newFile = (): string => `${newFolder().replace(/\/deeper$/, "")}-${files++}.backup`;

/** Something in every table that a port fills. */
async function filled(place: Place): Promise<void> {
  const store = await open(place);
  await store.changeParameter("P978", 0xffff_ffff, audit("0"));
  await store.keepPassword({ agent: "101", hash: "scrypt$x", insteadOf: "" }, audit(""));
  await store.keepSiteEdit({ kind: "agents", key: "101", edit: '{"gone":true}' }, audit(""));
  await store.keepDailyCalls(20_000, new Map([["agent 101", 3]]));
  await store.reserveSequence(10);
  await Promise.all(Array.from({ length: 1_500 }, (_, at) => store.writeAudit(audit(`"${at}"\n`))));
  await store.close();
}

async function contents(place: Place) {
  const store = await open(place);
  const held = {
    parameters: await store.parameters(),
    passwords: await store.passwords(),
    edits: await store.siteEdits(),
    calls: await store.dailyCalls(20_000),
    audit: await store.audit(10_000),
  };
  await store.close();
  return held;
}

async function backedUp(place: Place, path = newFile()): Promise<{ readonly path: string; readonly rows: number }> {
  const database = await openDatabase(place, true);
  try {
    return { path, rows: await backup(database, path, clock.now()) };
  } finally {
    await database.close();
  }
}

async function restored(place: Place, path: string, replace = false): Promise<number> {
  const database = await openDatabase(place, false);
  try {
    return await restore(database, path, { replace, now: clock.now() });
  } finally {
    await database.close();
  }
}

for (const from of kinds)
  for (const to of kinds)
    test(`from ${from.name} into ${to.name}: all rows, and counters go on`, {
      skip: from.skip || to.skip,
    }, async () => {
      const [source, target] = [await from.newPlace(), await to.newPlace()];
      await filled(source);
      const { path, rows } = await backedUp(source);
      assert.equal((await stat(path)).mode & 0o077, 0);
      assert.equal(await restored(target, path), rows);
      assert.deepEqual(await contents(target), await contents(source));
      const store = await open(target);
      assert.deepEqual(await store.reserveSequence(1), { first: 11, last: 11 });
      await store.writeAudit(audit("after"));
      assert.equal((await store.audit(1))[0]?.before, "after");
      await store.close();
    });

for (const { name, skip, newPlace } of kinds) {
  test(`${name}: a backup shows one moment while others write`, { skip }, async () => {
    const place = await newPlace();
    const store = await open(place);
    let writing = true;
    // Two tables that always change together: parameter and audit.
    const crowd = (async () => {
      for (let value = 1; writing; value++) await store.changeParameter("P18", value, audit(`${value}`));
      return undefined;
    })();
    while (Number((await store.parameters())["P18"] ?? 0) < 50);
    const { path } = await backedUp(place);
    writing = false;
    await crowd;
    await store.close();
    const target = await newPlace();
    await restored(target, path);
    const { parameters, audit: rows } = await contents(target);
    assert.equal(rows[0]?.before, `${parameters["P18"]}`);
    assert.equal(rows.length, parameters["P18"]);
  });

  test(`${name}: what a gateway works with is not replaced under it, and is when it stands still`, {
    skip,
  }, async () => {
    const [source, target] = [await newPlace(), await newPlace()];
    await filled(source);
    const { path, rows } = await backedUp(source);
    const gateway = await open({ ...target, node: "one" });
    await gateway.changeParameter("P18", 7, audit("mine"));
    await assert.rejects(restored(target, path, true), /StoreFault: (another|a) gateway is at work in /);
    assert.deepEqual(await gateway.parameters(), { P18: 7 });
    await gateway.close();
    assert.equal(await restored(target, path, true), rows);
  });

  test(`${name}: what holds data is replaced only when that is asked for; a broken file changes nothing`, {
    skip,
  }, async () => {
    const [source, target] = [await newPlace(), await newPlace()];
    await filled(source);
    const store = await open(target);
    await store.changeParameter("P18", 1, audit("mine"));
    await store.close();
    const before = await contents(target);
    const { path } = await backedUp(source);
    await assert.rejects(restored(target, path), /StoreFault: it holds data already/);
    const whole = gunzipSync(await readFile(path)).toString();
    const broken: readonly (readonly [text: string | Buffer, told: RegExp])[] = [
      [gzipSync(whole.split("\n").slice(0, -2).join("\n")), /is not whole/],
      [(await readFile(path)).subarray(0, 200), /is not whole/],
      [gzipSync('{"name":"else"}\n'), /is no backup of this program/],
      [gzipSync(whole.replace(/"step":\d+/, `"step":${migrations.length + 1}`)), /newer version/],
      ["no gzip", /is not whole, or no backup/],
      [gzipSync(`${whole.split("\n")[0]}\nnull\n{"end":0}\n`), /is no backup/],
      [gzipSync(`${whole.split("\n")[0]}\n{"table":"x","row":{}}\n{"end":1}\n`), /a table of no version: x/],
    ];
    for (const [text, told] of broken) {
      const file = newFile();
      await writeFile(file, text);
      await assert.rejects(
        restored(target, file, true),
        (fault) => fault instanceof StoreFault && told.test(fault.message),
      );
    }
    assert.deepEqual(await contents(target), before);
    await restored(target, path, true);
    assert.deepEqual(await contents(target), await contents(source));
  });
}

test("a backup goes over no file, and needs a database", async () => {
  const place = { folder: newFolder(), url: "" };
  await assert.rejects(backedUp(place), /ENOENT/);
  await filled(place);
  const { path } = await backedUp(place);
  await assert.rejects(backedUp(place, path), /EEXIST/);
});

test("a backup of an older version is brought up to date", async () => {
  const place = { folder: newFolder(), url: "" };
  const file = newFile();
  const lines = [
    { seatway: "backup", format: 1, step: 1, at: "2026-01-31T08:15:30.000Z" },
    { table: "parameter", row: { name: "P18", value: 1 } },
    { end: 1 },
  ];
  await writeFile(file, gzipSync(lines.map((line) => `${JSON.stringify(line)}\n`).join("")));
  assert.equal(await restored(place, file), 1);
  const store = await open(place);
  assert.deepEqual([await store.parameters(), await store.passwords()], [{ P18: 1 }, []]);
  await store.close();
});

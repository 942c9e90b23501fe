import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { dayFolders, sweepRecordings } from "./retention.ts";

const now = 1_800_000_000_000;
const dayS = 86_400;

/** Files of 1,000 octets, each this many days old, in folders of their own. */
function folderWith(t: TestContext, ages: readonly number[]): string {
  const folder = mkdtempSync(join(tmpdir(), "seatway-kept-"));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const age of ages) put(folder, `2026-01-${String(31 - Math.floor(age)).padStart(2, "0")}`, "1-1.wav", age);
  return folder;
}

function put(folder: string, day: string, name: string, age: number): void {
  mkdirSync(join(folder, day), { recursive: true });
  const path = join(folder, day, name);
  writeFileSync(path, Buffer.alloc(1_000));
  utimesSync(path, now / 1_000 - age * dayS, now / 1_000 - age * dayS);
}

test("by age: what is older goes, with its empty folder", async (t) => {
  const folder = folderWith(t, [1, 9, 11, 12]);
  assert.deepEqual(await sweepRecordings(folder, { days: 10, bytes: 0 }, now), {
    removed: ["2026-01-19/1-1.wav", "2026-01-20/1-1.wav"],
    failed: "",
  });
  assert.deepEqual(await dayFolders(folder), ["2026-01-22", "2026-01-30"]);
});

test("by room: the oldest go until the rest fits", async (t) => {
  const folder = folderWith(t, [1, 2, 3, 4]);
  assert.deepEqual(await sweepRecordings(folder, { days: 0, bytes: 2_500 }, now), {
    removed: ["2026-01-27/1-1.wav", "2026-01-28/1-1.wav"],
    failed: "",
  });
  assert.deepEqual(await dayFolders(folder), ["2026-01-29", "2026-01-30"]);
});

test("0 keeps all; a file that may still grow stays; what is not ours is not looked at", async (t) => {
  const folder = folderWith(t, [20]);
  assert.equal((await sweepRecordings(folder, { days: 0, bytes: 0 }, now)).removed.length, 0);
  put(folder, "2026-01-31", "running.wav", 0.01);
  put(folder, "2026-01-11", "note.txt", 20);
  put(folder, "others", "1-1.wav", 20);
  assert.equal((await sweepRecordings(folder, { days: 10, bytes: 1 }, now)).removed.length, 1);
  for (const kept of ["2026-01-31/running.wav", "2026-01-11/note.txt", "others/1-1.wav"]) {
    assert.ok(existsSync(join(folder, kept)), kept);
  }
});

test("no folder yet: nothing to do; a folder that cannot be read is an error", async (t) => {
  const folder = folderWith(t, []);
  assert.equal((await sweepRecordings(join(folder, "none"), { days: 1, bytes: 1 }, now)).removed.length, 0);
  writeFileSync(join(folder, "file"), "");
  await assert.rejects(sweepRecordings(join(folder, "file"), { days: 1, bytes: 1 }, now), /ENOTDIR/);
});

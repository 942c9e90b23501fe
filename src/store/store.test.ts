import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, test } from "node:test";
import { virtualClock } from "../base/clock.ts";
import { migrations } from "./migrations.ts";
import { type AuditRow, type RecordingFilter, type RecordingRow, type Store, StoreFault } from "./ports.ts";
import { openStore } from "./sqlite.ts";

const root = await mkdtemp(join(tmpdir(), "seatway-store-"));
after(() => rm(root, { recursive: true, force: true }));
const clock = virtualClock();
let folders = 0;
const newFolder = (): string => join(root, `data-${folders++}`, "deeper");

async function open(folder: string): Promise<Store> {
  const store = await openStore({ folder, clock });
  assert.ok(!("problem" in store), "problem" in store ? store.problem : "");
  return store;
}

async function problemOf(folder: string): Promise<string> {
  const store = await openStore({ folder, clock });
  assert.ok("problem" in store);
  assert.doesNotMatch(store.problem, /\n/);
  return store.problem;
}

const row = (before: string, afterwards: string): AuditRow => ({
  at: clock.now(),
  face: "mml",
  peer: "127.0.0.1:40000",
  what: "parameter P978",
  before,
  after: afterwards,
});

test("a parameter and its audit row survive closing and opening", async () => {
  const folder = newFolder();
  const first = await open(folder);
  assert.deepEqual(await first.parameters(), {});
  await first.changeParameter("P978", 1, row("0", "1"));
  await first.changeParameter("P978", 0xffff_ffff, row("1", "4294967295"));
  await first.close();
  await first.close();
  const second = await open(folder);
  assert.deepEqual(await second.parameters(), { P978: 0xffff_ffff });
  assert.deepEqual(await second.audit(10), [row("1", "4294967295"), row("0", "1")]);
  assert.deepEqual(await second.audit(1), [row("1", "4294967295")]);
  await second.close();
});

test("the day's calls survive closing and opening; an older day is forgotten with the first count of a newer one", async () => {
  const folder = newFolder();
  const first = await open(folder);
  assert.deepEqual(await first.dailyCalls(20_000), new Map());
  await first.keepDailyCalls(20_000, new Map([["agent 101", 3]]));
  const many = Array.from({ length: 12_000 }, (_, agent) => [`agent ${agent}`, 1] as const);
  await first.keepDailyCalls(20_000, new Map<string, number>([...many, ["agent 101", 4]]));
  await first.keepDailyCalls(20_000, new Map());
  await first.close();
  const second = await open(folder);
  const today = await second.dailyCalls(20_000);
  assert.deepEqual([today.size, today.get("agent 101"), today.get("agent 11999")], [12_000, 4, 1]);
  await second.keepDailyCalls(20_001, new Map([["skill 25", 1]]));
  assert.deepEqual(await second.dailyCalls(20_000), new Map());
  assert.deepEqual(await second.dailyCalls(20_001), new Map([["skill 25", 1]]));
  await second.close();
});

const recorded = (taskId: number, change: Partial<RecordingRow> = {}): RecordingRow => ({
  ...{ taskId, callId: "1455885056-7", agent: "101", caller: "40038", called: "40040", skill: 25 },
  ...{ file: `2016-02-19/${taskId}.wav`, name: `2016-02-19/${taskId}.wav`, beganAt: 1_000 * taskId, endedAt: 0 },
  ...{ ms: 0, bytes: 0, sha256: "", state: "running" },
  ...change,
});

test("recordings are found by what they are, the newest first, over closing and opening; a later row replaces", async () => {
  const folder = newFolder();
  const first = await open(folder);
  const rows = [
    recorded(1),
    recorded(2, { agent: "102", skill: 26 }),
    recorded(3, { callId: "1455885056-9", name: "mine" }),
  ];
  await first.keepRecordings(rows);
  const saved = recorded(1, { endedAt: 9_000, ms: 8_000, bytes: 256_044, sha256: "ab", state: "saved" });
  await first.keepRecordings([saved]);
  await first.close();
  const store = await open(folder);
  const numbers = async (filter: Partial<RecordingFilter>): Promise<number[]> =>
    (await store.recordings({ limit: 10, ...filter })).map(({ taskId }) => taskId);
  assert.deepEqual(await store.recordings({ limit: 1, state: "saved" }), [saved]);
  assert.deepEqual(await numbers({}), [3, 2, 1]);
  assert.deepEqual(await numbers({ offset: 1, limit: 1 }), [2]);
  assert.deepEqual(await numbers({ agent: "101" }), [3, 1]);
  assert.deepEqual(await numbers({ skill: 26 }), [2]);
  assert.deepEqual(await numbers({ callId: "1455885056-7" }), [2, 1]);
  assert.deepEqual(await numbers({ from: 2_000, to: 3_000 }), [2]);
  assert.deepEqual([await numbers({ name: "mine" }), await numbers({ name: "2016-02-19/3.wav" })], [[3], [3]]);
  await store.forgetRecordings(["2016-02-19/2.wav", "2016-02-19/none.wav"]);
  assert.deepEqual(await numbers({}), [3, 1]);
  await store.close();
});

test("the folder is made for its owner alone", async () => {
  const folder = newFolder();
  await (await open(folder)).close();
  assert.equal((await stat(folder)).mode & 0o077, 0);
});

test("a changed parameter survives kill -9", async () => {
  const folder = newFolder();
  const program = `
    const { openStore } = await import(${JSON.stringify(new URL("./sqlite.ts", import.meta.url).href)});
    const { systemClock } = await import(${JSON.stringify(new URL("../base/clock.ts", import.meta.url).href)});
    const store = await openStore({ folder: ${JSON.stringify(folder)}, clock: systemClock });
    await store.changeParameter("P18", 1, { at: 1, face: "mml", peer: "x", what: "parameter P18", before: "0", after: "1" });
    await store.reserveSequence(10);
    process.stdout.write("stored");
    setInterval(() => {}, 1000);
  `;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  child.kill("SIGKILL");
  await once(child, "exit");
  const store = await open(folder);
  assert.deepEqual(await store.parameters(), { P18: 1 });
  assert.equal((await store.audit(10)).length, 1);
  assert.deepEqual(await store.reserveSequence(1), { first: 11, last: 11 });
  await store.close();
});

test("blocks of the call sequence never overlap, over restarts and two processes", async () => {
  const folder = newFolder();
  const one = await open(folder);
  const two = await open(folder);
  const blocks = await Promise.all([one, two, one, two, one].map((store) => store.reserveSequence(100)));
  await one.close();
  await two.close();
  const third = await open(folder);
  blocks.push(await third.reserveSequence(7));
  await assert.rejects(third.reserveSequence(0), RangeError);
  await third.close();
  const firsts = blocks.map(({ first }) => first).sort((a, b) => a - b);
  assert.deepEqual(firsts, [1, 101, 201, 301, 401, 501]);
  assert.ok(blocks.every(({ first, last }) => last === first + (first === 501 ? 6 : 99)));
});

test("value and audit row are kept together or not at all", async () => {
  const folder = newFolder();
  const store = await open(folder);
  const side = new DatabaseSync(join(folder, "seatway.db"));
  side.exec("CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'disk full'); END");
  await assert.rejects(store.changeParameter("P18", 1, row("0", "1")), StoreFault);
  assert.deepEqual(await store.parameters(), {});
  side.exec("DROP TRIGGER full");
  side.close();
  await store.changeParameter("P18", 1, row("0", "1"));
  assert.deepEqual(await store.parameters(), { P18: 1 });
  await store.close();
});

test("a database of a newer version is refused and left as it is", async () => {
  const folder = newFolder();
  await (await open(folder)).close();
  const side = new DatabaseSync(join(folder, "seatway.db"));
  side.prepare("INSERT INTO migration VALUES (?, 'from the future', 0)").run(migrations.length + 1);
  side.close();
  assert.match(await problemOf(folder), /^SEATWAY_DATA=.*newer version/);
});

test("a file that is no database is one line", async () => {
  const folder = newFolder();
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "seatway.db"), "not a database, only text ".repeat(100));
  assert.match(await problemOf(folder), /^SEATWAY_DATA=.*seatway\.db \(file is not a database\)$/);
});

test("a folder that cannot be made or written is one line", async () => {
  const file = join(root, "a-file");
  await writeFile(file, "");
  assert.match(
    await problemOf(join(file, "data")),
    /^SEATWAY_DATA=.*allowed is a folder that can be written \(ENOTDIR\)$/,
  );
  assert.match(await problemOf(file), /\(ENOTDIR\)$/);
  if (process.platform === "linux") assert.match(await problemOf("/proc/seatway/deeper"), /\(ENOENT\)$/);
  const folder = newFolder();
  await mkdir(join(folder, "seatway.db"), { recursive: true });
  assert.match(await problemOf(folder), /^SEATWAY_DATA=.*unable to open database file/);
});

// The journal in its file, and a process that is killed anywhere in it: before a fold, after it, with a record half written.

import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { Kysely } from "kysely";
import { newFolder, open } from "../../test/support/store-places.ts";
import { virtualClock } from "../base/clock.ts";
import { nodeSqliteDialect } from "./dialect.ts";
import { openGroups } from "./group.ts";
import { openLogJournal } from "./log-journal.ts";
import { migrate } from "./migrations.ts";
import { performOn } from "./operation.ts";
import { operations } from "./operations.ts";
import { type JournalFold, type JournalRow, type ReplyRow, StoreFault } from "./ports.ts";
import type { Schema } from "./schema.ts";
import { openFile } from "./sqlite-file.ts";

const images = (rows: readonly JournalRow[]) => rows.map(({ room, key, image }) => `${room} ${key} ${image}`).sort();

const reply = (id: string): ReplyRow => ({ id, print: "p", at: 1_455_885_056_000, sealed: "x" });

/**
 * The database in the folder with its journal, in this thread. `dies`: asked before and after each transaction. `lost`: the files in which
 * something cannot be read, and where.
 */
async function process(path: string, dies: (when: "before" | "after", name: string) => boolean = () => false) {
  mkdirSync(dirname(path), { recursive: true });
  const file = openFile(path);
  const database = new Kysely<Schema>({ dialect: nodeSqliteDialect(file) });
  await migrate(database, { kind: "sqlite", at: 0 });
  const connection = {
    perform: performOn(database, operations),
    say: async (statement: string) => file.exec(statement),
  };
  const groups = openGroups("BEGIN IMMEDIATE", (work) => work(connection));
  const clock = virtualClock();
  const lost: [file: string, at: number][] = [];
  const journal = openLogJournal({
    path,
    clock,
    broken: (...place) => lost.push(place),
    async perform(name, given) {
      if (dies("before", name)) throw new Error("killed");
      const value = await new Promise((done, failed) => groups.add({ name, given, done, failed }));
      if (dies("after", name)) throw new Error("killed");
      return value;
    },
  });
  /** Nothing more is written, as after a kill. */
  const kill = async (): Promise<void> => {
    await groups.idle();
    await database.destroy();
  };
  return { journal, clock, kill, lost };
}

const newPath = (): string => join(newFolder(), "seatway.db");

/** Both, the first one first. */
const logsIn = (path: string): readonly string[] =>
  readdirSync(dirname(path))
    .filter((each) => each.endsWith(".log"))
    .sort((one, other) => one.length - other.length)
    .map((name) => join(dirname(path), name));

const logIn = (path: string): string => {
  const [name] = logsIn(path);
  assert.ok(name);
  return name;
};

type End = "none" | "before" | "after" | "torn";
type Entry = readonly [key: string, image: number | null];
type Step = { readonly entries: readonly Entry[]; readonly fold: boolean };
type Life = { readonly steps: readonly Step[]; readonly end: End; readonly cut: number };

const lives: fc.Arbitrary<readonly Life[]> = fc.array(
  fc.record({
    steps: fc.array(
      fc.record({
        entries: fc.uniqueArray(
          fc.tuple(fc.constantFrom("1", "2", "ü\u0000"), fc.option(fc.nat(9))).map((entry): Entry => entry),
          { selector: ([key]) => key },
        ),
        fold: fc.boolean(),
      }),
      { minLength: 1, maxLength: 12 },
    ),
    end: fc.constantFrom<End>("none", "before", "after", "torn"),
    cut: fc.nat(120),
  }),
  { minLength: 1, maxLength: 4 },
);

type Model = ReadonlyMap<string, number>;

const after = (model: Model, { entries }: Step): Model => {
  const next = new Map(model);
  for (const [key, image] of entries)
    if (image === null) next.delete(key);
    else next.set(key, image);
  return next;
};

const shown = (model: Model): readonly string[] => [...model].map(([key, image]) => `call ${key} ${image}`).sort();

const commitOf = (number: number, { entries }: Step) => ({
  // Each with a reply, which is there if its commit is.
  ...{ number, replies: [reply(`${number}`)] },
  images: JSON.stringify(entries.map(([key, image]) => (image === null ? ["call", key] : ["call", key, image]))),
});

/** What the commits up to this one come to, each image a piece. */
const piecesOf = (upTo: number, last: ReadonlyMap<string, number | null>): JournalFold[] =>
  [...last].map(([key, image], index) => ({
    ...{ upTo, last: index === last.size - 1 },
    kept: JSON.stringify(image === null ? [] : [["call", key, `${image}`]]),
    over: JSON.stringify(image === null ? [["call", key]] : []),
  }));

/** The file that has been written to, as it is when only so many bytes of the last write have come to it. */
function tear(path: string, before: ReadonlyMap<string, Buffer>, cut: number): void {
  for (const log of logsIn(path)) {
    const written = readFileSync(log);
    const was = before.get(log) ?? Buffer.alloc(0);
    const first = written.findIndex((byte, at) => byte !== (was[at] ?? 0));
    if (first < 0) continue;
    const rest = was.length > first + cut ? was.subarray(first + cut) : Buffer.alloc(written.length - first - cut);
    writeFileSync(log, Buffer.concat([written.subarray(0, first + cut), rest]));
  }
}

/** Every commit says which one it was. */
let numbers = 0;
const numbered = ({ entries, fold }: Step): Step => ({ entries: [...entries, ["last", ++numbers]], fold });

/** Whether it was done. */
const known = [() => true, () => false] as const;

/** One process until it is killed; what may be found then: with what was under way, or without. */
async function live(path: string, { steps, end, cut }: Life, found: Model): Promise<readonly Model[]> {
  let dying = false;
  const here = await process(path, (when, name) => dying && when === end && name === "foldLog");
  await here.journal.journal("one");
  /** Since the last fold began, and what of it is not written yet. */
  const unfolded = new Map<string, number | null>();
  let pieces: JournalFold[] = [];
  let model = found;
  let possible: readonly Model[] = [model];
  for (const [index, plain] of steps.entries()) {
    const isLast = index === steps.length - 1;
    dying = isLast;
    if (plain.fold && pieces.length === 0) {
      pieces = piecesOf(numbers, unfolded);
      unfolded.clear();
    }
    const [piece] = plain.fold ? pieces.splice(0, 1) : [];
    if (piece && !(await here.journal.foldJournal("one", piece).then(...known))) break;
    const step = numbered(plain);
    const before = new Map(logsIn(path).map((log) => [log, readFileSync(log)]));
    await here.journal.keepJournal("one", commitOf(numbers, step));
    for (const [key, image] of step.entries) unfolded.set(key, image);
    const next = after(model, step);
    possible = [next];
    if (isLast && end === "torn") {
      tear(path, before, cut);
      possible = [model, next];
    }
    model = next;
  }
  await here.kill();
  assert.deepEqual(here.lost, []);
  return possible;
}

test("wherever a process is killed: the next one finds each commit that was made, whole, and nothing of one that was not", async () => {
  await fc.assert(
    fc.asyncProperty(lives, async (lives) => {
      const path = newPath();
      let model: Model = new Map();
      for (const each of lives) {
        const possible = await live(path, each, model);
        const next = await process(path);
        const rows = images(await next.journal.journal("one"));
        assert.deepEqual(next.lost, []);
        const is = possible.find((one) => JSON.stringify(shown(one)) === JSON.stringify(rows));
        assert.ok(is, `${JSON.stringify(rows)} is none of ${JSON.stringify(possible.map(shown))}`);
        model = is;
        const last = is.get("last");
        if (last !== undefined) assert.deepEqual(await next.journal.reply(`${last}`), reply(`${last}`));
        assert.equal(await next.journal.reply(`${(last ?? numbers) + 1}`), undefined);
        await next.journal.close();
        await next.kill();
      }
    }),
    { numRuns: 40 },
  );
});

const one = (number: number) => ({ number, images: `[["call","1",${number}]]`, replies: [] });
const foldUpTo = (upTo: number, last = true) => ({ upTo, kept: `[["call","1","${upTo}"]]`, over: "[]", last });

test("records of the lap before that end where a new one does are no part of it", async () => {
  const path = newPath();
  const first = await process(path);
  for (const number of [1, 2, 3]) await first.journal.keepJournal("one", one(number));
  await first.journal.foldJournal("one", foldUpTo(3));
  await first.journal.keepJournal("one", one(4));
  await first.journal.foldJournal("one", foldUpTo(4));
  await first.journal.keepJournal("one", one(5));
  await first.kill();
  const second = await process(path);
  assert.deepEqual(images(await second.journal.journal("one")), ["call 1 5"]);
  assert.deepEqual(second.lost, []);
  await second.kill();
});

test("while a fold is written commits go to the other file; a file whose commits are in no whole fold is not written over", async () => {
  const path = newPath();
  const first = await process(path);
  const sizes = () => logsIn(path).map((log) => readFileSync(log).subarray(0, 4).toString("latin1"));
  await first.journal.keepJournal("one", one(1));
  assert.deepEqual(sizes(), ["1JWS", ""]);
  await first.journal.foldJournal("one", foldUpTo(1, false));
  await first.journal.keepJournal("one", one(2));
  assert.deepEqual(sizes(), ["1JWS", "1JWS"]);
  // The fold up to 1 has never come to its end: 1 is in the first file alone.
  await first.journal.foldJournal("one", foldUpTo(2, false));
  await first.journal.keepJournal("one", { ...one(3), images: '[["call","2",3]]' });
  await first.kill();
  const second = await process(path);
  assert.deepEqual(images(await second.journal.journal("one")), ["call 1 2", "call 2 3"]);
  await second.kill();
});

test("what the disk has lost within a file is told, and all else of it is found", async () => {
  const path = newPath();
  const first = await process(path);
  for (const key of [1, 2, 3])
    await first.journal.keepJournal("one", { number: key, images: `[["call","${key}",${key}]]`, replies: [] });
  await first.kill();
  const log = logIn(path);
  const bytes = readFileSync(log);
  const second = bytes.indexOf("1JWS", 4);
  bytes[second + 40] = (bytes[second + 40] ?? 0) ^ 1;
  writeFileSync(log, bytes);
  const next = await process(path);
  assert.deepEqual(images(await next.journal.journal("one")), ["call 1 1", "call 3 3"]);
  assert.deepEqual(next.lost, [[basename(log), second]]);
  await next.kill();
});

test("a reply is found from the moment of its commit, in its table a second later, and after a kill before that", async () => {
  const path = newPath();
  const first = await process(path);
  await first.journal.keepJournal("one", { number: 1, images: "[]", replies: [reply("a")] });
  assert.deepEqual(await first.journal.reply("a"), reply("a"));
  await first.kill();
  const second = await process(path);
  await second.journal.journal("one");
  assert.deepEqual(await second.journal.reply("a"), reply("a"));
  await second.journal.keepJournal("one", { number: 1, images: "[]", replies: [reply("b")] });
  second.clock.advance(1_000);
  await second.journal.forgetReplies(0, 2);
  await second.kill();
  const third = await process(path);
  assert.deepEqual([await third.journal.reply("a"), await third.journal.reply("b")], [reply("a"), reply("b")]);
  await third.journal.forgetReplies(0, 1);
  await third.kill();
});

test("the file is the database's own: beside another one, or one that was emptied, it means nothing", async () => {
  const [path, other] = [newPath(), newPath()];
  const first = await process(path);
  await first.journal.keepJournal("one", { number: 1, images: '[["call","1",1]]', replies: [] });
  await first.kill();
  const second = await process(other);
  await second.journal.keepJournal("one", { number: 1, images: "[]", replies: [] });
  copyFileSync(logIn(path), logIn(other));
  await second.kill();
  const third = await process(other);
  assert.deepEqual(images(await third.journal.journal("one")), []);
  await third.kill();
});

test("a commit of megabytes, and more of them than the file had room for", async () => {
  const place = { folder: newFolder(), url: "" };
  const store = await open(place);
  const large = "ü".repeat(700_000);
  for (const key of [1, 2, 3])
    await store.keepJournal("one", { number: key, images: JSON.stringify([["call", `${key}`, large]]), replies: [] });
  await store.close();
  const again = await open(place);
  const rows = await again.journal("one");
  assert.deepEqual(
    rows.map(({ image }) => image),
    [1, 2, 3].map(() => JSON.stringify(large)),
  );
  await again.close();
});

test("a folder whose disk takes no file: the commit fails as one of the store, and is made when there is one", async () => {
  const path = newPath();
  const here = await process(path);
  const log = join(dirname(path), "journal-7692c3ad3540bb80.log");
  mkdirSync(log);
  const commit = { number: 1, images: '[["call","1",1]]', replies: [] };
  await assert.rejects(here.journal.keepJournal("one", commit), { name: "StoreFault", message: /EISDIR/ });
  await here.kill();
});

test("a file that is none, or cannot be read, is named with the system's code", async () => {
  const path = newPath();
  const first = await process(path);
  await first.journal.journal("n");
  await first.kill();
  const file = logIn(path);
  const faultOf = async (): Promise<string> => {
    const next = await process(path);
    const fault = await next.journal.journal("n").catch((error: unknown) => error);
    await next.kill();
    return fault instanceof StoreFault ? fault.message : `no StoreFault: ${fault}`;
  };
  truncateSync(file, 3 * 2 ** 30);
  assert.equal(await faultOf(), `the file ${basename(file)}: ERR_FS_FILE_TOO_LARGE`);
  rmSync(file);
  mkdirSync(file);
  assert.equal(await faultOf(), `the file ${basename(file)}: EISDIR`);
});

import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { kinds, open } from "../../test/support/store-places.ts";
import { systemClock } from "../base/clock.ts";
import type { JournalCommit, JournalFold, JournalRow } from "./ports.ts";

const images = (rows: readonly JournalRow[]) =>
  rows.map(({ room, key, image }) => `${room} ${key} ${image}`).toSorted();

let numbers = 0;

/** `images`: [room, key, image], or [room, key] of what is over. */
const commit = (images: readonly unknown[]): JournalCommit => ({
  number: ++numbers,
  images: JSON.stringify(images),
  replies: [],
});

/** The last piece, of all commits until now. */
const fold = (kept: readonly unknown[], over: readonly unknown[] = []): JournalFold => ({
  ...{ upTo: numbers, last: true },
  kept: JSON.stringify(kept),
  over: JSON.stringify(over),
});

for (const { name, skip, newPlace } of kinds)
  test(`${name}: the journal's images: the last one of each key, by node, over closing and opening`, {
    skip,
  }, async () => {
    const place = await newPlace();
    const store = await open(place);
    assert.deepEqual(await store.journal("one"), []);
    const hostile = "ü\u0000 \"}'";
    const four = [
      ["call", "1", {}],
      ["call", "2", "gone"],
      ["call", "3", hostile],
      ["agent", "1", 1],
    ];
    await store.keepJournal("one", commit([]));
    await store.keepJournal("one", commit(four));
    await store.keepJournal("two", commit([["call", "1", 2]]));
    await store.keepJournal(
      "one",
      commit([
        ["call", "1", { a: 1, b: [null, "1"] }],
        ["call", "2"],
        ["leg", "x"],
      ]),
    );
    await store.close();
    const again = await open(place);
    const left = ["agent 1 1", 'call 1 {"a":1,"b":[null,"1"]}', `call 3 ${JSON.stringify(hostile)}`];
    assert.deepEqual(images(await again.journal("one")), left);
    assert.deepEqual(images(await again.journal("one")), left, "it is as it was when it has been read");
    assert.deepEqual(images(await again.journal("two")), ["call 1 2"]);
    const many = Array.from({ length: 2_000 }, (_, key) => ["feed", `${key}`]);
    await again.keepJournal("one", commit(many.map((place) => [...place, "x"])));
    assert.equal((await again.journal("one")).length, 2_003);
    await again.keepJournal("one", commit(many));
    assert.equal((await again.journal("one")).length, 3);
    await again.close();
  });

for (const { name, skip, newPlace } of kinds)
  test(`${name}: what the commits before it come to is in their place when it is folded, and those after it are newer`, {
    skip,
  }, async () => {
    const store = await open(await newPlace());
    const hostile = "\u0000 '";
    await store.keepJournal(
      "one",
      commit([
        ["call", "1", 1],
        ["call", "2", hostile],
        ["call", "3", 3],
      ]),
    );
    await store.keepJournal("two", commit([["call", "1", 1]]));
    const first = fold([
      ["call", "1", "1"],
      ["call", "2", JSON.stringify(hostile)],
    ]);
    await store.foldJournal("one", { ...first, last: false });
    await store.keepJournal(
      "one",
      commit([
        ["call", "3"],
        ["call", "1", 2],
      ]),
    );
    await store.foldJournal("one", { ...fold([["call", "3", "3"]]), upTo: first.upTo });
    await store.foldJournal("one", fold([["call", "1", "2"]], [["call", "3"]]));
    await store.keepJournal("one", commit([["call", "4", 4]]));
    assert.deepEqual(images(await store.journal("one")), ["call 1 2", `call 2 ${JSON.stringify(hostile)}`, "call 4 4"]);
    assert.deepEqual(images(await store.journal("two")), ["call 1 1"]);
    await store.close();
  });

// In SQLite's file of commits they are one record (log-journal.test.ts).
for (const { name, skip, newPlace } of kinds.filter(({ name }) => name === "PostgreSQL"))
  test(`${name}: a reply and what the command did are written together or not at all`, { skip }, async () => {
    const place = await newPlace();
    const store = await open(place);
    const reply = { id: "a", print: "p", at: 1_455_885_056_000, sealed: "x" };
    const broken = { ...reply, id: "b", sealed: null as unknown as string };
    await store.keepJournal("one", { ...commit([["call", "1", {}]]), replies: [reply] });
    await assert.rejects(store.keepJournal("one", { ...commit([["call", "2", {}]]), replies: [broken] }));
    assert.deepEqual(images(await store.journal("one")), ["call 1 {}"]);
    assert.deepEqual([await store.reply("a"), await store.reply("b")], [reply, undefined]);
    await store.close();
  });

test("a commit that the disk holds up holds up nobody: timers run meanwhile, and it is made when it can be", async () => {
  const [sqlite] = kinds;
  assert.ok(sqlite);
  const place = await sqlite.newPlace();
  const store = await open(place);
  const other = new DatabaseSync(join(place.folder, "seatway.db"));
  other.exec("BEGIN IMMEDIATE");
  let made = false;
  const commits = store.keepJournal("one", commit([["call", "1", 1]])).then(() => {
    made = true;
  });
  // On the thread of the calls the first of them would come when SQLite's patience is over, two seconds later.
  for (let timer = 0; timer < 5; timer++) {
    await new Promise<void>((resolve) => systemClock.after(10, resolve));
    assert.equal(made, false);
  }
  other.exec("ROLLBACK");
  other.close();
  await commits;
  assert.deepEqual(images(await store.journal("one")), ["call 1 1"]);
  await store.close();
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { kinds, open } from "../../test/support/store-places.ts";
import type { JournalRow } from "./ports.ts";

const images = (rows: readonly JournalRow[]) =>
  rows.map(({ room, key, image }) => `${room} ${key} ${image}`).toSorted();

for (const { name, skip, newPlace } of kinds)
  test(`${name}: the journal's images: the last one of each key, by node, over closing and opening`, {
    skip,
  }, async () => {
    const place = await newPlace();
    const store = await open(place);
    const row = (room: string, key: string, image: string | null): JournalRow => ({ room, key, image });
    assert.deepEqual(await store.journal("one"), []);
    await store.keepJournal("one", [], []);
    await store.keepJournal("one", [row("call", "1", "{}"), row("call", "2", '"ü"'), row("agent", "1", "1")], []);
    await store.keepJournal("two", [row("call", "1", "2")], []);
    await store.keepJournal("one", [row("call", "1", '{"a":1}'), row("call", "2", null), row("leg", "x", null)], []);
    await store.close();
    const again = await open(place);
    assert.deepEqual(images(await again.journal("one")), ["agent 1 1", 'call 1 {"a":1}']);
    assert.deepEqual(images(await again.journal("two")), ["call 1 2"]);
    const many = Array.from({ length: 2_000 }, (_, key) => row("feed", `${key}`, "x"));
    await again.keepJournal("one", many, []);
    assert.equal((await again.journal("one")).length, 2_002);
    await again.keepJournal(
      "one",
      many.map(({ room, key }) => row(room, key, null)),
      [],
    );
    assert.equal((await again.journal("one")).length, 2);
    await again.close();
  });

for (const { name, skip, newPlace } of kinds)
  test(`${name}: a reply and what the command did are written together or not at all`, { skip }, async () => {
    const place = await newPlace();
    const store = await open(place);
    const reply = { id: "a", print: "p", at: 1_455_885_056_000, sealed: "x" };
    const broken = { ...reply, id: "b", sealed: null as unknown as string };
    await store.keepJournal("one", [{ room: "call", key: "1", image: "{}" }], [reply]);
    await assert.rejects(store.keepJournal("one", [{ room: "call", key: "2", image: "{}" }], [broken]));
    assert.deepEqual(images(await store.journal("one")), ["call 1 {}"]);
    assert.deepEqual([await store.reply("a"), await store.reply("b")], [reply, undefined]);
    await store.close();
  });

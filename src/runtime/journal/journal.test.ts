import assert from "node:assert/strict";
import { test } from "node:test";
import { atRest, inSomeTurn } from "../../../test/support/at-rest.ts";
import { type JournalDisk, journalDisk } from "../../../test/support/journal-disk.ts";
import { virtualClock } from "../../base/clock.ts";
import { silentLog } from "../../base/log.ts";
import { openJournal } from "./journal.ts";

async function opened(disk: JournalDisk) {
  const clock = virtualClock();
  const said: string[] = [];
  const faults: string[] = [];
  const log = {
    ...silentLog,
    debug: (_: object, text: string) => void faults.push(text),
    error: (_: object, text: string) => void said.push(text),
    info: (_: object, text: string) => void said.push(text),
  };
  const journal = await openJournal({ clock, log, store: disk, node: "n", secret: Buffer.alloc(32), waitMs: 1000 });
  const rest = () => atRest(journal.after, disk);
  await rest();
  /** The commit under way fails, and the journal knows it. */
  const fail = () => {
    disk.fail();
    return inSomeTurn("the failure to be taken", () => faults.splice(0).includes("a commit of the journal failed"));
  };
  return { journal, clock, said, heard: [] as string[], rest, fail };
}

const slow = async () => {
  const disk = journalDisk();
  const all = await opened(disk);
  disk.free = false;
  return { disk, ...all, wait: (name: string) => all.journal.after(() => void all.heard.push(name)) };
};

test("what was kept is found by the next process; what is over is not, and a key that came and went is never written", async () => {
  const disk = journalDisk();
  const { journal, rest } = await opened(disk);
  journal.keep("call", "1", { at: 1 });
  journal.keep("call", "2", { at: 2 });
  journal.keep("agent", "101", () => ({ name: "idle" }));
  await rest();
  journal.keep("call", "1", { at: 3 });
  journal.keep("call", "2", null);
  journal.keep("timer", "a", { ms: 1 });
  journal.keep("timer", "a", null);
  await journal.close();
  const { journal: next } = await opened(disk);
  assert.deepEqual([...next.found("call")], [["1", { at: 3 }]]);
  assert.deepEqual([...next.found("agent")], [["101", { name: "idle" }]]);
  assert.equal(next.found("timer").size, 0);
  assert.equal(next.found("call").size, 0, "to be asked once");
});

test("what waits goes on with its commit, in order; what has nothing to wait for goes at once", async () => {
  const { journal, disk, heard, wait, rest } = await slow();
  wait("0");
  assert.deepEqual(heard, ["0"]);
  journal.keep("call", "1", 1);
  wait("1");
  await rest();
  assert.equal(disk.waiting(), 1);
  wait("1 too");
  journal.keep("call", "2", 2);
  wait("2");
  disk.commit();
  await rest();
  assert.deepEqual(heard, ["0", "1", "1 too"]);
  disk.commit();
  await rest();
  assert.deepEqual(heard, ["0", "1", "1 too", "2"]);
  wait("3");
  assert.deepEqual(heard.at(-1), "3");
});

test("what follows from what was waited for, and keeps something itself, waits for its own commit", async () => {
  const { journal, disk, heard, wait, rest } = await slow();
  journal.keep("call", "1", 1);
  journal.after(() => {
    journal.keep("call", "1", 2);
    wait("later");
  });
  wait("first");
  await rest();
  disk.commit();
  await rest();
  assert.deepEqual(heard, ["first"]);
  journal.after(() => wait("last"));
  disk.commit();
  await rest();
  assert.deepEqual(heard, ["first", "later", "last"], "what keeps nothing has nothing to wait for");
});

test("a reply is in the commit of what was kept with it, and is written again when that fails", async () => {
  const { journal, disk, heard, wait, rest, fail } = await slow();
  const reply = { id: "a", print: "p", at: 1, sealed: "x" };
  journal.keep("call", "1", 1);
  journal.reply(reply);
  wait("both");
  await rest();
  assert.deepEqual([disk.waiting(), disk.replies.size], [1, 0]);
  await fail();
  assert.deepEqual(heard, []);
  const next = await opened(disk);
  assert.deepEqual([next.journal.found("call").size, disk.replies.size], [0, 0]);
});

test("a reply alone is a commit", async () => {
  const { journal, disk, clock, heard, wait, rest, fail } = await slow();
  journal.reply({ id: "a", print: "p", at: 1, sealed: "x" });
  wait("kept");
  await rest();
  await fail();
  clock.advance(250);
  await rest();
  disk.commit();
  await rest();
  assert.deepEqual([[...disk.replies.keys()], heard], [["a"], ["kept"]]);
});

test("a commit that fails is written again with what came meanwhile, and an older image over no newer one", async () => {
  const { journal, disk, heard, wait, clock, rest, fail } = await slow();
  journal.keep("call", "1", 1);
  wait("1");
  await rest();
  journal.keep("call", "1", 2);
  await fail();
  assert.deepEqual(heard, []);
  clock.advance(250);
  await rest();
  disk.commit();
  await rest();
  assert.deepEqual(heard, ["1"]);
  assert.equal(disk.rows.get("call 1")?.image, "2");
});

test("a store that does not answer holds nobody up for longer than the wait; all is written when it is back", async () => {
  const { journal, disk, heard, wait, clock, said, rest } = await slow();
  journal.keep("call", "1", 1);
  wait("1");
  await rest();
  clock.advance(999);
  assert.deepEqual([heard, journal.away()], [[], false]);
  clock.advance(1);
  assert.deepEqual([heard, journal.away()], [["1"], true]);
  for (let number = 0; number < 1000; number++) {
    journal.keep("call", "2", number);
    journal.keep("feed", `101/${number}`, number);
    if (number > 2) journal.keep("feed", `101/${number - 3}`, null);
    wait(`${number}`);
  }
  assert.equal(heard.length, 1001);
  disk.commit();
  await rest();
  disk.commit();
  await rest();
  assert.equal(journal.away(), false);
  assert.deepEqual(said, [
    "the journal cannot be written: what happens now would be lost with the process",
    "the journal is written again",
  ]);
  assert.deepEqual([...disk.rows.keys()].filter((name) => name.startsWith("feed")).length, 3);
  journal.keep("call", "3", 3);
  wait("later");
  assert.notEqual(heard.at(-1), "later");
});

test("what was let go while the store came back counts as unwritten until the commit that has it is done", async () => {
  const { journal, disk, heard, wait, clock, said, rest } = await slow();
  journal.keep("call", "1", 1);
  wait("1");
  await rest();
  clock.advance(1_000);
  journal.keep("call", "2", 2);
  wait("2");
  assert.deepEqual(heard, ["1", "2"]);
  disk.commit();
  await rest();
  assert.deepEqual([journal.away(), said.length, disk.rows.has("call 2")], [true, 1, false]);
  journal.keep("call", "3", 3);
  wait("3");
  assert.deepEqual(heard, ["1", "2"], "who comes now waits");
  disk.commit();
  await rest();
  assert.deepEqual([journal.away(), disk.rows.has("call 2")], [false, true]);
  assert.equal(said[1], "the journal is written again");
});

test("a note has no commit of its own for a second", async () => {
  const { journal, disk, clock, rest } = await slow();
  journal.note("session", "101", { seen: 1 });
  journal.note("session", "101", { seen: 2 });
  await rest();
  assert.equal(disk.waiting(), 0);
  journal.keep("call", "1", 1);
  await rest();
  disk.commit();
  await rest();
  assert.equal(disk.rows.get("session 101")?.image, '{"seen":2}');
  journal.note("session", "101", { seen: 3 });
  clock.advance(1000);
  await rest();
  assert.equal(disk.waiting(), 1);
});

test("the journal of another version is let go of", async () => {
  const disk = journalDisk();
  const { journal } = await opened(disk);
  journal.keep("call", "1", 1);
  await journal.close();
  disk.rows.set("journal format", { room: "journal", key: "format", image: "0" });
  const { journal: next } = await opened(disk);
  assert.equal(next.found("call").size, 0);
  await next.close();
  assert.deepEqual([...disk.rows.keys()], ["journal format"]);
});

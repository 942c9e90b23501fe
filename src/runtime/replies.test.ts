// Commands with a key: carried out once, whatever comes together or later; what is stored says nothing.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { allKept, inSomeTurn } from "../../test/support/at-rest.ts";
import { journalDisk } from "../../test/support/journal-disk.ts";
import { nextTurn, virtualClock } from "../base/clock.ts";
import { silentLog } from "../base/log.ts";
import { type ReplyRow, StoreFault } from "../store/ports.ts";
import { openJournal } from "./journal/journal.ts";
import { type Command, type KeptReply, openReplies, type ReplyOptions } from "./replies.ts";

function world() {
  const clock = virtualClock();
  const rows = new Map<string, ReplyRow>();
  const faults = { keep: false, read: null as Error | null };
  const store: ReplyOptions["store"] = {
    async reply(id) {
      if (faults.read) throw faults.read;
      return rows.get(id);
    },
    async forgetReplies(before) {
      for (const [id, { at }] of rows) if (at < before) rows.delete(id);
    },
  };
  const journal: ReplyOptions["journal"] = {
    reply: (row) => void (faults.keep || rows.set(row.id, row)),
    after: (then) => then(),
  };
  return { clock, rows, faults, open: () => openReplies({ clock, log: silentLog, store, journal }) };
}

const command = (key: string, body = "{}", agent = "101"): Command => ({
  ...{ agent, key, line: "PUT /voicecall/101/callout" },
  body: Buffer.from(body),
});
const reply = (body: string): KeptReply => ({ body, headers: ["Guid", "secret-guid"] });

test("a repeat gets the first reply, after a restart too; another request with the key is refused", async () => {
  const { open, rows } = world();
  let times = 0;
  const act = async () => ({ reply: reply(`call ${++times}`), keep: true });
  const desk = open();
  assert.deepEqual(await desk.once(command("a"), act), { reply: reply("call 1"), keep: true, repeat: false });
  for (const again of [desk, open()]) {
    assert.deepEqual(await again.once(command("a"), act), { reply: reply("call 1"), keep: true, repeat: true });
    const mismatch = await again.once(command("a", '{"called":"1"}'), act);
    assert.ok(
      "refused" in mismatch && mismatch.refused === "000-002" && mismatch.message.startsWith("Idempotency-Key: "),
    );
    await again.once(command("a", "{}", "102"), async () => ({ reply: reply("another agent's"), keep: true }));
  }
  assert.equal(times, 1);
  for (const secret of ["secret-guid", "call 1", "101"]) assert.ok(!JSON.stringify([...rows]).includes(secret), secret);
});

test("what comes while the first is under way waits for its reply", async () => {
  const desk = world().open();
  const first = Promise.withResolvers<{ reply: KeptReply; keep: boolean }>();
  let times = 0;
  const act = () => {
    times += 1;
    return first.promise;
  };
  const all = [1, 2, 3].map(() => desk.once(command("a"), act));
  const other = desk.once(command("a", "other"), act);
  first.resolve({ reply: reply("x"), keep: false });
  for (const one of await Promise.all(all)) assert.ok("reply" in one && one.reply.body === "x");
  assert.ok("refused" in (await other));
  assert.equal(times, 1);
  await desk.once(command("a"), act);
  assert.equal(times, 2, "what is not to be kept is carried out anew");
});

test("a day later it is carried out again; a fault is told to all and kept for none; a full disk loses no reply", async () => {
  const { open, clock, faults } = world();
  const desk = open();
  let times = 0;
  const act = async () => ({ reply: reply(`${++times}`), keep: true });
  await desk.once(command("a"), act);
  clock.advance(86_400_000);
  const later = await desk.once(command("a"), act);
  assert.ok("reply" in later && later.reply.body === "2" && !later.repeat);
  const broken = () => Promise.reject(new Error("boom"));
  await Promise.all([1, 2].map(() => assert.rejects(desk.once(command("b"), broken), /boom/)));
  faults.keep = true;
  const unkept = await desk.once(command("b"), act);
  assert.ok("reply" in unkept && unkept.reply.body === "3");
});

test("the store is away: a repeat gets the first reply, kept before or not; a new command is not carried out", async () => {
  const { open, faults } = world();
  const desk = open();
  let times = 0;
  const act = async () => ({ reply: reply(`${++times}`), keep: true });
  await desk.once(command("a"), act);
  faults.keep = true;
  await desk.once(command("b"), act);
  faults.read = new StoreFault("the database is away");
  for (const [key, body] of [
    ["a", "1"],
    ["b", "2"],
  ] as const) {
    assert.deepEqual(await desk.once(command(key), act), { reply: reply(body), keep: true, repeat: true });
    assert.ok("refused" in (await desk.once(command(key, "other"), act)));
  }
  const refused = await desk.once(command("c"), act);
  assert.ok("refused" in refused);
  assert.deepEqual([refused.refused, refused.retryAfterS, times], ["100-007", 3, 2]);
  assert.match(refused.message, /^Idempotency-Key: the store does not answer/);
  faults.read = new Error("a bug");
  await assert.rejects(desk.once(command("c"), act), /a bug/);
});

for (const how of ["at once", "later"] as const)
  test(`a kill finds what the command did and its reply, or neither (done ${how})`, async () => {
    const disk = journalDisk();
    const clock = virtualClock();
    const journal = await openJournal({
      ...{ clock, log: silentLog, store: disk, node: "n", secret: Buffer.alloc(32), waitMs: 1000 },
    });
    await allKept(journal.after);
    disk.free = false;
    const store = { reply: async (id: string) => disk.replies.get(id), forgetReplies: async () => {} };
    const desk = openReplies({ clock, log: silentLog, store, journal });
    const carryOut = () => {
      journal.keep("call", "1", { placed: true });
      return { reply: reply("call 1"), keep: true };
    };
    const act = how === "at once" ? carryOut : () => nextTurn().then(carryOut);
    let told = false;
    const asked = desk.once(command("a"), act).then(() => {
      told = true;
    });
    const isAllOrNothing = (): void => {
      for (const crashed of [journalDisk(disk), disk.peek()])
        assert.equal(crashed.rows.has("call 1"), crashed.replies.size === 1);
    };
    await inSomeTurn("the commit", () => {
      isAllOrNothing();
      return disk.waiting() > 0;
    });
    await nextTurn();
    isAllOrNothing();
    assert.deepEqual([told, disk.waiting()], [false, 1]);
    disk.commit();
    await asked;
    assert.deepEqual([disk.rows.has("call 1"), disk.replies.size], [true, 1]);
  });

test("any order of commands, repeats and restarts: each key is carried out once", async () => {
  const step = fc.record({ key: fc.constantFrom("a", "b", "c"), restart: fc.boolean(), together: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const { open } = world();
      let desk = open();
      const times = new Map<string, number>();
      const pending: Promise<unknown>[] = [];
      for (const { key, restart, together } of steps) {
        const asked = desk.once(command(key), async () => {
          times.set(key, (times.get(key) ?? 0) + 1);
          await Promise.resolve();
          return { reply: reply(key), keep: true };
        });
        pending.push(asked.then((got) => assert.ok("reply" in got && got.reply.body === key)));
        if (!together) await Promise.all(pending);
        if (restart) {
          await Promise.all(pending);
          desk = open();
        }
      }
      await Promise.all(pending);
      for (const count of times.values()) assert.equal(count, 1);
    }),
    { numRuns: 60 },
  );
});

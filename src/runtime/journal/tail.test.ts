import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { kinds, open } from "../../../test/support/store-places.ts";
import { nextTurn, virtualClock } from "../../base/clock.ts";
import { silentLog } from "../../base/log.ts";
import type { JournalCommit, JournalFold, Store } from "../../store/ports.ts";
import { type JournalOptions, openJournal } from "./journal.ts";
import { openTail } from "./tail.ts";

const written = (key: string, text: string | null, known: boolean) => ({
  ...{ name: `call ${key}`, room: "call", key, text, known },
});

test("what has come and gone since the last fold is in none", () => {
  const tail = openTail();
  tail.add(1, [written("1", "1", false), written("2", "1", true), written("3", "1", false)], 10);
  tail.add(2, [written("1", null, true), written("2", null, true), written("3", "2", true)], 10);
  assert.equal(tail.fold(9_999), undefined);
  const fold = { upTo: 2, kept: '[["call","3","2"]]', over: '[["call","2"]]', last: true };
  assert.deepEqual([...(tail.fold(10_000) ?? [])], [fold]);
  assert.equal(tail.fold(30_000), undefined);
  tail.add(3, [], 32_000_000);
  assert.deepEqual([...(tail.fold(10_001) ?? [])], [{ upTo: 3, kept: "[]", over: "[]", last: true }]);
});

test("a fold comes in pieces, and what is added meanwhile is in the next one", () => {
  const tail = openTail();
  const large = JSON.stringify("x".repeat(100_000));
  tail.add(1, [written("1", large, false), written("2", large, false), written("3", large, false)], 300_000);
  tail.add(2, [written("4", null, true)], 10);
  const pieces = tail.fold(10_000);
  tail.add(3, [written("1", null, true)], 10);
  assert.deepEqual(
    [...(pieces ?? [])].map(({ upTo, kept, over, last }) => [upTo, JSON.parse(kept).length, over, last]),
    [
      [2, 2, "[]", false],
      [2, 1, '[["call","4"]]', true],
    ],
  );
  assert.deepEqual([...(tail.fold(20_000) ?? [])], [{ upTo: 3, kept: "[]", over: '[["call","1"]]', last: true }]);
});

type Step =
  | { readonly type: "keep"; readonly key: string; readonly image: number | null }
  | { readonly type: "pass"; readonly ms: number }
  /** The next commit, or piece of a fold, fails; `lands`: it is on disk all the same. */
  | { readonly type: "fail"; readonly lands: boolean };

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        type: fc.constant("keep" as const),
        key: fc.constantFrom("1", "2", "3", "\u0000"),
        image: fc.option(fc.nat(9)),
      }),
    },
    { weight: 3, arbitrary: fc.record({ type: fc.constant("pass" as const), ms: fc.constantFrom(1, 300, 12_500) }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant("fail" as const), lands: fc.boolean() }) },
  ),
  { maxLength: 40 },
);

/** The store, whose next commit may fail. */
function unsure(store: Store) {
  const failing: { readonly lands: boolean }[] = [];
  const unsurely = async (work: () => Promise<void>): Promise<void> => {
    const how = failing.shift();
    if (!how || how.lands) await work();
    if (how) throw new Error("no answer");
  };
  return {
    failing,
    journal: store.journal,
    keepJournal: (node: string, commit: JournalCommit) => unsurely(() => store.keepJournal(node, commit)),
    foldJournal: (node: string, piece: JournalFold) => unsurely(() => store.foldJournal(node, piece)),
  };
}

/** What the journal is asked for, and what is to be found then. */
async function carryOut(steps: readonly Step[], store: Store, ground: Omit<JournalOptions, "store" | "clock">) {
  const clock = virtualClock();
  const disk = unsure(store);
  const journal = await openJournal({ ...ground, clock, store: disk });
  const last = new Map<string, number>();
  const kept = async (): Promise<void> => {
    let waits = true;
    journal.after(() => {
      waits = false;
    });
    // A commit that fails is written again after a while.
    for (; waits; clock.advance(250)) await nextTurn();
  };
  for (const step of steps) {
    if (step.type === "pass") clock.advance(step.ms);
    else if (step.type === "fail") disk.failing.push(step);
    else {
      journal.keep("call", step.key, step.image);
      if (step.image === null) last.delete(step.key);
      else last.set(step.key, step.image);
      if (step.key !== "3") await kept();
    }
  }
  await kept();
  return last;
}

test("whatever is kept, folded and written again: the next process finds the last image of each key", async () => {
  const [sqlite] = kinds;
  assert.ok(sqlite);
  const store = await open(await sqlite.newPlace());
  let node = 0;
  await fc.assert(
    fc.asyncProperty(steps, async (steps) => {
      node += 1;
      const ground = { log: silentLog, node: `${node}`, secret: Buffer.alloc(32), waitMs: 1e9 };
      const last = await carryOut(steps, store, ground);
      const next = await openJournal({ ...ground, clock: virtualClock(), store });
      assert.deepEqual([...next.found("call")].toSorted(), [...last].toSorted());
      await next.close();
    }),
    { numRuns: 60 },
  );
  await store.close();
});

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  append,
  emptied,
  emptyFeed,
  type Feed,
  type Keeping,
  lastNumber,
  type Numbered,
  nextAfter,
  putBack,
  seen,
  take,
} from "./feed.ts";

const roomy: Keeping = { most: 1000, unreadMs: 1_000_000, readMs: 1_000 };

type Desk = { feed: Feed<number>; made: number; now: number; readonly out: Numbered<number>[] };

const acts: Readonly<Record<string, (desk: Desk) => void>> = {
  append(desk) {
    desk.made += 1;
    desk.feed = append(desk.feed, desk.made, roomy, desk.now).feed;
  },
  take(desk) {
    const taken = take(desk.feed, desk.now);
    if (!taken) return;
    desk.feed = taken[0];
    desk.out.push(taken[1]);
  },
  putBack(desk) {
    const back = desk.out.pop();
    if (back) desk.feed = putBack(desk.feed, back.number);
  },
};

test("whatever is taken and put back, the events come out once each and in order", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...Object.keys(acts)), { maxLength: 60 }), (steps) => {
      const desk: Desk = { feed: emptyFeed, made: 0, now: 0, out: [] };
      for (const step of steps) acts[step]?.(desk);
      while (desk.feed.waiting.length > 0) acts["take"]?.(desk);
      const events = desk.out.map(({ event }) => event);
      assert.deepEqual(
        events,
        Array.from({ length: desk.made }, (_, index) => index + 1),
      );
    }),
  );
});

test("two that come back in the wrong order still stand right", () => {
  let feed: Feed<string> = emptyFeed;
  for (const event of ["a", "b", "c"]) feed = append(feed, event, roomy, 0).feed;
  const [one, first] = take(feed, 0) ?? [];
  const [two, second] = take(one as Feed<string>, 0) ?? [];
  const back = putBack(putBack(two as Feed<string>, second?.number ?? 0), first?.number ?? 0);
  assert.deepEqual(back.waiting, [1, 2, 3]);
  assert.deepEqual(putBack(back, 2), back, "back already");
});

test("a queue that nobody reads keeps its newest events, and says what was lost", () => {
  let feed: Feed<number> = emptyFeed;
  let lost = 0;
  for (let event = 1; event <= 15; event++) {
    const next = append(feed, event, { ...roomy, most: 10 }, 0);
    feed = next.feed;
    lost += next.lost;
  }
  assert.deepEqual([feed.kept.length, feed.kept[0]?.event, feed.next, lost], [10, 6, 16, 5]);
  assert.equal(take(feed, 0)?.[1].event, 6);
});

test("read events stay for their time, unread ones for theirs; what waits in a queue that is used stays", () => {
  const fill = (count: number): Feed<number> => {
    let feed: Feed<number> = emptyFeed;
    for (let event = 1; event <= count; event++) feed = append(feed, event, roomy, 0).feed;
    return feed;
  };
  const firstAfter = (feed: Feed<number>, now: number) => append(feed, 0, roomy, now).feed.kept[0]?.number;
  const read = seen(seen(fill(3), 1, 0), 2, 500);
  assert.equal(firstAfter(read, 999), 1);
  assert.equal(firstAfter(read, 1000), 2);
  assert.equal(firstAfter(read, 1500), 3);
  assert.equal(firstAfter(read, 999_999), 3);
  assert.equal(firstAfter(read, 1_000_000), 4);
  const [polled] = take(fill(3), 0) ?? [];
  assert.equal(firstAfter(seen(polled as Feed<number>, 2, 0), 5000), 2, "a reader has it, the queue has not given it");
  assert.deepEqual(append(emptied(fill(3)), 0, roomy, 0).feed.waiting, [4]);
});

type Reader = { readonly got: (number | "gap")[]; cursor: number };
type World = {
  feed: Feed<number>;
  now: number;
  made: number;
  readonly readers: readonly Reader[];
  readonly polled: number[];
};

function read(world: World, reader: Reader): void {
  const next = nextAfter(world.feed, reader.cursor);
  if (next?.type === "gap") {
    reader.got.push("gap");
    reader.cursor = lastNumber(world.feed);
  } else if (next) {
    reader.got.push(next.event);
    reader.cursor = next.number;
    world.feed = seen(world.feed, next.number, world.now);
  }
}

/** The last ones were sent and never arrived: he asks again from what he has. */
function drop({ got }: Reader, lost: number): number | undefined {
  const has = got.slice(0, Math.max(0, got.length - lost));
  if (has.includes("gap") || has.length === got.length) return undefined;
  got.length = has.length;
  return (has.at(-1) as number | undefined) ?? 0;
}

function poll(world: World): void {
  const taken = take(world.feed, world.now);
  if (!taken) return;
  world.polled.push(taken[1].event);
  world.feed = taken[0];
}

const small: Keeping = { most: 6, unreadMs: 40, readMs: 10 };

type Happening = (world: World) => void;

function tell(world: World): void {
  world.made += 1;
  world.feed = append(world.feed, world.made, small, world.now).feed;
}

const lose =
  ([index, lost]: readonly [number, number]): Happening =>
  ({ readers }) => {
    const reader = readers[index] as Reader;
    reader.cursor = drop(reader, lost) ?? reader.cursor;
  };

const wait =
  (ms: number): Happening =>
  (world) => {
    world.now += ms;
  };

const happenings: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 4, arbitrary: fc.constant(tell) },
  { weight: 4, arbitrary: fc.nat(2).map((index) => (world: World) => read(world, world.readers[index] as Reader)) },
  { weight: 2, arbitrary: fc.tuple(fc.nat(2), fc.nat(2)).map(lose) },
  { weight: 2, arbitrary: fc.constant(poll) },
  { weight: 2, arbitrary: fc.nat(30).map(wait) },
);

test("any interleaving of events, reads, lost connections and returns: each once and in order, or a gap mark where some are missing", () => {
  fc.assert(
    fc.property(fc.array(happenings, { maxLength: 120 }), (happened) => {
      const fresh = (): Reader => ({ got: [], cursor: 0 });
      const world: World = { feed: emptyFeed, now: 0, made: 0, readers: [fresh(), fresh(), fresh()], polled: [] };
      for (const each of happened) each(world);
      for (const reader of world.readers) while (nextAfter(world.feed, reader.cursor)) read(world, reader);
      for (const { got } of world.readers) whole(got, world.made);
      const { polled } = world;
      assert.deepEqual(
        polled,
        [...new Set(polled)].sort((a, b) => a - b),
      );
    }),
    { numRuns: 500 },
  );
});

/** Between two neighbours nothing is missing; after a gap mark anything later may follow. */
function whole(got: readonly (number | "gap")[], made: number): void {
  let last = 0;
  let gap = false;
  for (const each of got) {
    if (each === "gap") gap = true;
    else {
      assert.ok(gap ? each > last : each === last + 1, `${each} after ${gap ? "a gap and " : ""}${last}`);
      last = each;
      gap = false;
    }
  }
  assert.ok(gap || last === made, `ends at ${last} of ${made}`);
}

test("a cursor that is ahead of the feed is of another life: a gap, not silence", () => {
  assert.deepEqual(nextAfter(append(emptyFeed as Feed<number>, 1, roomy, 0).feed, 5), { type: "gap", missed: null });
  assert.equal(nextAfter(emptyFeed, 0), undefined);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { append, emptyFeed, type Feed, MOST_WAITING, type Numbered, putBack, take } from "./feed.ts";

type Desk = { feed: Feed<number>; made: number; readonly out: Numbered<number>[] };

const acts: Readonly<Record<string, (desk: Desk) => void>> = {
  append(desk) {
    desk.made += 1;
    desk.feed = append(desk.feed, desk.made);
  },
  take(desk) {
    const taken = take(desk.feed);
    if (!taken) return;
    desk.feed = taken[0];
    desk.out.push(taken[1]);
  },
  putBack(desk) {
    const back = desk.out.pop();
    if (back) desk.feed = putBack(desk.feed, back);
  },
};

test("whatever is taken and put back, the events come out once each and in order", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...Object.keys(acts)), { maxLength: 60 }), (steps) => {
      const desk: Desk = { feed: emptyFeed, made: 0, out: [] };
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
  const feed = append(append(append(emptyFeed as Feed<string>, "a"), "b"), "c");
  const [one, first] = take(feed) ?? [];
  const [two, second] = take(one as Feed<string>) ?? [];
  const back = putBack(putBack(two as Feed<string>, first as Numbered<string>), second as Numbered<string>);
  assert.deepEqual(
    back.waiting.map(({ event }) => event),
    ["a", "b", "c"],
  );
});

test("a queue that nobody reads keeps its newest events", () => {
  let feed: Feed<number> = emptyFeed;
  for (let event = 1; event <= MOST_WAITING + 5; event++) feed = append(feed, event);
  assert.deepEqual([feed.waiting.length, feed.waiting[0]?.event, feed.next], [MOST_WAITING, 6, MOST_WAITING + 6]);
});

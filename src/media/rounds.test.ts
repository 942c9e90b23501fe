import assert from "node:assert/strict";
import { test } from "node:test";
import { virtualClock } from "../base/clock.ts";
import { Rounds } from "./rounds.ts";

for (const count of [1, 24, 25, 600, 1_000]) {
  test(`${count}: each is looked at in every half second, and no turn takes more than its share`, () => {
    const clock = virtualClock();
    const items = new Map(Array.from({ length: count }, (_, item) => [item, item + 1]));
    const looks = new Map<number, number>();
    const turns = new Map<number, number>();
    const rounds = new Rounds(clock, items, (item, now) => {
      looks.set(item, (looks.get(item) ?? 0) + 1);
      turns.set(now, (turns.get(now) ?? 0) + 1);
    });
    rounds.begin();
    rounds.begin();
    assert.equal(clock.pending(), 1);
    clock.advance(5_000);
    assert.equal(looks.size, count);
    for (const times of looks.values()) assert.ok(times >= 10 && times <= 11, `${times}`);
    assert.ok(Math.max(...turns.values()) <= Math.max(24, count / 25));
  });
}

test("those that come and go in between are looked at, or no more; without any there is no timer", () => {
  const clock = virtualClock();
  const items = new Map([[1, "one"]]);
  const looked: string[] = [];
  const rounds = new Rounds(clock, items, (item) => looked.push(item));
  rounds.begin();
  clock.advance(500);
  items.set(2, "two");
  clock.advance(500);
  assert.deepEqual(looked.splice(0), ["one", "two", "one"]);
  items.clear();
  clock.advance(5_000);
  assert.deepEqual(looked, []);
  assert.equal(clock.pending(), 0);
  items.set(3, "three");
  rounds.begin();
  clock.advance(500);
  assert.deepEqual(looked, ["three"]);
});

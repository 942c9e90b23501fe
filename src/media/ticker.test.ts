import assert from "node:assert/strict";
import { test } from "node:test";
import { virtualClock } from "../base/clock.ts";
import { Ticker } from "./ticker.ts";

test("fifty beats a second, without drift, and none when nobody plays", () => {
  const clock = virtualClock();
  const ticker = new Ticker(clock);
  const beats: number[] = [];
  ticker.add((now) => beats.push(now) < 50);
  // The wake-ups come a little late, as they do: the beats do not.
  for (let step = 0; step < 400; step += 1) clock.advance(7);
  assert.deepEqual(
    beats,
    Array.from({ length: 50 }, (_, index) => (index + 1) * 20),
  );
  assert.equal(clock.pending(), 0);
});

test("a long stall is not made up by a burst", () => {
  const clock = virtualClock();
  let late = 0;
  const ticker = new Ticker({ ...clock, monotonic: () => clock.monotonic() + late });
  let beats = 0;
  ticker.add(() => {
    beats += 1;
    return true;
  });
  late = 5_000;
  clock.advance(20);
  assert.equal(beats, 1);
});

test("what is taken off beats no more", () => {
  const clock = virtualClock();
  const ticker = new Ticker(clock);
  let beats = 0;
  const beat = () => {
    beats += 1;
    return true;
  };
  ticker.add(beat);
  clock.advance(100);
  ticker.remove(beat);
  clock.advance(100);
  assert.equal(beats, 5);
  assert.equal(clock.pending(), 0);
});

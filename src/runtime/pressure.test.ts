import assert from "node:assert/strict";
import { test } from "node:test";
import { type Clock, virtualClock } from "../base/clock.ts";
import { silentLog } from "../base/log.ts";
import { openLoopWatch, pressureOf } from "./pressure.ts";

/** Timers that come late by what `lag` says. */
function lagging(limitMs?: number) {
  const clock = virtualClock();
  const world = { lag: 0 };
  const late: Clock = { ...clock, after: (ms, task) => clock.after(ms + world.lag, task) };
  return {
    clock,
    world,
    watch: openLoopWatch({ clock: late, log: silentLog, ...(limitMs === undefined ? {} : { limitMs }) }),
  };
}

test("a prompt loop is not late, a slow one is, until it has been prompt for a while", () => {
  const { clock, world, watch } = lagging();
  clock.advance(5000);
  assert.equal(watch.late(), false);
  world.lag = 120;
  clock.advance(2000);
  assert.equal(watch.late(), true);
  world.lag = 0;
  clock.advance(3000);
  assert.equal(watch.late(), false);
  watch.close();
  assert.equal(clock.pending(), 0);
});

test("one pause is no overload; a loop that does not come round at all is", () => {
  const { clock, world, watch } = lagging();
  world.lag = 300;
  clock.advance(100);
  world.lag = 0;
  clock.advance(900);
  assert.equal(watch.late(), false);
  world.lag = 10_000;
  clock.advance(200);
  clock.advance(1000);
  assert.equal(watch.late(), true);
});

test("no new call while the loop is late, or as many stand as the site allows: a hint when to come again", () => {
  const world = { late: false, calls: 1 };
  const refusal = pressureOf({ late: () => world.late, away: () => false, mostCalls: 2, calls: () => world.calls });
  assert.equal(refusal(), null);
  world.calls = 2;
  assert.deepEqual(refusal(), {
    refused: "100-007",
    message: "2 calls stand: new calls again in 3 s",
    retryAfterS: 3,
  });
  world.late = true;
  assert.equal(refusal()?.message, "the gateway is overloaded: new calls again in 3 s");
  assert.equal(pressureOf({ late: () => false, away: () => false, mostCalls: 0, calls: () => 1_000_000 })(), null);
});

test("how much is too late can be said", () => {
  for (const [limitMs, late] of [
    [600, true],
    [60_000, false],
  ] as const) {
    const { clock, world, watch } = lagging(limitMs);
    world.lag = 120;
    clock.advance(2000);
    assert.equal(watch.late(), late, `${limitMs}`);
    watch.close();
  }
});

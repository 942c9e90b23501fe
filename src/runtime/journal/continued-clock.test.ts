// Steady time over restarts: what has passed counts, what a clock was set by does not.

import assert from "node:assert/strict";
import { test } from "node:test";
import { virtualClock } from "../../base/clock.ts";
import { silentLog } from "../../base/log.ts";
import { continuedClock } from "./continued-clock.ts";
import type { Image } from "./journal.ts";

const HOUR = 3_600_000;

/** A machine with its disk; `started`: the clock of the next process on it. */
function machine() {
  const clock = virtualClock();
  const disk = new Map<string, Image | null>();
  const warned: unknown[] = [];
  /** The machine itself is started anew: its own clock begins again. */
  let booted = 0;
  const own = { ...clock, monotonic: () => clock.monotonic() - booted };
  return {
    clock,
    warned,
    boot: () => {
      booted = clock.monotonic();
    },
    started() {
      const found = <Found>() => new Map(disk) as unknown as Map<string, Found>;
      const keep = (_: string, key: string, image: Image | null): void => void disk.set(key, image);
      const log = { ...silentLog, warn: (fields: object) => void warned.push(fields) };
      return continuedClock({ clock: own, log, journal: { found, keep } });
    },
  };
}

test("the first process begins with wall time; setting the clock changes nothing, and is logged once", () => {
  const { clock, warned, started } = machine();
  const begun = clock.now();
  const it = started();
  assert.equal(it.steady(), begun);
  clock.advance(5_000);
  clock.set(HOUR);
  assert.deepEqual([it.steady() - begun, it.now() - begun], [5_000, HOUR + 5_000]);
  clock.advance(60_000);
  assert.deepEqual(warned, [{ byMs: HOUR }]);
  clock.set(-2 * HOUR);
  clock.advance(60_000);
  assert.deepEqual(warned, [{ byMs: HOUR }, { byMs: -2 * HOUR }]);
  assert.equal(it.steady() - begun, 125_000);
  it.close();
  assert.equal(clock.pending(), 0);
});

test("the next process goes on with the time that has passed, however the clock was set before, between or by how much", () => {
  for (const [before, between] of [
    [0, 0],
    [HOUR, 0],
    [-HOUR, 0],
    [0, HOUR],
    [0, -HOUR],
    [HOUR, -2 * HOUR],
  ] as const) {
    const { clock, started } = machine();
    const begun = clock.now();
    const first = started();
    clock.set(before);
    clock.advance(30_000);
    first.close();
    clock.set(between);
    clock.advance(7_000);
    const next = started();
    assert.equal(next.steady() - begun, 37_000, `${before} ${between}`);
    next.close();
  }
});

test("a machine that was started anew: wall time says what has passed, and never less than nothing", () => {
  const { clock, boot, started } = machine();
  const begun = clock.now();
  started().close();
  boot();
  clock.advance(90_000);
  boot();
  clock.advance(1);
  // Its own clock says 1 ms, and said 0 before: the shorter one, so that nothing ends too soon.
  assert.equal(started().steady() - begun, 1);
  clock.advance(50_000);
  const last = started();
  last.close();
  const left = last.steady();
  boot();
  clock.set(20_000);
  assert.equal(started().steady() - left, 20_000);
  boot();
  clock.set(-HOUR);
  assert.equal(started().steady() - left, 20_000);
});

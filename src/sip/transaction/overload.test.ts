import assert from "node:assert/strict";
import { test } from "node:test";
import { virtualClock } from "../../base/clock.ts";
import { silentLog } from "../../base/log.ts";
import { Overload } from "./overload.ts";

/** A clock whose timers come late by what `lag.ms` says. */
function busy(limitMs?: number) {
  const clock = virtualClock();
  const lag = { ms: 0 };
  const warned: string[] = [];
  const log = { ...silentLog, warn: (_: unknown, text: string) => void warned.push(text) };
  const after: typeof clock.after = (ms, task) => clock.after(ms + lag.ms, task);
  return { clock, lag, warned, overload: new Overload({ ...clock, after }, log, { limitMs }) };
}

test("a late loop refuses new work, a prompt one takes it again, and both are said once", () => {
  const { clock, lag, warned, overload } = busy();
  overload.arrived();
  clock.advance(20);
  assert.equal(overload.late, false);
  lag.ms = 100;
  for (let at = 0; at < 4; at++) {
    overload.arrived();
    clock.advance(120);
    assert.equal(overload.late, false, "a pause is no overload");
  }
  overload.arrived();
  clock.advance(120);
  assert.equal(overload.late, true);
  clock.advance(600);
  lag.ms = 0;
  clock.advance(100);
  assert.equal(overload.late, true, "not after a few prompt probes");
  clock.advance(400);
  assert.equal(overload.late, false);
  assert.deepEqual(warned, ["overload: new calls and registrations are refused", "overload is over"]);
  assert.equal(clock.pending(), 0, "idle again: nothing is measured");
});

test("messages that arrive before the late timer find it late already", () => {
  const { clock, lag, overload } = busy();
  lag.ms = 1_000;
  overload.arrived();
  clock.advance(500);
  overload.arrived();
  assert.equal(overload.late, false);
  clock.advance(50);
  overload.arrived();
  assert.equal(overload.late, true);
});

test("more datagrams than are read, for so long, are overload on a prompt loop too", () => {
  const clock = virtualClock();
  const crowd = { ms: 0 };
  const overload = new Overload(clock, silentLog, { limitMs: 500, crowdedMs: () => crowd.ms });
  const probe = () => {
    overload.arrived();
    clock.advance(20);
    return overload.late;
  };
  crowd.ms = 499;
  assert.equal(probe(), false);
  crowd.ms = 500;
  assert.equal(probe(), true);
  crowd.ms = 0;
  clock.advance(400);
  assert.equal(overload.late, false);
});

test("how much is too late can be said", () => {
  for (const [limitMs, late] of [
    [600, true],
    [800, false],
  ] as const) {
    const { clock, lag, overload } = busy(limitMs);
    lag.ms = 700;
    overload.arrived();
    clock.advance(720);
    assert.equal(overload.late, late, `${limitMs}`);
  }
});

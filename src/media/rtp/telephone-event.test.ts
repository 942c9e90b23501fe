import assert from "node:assert/strict";
import { test } from "node:test";
import { Dialling, eventCode, eventDigit, isDialable, readEvent, writeEvent } from "./telephone-event.ts";

test("a digit: rising durations, three equal end packets, a gap (RFC 4733 §2.5.1)", () => {
  const dialling = new Dialling();
  dialling.add("5#");
  const ticks = Array.from({ length: 16 }, () => dialling.tick());
  const events = ticks.flatMap((tick) => (tick && "event" in tick ? [tick.event] : []));
  const five = events.filter((event) => event.code === 5);
  assert.deepEqual(
    five.map((event) => event.duration),
    [160, 320, 480, 640, 800, 960, 1_120, 1_280, 1_280, 1_280],
  );
  assert.deepEqual(
    five.map((event) => event.end),
    [false, false, false, false, false, false, false, true, true, true],
  );
  assert.deepEqual(
    five.map((event) => event.first),
    [true, ...Array.from({ length: 9 }, () => false)],
  );
  assert.equal(events.length, 11, "the next digit begins after the gap");
  assert.equal(events.at(-1)?.code, 11);
});

test("it ends", () => {
  const dialling = new Dialling();
  dialling.add("12");
  let ticks = 0;
  while (dialling.busy) {
    assert.ok(dialling.tick());
    ticks += 1;
  }
  assert.equal(ticks, 30);
  assert.equal(dialling.tick(), null);
});

test("payload", () => {
  const bytes = Buffer.alloc(6);
  writeEvent(bytes, 2, { code: 11, end: true, duration: 1_280 });
  assert.deepEqual([...bytes], [0, 0, 11, 0x8a, 5, 0]);
  assert.deepEqual(readEvent(bytes, 2, 6), { code: 11, end: true, duration: 1_280 });
  assert.equal(readEvent(bytes, 3, 6), null);
});

test("digits", () => {
  for (const digit of "0123456789*#ABCD") assert.equal(eventDigit(eventCode(digit)), digit);
  assert.ok(isDialable("12*#A"));
  for (const digits of ["", "1 2", "x", "a", "1".repeat(65)]) assert.equal(isDialable(digits), false);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { SilenceWatch } from "./silence-watch.ts";

test("silence is told once, and so is its end", () => {
  const watch = new SilenceWatch(1_000);
  assert.equal(watch.look(5, true, 0), null);
  assert.equal(watch.look(5, true, 900), null);
  assert.deepEqual(watch.look(5, true, 1_100), { type: "silent", ms: 1_100 });
  assert.equal(watch.look(5, true, 5_000), null);
  assert.deepEqual(watch.look(6, true, 5_500), { type: "back" });
  assert.equal(watch.look(7, true, 6_000), null);
});

test("who is not expected to send is not silent; the time begins when he is", () => {
  const watch = new SilenceWatch(1_000);
  assert.equal(watch.look(0, false, 0), null);
  assert.equal(watch.look(0, false, 9_000), null);
  assert.equal(watch.look(0, true, 9_500), null);
  assert.deepEqual(watch.look(0, true, 10_100), { type: "silent", ms: 1_100 });
});

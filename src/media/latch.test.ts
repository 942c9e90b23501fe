import assert from "node:assert/strict";
import { test } from "node:test";
import { Latch } from "./latch.ts";

const signalled = ["192.0.2.1", 4_000] as const;
const nat = ["198.51.100.7", 61_000] as const;
const stranger = ["203.0.113.9", 5_555] as const;

function latch(): Latch {
  const fresh = new Latch();
  fresh.signal(...signalled, 0);
  return fresh;
}
const target = ({ address, port }: Latch) => [address, port];

test("until packets come, the SDP counts", () => assert.deepEqual(target(latch()), signalled));

test("the first source seen takes its place", () => {
  const one = latch();
  assert.ok(one.admits(...nat, 10));
  assert.deepEqual(target(one), nat);
});

test("a second source is not believed while the first one speaks", () => {
  const one = latch();
  for (let now = 0; now < 10_000; now += 20) {
    assert.ok(one.admits(...nat, now));
    assert.equal(one.admits(...stranger, now + 10), false);
  }
});

test("the one that matches the SDP wins in the first seconds, not later", () => {
  const one = latch();
  one.admits(...stranger, 0);
  assert.ok(one.admits(...signalled, 100));
  assert.equal(one.admits(...stranger, 120), false);

  const late = latch();
  for (let now = 0; now < 4_000; now += 20) late.admits(...nat, now);
  assert.equal(late.admits(...signalled, 4_000), false);
});

test("after silence another source may follow: half a second at first, three seconds later", () => {
  const early = latch();
  early.admits(...nat, 0);
  assert.equal(early.admits(...stranger, 400), false);
  assert.ok(early.admits(...stranger, 501));

  const settled = latch();
  settled.admits(...nat, 3_500);
  assert.equal(settled.admits(...stranger, 6_400), false);
  assert.ok(settled.admits(...stranger, 6_500));
});

test("a re-INVITE with the same address keeps what was learnt, another address begins anew", () => {
  const one = latch();
  one.admits(...nat, 0);
  one.signal(...signalled, 100);
  assert.deepEqual(target(one), nat);
  one.signal("192.0.2.2", 4_002, 200);
  assert.deepEqual(target(one), ["192.0.2.2", 4_002]);
});

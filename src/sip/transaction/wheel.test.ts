import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { virtualClock } from "../../base/clock.ts";
import { type Expiring, Wheel } from "./wheel.ts";

test("every entry runs out once, never early and at most two ticks late, and an idle wheel has no timer", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(40_000), fc.nat(5_000), fc.boolean()), { minLength: 1, maxLength: 40 }),
      (entries) => {
        const clock = virtualClock();
        const wheel = new Wheel(clock);
        const late: number[] = [];
        let removed = 0;
        for (const [ms, pause, taken] of entries) {
          const due = clock.monotonic() + ms;
          const entry: Expiring = { bucket: undefined, expire: () => void late.push(clock.monotonic() - due) };
          wheel.add(entry, ms);
          if (taken) {
            wheel.remove(entry);
            removed++;
          }
          clock.advance(pause);
        }
        clock.advance(41_000);
        assert.equal(late.length, entries.length - removed);
        assert.ok(
          late.every((ms) => ms >= 0 && ms <= 500),
          late.join(),
        );
        assert.equal(clock.pending(), 0);
      },
    ),
  );
});

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { admit, type Bucket, type Rate } from "./rate.ts";

test("so many at once, then as they leak; a refusal costs nothing and says when to come", () => {
  const rate: Rate = { requests: 3, seconds: 6 };
  let bucket: Bucket = 0;
  const ask = (now: number) => {
    const { admitted, left, resetS, ...next } = admit(bucket, rate, now);
    bucket = next.bucket;
    return [admitted, left, resetS];
  };
  assert.deepEqual(
    [ask(0), ask(0), ask(0)],
    [
      [true, 2, 2],
      [true, 1, 4],
      [true, 0, 2],
    ],
  );
  assert.deepEqual(
    [ask(0), ask(1000)],
    [
      [false, 0, 2],
      [false, 0, 1],
    ],
  );
  assert.deepEqual(ask(2000), [true, 0, 2]);
  assert.deepEqual(ask(60_000), [true, 2, 2]);
});

test("any sequence: never more than twice the rate in a window, and what is left may really come at once", () => {
  const rates = fc.record({ requests: fc.integer({ min: 1, max: 50 }), seconds: fc.integer({ min: 1, max: 20 }) });
  fc.assert(
    fc.property(rates, fc.array(fc.nat(3000), { maxLength: 200 }), (rate, gaps) => {
      let bucket: Bucket = 0;
      let now = 0;
      const admittedAt: number[] = [];
      for (const gap of gaps) {
        now += gap;
        const asked = admit(bucket, rate, now);
        bucket = asked.bucket;
        if (asked.admitted) admittedAt.push(now);
        let rest = bucket;
        for (let more = 0; more < asked.left; more++) {
          const next = admit(rest, rate, now);
          assert.ok(next.admitted);
          rest = next.bucket;
        }
        assert.equal(admit(rest, rate, now).admitted, false);
        if (asked.left === 0) assert.ok(admit(bucket, rate, now + asked.resetS * 1000).admitted);
      }
      for (const start of admittedAt) {
        const within = admittedAt.filter((at) => at >= start && at < start + rate.seconds * 1000);
        assert.ok(within.length <= 2 * rate.requests, `${within.length} of ${rate.requests}`);
      }
    }),
  );
});

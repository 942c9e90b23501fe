// Limits by address: who counts as one, and that what one uses up is nobody else's.

import assert from "node:assert/strict";
import { test } from "node:test";
import { virtualClock } from "../base/clock.ts";
import { openLimits } from "./limits.ts";

const rate = { requests: 3, seconds: 10 };

test("an IPv6 subscriber has one count, whatever address of his /64 he comes from; his neighbour has another", () => {
  const limits = openLimits(virtualClock(), { agent: rate, operation: rate, address: rate });
  const refused = (address: string) => limits.address({ address, trusted: false }).refused?.message;
  const own = (at: number) => `2001:db8:0:7:${at.toString(16)}::${at}`;
  assert.deepEqual([1, 2, 3].map(own).map(refused), [undefined, undefined, undefined]);
  assert.match(refused(own(4)) ?? "", /^too many requests from this address: again in \d+ s$/);
  assert.equal(refused("2001:db8:0:8::1"), undefined);
  assert.equal(refused("192.0.2.1"), undefined);
});

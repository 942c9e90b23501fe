// 3,000 requests in the ordinary run; `npm run fuzz -- --rest` asks 50,000 and more. The seed is new each time and printed; what comes
// between the agents is the machine's, so a seed repeats the requests and not their order.

import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { test } from "node:test";
import { restStorm } from "./rest-storm.ts";

test("3,000 requests in any state: every reply an envelope with a known code, nothing left, nothing given away", {
  timeout: 110_000,
}, async (t) => {
  const seed = randomInt(2 ** 31);
  t.diagnostic(`seed ${seed}`);
  const weather = await restStorm({ count: 3_000, seed });
  t.diagnostic(JSON.stringify(weather));
  assert.ok(weather.done > weather.operations / 3, `carried out ${weather.done} of ${weather.operations} operations`);
  assert.ok(weather.calls > 20 && weather.events > 100, JSON.stringify(weather));
});

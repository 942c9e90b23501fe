// 20,000 mutants in the ordinary run; `npm run fuzz` sends 200,000 and more. The seed is new each time and printed, so that
// `npm run fuzz -- --seed N` sends the same ones again.

import { randomInt } from "node:crypto";
import { test } from "node:test";
import { judge } from "./judgement.ts";
import { storm } from "./storm.ts";

test("20,000 mutants through the sockets: no bug, no hang, every state, idle again", {
  timeout: 110_000,
}, async (t) => {
  const seed = randomInt(2 ** 31);
  t.diagnostic(`seed ${seed}`);
  const weather = await storm({ count: 20_000, seed });
  for (const line of judge(weather, seed)) t.diagnostic(line);
});

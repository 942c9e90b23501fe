// npm run fuzz [-- --rest --count N --seed N]: one long storm and its report: SIP messages to an endpoint, or with --rest requests to
// a gateway. Exit code 1 when it was not stood.

import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { judge } from "./judgement.ts";
import { restStorm } from "./rest-storm.ts";
import { storm } from "./storm.ts";

const { values } = parseArgs({
  options: { rest: { type: "boolean" }, count: { type: "string" }, seed: { type: "string" } },
});
const count = Number(values.count ?? (values.rest ? 50_000 : 200_000));
const seed = Number(values.seed ?? randomInt(2 ** 31));
if (!Number.isSafeInteger(count) || count < 1 || !Number.isSafeInteger(seed)) {
  process.stderr.write("npm run fuzz -- [--rest] --count N --seed N: whole numbers\n");
  process.exit(2);
}
process.stdout.write(`seed ${seed}\n`);
try {
  if (values.rest) {
    process.stdout.write(`${JSON.stringify(await restStorm({ count, seed }), null, 2)}\n`);
  } else {
    process.stdout.write(`${judge(await storm({ count, seed }), seed).join("\n")}\n`);
  }
} catch (fault) {
  process.stderr.write(`${fault instanceof Error ? fault.message : fault}\n`);
  process.exitCode = 1;
}

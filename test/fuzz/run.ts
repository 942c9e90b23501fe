// npm run fuzz [-- --count N --seed N]: one long storm and its report. Exit code 1 when the endpoint did not stand it.

import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { judge } from "./judgement.ts";
import { storm } from "./storm.ts";

const { values } = parseArgs({ options: { count: { type: "string" }, seed: { type: "string" } } });
const count = Number(values.count ?? 200_000);
const seed = Number(values.seed ?? randomInt(2 ** 31));
if (!Number.isSafeInteger(count) || count < 1 || !Number.isSafeInteger(seed)) {
  process.stderr.write("npm run fuzz -- --count N --seed N: whole numbers\n");
  process.exit(2);
}
process.stdout.write(`seed ${seed}\n`);
try {
  const weather = await storm({ count, seed });
  process.stdout.write(`${judge(weather, seed).join("\n")}\n`);
} catch (fault) {
  process.stderr.write(`${fault instanceof Error ? fault.message : fault}\n`);
  process.exitCode = 1;
}

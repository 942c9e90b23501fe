// npm run bench desk -- [--runs 7]
// How soon the agent's desk can be used: from the address to a sign-in form that takes what is typed, in Chromium on loopback, with an empty
// cache (a new window for each run) and with a full one. One JSON object on standard output, a summary on standard error.

import process from "node:process";
import { parseArgs } from "node:util";
import { runDesk } from "./load/desk-run.ts";
import { machine } from "./load/figures.ts";
import { whole } from "./load/options.ts";

const { values } = parseArgs({ options: { runs: { type: "string", default: "7" } } });
const load = { runs: whole("runs", values.runs) };

const figures = await runDesk(load.runs);
for (const [cache, { interactiveMs, paintedMs, longestTaskMs }] of Object.entries(figures))
  process.stderr.write(
    `${cache.padEnd(6)} interactive ${interactiveMs.p50} ms (at most ${interactiveMs.max}), painted ${paintedMs.p50} ms, longest task ${longestTaskMs.max} ms\n`,
  );
process.stdout.write(`${JSON.stringify({ benchmark: "desk", machine: machine(), load, figures }, null, 2)}\n`);

// npm run fuzz [-- --rest --count N --seed N]: mutants of SIP messages through the sockets of an endpoint, or requests of any kind to
// a gateway with calls in it (test/fuzz/run.ts).

import { runProgram } from "./tool.mjs";

const limitMs = 30 * 60_000;

export const fuzz = (args) =>
  runProgram(process.execPath, ["--disable-warning=ExperimentalWarning", "test/fuzz/run.ts", ...args], { limitMs });

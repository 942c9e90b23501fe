// npm run chaos [-- args]: runs bench/chaos/main.ts and passes its exit code on.

import { runProgram } from "./tool.mjs";

export const chaos = (args) =>
  runProgram(process.execPath, ["--disable-warning=ExperimentalWarning", "bench/chaos/main.ts", ...args]);

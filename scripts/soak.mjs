// npm run soak NAME [args]: runs bench/soak/NAME.ts and passes its exit code on.

import { Refused } from "../bin/runtime.mjs";
import { runProgram } from "./tool.mjs";

const soaks = ["media"];

export async function soak([name = "", ...args]) {
  if (!soaks.includes(name)) throw new Refused(`no soak "${name}": ${soaks.join(", ")}`);
  return runProgram(process.execPath, ["--disable-warning=ExperimentalWarning", `bench/soak/${name}.ts`, ...args]);
}

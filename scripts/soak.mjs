// npm run soak [NAME] [-- args]: runs bench/soak/NAME.ts, without a name the mix, and passes its exit code on.

import { Refused } from "../bin/runtime.mjs";
import { runProgram } from "./tool.mjs";

const soaks = ["mix", "media"];

export async function soak(args) {
  const [name, ...rest] = args[0] === undefined || args[0].startsWith("-") ? ["mix", ...args] : args;
  if (!soaks.includes(name)) throw new Refused(`no soak "${name}": ${soaks.join(", ")}`);
  return runProgram(process.execPath, ["--disable-warning=ExperimentalWarning", `bench/soak/${name}.ts`, ...rest]);
}

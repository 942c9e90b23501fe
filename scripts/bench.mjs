// npm run bench NAME [args]: runs bench/NAME.ts and passes its exit code on.

import { existsSync, globSync } from "node:fs";
import { basename } from "node:path";
import { Refused } from "../bin/runtime.mjs";
import { runProgram } from "./tool.mjs";

export async function bench([name = "", ...args]) {
  const file = `bench/${name}.ts`;
  if (!/^[a-z0-9-]+$/.test(name) || !existsSync(file)) {
    const known = globSync("bench/*.ts").map((path) => basename(path, ".ts"));
    throw new Refused(`no benchmark "${name}": ${known.length > 0 ? known.sort().join(", ") : "bench/ holds none"}`);
  }
  return runProgram(process.execPath, ["--disable-warning=ExperimentalWarning", file, ...args]);
}

// npm run bench NAME [args]: runs bench/NAME.ts and passes its exit code on; without a name all of them (bench/all.ts).

import { existsSync, globSync } from "node:fs";
import { basename } from "node:path";
import { Refused } from "../bin/runtime.mjs";
import { runProgram } from "./tool.mjs";

export async function bench(given) {
  // npm run bench, npm run bench -- --short
  const [name, ...args] = given.length === 0 || given[0].startsWith("-") ? ["all", ...given] : given;
  const file = `bench/${name}.ts`;
  if (!/^[a-z0-9-]+$/.test(name) || !existsSync(file)) {
    const known = globSync("bench/*.ts").map((path) => basename(path, ".ts"));
    throw new Refused(`no benchmark "${name}": ${known.length > 0 ? known.sort().join(", ") : "bench/ holds none"}`);
  }
  return runProgram(process.execPath, ["--disable-warning=ExperimentalWarning", file, ...args]);
}

// The results of one test run (results.mjs), as the readers of a run need them: which row of the documents each
// conformance test belongs to, and whether all of a row's tests passed.

import { readFileSync } from "node:fs";
import { rowOf } from "../test/conformance/documents.ts";

const folder = "test/conformance/";

/** `name` and `passed` of each conformance test, and of events that take minutes elsewhere, in the order of the run; `complete`: the run came to its end. */
export function readResults(path) {
  const lines = readFileSync(path, "utf8").trim().split("\n").filter(Boolean).map(parse);
  const tests = lines
    .filter(
      ({ kind, file, path: names }) => kind === "test" && (file.startsWith(folder) || /^event \w+$/.test(names.at(-1))),
    )
    .map(({ path: names, result, file }) => ({ name: names.at(-1), passed: result === "pass", result, file }));
  return { tests, complete: lines.some(({ summary }) => summary !== undefined) };
}

function parse(line) {
  try {
    return JSON.parse(line);
  } catch {
    throw new Error(`not a line of a test run's results: ${line.slice(0, 80)}`);
  }
}

/** Tests by the row that their name begins with. */
export const byRow = (tests) => Map.groupBy(tests, ({ name }) => rowOf(name));

/** A row holds when it has a test and all of them passed. */
export const holds = (tests) => tests !== undefined && tests.length > 0 && tests.every(({ passed }) => passed);

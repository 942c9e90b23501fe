// The table of `npm run conformance`: each sentence and number of the documents, its tests, their result in this run.
// Exit code 1 when a row failed or has no test.

import { rows } from "../test/conformance/documents.ts";
import { byRow, holds, readResults } from "./run-results.mjs";

const [path] = process.argv.slice(2);
if (!path) {
  process.stderr.write("usage: conformance.mjs RESULTS\n");
  process.exit(2);
}

const { tests, complete } = readResults(path);
const found = byRow(tests);
const width = Math.max(...rows.map((row) => row.length));

function* table() {
  yield `\n${"row".padEnd(width)}  result  test`;
  for (const row of rows) {
    const own = found.get(row) ?? [];
    if (own.length === 0) yield `${row.padEnd(width)}  none    -`;
    for (const { name, result } of own)
      yield `${row.padEnd(width)}  ${result.padEnd(6)}  ${name.slice(row.length + 2)}`;
  }
}

function* besides() {
  const known = new Set(rows);
  const rest = [...found].filter(([row]) => !known.has(row)).flatMap(([, own]) => own);
  yield `\n${rest.length} tests beside the rows`;
  for (const { name, result } of rest.filter(({ passed }) => !passed)) yield `  ${result}: ${name}`;
}

const failed = rows.filter((row) => !holds(found.get(row)));
const counts = `${rows.length} rows, ${rows.length - failed.length} hold, ${failed.length} do not`;
process.stdout.write(`${[...table(), ...besides(), "", counts].join("\n")}\n`);
for (const row of failed) process.stdout.write(`  ${found.has(row) ? "failed" : "no test"}: ${row}\n`);
if (!complete) process.stdout.write("the run did not come to its end\n");
process.exit(failed.length === 0 && complete && tests.every(({ passed }) => passed) ? 0 : 1);

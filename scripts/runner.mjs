// Runs test files in the order in which they are given, so many at once; `node --test` would sort them by name.
//   node runner.mjs --at-once=3 --limit-ms=120000 --results=PATH FILE…
// What happens goes to standard output, the results to PATH (results.mjs). Exit code 1 when one of them failed.

import { createWriteStream } from "node:fs";
import { resolve } from "node:path";
import { compose } from "node:stream";
import { finished } from "node:stream/promises";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { parseArgs } from "node:util";
import results from "./results.mjs";

const { values, positionals } = parseArgs({
  options: { "at-once": { type: "string" }, "limit-ms": { type: "string" }, results: { type: "string" } },
  allowPositionals: true,
});

const interrupted = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => interrupted.abort());

const events = run({
  files: positionals.map((file) => resolve(file)),
  concurrency: Number(values["at-once"]),
  timeout: Number(values["limit-ms"]),
  signal: interrupted.signal,
});
events.on("test:fail", ({ todo }) => {
  if (todo === undefined || todo === false) process.exitCode = 1;
});
/** A run that was interrupted has no last line: nobody takes it for a whole one (results.mjs). */
async function* wholeResults(source) {
  for await (const line of results(source)) {
    if (!(interrupted.signal.aborted && line.startsWith('{"summary"'))) yield line;
  }
}

const file = createWriteStream(values.results);
compose(events, wholeResults).pipe(file);
compose(events, new spec()).pipe(process.stdout);
await finished(file);

// A reporter for node --test that writes one JSON line per finished test, for docs/coverage.md and the conformance table:
//   {"file":"test/wire/x.test.ts","path":["suite","test"],"kind":"test","result":"pass","ms":1.5}
// `path` goes from the outermost suite to the test; `result` is pass, fail, skip or todo. The last line is
//   {"summary":{"tests":…,"passed":…,"failed":…,"skipped":…,"todo":…,"cancelled":…}}
// and is there only when the run came to its end.

import { relative } from "node:path";

const isMarked = (mark) => mark !== undefined && mark !== false;

function outcome(type, data) {
  if (isMarked(data.skip)) return "skip";
  if (isMarked(data.todo)) return "todo";
  return type === "test:pass" ? "pass" : "fail";
}

const toRow = (type, data, outer) => ({
  file: data.file ? relative(process.cwd(), data.file) : "",
  path: [...outer, data.name],
  kind: data.details.type === "suite" ? "suite" : "test",
  result: outcome(type, data),
  ms: data.details.duration_ms,
});

// Node.js finds a reporter by its module's default export.
async function* results(source) {
  /** By file: the names on the way down to the test that was started last. */
  const open = new Map();
  for await (const { type, data } of source) {
    const outer = (open.get(data?.file) ?? []).slice(0, data?.nesting);
    if (type === "test:start") open.set(data.file, [...outer, data.name]);
    if (type === "test:pass" || type === "test:fail") yield `${JSON.stringify(toRow(type, data, outer))}\n`;
    if (type === "test:summary" && data.file === undefined) yield `${JSON.stringify({ summary: data.counts })}\n`;
  }
}

export { results as default };

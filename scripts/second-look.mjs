// Real programs on two busy cores: a test may fail because its neighbours held the machine. Whoever failed beside others is
// run again alone, once and whole; what fails there too is broken, and what passes is named as flaky, so that it gets mended.

import { readFileSync, writeFileSync } from "node:fs";

/** More than these failing is no accident of the machine. */
const mostFiles = 3;
/** A second look that cannot end in time is none. */
const leastMs = 60_000;

const readRows = (results) =>
  readFileSync(results, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

const failures = (rows) => rows.filter(({ kind, result }) => kind === "test" && result === "fail");

/**
 * `rerun(files)` runs them alone and resolves with `{ code, results }`. Resolves with the exit code of the whole; the rows of
 * the files that passed in the end take the place of their first ones in `results`. `say` is told what happens.
 */
export async function secondLook({ code, results, leftMs, rerun, say }) {
  const rows = readRows(results);
  const first = failures(rows);
  const files = [...new Set(first.map(({ file }) => file))];
  const whole = rows.some(({ summary }) => summary !== undefined);
  if (code === 0 || !whole || files.length === 0 || files.length > mostFiles || leftMs < leastMs) return code;
  say(`\n== failed beside others, again alone: ${files.join(", ")}\n`);
  const again = await rerun(files);
  if (again.code !== 0) return again.code;
  const kept = rows.filter(({ file, summary }) => summary === undefined && !files.includes(file));
  const merged = [...kept, ...readRows(again.results)];
  writeFileSync(results, `${merged.map((row) => JSON.stringify(row)).join("\n")}\n`);
  for (const { file, path } of first) say(`FLAKY, passed alone: ${file}: ${path.join(" > ")}\n`);
  return 0;
}

// One run of all tests (runner.mjs), and what has to stand around it: the checks before, a folder of its own for
// temporary files, a hard end, nothing left behind. Results go to .seatway-test/ as JSON lines (results.mjs).

import { chmodSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Refused } from "../bin/runtime.mjs";
import { check } from "./check.mjs";
import { endLeftovers } from "./leftovers.mjs";
import { dealt } from "./order.mjs";
import { prepareBuilders, preparePeers } from "./peers.mjs";
import { secondLook } from "./second-look.mjs";
import { runProgram } from "./tool.mjs";

const resultsFolder = ".seatway-test";

/** Where the tests are, by what they show. */
const kinds = {
  peer: "test/peer/**/*.test.ts",
  browser: "test/browser/**/*.test.ts",
  conformance: "test/conformance/**/*.test.ts",
  house: "test/*.test.ts",
  fuzz: "test/fuzz/**/*.test.ts",
  wire: "test/wire/**/*.test.ts",
  scenario: "test/scenario/**/*.test.ts",
  unit: "src/**/*.test.ts",
  pages: "web/**/*.test.ts",
};

/** Files at once: twice the two cores that this is made for, since a test with real programs waits for two thirds of its time. */
const atOnce = 4;

/** Those with real programs first; what takes a moment is for the end, so that it is not one long file alone. */
function inOrder({ peer, browser, conformance, house, ...quick }) {
  return [...dealt([...browser, ...house], [...peer, ...conformance]), ...Object.values(quick).flat()];
}

/** Nothing runs longer than this: one test, and the whole short run. Its time is some nine minutes; a slower machine may take twice that. */
const oneLimitMs = 120_000;
const runLimitMs = 20 * 60_000;

/** Runs these files; resolves with the exit code and the path of the results. */
async function runTests(files, { name, env = {}, limitMs = runLimitMs, testLimitMs = oneLimitMs, together = atOnce }) {
  mkdirSync(resultsFolder, { recursive: true });
  const results = join(resultsFolder, `${name}.jsonl`);
  rmSync(results, { force: true });
  const temporary = mkdtempSync(join(tmpdir(), "seatway-test-"));
  // PostgreSQL, which runs as another user, has a folder of its own below it.
  chmodSync(temporary, 0o711);
  const options = [`--at-once=${together}`, `--limit-ms=${testLimitMs}`, `--results=${results}`];
  const args = ["--disable-warning=ExperimentalWarning", "scripts/runner.mjs", ...options, ...files];
  try {
    const code = await runProgram(process.execPath, args, {
      env: { ...process.env, ...env, TMPDIR: temporary, SEATWAY_TEST_RUN: temporary },
      limitMs,
    });
    return { code: (await endLeftovers(temporary)) === 0 ? code : code || 1, results };
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** Under CI=true no test may be left out: how many were, which is said aloud. */
function leftOutUnderCi(results) {
  if (process.env.CI !== "true" || !existsSync(results)) return 0;
  const rows = readFileSync(results, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const skipped = rows.filter(({ kind, result }) => kind === "test" && result === "skip");
  for (const { file, path } of skipped) process.stderr.write(`CI=true and left out: ${file}: ${path.join(" > ")}\n`);
  return skipped.length;
}

/** Runs a script that reads the results, when this checkout has it; its output is shown only when it fails. */
async function runReader(script, results, stdio) {
  const path = join("scripts", script);
  return existsSync(path) ? runProgram(process.execPath, [path, results], { stdio }) : 0;
}

export async function test() {
  const missing = preparePeers();
  const failed = await check();
  if (failed !== 0) return failed;
  const found = Object.entries(kinds).map(([kind, pattern]) => [kind, globSync(pattern).sort()]);
  process.stdout.write(`\n== tests: files ${found.map(([kind, files]) => `${kind} ${files.length}`).join(", ")}\n`);
  const env = { SEATWAY_PEERS_MISSING: missing.join(",") };
  const startedMs = performance.now();
  const first = await runTests(inOrder(Object.fromEntries(found)), { name: "test", env });
  const leftMs = runLimitMs - (performance.now() - startedMs);
  const rerun = (files) => runTests(files, { name: "test-again", env, limitMs: leftMs, together: 1 });
  const code = await secondLook({ ...first, leftMs, rerun, say: (line) => process.stderr.write(line) });
  const { results } = first;
  // Standard output stays free, so that the runner's own counts are the last thing on it.
  const reader = await runReader("coverage.mjs", results, ["ignore", "ignore", "inherit"]);
  return code || reader || Math.min(leftOutUnderCi(results), 1);
}

/** The long tests, or those that are named: `npm run test:long -- soak`. They set their own limits. */
export async function testLong(names) {
  const files = names.length > 0 ? names.map((name) => `test/long/${name}.test.ts`) : globSync("test/long/*.test.ts");
  if (files.length === 0) throw new Refused("there are no long tests: test/long/ holds none");
  const absent = files.filter((file) => !existsSync(file));
  if (absent.length > 0) throw new Refused(`no such long test: ${absent.join(", ")}`);
  const missing = files.some((file) => file.endsWith("/images.test.ts")) ? prepareBuilders() : [];
  const limits = { limitMs: 35 * 60_000, testLimitMs: 35 * 60_000 };
  const { code } = await runTests(files.sort(), {
    name: "long",
    ...limits,
    env: { SEATWAY_PEERS_MISSING: missing.join(",") },
  });
  return code;
}

/** The conformance tests alone, then the table: sentence of the documents -> result of this run. */
export async function conformance() {
  const files = globSync(kinds.conformance).sort();
  if (files.length === 0) throw new Refused("there are no conformance tests: test/conformance/ holds none");
  const { code, results } = await runTests(files, { name: "conformance" });
  const table = await runReader("conformance.mjs", results, "inherit");
  return code || table;
}

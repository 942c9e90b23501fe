// The readers of a run: the table fails when a row has no test or a failed one, and the coverage page says what ran, is
// the same for the same results, and is not written from half a run.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type TestContext, test } from "node:test";
import { secondMethods } from "../../src/contract/catalogue.ts";
import { builtOperations, pushEvent, rowOf, rows } from "./documents.ts";

const scripts = resolve(import.meta.dirname, "../../scripts");
const summary = { summary: { tests: 1 } };

type Line = Readonly<Record<string, unknown>>;

const row = (name: string, result = "pass"): Line => ({
  file: "test/conformance/x.test.ts",
  path: [`${name}: says something`],
  kind: "test",
  result,
});

/** A folder with these results and an empty docs/; `run` starts a reader in it. */
function folderWith(t: TestContext, lines: readonly Line[]) {
  const folder = mkdtempSync(join(tmpdir(), "seatway-table-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, "docs"));
  writeFileSync(join(folder, "results.jsonl"), lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  const page = join(folder, "docs", "coverage.md");
  const run = (script: string, ci = "") =>
    new Promise<{ code: number; out: string; err: string }>((done) => {
      const env = { ...process.env, CI: ci };
      execFile(process.execPath, [join(scripts, script), "results.jsonl"], { cwd: folder, env }, (fault, out, err) =>
        done({ code: fault ? Number(fault.code ?? 1) : 0, out, err }),
      );
    });
  return { run, page: () => readFileSync(page, "utf8"), write: (text: string) => writeFileSync(page, text) };
}

const all = rows.map((name) => row(name));

test("the table: every row with a test that passed is exit code 0", async (t) => {
  const { code, out } = await folderWith(t, [...all, summary]).run("conformance.mjs");
  assert.equal(code, 0, out);
  assert.match(out, new RegExp(`\\n${rows.length} rows, ${rows.length} hold, 0 do not\\n`));
});

test("the table: a failed test, a row without one, half a run: exit code 1 and the reason", async (t) => {
  for (const [lines, reason] of [
    [[...all, row("wire 5", "fail"), summary], /failed: wire 5\n/],
    [[...all, row("wire 5", "skip"), summary], /failed: wire 5\n/],
    [[...all.filter(({ path }) => String(path) !== "seed 22: says something"), summary], /no test: seed 22\n/],
    [all, /did not come to its end/],
  ] as const) {
    const { code, out } = await folderWith(t, lines).run("conformance.mjs");
    assert.equal(code, 1);
    assert.match(out, reason);
  }
});

/** Second methods of an operation are not counted. */
const requests = builtOperations.filter(({ method, path }) => !secondMethods.includes(`${method} ${path}`));

test("the coverage page: done where the tests passed, refused where it says so, not yet elsewhere; the same results, the same page", async (t) => {
  const { run, page } = folderWith(t, [...all, row("operation voicecall.hold", "fail"), summary]);
  assert.equal((await run("coverage.mjs")).code, 0);
  const first = page();
  const refused = requests.filter((each) => each.refused).length;
  const requestsThatHold = requests.length - 1;
  const done = requestsThatHold - refused + [pushEvent].length;
  assert.match(first, new RegExp(`Operations: ${done} of 241 done, ${refused} refused\\.`));
  assert.match(
    first,
    /\| `voicecall\.startAsrByCallId` \| refused with `200-040`: speech recognition is not enabled \|/,
  );
  assert.match(first, /\| `PUT \/voicecall\/\{agentid\}\/callout` \| `voicecall\.callout` \| done \| x\.test\.ts \|/);
  assert.match(first, /\/hold` \| `voicecall\.hold` \| not yet: its test did not pass \|/);
  assert.equal((await run("coverage.mjs", "true")).code, 0);
  assert.equal(page(), first);
});

test("the coverage page: under CI another page is a failure that shows the difference; nothing is written", async (t) => {
  const { run, page, write } = folderWith(t, [...all, summary]);
  await run("coverage.mjs");
  const stale = page().replace("| `voicecall.hold` | done | ", "| `voicecall.hold` | not yet | ");
  write(stale);
  const { code, err } = await run("coverage.mjs", "true");
  assert.equal(code, 1);
  assert.match(err, /\n-\| .*`voicecall\.hold` \| not yet \|.*\n\+\| .*`voicecall\.hold` \| done \|/);
  assert.equal(page(), stale);
});

test("the coverage page: half a run leaves it as it was", async (t) => {
  const { run, page, write } = folderWith(t, all);
  write("as it was\n");
  assert.equal((await run("coverage.mjs")).code, 1);
  assert.equal(page(), "as it was\n");
});

test("a test's name says its row, and nothing else does", () => {
  assert.equal(rowOf("seed 112: caller"), "seed 112");
  assert.equal(rowOf("operation voicecall.callout: the call id"), "operation voicecall.callout");
  for (const name of ["operations not built yet: each", "seed: 3", "mutation: wire 2: red", "wire 2 and 3: both"]) {
    assert.equal(rowOf(name), undefined, name);
  }
});

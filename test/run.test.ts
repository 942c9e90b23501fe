// What stands around the tests: the rows that coverage and conformance are made from, and the search for processes
// that a test left behind.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, it } from "node:test";
import { pathToFileURL } from "node:url";

const scripts = resolve(import.meta.dirname, "..", "scripts");
const folder = mkdtempSync(join(tmpdir(), "seatway-run-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const sample = `
  import { describe, it } from "node:test";
  describe("outer", () => {
    describe("inner", () => {
      it("holds", () => {});
      it("breaks", () => { throw new Error("broken"); });
    });
    it("is left out", { skip: "no peer" }, () => {});
    it("is to come", { todo: true }, () => {});
  });
  it("stands alone", () => {});
`;

it("a result has its file, its path through the suites and its outcome", () => {
  writeFileSync(join(folder, "sample.test.mjs"), sample);
  const reporter = pathToFileURL(join(scripts, "results.mjs")).href;
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const args = ["--test", `--test-reporter=${reporter}`, "sample.test.mjs"];
  const { stdout, status } = spawnSync(process.execPath, args, { cwd: folder, env, encoding: "utf8" });
  assert.equal(status, 1);
  const rows = stdout.trim().split("\n");
  const { summary } = JSON.parse(rows.pop() ?? "");
  assert.deepEqual([summary.tests, summary.passed, summary.failed, summary.skipped, summary.todo], [5, 2, 1, 1, 1]);
  const seen = rows.map((row) => JSON.parse(row)).map(({ file, path, kind, result }) => [file, path, kind, result]);
  const file = "sample.test.mjs";
  assert.deepEqual(seen, [
    [file, ["outer", "inner", "holds"], "test", "pass"],
    [file, ["outer", "inner", "breaks"], "test", "fail"],
    [file, ["outer", "inner"], "suite", "fail"],
    [file, ["outer", "is left out"], "test", "skip"],
    [file, ["outer", "is to come"], "test", "todo"],
    [file, ["outer"], "suite", "fail"],
    [file, ["stands alone"], "test", "pass"],
  ]);
});

it("files run in the order given, one after the other when told so; one that fails or hangs makes the run fail", () => {
  const passes = 'import { it } from "node:test"; it("passes", () => {});';
  for (const name of ["a", "b"]) writeFileSync(join(folder, `${name}.test.mjs`), passes);
  writeFileSync(
    join(folder, "hangs.test.mjs"),
    'import { it } from "node:test"; it("hangs", () => new Promise((resolve) => setTimeout(resolve, 3000)));',
  );
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const run = (...files: readonly string[]) => {
    const options = ["--at-once=1", "--limit-ms=1500", `--results=${join(folder, "results.jsonl")}`];
    const args = [join(scripts, "runner.mjs"), ...options, ...files.map((name) => `${name}.test.mjs`)];
    const { status } = spawnSync(process.execPath, args, { cwd: folder, env });
    const rows = readFileSync(join(folder, "results.jsonl"), "utf8").trim().split("\n");
    return { status, files: rows.map((row) => JSON.parse(row).file).filter(Boolean) };
  };
  assert.deepEqual(run("b", "a"), { status: 0, files: ["b.test.mjs", "a.test.mjs"] });
  assert.deepEqual(run("hangs", "a"), { status: 1, files: ["hangs.test.mjs", "a.test.mjs"] });
  assert.deepEqual(run("absent").status, 1);
});

it("busy files stand among those that wait, at even distances and in their order", async () => {
  const { dealt } = await import(pathToFileURL(join(scripts, "order.mjs")).href);
  const waiting = Array.from({ length: 6 }, (_, at) => `w${at}`);
  assert.equal(dealt(["a", "b"], waiting).join(" "), "w0 a w1 w2 w3 b w4 w5");
  assert.deepEqual([dealt([], waiting), dealt(["a"], [])], [waiting, ["a"]]);
});

it("a process that carries the mark is found and ended, another is not touched", {
  skip: process.platform === "linux" ? false : "reads /proc",
}, async () => {
  const start = (mark: string) =>
    spawn(process.execPath, ["-e", "setInterval(() => {}, 1000); console.log(1)"], {
      env: { ...process.env, SEATWAY_TEST_RUN: mark },
      stdio: ["ignore", "pipe", "ignore"],
    });
  const [left, other] = [start(folder), start(`${folder}-other`)];
  const ended = once(left, "exit");
  await Promise.all([once(left.stdout, "data"), once(other.stdout, "data")]);
  const program = `import { endLeftovers } from ${JSON.stringify(pathToFileURL(join(scripts, "leftovers.mjs")).href)};
    console.log(await endLeftovers(${JSON.stringify(folder)}, 100));`;
  const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" });
  assert.equal(stdout, "1\n");
  assert.deepEqual(await ended, [null, "SIGKILL"]);
  assert.equal(other.exitCode, null);
  other.kill("SIGKILL");
  await once(other, "exit");
});

const row = (file: string, result: string) => JSON.stringify({ file, path: [file], kind: "test", result, ms: 1 });
const summary = JSON.stringify({ summary: { tests: 1 } });

/** `files` that were run again, the exit code, and what `results` says in the end. */
async function lookAgain(
  lines: readonly string[],
  again: { code: number; lines?: readonly string[] },
  leftMs = 100_000,
) {
  const { secondLook } = await import(pathToFileURL(join(scripts, "second-look.mjs")).href);
  const [results, second] = ["first.jsonl", "second.jsonl"].map((name) => join(folder, name)) as [string, string];
  writeFileSync(results, `${lines.join("\n")}\n`);
  writeFileSync(second, `${(again.lines ?? []).join("\n")}\n`);
  const asked: string[] = [];
  const rerun = async (files: readonly string[]) => {
    asked.push(...files);
    return { code: again.code, results: second };
  };
  const said: string[] = [];
  const say = (line: string) => void said.push(line.trim());
  const code: number = await secondLook({ code: 1, results, leftMs, rerun, say });
  return { code, asked, said: said.at(-1), results: readFileSync(results, "utf8").trim().split("\n") };
}

it("who failed beside others and passes alone takes its place in the results", async () => {
  const first = [row("a", "pass"), row("b", "fail"), summary];
  const seen = await lookAgain(first, { code: 0, lines: [row("b", "pass"), summary] });
  assert.deepEqual(seen, {
    code: 0,
    asked: ["b"],
    said: "FLAKY, passed alone: b: b",
    results: [row("a", "pass"), row("b", "pass"), summary],
  });
});

it("who fails alone too has failed, and the first results stay", async () => {
  const first = [row("b", "fail"), summary];
  assert.deepEqual(await lookAgain(first, { code: 3 }), {
    code: 3,
    asked: ["b"],
    said: "== failed beside others, again alone: b",
    results: first,
  });
});

it("many failures, a run that was cut off, or no time left are not looked at again", async () => {
  const many = ["a", "b", "c", "d"].map((file) => row(file, "fail"));
  assert.deepEqual((await lookAgain([...many, summary], { code: 0 })).asked, []);
  assert.deepEqual((await lookAgain([row("b", "fail")], { code: 0 })).asked, []);
  assert.deepEqual((await lookAgain([row("b", "fail"), summary], { code: 0 }, 1_000)).asked, []);
});

// The table is worth something only if it turns red when the product changes. So: a copy of the product with one small
// change at a time, the tests of some rows against it, and exactly the rows that speak of it fail.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { after, test } from "node:test";
import { rowOf } from "./documents.ts";

const root = resolve(import.meta.dirname, "../..");

type Mutation = {
  readonly what: string;
  /** A file of the product; `from` stands in it once. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** Conformance tests to run, and which of them by name. */
  readonly tests: string;
  readonly pattern: string;
  readonly red: readonly string[];
};

const mutations: readonly Mutation[] = [
  {
    what: "a charset behind the Content-Type",
    file: "src/http/reply.ts",
    from: '"application/json"',
    to: '"application/json; charset=utf-8"',
    tests: "wire-reply",
    pattern: "^wire [1-68]:",
    red: ["wire 2"],
  },
  {
    what: "the keys of a reply in another order",
    file: "src/http/reply.ts",
    from: 'message: answer.message ?? success, retcode: "0"',
    to: 'retcode: "0", message: answer.message ?? success',
    tests: "wire-reply",
    pattern: "^wire [1-68]:",
    red: ["wire 4", "wire 5", "wire 6", "wire 8"],
  },
  {
    what: "AgentState_Busy before AgentOther_PhoneOffhook",
    file: "src/core/agent/phone.ts",
    from: 'notify("AgentOther_PhoneOffhook", { type: "main" }),\n      ...effects,',
    to: '...effects,\n      notify("AgentOther_PhoneOffhook", { type: "main" }),',
    tests: "seed-events",
    pattern: "^seed 22",
    red: ["seed 221"],
  },
  {
    what: "another code for a release without a call",
    file: "src/core/agent/calls.ts",
    from: 'refuse("200-017"',
    to: 'refuse("200-013"',
    tests: "wire-content",
    pattern: "^wire 2[1-9]:",
    red: ["wire 28"],
  },
  {
    what: "P978 without a meaning",
    file: "src/runtime/call-out.ts",
    from: "parameters.P978 !== 0",
    to: "parameters.P978 < 0",
    tests: "video",
    pattern: "^(seed 1[024]|decision 12|decision 22):",
    red: ["seed 10", "decision 22"],
  },
];

/** One copy of the product for all changes; what is compiled of it is kept beside it, and only the changed file is new. */
const folder = mkdtempSync(join(tmpdir(), "seatway-mutation-"));
after(() => rmSync(folder, { recursive: true, force: true }));
cpSync(join(root, "src"), join(folder, "src"), { recursive: true });
cpSync(join(root, "package.json"), join(folder, "package.json"));
symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));

/** The change is in the copy until the function that comes back is called. */
function change({ file, from, to }: Mutation): () => void {
  const path = join(folder, file);
  const before = readFileSync(path, "utf8");
  assert.equal(before.split(from).length, 2, `${file} holds it once: ${from}`);
  writeFileSync(path, before.replace(from, to));
  return () => writeFileSync(path, before);
}

type Row = { readonly kind?: string; readonly path: readonly string[]; readonly result: string };

/** The tests of a file against the copy: their names and results. */
async function runAgainst({ tests, pattern }: Mutation): Promise<readonly Row[]> {
  // A test process says by this variable that it is one; without it the runner starts as from a terminal.
  const { NODE_TEST_CONTEXT: _, ...environment } = process.env;
  const args = [
    "--disable-warning=ExperimentalWarning",
    "--test",
    "--test-reporter=./scripts/results.mjs",
    `--test-name-pattern=${pattern}`,
    `test/conformance/${tests}.test.ts`,
  ];
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: {
      ...environment,
      SEATWAY_TEST_MAIN: join(folder, "src", "main.ts"),
      NODE_COMPILE_CACHE: join(folder, "compiled"),
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = (await text(child.stdout)).trim().split("\n");
  return lines.map((line) => JSON.parse(line) as Row).filter(({ kind }) => kind === "test");
}

for (const mutation of mutations) {
  test(`mutation: ${mutation.what}: ${mutation.red.join(", ")} and no other row turns red`, async (t) => {
    t.after(change(mutation));
    const results = await runAgainst(mutation);
    const rows = (result: string) => [
      ...new Set(results.filter((each) => each.result === result).map(({ path }) => rowOf(path.at(-1) ?? ""))),
    ];
    assert.deepEqual(rows("fail"), mutation.red);
    assert.ok(rows("pass").length > 0, "the rows around it stay green");
  });
}

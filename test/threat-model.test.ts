// docs/threat-model.md and docs/secure.md say what is so: each test that they name is there, each setting is one.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { settingsTable } from "../src/settings.ts";

const file = (path: string): URL => new URL(`../${path}`, import.meta.url);
const read = (path: string): string => readFileSync(file(path), "utf8");
const model = read("docs/threat-model.md");

type Cited = { readonly row: string; readonly tests: readonly { readonly path: string; readonly title: string }[] };

const rows: readonly Cited[] = [...model.matchAll(/^\| ([^|]*) \| [^|]* \| (`(?:test|src)\/.*) \|$/gm)].map(
  ([, row = "", cell = ""]) => ({
    row,
    tests: [...cell.matchAll(/`([^`]+)`: ("[^"]+"(?:, "[^"]+")*)/g)].flatMap(([, path = "", titles = ""]) =>
      [...titles.matchAll(/"([^"]+)"/g)].map(([, title = ""]) => ({ path, title })),
    ),
  }),
);

test("every test that a row names is in its file, and every row names one", () => {
  assert.ok(rows.length > 20, `${rows.length} rows`);
  for (const { row, tests } of rows) {
    assert.ok(tests.length > 0, row);
    for (const { path, title } of tests) {
      assert.ok(existsSync(file(path)), path);
      assert.ok(read(path).includes(`"${title}"`), `${path} has no "${title}"`);
    }
  }
});

test("each item of the top ten is there once", () => {
  const items = rows.flatMap(({ row }) => /^API(\d+) /.exec(row)?.[1] ?? []).map(Number);
  assert.deepEqual(items, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test("every setting that they name is one", () => {
  const names = new Set<string>(Object.values(settingsTable).map(({ name }) => name));
  for (const text of [model, read("docs/secure.md")])
    for (const [name] of text.matchAll(/\bSEATWAY_[A-Z_]+\b/g)) assert.ok(names.has(name), name);
});

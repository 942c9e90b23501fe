import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { test } from "node:test";
import { definitionOf, fits, parameterName, parameterNames, parametersMarkdown, word } from "./table.ts";

test("every default is allowed, and every bound is a 32-bit number", () => {
  for (const name of parameterNames) {
    const { least, most, fallback } = definitionOf(name);
    assert.ok(fits(name, fallback));
    assert.ok(least >= 0 && most <= word && Number.isInteger(least) && Number.isInteger(most));
  }
});

test("names are found in any letter case, and only names of the table", () => {
  assert.equal(parameterName("p978"), "P978");
  for (const text of ["", "P", "P9780", "constructor", "toString", "__proto__"])
    assert.equal(parameterName(text), undefined);
});

test("docs/parameters.md holds the table (UPDATE_DOCS=1 writes it)", async () => {
  const page = new URL("../../../docs/parameters.md", import.meta.url);
  const old = await readFile(page, "utf8");
  const fresh = old.replace(/^\| Name \|.*(?:\n\|.*)*/m, () => parametersMarkdown());
  if (process.env["UPDATE_DOCS"] === "1") await writeFile(page, fresh);
  else assert.ok(old === fresh, "the table in the page is older than the code");
});

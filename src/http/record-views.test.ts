import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { cell } from "./record-views.ts";

test("a cell is no formula, whatever an integrator or a caller wrote", () => {
  for (const [value, written] of [
    ["40038", "40038"],
    ["+4930123", "'+4930123"],
    ["=1+1", "'=1+1"],
    ["-2", "'-2"],
    ["@SUM(A1)", "'@SUM(A1)"],
    [" =1", "' =1"],
    ['=HYPERLINK("http://x")', `"'=HYPERLINK(""http://x"")"`],
    ["a,b", '"a,b"'],
    ["a;b", '"a;b"'],
    ["line\r\nline", '"line\r\nline"'],
    ["", ""],
    [-2, "-2"],
    [null, ""],
  ] as const)
    assert.equal(cell(value), written);
});

test("whatever stands in a cell, it is one cell, and begins with nothing that a spreadsheet carries out", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(..."=+-@\t\r\n|%\",; a'") }), (text) => {
      const written = cell(text);
      const quoted = /^"(?:[^"]|"")*"$/.test(written);
      assert.ok(quoted || !/[",\r\n;]/.test(written));
      const read = quoted ? written.slice(1, -1).replaceAll('""', '"') : written;
      // Some spreadsheets part cells at a semicolon, and all at the end of a line.
      for (const piece of read.split(/[;\r\n\t]/)) assert.doesNotMatch(piece, /^\s*[=+\-@|%]/);
      const own = (one: string): string => one.replaceAll("'", "");
      assert.equal(own(read), own(text), "apostrophes alone are added");
    }),
  );
});

// Which rows of a long grid are in the page.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { windowOf } from "./windowed.ts";

const grid = { columns: 5, row: 80 };

test("at the top of 500: the rows of the window and four more, and room for the rest", () => {
  const { begin, end, above, below } = windowOf(500, grid, { top: 400, height: 800 });
  assert.deepEqual({ begin, end, above }, { begin: 0, end: 45, above: 0 });
  assert.equal(below, 91 * 80);
});

test("below the window: the first rows all the same, and those around the one that has the focus", () => {
  const below = { top: 900, height: 800 };
  assert.equal(windowOf(500, grid, below).end, 20);
  assert.deepEqual(windowOf(500, grid, { ...below, focused: 19 }), { begin: 0, end: 40, above: 0, below: 92 * 80 });
});

test("whatever is scrolled: what is seen is there, in whole rows, and the grid keeps its height", () => {
  const any = fc.record({
    count: fc.nat(2000),
    columns: fc.integer({ min: 1, max: 9 }),
    top: fc.integer(),
    height: fc.nat(4000),
  });
  fc.assert(
    fc.property(any, ({ count, columns, top, height }) => {
      const { begin, end, above, below } = windowOf(count, { ...grid, columns }, { top, height });
      const rows = Math.ceil(count / columns);
      const shown = Math.ceil((end - begin) / columns);
      assert.equal(begin % columns, 0);
      assert.ok(shown >= Math.min(rows, 4), "there is always something to go on from by keyboard");
      assert.equal(above, (begin / columns) * grid.row);
      assert.equal(above + shown * grid.row + below, rows * grid.row);
      for (let row = 0; row < rows; row += 1) {
        const at = top + row * grid.row;
        const seen = at + grid.row > 0 && at < height;
        if (seen) assert.ok(row * columns >= begin && row * columns < end, `row ${row}`);
      }
    }),
  );
});

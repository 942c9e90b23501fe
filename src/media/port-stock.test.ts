import assert from "node:assert/strict";
import { test } from "node:test";
import { PortStock, restMs } from "./port-stock.ts";

test("a port that comes back rests before it is free again", () => {
  const stock = new PortStock();
  stock.add([10, 12]);
  assert.deepEqual([stock.take(0), stock.take(0), stock.take(0)], [10, 12, undefined]);
  assert.equal(stock.taken, 2);
  stock.give(12, 100);
  assert.equal(stock.take(100 + restMs - 1), undefined);
  assert.equal(stock.free(100 + restMs), 1);
  assert.equal(stock.take(100 + restMs), 12);
  stock.give(12, 200);
  stock.give(10, 200);
  assert.equal(stock.taken, 0);
});

// The interface and what is built of it are the same operations (decisions.md 10). What answers "not available" is asked for in
// decision-values.test.ts.

import assert from "node:assert/strict";
import { test } from "node:test";
import { catalogue, secondMethods } from "../../src/contract/catalogue.ts";
import { builtOperations } from "./documents.ts";

const documented = [...catalogue, ...secondMethods];
const built = new Set(builtOperations.map(({ method, path }) => `${method} ${path}`));

test("operations: every built one is a path of the interface, and every path is built", () => {
  assert.deepEqual([...built].sort(), [...documented].sort());
  assert.equal(new Set(documented).size, documented.length, "each stands once");
});

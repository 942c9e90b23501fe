// Code, field and hint of a refusal.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { results } from "../contract/result.ts";
import { refusal } from "./refusal.ts";

test("the field that the gateway names, and what can be done", () => {
  const refused = refusal("000-002", "called: 1 to 24 of digits, * and #");
  assert.deepEqual([refused.ok, refused.retcode, refused.field], [false, "000-002", "called"]);
  assert.match(refused.hint, /Correct the field/);
});

test("no field, and a code of a newer gateway", () => {
  assert.equal(refusal("100-006", "the agent is not signed in").field, "");
  assert.deepEqual(refusal("999-999", "news"), { ok: false, retcode: "999-999", message: "news", field: "", hint: "" });
});

test("hints are for codes that there are", async () => {
  const source = await readFile(new URL("./refusal.ts", import.meta.url), "utf8");
  const codes = [...source.matchAll(/^ {2}"(\d{3}-\d{3})": "/gm)].map(([, code = ""]) => code);
  assert.ok(codes.length > 10);
  for (const code of codes) assert.ok(Object.hasOwn(results, code), code);
});

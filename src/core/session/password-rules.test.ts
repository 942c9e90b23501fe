import assert from "node:assert/strict";
import { test } from "node:test";
import { passwordRefused } from "./password-rules.ts";

const names = ["10123456", "Agent 101"];
const codeOf = (next: string, now = "the old one") => passwordRefused({ now, next }, names)?.refused ?? "0";

test("a new password: its length in characters, no control characters, another one, no name", () => {
  for (const [next, code] of [
    ["1234567", "110-020"],
    ["12345678", "0"],
    ["x".repeat(30), "0"],
    ["x".repeat(31), "110-020"],
    ["\u{1F600}".repeat(8), "0"],
    ["12345678\n", "110-019"],
    ["the old one", "110-017"],
    ["The old one", "0"],
    ["10123456", "110-018"],
    ["65432101", "110-018"],
    ["AGENT 101", "110-018"],
    ["101 tnegA", "110-018"],
  ] as const) {
    assert.equal(codeOf(next), code, next);
  }
});

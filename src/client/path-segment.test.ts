import assert from "node:assert/strict";
import { test } from "node:test";
import { connect } from "./connect.ts";
import { pathSegment } from "./path-segment.ts";

test("whatever stands in a segment stays one; what would climb is refused", () => {
  for (const value of ["101", "a/b", "a b?c#d", "...", ".a", "%2f", "%2e%2E", ".{call}."])
    assert.equal(new URL(`http://x/r/${pathSegment(value)}/s`).pathname.split("/").length, 4, value);
  for (const value of [".", ".."]) assert.throws(() => pathSegment(value), RangeError, value);
});

test("an agent named .. sends no request", async () => {
  const asked: string[] = [];
  const session = connect({
    url: "http://gateway.example",
    agent: "..",
    fetch: async (url) => {
      asked.push(String(url));
      throw new Error("sent");
    },
  });
  await assert.rejects(session.signIn({ phonenum: "40001" }), RangeError);
  session.stop();
  assert.deepEqual(asked, []);
});

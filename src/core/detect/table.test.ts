import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Cause } from "./cause.ts";
import { detect } from "./table.ts";

const rows: readonly (readonly [string, Cause, number])[] = [
  ["busy", { status: 486, rung: false }, 537],
  ["busy everywhere", { status: 600, rung: true }, 537],
  ["no answer after ringing", { status: 480, rung: true }, 603],
  ["no answer, said by the peer", { status: 408, rung: false }, 603],
  ["declined", { status: 603, rung: true }, 604],
  ["vacant", { status: 404, rung: false }, 538],
  ["incomplete", { status: 484, rung: false }, 538],
  ["changed", { status: 410, rung: false }, 150],
  ["unavailable without ringing", { status: 480, rung: false }, 549],
  ["its connection to an edge proxy is gone", { status: 430, rung: false }, 549],
  ["ring time over", { status: 487, rung: true, ours: "ring-timeout" }, 1040],
  ["a restart while it was called", { status: 503, rung: true, ours: "restart" }, 605],
  ["the agent gave up", { status: 487, rung: true, ours: "gave-up" }, 531],
  ["media refused by the peer", { status: 488, rung: false }, 155],
  ["media missing in the answer", { status: 488, rung: true, ours: "media" }, 155],
  ["carrier failure", { status: 503, rung: false }, 605],
  ["no reply at all", { status: 408, rung: false, ours: "no-answer" }, 605],
  ["every trunk down", { status: 503, rung: false, ours: "unreachable" }, 605],
  ["caller barred", { status: 403, q850: 57, rung: false }, 1552],
  ["Q.850 goes before the status", { status: 480, q850: 17, rung: false }, 537],
  ["a busy tone", { status: 486, rung: true, heard: "busy" }, 537],
  ["a congestion tone", { status: 503, rung: true, heard: "congestion" }, 605],
  ["information tones", { status: 404, rung: true, heard: "information" }, 538],
  ["a fax has answered", { status: 200, rung: true, heard: "fax" }, 262],
  ["a machine has answered", { status: 200, rung: true, heard: "machine" }, 263],
  ["a status that no row knows", { status: 402, rung: false }, 605],
];

for (const [what, cause, number] of rows) {
  test(`party: ${what} is ${number}`, () => assert.equal(detect("party", cause, []).detect, number));
}

test("the agent's phase has the same numbers and says itself; a phone that cannot be reached is 549", () => {
  assert.deepEqual(detect("agent", { status: 486, rung: false }, []), {
    detect: 537,
    desc: "agent's phone: busy (SIP 486)",
  });
  for (const ours of ["unreachable", "no-answer", "restart"] as const) {
    assert.equal(detect("agent", { status: 480, rung: false, ours }, []).detect, 549);
  }
});

test("the site's rows come first, and only where they fit", () => {
  const site = [{ phase: "party", status: 486, detect: 145, desc: "user busy" }] as const;
  assert.deepEqual(detect("party", { status: 486, rung: true }, site), { detect: 145, desc: "user busy" });
  assert.equal(detect("agent", { status: 486, rung: true }, site).detect, 537);
});

test("every cause has a number and a text", () => {
  const cause = fc.record({
    status: fc.integer({ min: 300, max: 699 }),
    q850: fc.integer({ min: 1, max: 127 }),
    rung: fc.boolean(),
  });
  fc.assert(
    fc.property(cause, fc.constantFrom("agent" as const, "party" as const), (what, phase) => {
      const found = detect(phase, what, []);
      assert.ok(found.detect > 0 && found.desc.length > 0);
    }),
  );
});

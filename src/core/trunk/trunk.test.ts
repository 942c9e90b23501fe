import assert from "node:assert/strict";
import { test } from "node:test";
import type { SiteTrunk } from "../site.ts";
import { failsOver, matches, rewritten, route, tryOrder } from "./trunk.ts";

const table: readonly (readonly [pattern: string, number: string, fits: boolean])[] = [
  ["4xxxx", "40040", true],
  ["4xxxx", "4004", false],
  ["4xxxx", "400400", false],
  ["4xxxx", "4004#", false],
  ["1xxxxxxxxxx", "13800138000", true],
  ["00.", "0049", true],
  ["00.", "00", false],
  ["*55", "*55", true],
  [".", "1", true],
  [".", "", false],
  ["x", "*", false],
];

for (const [pattern, number, fits] of table) {
  test(`${pattern} ${fits ? "fits" : "does not fit"} ${number || "the empty number"}`, () => {
    assert.equal(matches(pattern, number), fits);
  });
}

const trunk = (name: string, priority: number, ...patterns: string[]): SiteTrunk => ({
  name,
  host: "127.0.0.1",
  port: 5060,
  transport: "udp",
  patterns,
  priority,
  probeMs: 0,
});

test("the route: every trunk with a pattern that fits, in the order of the file", () => {
  const trunks = [trunk("c", 2, "4xxxx"), trunk("a", 1, "4xxxx"), trunk("b", 1, "4."), trunk("d", 0, "5xxxx")];
  assert.deepEqual(
    route(trunks, "40040").map(({ name }) => name),
    ["c", "a", "b"],
  );
  assert.deepEqual(route(trunks, "999"), []);
});

test("the order: lower priority first, among equals by weight; a weight of 0 only when the others are through", () => {
  const trunks = [
    { ...trunk("spare", 2), weight: 1000 },
    { ...trunk("never", 1), weight: 0 },
    { ...trunk("small", 1), weight: 1 },
    { ...trunk("large", 1), weight: 3 },
  ];
  const firsts = new Map<string, number>();
  for (let step = 0; step < 100; step++) {
    const [first, ...rest] = tryOrder(trunks, () => step / 100).map(({ name }) => name);
    firsts.set(first ?? "", (firsts.get(first ?? "") ?? 0) + 1);
    assert.equal(rest.at(-1), "spare");
  }
  assert.ok((firsts.get("large") ?? 0) > (firsts.get("small") ?? 0), JSON.stringify([...firsts]));
});

const numbers: readonly (readonly [number: string, by: Parameters<typeof rewritten>[1], written: string])[] = [
  ["00493012345", undefined, "00493012345"],
  ["00493012345", { strip: 2, prefix: "+" }, "+493012345"],
  ["3012345", { strip: 0, prefix: "9" }, "93012345"],
  ["30", { strip: 5, prefix: "0" }, "0"],
  ["40038", { always: "493000" }, "493000"],
];
for (const [number, by, written] of numbers)
  test(`${number} by ${JSON.stringify(by) ?? "nothing"} is ${written}`, () => {
    assert.equal(rewritten(number, by), written);
  });

test("the next trunk is for what a trunk failed at, never for what the customer said", () => {
  assert.deepEqual([500, 502, 503, 504].filter(failsOver), [500, 502, 503, 504]);
  assert.deepEqual([404, 408, 480, 486, 487, 488, 501, 600, 603].filter(failsOver), []);
});

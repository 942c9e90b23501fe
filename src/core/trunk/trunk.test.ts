import assert from "node:assert/strict";
import { test } from "node:test";
import type { SiteTrunk } from "../site.ts";
import { matches, probed, route, unprobed } from "./trunk.ts";

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

test("routes: lower priority first, equal ones in the order of the file", () => {
  const trunks = [trunk("c", 2, "4xxxx"), trunk("a", 1, "4xxxx"), trunk("b", 1, "4."), trunk("d", 0, "5xxxx")];
  assert.deepEqual(
    route(trunks, "40040").map(({ name }) => name),
    ["a", "b", "c"],
  );
  assert.deepEqual(route(trunks, "999"), []);
});

test("health: any answer but 503 brings a trunk up, two misses in a row take it down", () => {
  let health = probed(unprobed, 503);
  assert.equal(health.up, false);
  health = probed(health, 404);
  assert.equal(health.up, true);
  health = probed(health, 408);
  assert.equal(health.up, true);
  assert.equal(probed(health, 200).misses, 0);
  assert.equal(probed(health, 408).up, false);
});

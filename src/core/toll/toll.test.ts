import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { SiteSkill, TollRules } from "../site.ts";
import { DEFAULT_TOLL_RULES, dayKey, tollBar } from "./toll.ts";

const skill = (prefixes?: readonly string[]): SiteSkill => ({
  ...{ id: 25, name: "voice", mediaType: 5 },
  ...(prefixes ? { prefixes } : {}),
});

const rows: readonly (readonly [called: string, prefixes: readonly string[] | undefined, bar: string | undefined])[] = [
  ["40040", undefined, undefined],
  ["0301234567", undefined, undefined],
  ["004930123", undefined, "prefix 00 is barred"],
  ["0900123456", undefined, "prefix 0900 is barred"],
  ["01144123", undefined, "prefix 011 is barred"],
  ["004930123", ["0049", "4"], undefined],
  ["004430123", ["0049", "4"], "not a prefix of this skill"],
  ["40040", ["0049", "4"], undefined],
  ["0900123456", ["0"], "prefix 0900 is barred"],
  ["004930123", ["00"], undefined],
  ["40040", [], "not a prefix of this skill"],
];

for (const [called, prefixes, bar] of rows) {
  test(`${called} with ${prefixes ? `the prefixes [${prefixes}]` : "no prefixes"}: ${bar ?? "may be called"}`, () => {
    assert.equal(tollBar({ called, agent: "101", skill: skill(prefixes) }, DEFAULT_TOLL_RULES, new Map())?.why, bar);
  });
}

test("a day has so many calls of an agent and of a skill", () => {
  const rules: TollRules = { barred: [], agentDailyCalls: 2, skillDailyCalls: 3 };
  const bar = (agent: string, ...calls: [string, number][]) =>
    tollBar({ called: "1", agent, skill: skill() }, rules, new Map(calls))?.why;
  assert.equal(bar("101", [dayKey("agent", "101"), 1], [dayKey("skill", 25), 2]), undefined);
  assert.equal(bar("101", [dayKey("agent", "101"), 2]), "2 calls of this agent today");
  assert.equal(bar("102", [dayKey("agent", "101"), 2], [dayKey("skill", 25), 3]), "3 calls of this skill today");
});

test("no number passes a bar that is as long as what the skill allows, or longer", () => {
  const digits = fc.stringMatching(/^\d{1,6}$/);
  fc.assert(
    fc.property(digits, digits, digits, (bar, allowed, rest) => {
      const rules = { ...DEFAULT_TOLL_RULES, barred: [bar] };
      const objection = tollBar({ called: bar + rest, agent: "1", skill: skill([allowed]) }, rules, new Map());
      const opens = (bar + rest).startsWith(allowed) && allowed.length >= bar.length;
      assert.equal(objection === undefined, opens);
    }),
  );
});

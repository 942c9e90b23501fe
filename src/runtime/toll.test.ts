import assert from "node:assert/strict";
import { test } from "node:test";
import { virtualClock } from "../base/clock.ts";
import { silentLog } from "../base/log.ts";
import { openTollDesk } from "./toll.ts";

const site = { toll: { barred: ["00"], agentDailyCalls: 2, skillDailyCalls: 10 } };

test("the day's calls are counted, midnight begins a new count, and what is barred is written down without its number", () => {
  const clock = virtualClock(1_700_000_000_000);
  const barred: string[] = [];
  const logged: object[] = [];
  const log = { ...silentLog, warn: (fields: object) => void logged.push(fields) };
  const desk = openTollDesk({ clock, log, site, barred: (agent, why) => barred.push(`${agent} ${why}`) });
  const call = { called: "40040", agent: "101", skill: { id: 25 } };
  for (let at = 0; at < 2; at++) {
    assert.equal(desk.bar(call), undefined);
    desk.count("101", 25);
  }
  assert.equal(desk.bar(call), "2 calls of this agent today");
  clock.advance(86_400_000);
  assert.equal(desk.bar(call), undefined);
  assert.equal(desk.bar({ ...call, called: "0049301234" }), "prefix 00 is barred");
  assert.deepEqual(barred, ["101 ·0040: 2 calls of this agent today", "101 ······1234: prefix 00 is barred"]);
  assert.deepEqual(logged.at(-1), { agent: "101", skill: 25, called: "······1234", reason: "prefix 00 is barred" });
});

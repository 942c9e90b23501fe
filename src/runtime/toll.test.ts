import assert from "node:assert/strict";
import { test } from "node:test";
import { nextTurn, virtualClock } from "../base/clock.ts";
import { silentLog } from "../base/log.ts";
import { type Barred, dayOf, openTollDesk } from "./toll.ts";

const site = { toll: { barred: ["00"], agentDailyCalls: 2, skillDailyCalls: 10 } };
const call = { called: "40040", agent: "101", skill: { id: 25 } };

function world(begun: ReadonlyMap<string, number> = new Map()) {
  const clock = virtualClock(1_700_000_000_000);
  const barred: Barred[] = [];
  const logged: object[] = [];
  const kept: [day: number, calls: Record<string, number>][] = [];
  const disk = { full: false };
  const log = {
    ...silentLog,
    warn: (fields: object) => void logged.push(fields),
    error: (_: object, text: string) => void logged.push({ text }),
  };
  const store = {
    async keepDailyCalls(day: number, calls: ReadonlyMap<string, number>) {
      if (disk.full) throw new Error("disk full");
      kept.push([day, Object.fromEntries(calls)]);
    },
  };
  const desk = openTollDesk({ clock, log, site, store, begun, barred: (it) => barred.push(it) });
  return { clock, barred, logged, kept, disk, desk, today: dayOf(clock.now()) };
}

test("the day's calls are counted, midnight begins a new count, and what is barred is written down without its number", () => {
  const { clock, barred, logged, desk } = world();
  for (let at = 0; at < 2; at++) {
    assert.equal(desk.bar(call), undefined);
    desk.count("101", 25);
  }
  assert.equal(desk.bar(call), "2 calls of this agent today");
  clock.advance(86_400_000);
  assert.equal(desk.bar(call), undefined);
  assert.equal(desk.bar({ ...call, called: "0049301234" }), "prefix 00 is barred");
  assert.deepEqual(barred, [
    { rule: "agent-day", why: "2 calls of this agent today", agent: "101", called: "·0040" },
    { rule: "barred-prefix", why: "prefix 00 is barred", agent: "101", called: "······1234" },
  ]);
  assert.deepEqual(logged.at(-1), { agent: "101", skill: 25, called: "······1234", reason: "prefix 00 is barred" });
});

test("what the store has of today counts", () => {
  assert.equal(world(new Map([["agent 101", 2]])).desk.bar(call), "2 calls of this agent today");
  assert.equal(world(new Map([["skill 25", 10]])).desk.bar(call), "10 calls of this skill today");
});

test("counts go to the store together, a second behind the first one, and at the end at once", async () => {
  const { clock, kept, desk, today } = world();
  desk.count("101", 25);
  clock.advance(999);
  desk.count("101", 25);
  desk.count("", 25);
  assert.deepEqual(kept, []);
  clock.advance(1);
  await nextTurn();
  assert.deepEqual(kept, [[today, { "agent 101": 2, "skill 25": 3 }]]);
  desk.count("102", 26);
  await desk.close();
  assert.deepEqual(kept.slice(1), [[today, { "agent 102": 1, "skill 26": 1 }]]);
});

test("a disk that refuses is told once and asked again; nothing that was counted is lost", async () => {
  const { clock, kept, logged, disk, desk, today } = world();
  disk.full = true;
  desk.count("101", 25);
  clock.advance(1_000);
  await nextTurn();
  desk.count("101", 25);
  clock.advance(10_000);
  await nextTurn();
  assert.deepEqual(logged, [{ text: "the day's calls are not stored" }]);
  disk.full = false;
  clock.advance(10_000);
  await nextTurn();
  assert.deepEqual(kept, [[today, { "agent 101": 2, "skill 25": 2 }]]);
  assert.equal(clock.pending(), 0);
});

test("midnight: yesterday's counts are not written into today", async () => {
  const { clock, kept, desk, today } = world();
  desk.count("101", 25);
  clock.advance(500);
  await nextTurn();
  const untilMidnight = 86_400_000 - (clock.now() % 86_400_000);
  clock.advance(untilMidnight - 1);
  await nextTurn();
  desk.count("101", 25);
  clock.advance(1);
  desk.count("101", 25);
  clock.advance(1_000);
  await nextTurn();
  assert.deepEqual(kept.at(-1), [today + 1, { "agent 101": 1, "skill 25": 1 }]);
});

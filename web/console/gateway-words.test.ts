// What the gateway writes and what the pages make of it: in English the audit log reads as it is written, in Chinese no English is left.

import assert from "node:assert/strict";
import { test } from "node:test";
import i18next from "i18next";
import { actWords, auditWords, byWords, queueWords, wayWords } from "./gateway-words.ts";
import { console as en } from "./words/en.ts";
import { console as zh } from "./words/zh.ts";

const words = i18next.createInstance();
await words.init({ resources: { en: { console: en }, zh: { console: zh } }, interpolation: { escapeValue: false } });
const english = words.getFixedT("en", "console");
const chinese = words.getFixedT("zh", "console");

/** As src/ writes them. */
const lines = [
  ...["sign-in", "agent 101 supervised", "agent 101 forced", "agent 101 signed out", "call 17-1 ended"],
  ...["recording 3 heard", "password of 101", "parameter P18", "test of trunk demo", "ban", "bar", "reload", "audit"],
  ...["agents 101", "skills 25", "phones 40001", "numbers 80xx.", "trunks demo"],
];

test("the audit log: each line in words, and one that is not known as it is", () => {
  for (const line of lines) {
    assert.equal(auditWords(english, line), line);
    assert.doesNotMatch(auditWords(chinese, line), /agent|call|of|sign|skills|ban|reload|audit/, line);
  }
  assert.equal(auditWords(chinese, "something new"), "something new");
  assert.equal(actWords(chinese, "rest 2 for 600 s"), "休息，原因 2，600 秒");
  assert.equal(actWords(english, "take-over"), "take over");
  assert.equal(actWords(chinese, "4711"), "4711");
});

test("who did it by which face, and what came of it: as it is written in English, without English in Chinese", () => {
  const said = (t: typeof english, face: string, peer: string) => byWords(t, { face, peer });
  assert.equal(said(english, "console", "120 127.0.0.1"), "120 127.0.0.1 (console)");
  assert.equal(said(chinese, "console", "120 127.0.0.1"), "120 127.0.0.1（控制台）");
  assert.equal(said(chinese, "rest", "agent 101"), "座席 101（REST）");
  assert.equal(said(chinese, "rest", "trunk doctor"), "中继诊断（REST）");
  assert.equal(said(chinese, "signal", "SIGHUP"), "SIGHUP（信号）");
  assert.equal(said(chinese, "gateway", ""), "网关");
  assert.equal(said(english, "new", "x"), "x (new)");
  for (const after of [
    ...["scanner: 7", "dictionary: 20 wrong passwords", "stranger: 20 calls by nobody whom we know", "nothing"],
    ...["4***0: not a prefix of this skill", "4***0: prefix 00 is barred", "4***0: 200 calls of this agent today"],
    ...["4***0: 900 calls of this skill today", "7 more since 2026-01-31T08:15:00Z, in the log alone"],
    ...["OPTIONS and a call to 4***0", "certificate AB:CD"],
  ]) {
    assert.equal(actWords(english, after), after);
    assert.doesNotMatch(actWords(chinese, after), /[a-z]{2}|: /, after);
  }
});

test("where a number leads, and how calls wait", () => {
  assert.equal(wayWords(english, "skill 25"), "skill 25");
  assert.equal(wayWords(chinese, "agent 101"), "座席 101");
  assert.equal(wayWords(chinese, "hang-up"), "挂断");
  const queue = { maxWaiting: 50, maxWaitMs: 600_000, overflow: "announcement closed", announce: { everyMs: 1_000 } };
  assert.equal(
    queueWords(english, queue),
    "50 wait at most, 600 s at most, then announcement closed, with announcements",
  );
  assert.equal(queueWords(chinese, {}), "");
});

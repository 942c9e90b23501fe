// The console's Chinese of the settings: every row of the table of src/settings/table.ts has it, for the meaning that it has now.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { settingsTable } from "../src/settings.ts";
import { allowedInChinese, settingMeanings } from "../web/console/words/zh-settings.ts";

const digestOf = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 8);
const rows = Object.values(settingsTable);

test("each meaning has a translation of what it says now; none is of a setting that is gone", () => {
  const wanted = rows.map(({ name, meaning }) => `${name} ${digestOf(meaning)}`);
  const there = Object.entries(settingMeanings).map(([name, [digest]]) => `${name} ${digest}`);
  assert.deepEqual(
    [...wanted].sort().filter((row) => !there.includes(row)),
    [],
    "translate these anew in web/console/words/zh-settings.ts, and give them the digest that stands here",
  );
  assert.deepEqual(
    there.filter((row) => !wanted.includes(row)),
    [],
  );
  for (const [name, [, text]] of Object.entries(settingMeanings)) assert.match(text, /\p{Script=Han}/u, name);
});

test("what is allowed has a translation, too, with its values", () => {
  for (const { name, allowed } of rows) {
    const chinese = allowedInChinese(allowed);
    assert.ok(chinese, `${name}: ${allowed}`);
    assert.doesNotMatch(chinese, / (or|with|to|in) /, name);
    assert.deepEqual(chinese.match(/\d+/g)?.filter((digit) => !allowed.includes(digit)) ?? [], [], name);
  }
});

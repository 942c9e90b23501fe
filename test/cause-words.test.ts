// Every cause that the gateway's table can write: in English as it stands, in Chinese without English.

import assert from "node:assert/strict";
import { test } from "node:test";
import i18next from "i18next";
import type { Cause } from "../src/core/detect/cause.ts";
import { builtIn, detect } from "../src/core/detect/table.ts";
import { causeWords } from "../web/i18n/causes.ts";
import { shell as en } from "../web/i18n/en/shell.ts";
import { shell as zh } from "../web/i18n/zh/shell.ts";

const words = i18next.createInstance();
await words.init({ resources: { en: { shell: en }, zh: { shell: zh } }, interpolation: { escapeValue: false } });
const english = words.getFixedT("en", "shell");
const chinese = words.getFixedT("zh", "shell");

test("causes are said in the reader's language, with what the network said", () => {
  for (const { detect: _, desc, rung = false, ...row } of builtIn) {
    for (const phase of ["agent", "party"] as const) {
      const cause = { status: 486, rung, ...row } as Cause;
      const text = detect(phase, cause, []).desc;
      assert.equal(causeWords(english, text), text);
      assert.doesNotMatch(
        causeWords(chinese, text).replace(/SIP \d+(, Q\.850 \d+)?/, ""),
        /[a-z]/i,
        `${text} of ${desc}`,
      );
    }
  }
  assert.equal(causeWords(chinese, "called party: busy (SIP 486)"), "被叫：忙（SIP 486）");
  assert.equal(causeWords(chinese, "called party: busy (heard)"), "被叫：忙（由信号音判断）");
});

test("the site's own words stay as they are", () => {
  for (const text of ["user busy", "called party: toString", ""]) assert.equal(causeWords(chinese, text), text);
});

// Times and lengths as the pages show them.

import assert from "node:assert/strict";
import { it } from "node:test";
import { duration, localeOf } from "./clock.ts";

it("the reader's own kind of a language, the first that he has named; else the language itself", () => {
  assert.equal(localeOf("en", ["de-DE", "en-GB", "en-US"]), "en-GB");
  assert.equal(localeOf("zh", ["en-GB", "zh-TW"]), "zh-TW");
  assert.equal(localeOf("zh", ["en-GB"]), "zh");
  assert.equal(localeOf("en", ["eng-Latn"]), "en");
});

it("a length is minutes and seconds, with hours when there are some; none is below nothing", () => {
  assert.deepEqual([0, 59_999, 187_000, 3_787_000, -5].map(duration), ["0:00", "0:59", "3:07", "1:03:07", "0:00"]);
});

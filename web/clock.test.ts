// Times and lengths as the pages show them.

import assert from "node:assert/strict";
import { it } from "node:test";
import { duration, localeOf, momentOf } from "./clock.ts";

it("the reader's own kind of a language, the first that he has named; else the language itself", () => {
  assert.equal(localeOf("en", ["de-DE", "en-GB", "en-US"]), "en-GB");
  assert.equal(localeOf("zh", ["en-GB", "zh-TW"]), "zh-TW");
  assert.equal(localeOf("zh", ["en-GB"]), "zh");
  assert.equal(localeOf("en", ["eng-Latn"]), "en");
});

it("a length is minutes and seconds, with hours when there are some; none is below nothing", () => {
  assert.deepEqual([0, 59_999, 187_000, 3_787_000, -5].map(duration), ["0:00", "0:59", "3:07", "1:03:07", "0:00"]);
});

it("a moment is typed in one form in each language, in the viewer's zone; what is no moment is none", () => {
  assert.equal(momentOf("2026-01-31 08:15"), new Date(2026, 0, 31, 8, 15).getTime());
  assert.equal(momentOf(" 2026-1-3 8:05 "), new Date(2026, 0, 3, 8, 5).getTime());
  assert.equal(momentOf("2026-01-31"), new Date(2026, 0, 31).getTime());
  assert.equal(momentOf("2026-01-31T08:15"), new Date(2026, 0, 31, 8, 15).getTime());
  for (const none of ["", "01/31/2026", "2026-02-31", "2026-13-01", "2026-01-31 24:00", "2026-01-31 08:60", "tomorrow"])
    assert.equal(momentOf(none), null, none);
});

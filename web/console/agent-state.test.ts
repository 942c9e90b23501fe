// Why an agent is as the board shows him.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { TFunction } from "i18next";
import { reasonOf } from "./agent-state.ts";

const t = ((key: string, values?: object) => `${key}${values ? JSON.stringify(values) : ""}`) as TFunction<"console">;
const busy = (reason: number, name = "") => reasonOf({ rest: null, busy: { reason, name } }, t);

test("the site's name; the gateway's own reasons in words; a number else; nothing of his own wish", () => {
  assert.equal(busy(201, "training"), "training");
  assert.deepEqual(
    [2, 3, 5, 7].map((reason) => busy(reason)),
    [...["board.reasons.noAnswer", "board.reasons.forced", "board.reasons.noPhone", "board.reasons.rejected"]],
  );
  assert.equal(busy(249), 'board.reason{"reason":249}');
  assert.deepEqual([busy(0), busy(1)], ["", ""]);
  assert.equal(reasonOf({ rest: { cause: 9, name: "", until: null }, busy: null }, t), "9");
  assert.equal(reasonOf({ rest: null, busy: null }, t), "");
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { nextTurn, virtualClock } from "../base/clock.ts";
import { type Log, silentLog } from "../base/log.ts";
import type { Preview } from "../core/preview/state.ts";
import { type PreviewRow, StoreFault } from "../store/ports.ts";
import { previewKeeper } from "./preview-keeper.ts";

const preview = (id: number, state: Preview["state"]): Preview => ({
  ...{ id, state, numbers: ["40040"], data: "", caller: "", skill: 25, agent: null, offeredTo: null, declinedBy: [] },
  ...{ call: null, called: "", createdAt: 0, changedAt: 0 },
});

test("what the store did not take is written when it is back, the newest of each alone, and it is said once", async () => {
  const clock = virtualClock();
  const rows = new Map<number, PreviewRow["state"]>();
  let away = true;
  const store = {
    async keepPreview({ id, state }: PreviewRow) {
      if (away) throw new StoreFault("away");
      rows.set(id, state);
    },
  };
  const said: string[] = [];
  const log: Log = { ...silentLog, error: (_, message) => void said.push(message) };
  const keep = previewKeeper({ clock, log, store });
  keep(preview(1, "offered"));
  keep(preview(2, "offered"));
  await nextTurn();
  keep(preview(1, "calling"));
  await nextTurn();
  assert.deepEqual([[...rows], said], [[], ["previews are not stored, and wait"]]);
  away = false;
  keep(preview(1, "answered"));
  await nextTurn();
  assert.deepEqual([...rows], [[1, "answered"]], "who comes now does not wait");
  clock.advance(5_000);
  await nextTurn();
  assert.deepEqual(
    [...rows],
    [
      [1, "answered"],
      [2, "offered"],
    ],
  );
});

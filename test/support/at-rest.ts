// Waiting on a virtual clock for what no event tells, by looking in each turn of the event loop; above all for a journal that has
// all that was kept on its disk.

import assert from "node:assert/strict";
import { nextTurn } from "../../src/base/clock.ts";
import type { JournalDisk } from "./journal-disk.ts";
import { deadlineMs } from "./until.ts";

/** Looks in each turn, first in the next one, until `is` says so; fails with `what` after the deadline. */
export async function inSomeTurn(what: string, is: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + deadlineMs;
  while (performance.now() < end) {
    await nextTurn();
    if (await is()) return;
  }
  assert.fail(`waited ${deadlineMs} ms for ${what}`);
}

/** Runs `then` when all that was kept before is on disk; at once when it is (`Journal.after`, `RunningGateway.kept`). */
type Kept = (then: () => void) => void;

/** All that was kept is on disk, and what followed from it too: nothing has been kept in a whole turn since. */
export const allKept = (kept: Kept): Promise<void> => atRest(kept, { waiting: () => 0 });

/** The same for a disk that makes its commits only when it is told to: all is kept, or one of them waits for that. */
export async function atRest(kept: Kept, { waiting }: Pick<JournalDisk, "waiting">): Promise<void> {
  let before = false;
  await inSomeTurn("what is kept to be on disk", () => {
    const [last, now] = [before, waiting() > 0 || isKept(kept)];
    before = now;
    return last && now;
  });
}

function isKept(kept: Kept): boolean {
  let is = false;
  kept(() => {
    is = true;
  });
  return is;
}

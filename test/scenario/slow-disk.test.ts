// A disk that takes longer for a commit than the gateway between two looks at itself: what waits for its commit is no contradiction.

import assert from "node:assert/strict";
import { test } from "node:test";
import { nextTurn, virtualClock } from "../../src/base/clock.ts";
import { silentLog } from "../../src/base/log.ts";
import { openJournal } from "../../src/runtime/journal/journal.ts";
import { journalDisk } from "../support/journal-disk.ts";
import { callsOut, signedIn, testGateway } from "./test-gateway.ts";

const kept = async (): Promise<void> => {
  for (let turn = 0; turn < 6; turn++) await nextTurn();
};

test("a callout and an end that wait for the disk through several looks go their way", async () => {
  const clock = virtualClock();
  const disk = journalDisk();
  const secret = Buffer.alloc(32, 7);
  const journal = await openJournal({ clock, log: silentLog, store: disk, node: "n", secret, waitMs: 60_000 });
  const gateway = testGateway({ journal, clock });
  await signedIn(gateway);
  await signedIn(gateway, { phoneNumber: "40002" }, "102");
  callsOut(gateway);
  await kept();
  gateway.answer(gateway.phone());
  await kept();
  gateway.answer(gateway.party());
  await kept();
  disk.free = false;
  gateway.end(gateway.party());
  await kept();
  for (let second = 0; second < 4; second++) gateway.reconcile();
  callsOut(gateway, {}, "102");
  gateway.reconcile();
  disk.commit();
  await kept();
  disk.free = true;
  disk.commit();
  await kept();
  assert.deepEqual(gateway.mended, []);
  gateway.answer(gateway.phone());
  await kept();
  assert.deepEqual(gateway.legs.invited, ["40001", "40040", "40002", "40040"]);
});

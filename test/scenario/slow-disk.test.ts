// A disk that takes longer for a commit than the gateway between two looks at itself: what waits for its commit is no contradiction.

import assert from "node:assert/strict";
import { test } from "node:test";
import { virtualClock } from "../../src/base/clock.ts";
import { silentLog } from "../../src/base/log.ts";
import { openJournal } from "../../src/runtime/journal/journal.ts";
import type { CallRow } from "../../src/store/ports.ts";
import { atRest } from "../support/at-rest.ts";
import { journalDisk } from "../support/journal-disk.ts";
import { callsOut, signedIn, testGateway } from "./test-gateway.ts";

test("a callout and an end that wait for the disk through several looks go their way", async () => {
  const clock = virtualClock();
  const disk = journalDisk();
  const secret = Buffer.alloc(32, 7);
  const journal = await openJournal({ clock, log: silentLog, store: disk, node: "n", secret, waitMs: 60_000 });
  const gateway = testGateway({ journal, clock });
  const rest = () => atRest(gateway.kept, disk);
  await signedIn(gateway);
  await signedIn(gateway, { phoneNumber: "40002" }, "102");
  callsOut(gateway);
  await rest();
  gateway.answer(gateway.phone());
  await rest();
  gateway.answer(gateway.party());
  await rest();
  disk.free = false;
  gateway.end(gateway.party());
  await rest();
  for (let second = 0; second < 4; second++) gateway.reconcile();
  callsOut(gateway, {}, "102");
  gateway.reconcile();
  disk.commit();
  await rest();
  disk.free = true;
  disk.commit();
  await rest();
  assert.deepEqual(gateway.mended, []);
  gateway.answer(gateway.phone());
  await rest();
  assert.deepEqual(gateway.legs.invited, ["40001", "40040", "40002", "40040"]);
});

test("a call that the journal does not have yet has no record: a kill would leave one of which nobody knows", async () => {
  const clock = virtualClock();
  const disk = journalDisk();
  const rows: string[] = [];
  const store = {
    async keepCalls(calls: readonly CallRow[]) {
      rows.push(...calls.map(({ callId, outcome }) => `${callId} ${outcome}`));
    },
  };
  const secret = Buffer.alloc(32, 7);
  const journal = await openJournal({ clock, log: silentLog, store: disk, node: "n", secret, waitMs: 60_000 });
  const gateway = testGateway({ journal, clock, store });
  const rest = () => atRest(gateway.kept, disk);
  await signedIn(gateway);
  await rest();
  disk.free = false;
  const id = callsOut(gateway);
  clock.advance(1_000);
  await rest();
  assert.deepEqual(rows, []);
  disk.commit();
  await rest();
  assert.deepEqual(rows, [`${id} live`]);
});

// A callout with a key, and the process killed at any point of it: the client repeats it at the next process, nobody is called twice,
// and both sides speak of the same call.

import assert from "node:assert/strict";
import { test } from "node:test";
import { nextTurn, type VirtualClock, virtualClock } from "../../src/base/clock.ts";
import { silentLog } from "../../src/base/log.ts";
import { openJournal } from "../../src/runtime/journal/journal.ts";
import { openReplies } from "../../src/runtime/replies.ts";
import { type JournalDisk, journalDisk } from "../support/journal-disk.ts";
import { call, signedIn, type TestGateway, testGateway } from "./test-gateway.ts";

type Ground = { readonly clock: VirtualClock; readonly ids: { calls: number; guids: number } };
type Process = { readonly gateway: TestGateway; callOut(): Promise<string> };

async function started(disk: JournalDisk, { clock, ids }: Ground): Promise<Process> {
  const secret = Buffer.alloc(32, 7);
  const journal = await openJournal({ clock, log: silentLog, store: disk, node: "n", secret, waitMs: 1e9 });
  const gateway = testGateway({ journal, clock, ids });
  gateway.recover(new Map());
  const store = { reply: async (id: string) => disk.replies.get(id), forgetReplies: async () => {} };
  const replies = openReplies({ clock, log: silentLog, store, journal });
  const act = () => {
    const placed = gateway.callOut("101", call);
    assert.ok("callId" in placed, JSON.stringify(placed));
    return { reply: { body: placed.callId, headers: [] }, keep: true };
  };
  const command = { agent: "101", key: "k", line: "PUT /voicecall/101/callout", body: Buffer.from("{}") };
  return {
    gateway,
    async callOut() {
      const outcome = await replies.once(command, act);
      assert.ok("reply" in outcome, JSON.stringify(outcome));
      return outcome.reply.body;
    },
  };
}

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 12; turn++) await nextTurn();
};

/** Turns of the event loop, in each of which the oldest commit that waits is made. */
const POINTS = 10;

for (const lands of [false, true])
  test(`killed at any turn; the commit under way ${lands ? "has landed" : "is lost"}`, async () => {
    const outcomes = new Set<string>();
    for (let point = 0; point < POINTS; point++) {
      const ground: Ground = { clock: virtualClock(), ids: { calls: 0, guids: 0 } };
      const disk = journalDisk();
      const first = await started(disk, ground);
      await signedIn(first.gateway);
      await settled();
      disk.free = false;
      let answered: string | undefined;
      void first.callOut().then((id) => {
        answered = id;
      });
      for (let turn = 0; turn < point; turn++) {
        if (turn % 2 === 1) disk.commit();
        await nextTurn();
      }
      const left = lands ? disk.peek() : journalDisk(disk);
      const called = first.gateway.legs.invited.length;
      const before = answered;
      const next = await started(left, ground);
      await settled();
      const id = await next.callOut();
      await settled();
      const again = next.gateway.legs.invited.length;
      assert.ok(called + again <= 1, `the phone was called ${called} and ${again} times after ${point} turns`);
      if (before !== undefined) assert.equal(id, before);
      assert.ok(!("refused" in next.gateway.callById("101", id)), "the reply names a call that is known");
      outcomes.add(`${called} ${again}`);
    }
    // Undone and done anew; done, and its effects before or after the kill.
    assert.deepEqual([...outcomes].toSorted(), lands ? ["0 0", "0 1", "1 0"] : ["0 1", "1 0"]);
  });

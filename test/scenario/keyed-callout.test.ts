// A callout with a key, and the process killed at any point of it: the client repeats it at the next process, nobody is called twice,
// and both sides speak of the same call.

import assert from "node:assert/strict";
import { test } from "node:test";
import { type VirtualClock, virtualClock } from "../../src/base/clock.ts";
import { silentLog } from "../../src/base/log.ts";
import { openJournal } from "../../src/runtime/journal/journal.ts";
import { openReplies } from "../../src/runtime/replies.ts";
import { allKept, atRest } from "../support/at-rest.ts";
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

/** The process after so many steps, in each of which a commit comes to the disk or is made; `over`: there are no more. */
async function killedAfter(steps: number, ground: Ground) {
  const disk = journalDisk();
  const { gateway, callOut } = await started(disk, ground);
  await signedIn(gateway);
  await allKept(gateway.kept);
  disk.free = false;
  let answered: string | undefined;
  void callOut().then((id) => {
    answered = id;
  });
  let over = false;
  for (let step = 0; step < steps && !over; step++) {
    if (disk.waiting() > 0) disk.commit();
    else await atRest(gateway.kept, disk);
    over = answered !== undefined && disk.waiting() === 0;
  }
  return { disk, answered, called: gateway.legs.invited.length, over };
}

for (const lands of [false, true])
  test(`killed at any point; the commit under way ${lands ? "has landed" : "is lost"}`, async () => {
    const outcomes = new Set<string>();
    let isLast = false;
    for (let point = 0; !isLast; point++) {
      const ground: Ground = { clock: virtualClock(), ids: { calls: 0, guids: 0 } };
      const { disk, answered, called, over } = await killedAfter(point, ground);
      isLast = over;
      assert.ok(point < 20, "the callout gets its reply");
      const next = await started(lands ? disk.peek() : journalDisk(disk), ground);
      await allKept(next.gateway.kept);
      const id = await next.callOut();
      await allKept(next.gateway.kept);
      const again = next.gateway.legs.invited.length;
      assert.ok(called + again <= 1, `the phone was called ${called} and ${again} times after ${point} steps`);
      if (answered !== undefined) assert.equal(id, answered);
      assert.ok(!("refused" in next.gateway.callById("101", id)), "the reply names a call that is known");
      outcomes.add(`${called} ${again}`);
    }
    // Undone and done anew; done, and its effects after or before the kill.
    assert.deepEqual([...outcomes].toSorted(), ["0 0", "0 1", "1 0"]);
  });

import assert from "node:assert/strict";
import { test } from "node:test";
import { allKept, atRest } from "../../../test/support/at-rest.ts";
import { journalDisk } from "../../../test/support/journal-disk.ts";
import { virtualClock } from "../../base/clock.ts";
import { silentLog } from "../../base/log.ts";
import type { SentInvite } from "../../sip/face.ts";
import { foundInvites, inviteKeeper } from "./invite-images.ts";
import { openJournal } from "./journal.ts";

const invite = (id: string): SentInvite => ({
  ...{ type: "sent", id, sipCallId: "c@gw", uri: "sip:1@127.0.0.1", from: "<sip:2@gw>;tag=t", to: "<sip:1@127.0.0.1>" },
  ...{ cseq: 1, route: [], peer: { transport: "udp", address: "127.0.0.1", port: 5070 }, early: [] },
});

test("an INVITE goes out when its image is on disk; the next process finds those that may still ring, and no older ones", async () => {
  const [disk, clock] = [journalDisk(), virtualClock()];
  const process = () =>
    openJournal({ clock, log: silentLog, store: disk, node: "n", secret: Buffer.alloc(32), waitMs: 1e9 });
  const journal = await process();
  const first = inviteKeeper(clock, journal);
  const rest = () => atRest(journal.after, disk);
  await rest();
  disk.free = false;
  const sent: string[] = [];
  for (const id of ["answered", "rings"]) first.keep(invite(id), () => sent.push(id));
  await rest();
  assert.deepEqual(sent, []);
  disk.commit();
  await rest();
  assert.deepEqual(sent, ["answered", "rings"]);
  disk.free = true;
  first.drop("answered");
  await rest();
  clock.advance(299_000);
  assert.deepEqual(foundInvites(clock, await process()), [invite("rings")]);
  clock.advance(1_000);
  const last = await process();
  assert.deepEqual(foundInvites(clock, last), []);
  await allKept(last.after);
  assert.equal(disk.rows.has("invite rings"), false);
});

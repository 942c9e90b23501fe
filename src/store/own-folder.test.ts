import assert from "node:assert/strict";
import { test } from "node:test";
import { newFolder, open, problemOf } from "../../test/support/store-places.ts";

test("a folder has one gateway: a second one is refused before it reads, another program is not, and the next one comes in", async () => {
  const place = { folder: newFolder(), url: "", node: "one" };
  const first = await open(place);
  await first.keepJournal("one", { number: 1, images: '[["call","1",1]]', replies: [] });
  assert.match(await problemOf(place), /^SEATWAY_DATA=.*another gateway is at work in this folder\)$/);
  assert.match(await problemOf({ ...place, node: "two" }), /another gateway is at work in this folder/);
  const { node: _, ...other } = place;
  await (await open(other)).close();
  await first.close();
  const next = await open(place);
  assert.equal((await next.journal("one")).length, 1);
  await next.close();
});

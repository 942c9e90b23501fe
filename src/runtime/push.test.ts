// Pushing on a virtual clock: whatever fails, the order is kept and nothing acknowledged is sent again.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { nextTurn, virtualClock } from "../base/clock.ts";
import { silentLog } from "../base/log.ts";
import { refuse } from "../base/step.ts";
import { openFeeds } from "./feeds.ts";
import { openPushDesk, type Post } from "./push.ts";

type Body = { readonly eventList: readonly { readonly content: { readonly n: number } }[] };

function world(answer: () => number | Error | Promise<number>) {
  const clock = virtualClock();
  const feeds = openFeeds({ clock, log: silentLog, keeping: { most: 1000, unreadMs: 86_400_000, readMs: 0 } });
  const sent: number[][] = [];
  const guids: (string | undefined)[] = [];
  const newest = { guid: "guid" };
  const acknowledged: number[] = [];
  const post: Post = async ({ body, headers }) => {
    guids.push(headers["Guid"]);
    const numbers = (JSON.parse(body) as Body).eventList.map(({ content }) => content.n);
    sent.push(numbers);
    const outcome = await answer();
    if (outcome instanceof Error) throw outcome;
    if (outcome === 200) acknowledged.push(...numbers);
    return outcome;
  };
  const desk = openPushDesk({
    ...{ clock, log: silentLog, feeds, post, random: () => 0.5 },
    newestGuid: () => newest.guid,
    targets: ["http://crm.example"],
  });
  let made = 0;
  const tell = (): void => {
    made += 1;
    const message = { eventType: "AgentOther_Note", workNo: "101", content: { n: made } } as never;
    feeds.append("101", { message, trace: "" });
  };
  feeds.open("101", clock.now());
  desk.begin("101", { url: "http://crm.example/x", form: "list", serviceToken: "t" });
  return { clock, feeds, desk, sent, guids, newest, acknowledged, tell, made: () => made };
}

test("after a restart nothing goes where events may not go any more: what waits can be polled", async () => {
  const before = world(() => new Error("ECONNREFUSED"));
  before.tell();
  await nextTurn();
  const { clock } = before;
  const queue = before.feeds.queue("101");
  assert.ok(queue);
  const posted: string[] = [];
  const desk = openPushDesk({
    ...{ clock, log: silentLog, random: () => 0.5, newestGuid: () => "guid", targets: ["http://other.example"] },
    feeds: { ...before.feeds, pushed: () => [queue] },
    post: async ({ url }) => posted.push(url),
  });
  desk.resume();
  await nextTurn();
  assert.deepEqual([posted, desk.target("101")], [[], undefined]);
  const polled = await before.feeds.poll("101", 0, () => {});
  assert.equal("event" in polled && polled.event?.eventType, "AgentOther_Note");
});

test("any mix of failures: every event acknowledged once, in order", async () => {
  const answers = fc.array(fc.constantFrom<number | "broken">(200, 500, 302, "broken"), { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(answers, fc.array(fc.nat(3), { maxLength: 20 }), async (script, bursts) => {
      const left = [...script];
      const it = world(() => {
        const next = left.shift() ?? 200;
        return next === "broken" ? new Error("ECONNRESET") : next;
      });
      for (const burst of bursts) {
        for (let n = 0; n < burst; n++) it.tell();
        await nextTurn();
        it.clock.advance(700);
        await nextTurn();
      }
      for (let round = 0; round < script.length + 2; round++) {
        it.clock.advance(40_000);
        await nextTurn();
      }
      assert.deepEqual(
        it.acknowledged,
        Array.from({ length: it.made() }, (_, index) => index + 1),
      );
      const drained = it.desk.drain(0);
      it.clock.advance(0);
      await drained;
    }),
    { numRuns: 60 },
  );
});

test("waits double up to half a minute, and new events do not shorten them", async () => {
  const it = world(() => 503);
  it.tell();
  await nextTurn();
  const at: number[] = [];
  for (let ms = 0; ms < 100_000; ms += 100) {
    const before = it.sent.length;
    it.clock.advance(100);
    if (ms % 1000 === 0) it.tell();
    await nextTurn();
    if (it.sent.length > before) at.push(ms + 100);
  }
  const waits = at.map((time, index) => time - (at[index - 1] ?? 0));
  assert.deepEqual(waits.slice(0, 8), [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
});

test("one request at a time, and after the end of the session three tries", async () => {
  let answer = Promise.withResolvers<number>();
  const it = world(() => answer.promise);
  it.tell();
  await nextTurn();
  it.tell();
  await nextTurn();
  assert.deepEqual(it.sent, [[1]], "the second waits for the first one's answer");
  answer.resolve(200);
  answer = Promise.withResolvers<number>();
  answer.resolve(500);
  await nextTurn();
  assert.deepEqual(it.sent, [[1], [2]]);
  const last = { eventType: "AgentOther_ShutdownService", workNo: "101", content: { loginTime: "1" } } as const;
  it.feeds.close("101", { reason: 263, message: "silent", last, refusal: refuse("100-006", "") });
  for (let round = 0; round < 10; round++) {
    await nextTurn();
    it.clock.advance(60_000);
  }
  assert.equal(it.sent.length, 4);
  assert.equal(it.desk.target("101"), undefined);
});

const displaced = { reason: 259, message: "signed in elsewhere", last: null, refusal: refuse("100-006", "") } as const;
const shutDown = { eventType: "AgentOther_ShutdownService", workNo: "101", content: { loginTime: "1" } } as const;

test("a session that another one displaces: its target learns the end, never the other's Guid, and nothing comes twice", async () => {
  let answer = Promise.withResolvers<number>();
  const it = world(() => answer.promise);
  it.tell();
  await nextTurn();
  it.feeds.close("101", { ...displaced, pushed: shutDown });
  it.newest.guid = "the next session's";
  it.feeds.open("101", it.clock.now());
  assert.equal(it.desk.target("101"), undefined, "the next session reads by polls");
  answer.resolve(500);
  answer = Promise.withResolvers<number>();
  answer.resolve(200);
  for (let round = 0; round < 10; round++) {
    await nextTurn();
    it.clock.advance(60_000);
  }
  assert.deepEqual(it.guids, ["guid", "guid"]);
  assert.deepEqual(it.sent.length, 2, "the event that failed is gone with its session; its end is told");
});

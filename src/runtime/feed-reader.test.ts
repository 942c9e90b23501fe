// Readers over real feeds: any interleaving of events, reads, lost connections, polls and the end of the session.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { virtualClock } from "../base/clock.ts";
import { silentLog } from "../base/log.ts";
import { refuse } from "../base/step.ts";
import type { AgentSnapshot, StreamItem, StreamReader } from "./face.ts";
import { MOST_READERS, openReader, type ReaderOptions } from "./feed-reader.ts";
import { type Feeds, openFeeds } from "./feeds.ts";
import type { Closing, Queue } from "./queue.ts";

const snapshot = (): AgentSnapshot => ({ agentState: 4, isWorking: false, phone: "40001", calls: [] });
const closing: Closing = { reason: 263, message: "silent", last: null, refusal: refuse("100-006", "silent") };

function world(readMs = 120_000, most = 1000) {
  const clock = virtualClock();
  const feeds = openFeeds({ clock, log: silentLog, keeping: { most, unreadMs: 86_400_000, readMs } });
  feeds.open("101", clock.now());
  const queue = feeds.queue("101") as Queue;
  let made = 0;
  const tell = (): void => {
    made += 1;
    const message = { eventType: "AgentOther_PhoneRelease", workNo: "101", content: { phoneState: made } } as never;
    feeds.append("101", { message, trace: "" });
  };
  const open = (since: string | null, more: Partial<ReaderOptions> = {}): StreamReader => {
    const reader = openReader({ queue, since, own: true, snapshot, wake: () => {}, ...more });
    assert.ok("next" in reader);
    return reader;
  };
  return { clock, feeds, queue, tell, open, made: () => made };
}

const numberOf = (item: StreamItem): number =>
  item.type === "event" ? (item.event.content as unknown as { phoneState: number }).phoneState : Number.NaN;

function rest(reader: StreamReader): StreamItem[] {
  const items: StreamItem[] = [];
  for (let item = reader.next(); item; item = reader.next()) items.push(item);
  return items;
}

/** A client: what has arrived, and the id from which it asks again. */
type Client = { reader: StreamReader; since: string; readonly got: number[] };

function take(client: Client): void {
  const item = client.reader.next();
  if (item?.type !== "event") return;
  client.got.push(numberOf(item));
  client.since = item.id;
}

test("any interleaving: a client that comes back has each event once and in order, beside others and a poll", () => {
  const step = fc.constantFrom("tell", "take 0", "take 1", "break 0", "break 1", "poll", "wait");
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      const { clock, feeds, tell, open, made } = world();
      const clients: Client[] = [0, 1].map(() => ({ reader: open("0"), since: "0", got: [] }));
      const acts: Readonly<Record<string, (client: Client) => void>> = {
        tell,
        take,
        break(client) {
          client.reader.next(); // On the wire, and never arrived.
          client.reader.close();
          client.reader = open(client.since);
        },
        poll: () => void feeds.poll("101", 0, () => {}),
        wait: () => clock.advance(1000),
      };
      for (const each of steps) {
        const [name = "", index = "0"] = each.split(" ");
        acts[name]?.(clients[Number(index)] as Client);
      }
      feeds.close("101", closing);
      for (const { reader, got } of clients) {
        const last = rest(reader);
        const all = [...got, ...last.slice(0, -1).map(numberOf)];
        assert.deepEqual(
          all,
          Array.from({ length: made() }, (_, at) => at + 1),
        );
        assert.deepEqual(last.at(-1), { type: "end", reason: 263, message: "silent" });
        assert.equal(reader.next(), null);
      }
    }),
  );
});

test("without `since`: a snapshot first, then what comes", () => {
  const { tell, open, queue } = world();
  tell();
  const reader = open(null);
  tell();
  // The snapshot is of now: what came before it was asked for is in it.
  assert.deepEqual(rest(reader), [{ type: "snapshot", id: `${queue.session}-2`, snapshot: snapshot() }]);
  tell();
  assert.equal(numberOf(rest(reader)[0] as StreamItem), 3);
});

test("what is gone is said: a gap with a snapshot, then on from there", () => {
  const { tell, open, queue } = world(120_000, 3);
  for (let n = 0; n < 5; n++) tell();
  const reader = open("0");
  assert.deepEqual(rest(reader), [{ type: "gap", id: `${queue.session}-5`, missed: 5, snapshot: snapshot() }]);
  tell();
  assert.equal(numberOf(rest(reader)[0] as StreamItem), 6);
  for (const other of ["1-1", `${queue.session}-99`]) {
    const [gap] = rest(open(other));
    assert.deepEqual(gap, { type: "gap", id: `${queue.session}-6`, missed: null, snapshot: snapshot() });
  }
});

test("a reader of the agent's own is a sign of life, an inspector's is not; too many are refused", () => {
  const { feeds, open, queue } = world();
  const inspector = open("0", { own: false });
  assert.equal(feeds.waiting("101"), false);
  const own = open("0");
  assert.equal(feeds.waiting("101"), true);
  own.close();
  own.close();
  assert.equal(feeds.waiting("101"), false);
  inspector.close();
  for (let n = 0; n < MOST_READERS; n++) open("0");
  const more = openReader({ queue, since: "0", own: true, snapshot, wake: () => {} });
  assert.equal("refused" in more && more.refused, "100-007");
});

test("the poll's queue and the readers do not take from each other", async () => {
  const { feeds, tell, open } = world();
  tell();
  tell();
  const reader = open("0");
  assert.equal(rest(reader).length, 2);
  const polled = await (feeds as Feeds).poll("101", 0, () => {});
  assert.ok("event" in polled && polled.event);
  assert.match(polled.id ?? "", /^\d{13}-1$/);
  polled.undelivered();
  const again = await feeds.poll("101", 0, () => {});
  assert.ok("event" in again);
  assert.equal(again.id, polled.id);
});

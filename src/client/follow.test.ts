// A stream that the gateway ends to see who comes again: no lost connection, no wait, no event missing.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { StreamItem } from "../contract/event-stream.ts";
import type { OpenLine } from "./event-line.ts";
import type { Exchange } from "./exchange.ts";
import { followEvents } from "./follow.ts";
import { refusal } from "./refusal.ts";

const item = (number: number): StreamItem => ({
  type: "event",
  id: `1-${number}`,
  trace: "",
  event: { eventType: "AgentState_Ready", workNo: "101", content: null },
});

/** What comes over these ways from the beginning on, and the end; nobody waits, and no link is lost. */
async function followed(lines: readonly OpenLine[]) {
  const had: unknown[] = [];
  const end = await followEvents({
    agent: "101",
    exchange: {} as Exchange,
    signal: new AbortController().signal,
    lines,
    since: "0",
    pause: () => assert.fail("a wait"),
    onEvent: ({ id }) => had.push(id),
    onLink: (link) => assert.fail(`a link that is ${link}`),
    onGap: () => assert.fail("a gap"),
    onPlace: () => {},
    onGuid: () => {},
  });
  return { had, end };
}

test("a stream that has no room for one more reader leads to the next way, and ends nothing", async () => {
  const crowded: OpenLine = async () => refusal("100-007", "at most 32 readers of one agent");
  const open: OpenLine = async () => ({
    items: (async function* () {
      yield item(1);
      yield { type: "end", reason: 258, message: "bye" } as const;
    })(),
  });
  const { had, end } = await followed([crowded, open]);
  assert.deepEqual([had, end], [["1-1"], { name: "signed-out", message: "bye" }]);
});

test("`again`: opened anew behind the last event", async () => {
  const connections: StreamItem[][] = [
    [item(1), item(2), { type: "again" }],
    [{ type: "again" }],
    [item(3), { type: "end", reason: 258, message: "bye" }],
  ];
  const asked: (string | null)[] = [];
  const line: OpenLine = async (since) => {
    asked.push(since);
    const items = connections.shift() ?? [];
    return {
      items: (async function* () {
        yield* items;
      })(),
    };
  };
  const { had, end } = await followed([line]);
  assert.deepEqual(
    [asked, had, end],
    [["0", "1-2", "1-2"], ["1-1", "1-2", "1-3"], { name: "signed-out", message: "bye" }],
  );
});

test("polls go back to a stream that was refused for a moment: after pauses that grow to five minutes, until it opens", async () => {
  const pauses: number[] = [];
  let tries = 0;
  const line: OpenLine = async () => {
    tries += 1;
    if (tries < 8) return refusal("100-007", "at most 32 readers of one agent");
    return {
      items: (async function* () {
        yield { type: "end", reason: 258, message: "bye" } as const;
      })(),
    };
  };
  const never: OpenLine = async () => {
    assert.equal(tries, 1, "a way that nobody offers is tried once");
    return "not-offered";
  };
  const polled: Pick<Exchange, "ask"> = { ask: async () => ({ ok: true, result: null as never, message: "" }) };
  const end = await followEvents({
    agent: "101",
    exchange: polled as Exchange,
    signal: new AbortController().signal,
    lines: [line, never],
    since: "0",
    pause: async (ms) => void pauses.push(ms),
    onEvent: () => assert.fail("an event"),
    onLink: (link) => assert.fail(`a link that is ${link}`),
    onGap: () => assert.fail("a gap"),
    onPlace: () => {},
    onGuid: () => {},
  });
  assert.equal(end.name, "signed-out");
  const emptyPoll = 200;
  assert.deepEqual(
    pauses.filter((ms) => ms !== emptyPoll),
    [15_000, 30_000, 60_000, 120_000, 240_000, 300_000, 300_000],
  );
});

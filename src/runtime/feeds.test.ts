// The poll of a trusted host for all its agents: events of a reply that broke wake the poll that waits, in their order.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { virtualClock } from "../base/clock.ts";
import { silentLog } from "../base/log.ts";
import type { Gathered } from "./face.ts";
import { openFeeds } from "./feeds.ts";

const agents = ["101", "102"];
const HOLD_MS = 10_000;

function world() {
  const clock = virtualClock();
  const feeds = openFeeds({ clock, log: silentLog, keeping: { most: 1000, unreadMs: 86_400_000, readMs: 120_000 } });
  for (const agent of agents) feeds.open(agent, clock.now());
  const tell = (agent: string, phoneState: number): void => {
    const message = { eventType: "AgentOther_PhoneRelease", workNo: agent, content: { phoneState } } as never;
    feeds.append(agent, { message, trace: "" });
  };
  const gather = (holdMs: number) =>
    feeds.gather(
      () => agents,
      holdMs,
      () => {},
    );
  return { feeds, tell, gather };
}

const states = ({ events }: Gathered) =>
  events.map((event) => (event.content as unknown as { phoneState: number }).phoneState);

const soon = (waiting: Promise<Gathered>) => Promise.race([waiting.then(states), setImmediate("nobody woke it")]);

test("events of a reply that broke wake the poll that waits, in their order and each once", async () => {
  const { tell, gather } = world();
  tell("101", 1);
  tell("101", 2);
  tell("102", 3);
  const broken = await gather(0);
  assert.deepEqual(states(broken), [1, 2, 3]);
  const waiting = gather(HOLD_MS);
  broken.undelivered();
  // The clock stands still: not the end of the hold has brought them.
  assert.deepEqual(await soon(waiting), [1, 2, 3]);
  broken.undelivered();
  assert.deepEqual(states(await gather(0)), []);
});

test("an event of an agent's own poll that broke goes to the trusted host's poll that waits", async () => {
  const { feeds, tell, gather } = world();
  tell("101", 1);
  const broken = await feeds.poll("101", 0, () => {});
  const waiting = gather(HOLD_MS);
  assert.ok("undelivered" in broken);
  broken.undelivered();
  assert.deepEqual(await soon(waiting), [1]);
});

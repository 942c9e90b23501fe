// What outlives the gateway's process, killed or ended: soft parameters (decisions.md 23) and the call ids that are used
// up (seed 217). Killed: agents with their sessions, states and events (docs/journal.md).

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { StreamItem } from "../../src/contract/event-stream.ts";
import { type StartedGateway, startGateway } from "../support/started-gateway.ts";
import { journalText } from "../support/test-database.ts";
import { Agent } from "./agent.ts";
import { quick, siteWith } from "./sites.ts";
import { runMml } from "./town.ts";

/** The phones are not registered, so that a callout is accepted and fails at once: it uses a call id. */
const site = siteWith([{ name: "nowhere", port: 9, pattern: "4xxxx" }]);

test("seed 217: a call id comes once, also over restarts and after the process was killed", async (t) => {
  const data = await mkdtemp(join(tmpdir(), "seatway-restart-"));
  t.after(() => rm(data, { recursive: true, force: true }));
  const ids: string[] = [];
  for (const signal of ["SIGTERM", "SIGKILL", "SIGTERM"] as const) {
    const gateway = await startGateway({ site, data, settings: quick });
    const agent = await new Agent(gateway, "101", "40001").begin();
    for (let call = 0; call < 3; call++) {
      const { code, result } = await agent.callOut({ called: "40040" });
      assert.equal(code, "0");
      ids.push(String(result));
      await agent.hears("detect 549", "Call_Out_Fail", "Connect_Fail", "PhoneRelease 3");
    }
    await gateway.stop(signal);
  }
  const sequence = ids.map((id) => Number(id.split("-")[1]));
  assert.equal(new Set(sequence).size, 9, "the number behind the dash alone is enough");
  assert.deepEqual(
    sequence,
    sequence.toSorted((a, b) => a - b),
  );
});

test("decision 23: a changed value survives the process, killed or ended; the sessions survive a kill alone", async (t) => {
  const data = await mkdtemp(join(tmpdir(), "seatway-restart-"));
  t.after(() => rm(data, { recursive: true, force: true }));
  for (const [signal, value, polled] of [
    ["SIGKILL", 7, "0"],
    ["SIGTERM", 4_294_967_295, "100-006"],
  ] as const) {
    const before = await startGateway({ site, data, settings: quick });
    const agent = await new Agent(before, "101", "40001").begin();
    await runMml(before.ports.mml, `MOD SFP: ID=P978, MODTYPE=P0, VALUE=${value};`);
    await before.stop(signal);
    const gateway = await startGateway({ site, data, settings: quick, ports: before.ports });
    assert.match(await runMml(gateway.ports.mml, "LST SFP: ID=P978;"), new RegExp(`Value {2}= {2}${value}\\r\\n`));
    assert.equal((await agent.poll()).code, polled);
    await gateway.stop();
  }
});

/** Until it says no more; what is there already comes at once. */
async function readStream(gateway: StartedGateway, agent: Agent, since: string, count: number): Promise<StreamItem[]> {
  const reply = await fetch(`${gateway.url}/seatway/v1/agents/${agent.id}/events?since=${since}`, {
    headers: { Guid: agent.guid },
  });
  const items: StreamItem[] = [];
  let text = "";
  assert.ok(reply.body);
  for await (const piece of reply.body.pipeThrough(new TextDecoderStream())) {
    text += piece;
    const lines = text.split("\n");
    text = lines.pop() ?? "";
    for (const line of lines) if (line.startsWith("data: ")) items.push(JSON.parse(line.slice(6)) as StreamItem);
    if (items.length >= count) return items;
  }
  return items;
}

const typesOf = (items: readonly StreamItem[]): readonly string[] =>
  items.map((item) => (item.type === "event" ? item.event.eventType : item.type));

test("a kill: agents are signed in as they were, what waits is given, streams go on without a gap, figures stand", async (t) => {
  const data = await mkdtemp(join(tmpdir(), "seatway-restart-"));
  t.after(() => rm(data, { recursive: true, force: true }));
  const before = await startGateway({ site, data, settings: quick });
  t.after(() => before.stop("SIGKILL"));
  const agent = await new Agent(before, "101", "40001").begin();
  const other = await new Agent(before, "102", "40002").begin();
  assert.equal((await other.ask("POST /onlineagent/@/rest/60/3")).code, "0");
  await other.hears("SetRest_Success");
  const begun = (await other.ask("POST /onlineagent/@/syncagentinfo")).result;
  assert.equal((await agent.ask("POST /onlineagent/@/saybusy")).code, "0");
  await before.stop("SIGKILL");
  const gateway = await startGateway({ site, data, settings: quick, ports: before.ports });
  t.after(() => gateway.stop());
  assert.deepEqual(await Promise.all([agent.state(), other.state()]), [3, 8]);
  const now = (await other.ask("POST /onlineagent/@/syncagentinfo")).result;
  const sinceOf = (info: unknown): unknown =>
    (info as { agentStateInfo: Record<string, unknown> }).agentStateInfo["agentStateBeginTime"];
  assert.equal(sinceOf(now), sinceOf(begun));
  const streamed = await readStream(gateway, agent, "0", 3);
  const told = await agent.events(1);
  assert.equal(streamed.at(-1)?.type === "event" && typesOf(streamed).at(-1), told[0]?.eventType);
  const last = streamed.at(-1);
  assert.ok(last?.type === "event");
  assert.equal((await agent.ask("POST /onlineagent/@/cancelbusy")).code, "0");
  const [next] = await readStream(gateway, agent, last.id, 1);
  assert.ok(next?.type === "event");
  assert.equal(Number(next.id.split("-")[1]), Number(last.id.split("-")[1]) + 1);
  const stored = await journalText(data);
  assert.match(stored, /AgentState_Ready/);
  for (const held of [agent.guid, other.guid])
    assert.ok(held !== "" && !stored.includes(held), "a Guid is in the store");
});

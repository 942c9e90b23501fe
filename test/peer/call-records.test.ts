// Call records of the whole product over both databases: calls through real sockets, a kill, a database that goes away.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Agent } from "../conformance/agent.ts";
import { quick, siteWith } from "../conformance/sites.ts";
import { type Postgres, startPostgres } from "../support/postgres.ts";
import { type StartedGateway, startGateway } from "../support/started-gateway.ts";
import { until } from "../support/until.ts";
import { without } from "./missing.ts";

type Call = { readonly callId: string; readonly outcome: string; readonly legs: readonly unknown[] };

/** The phones are not registered: a callout is accepted, fails at once, and is a record. */
const site = siteWith([{ name: "nowhere", port: 9, pattern: "4xxxx" }]);

let cluster: Promise<Postgres> | undefined;
const postgres = (): Promise<Postgres> => {
  cluster ??= startPostgres();
  return cluster;
};
after(async () => (await cluster)?.close());

async function recordsOf(gateway: StartedGateway, query = ""): Promise<readonly Call[]> {
  const reply = await fetch(`${gateway.url}/seatway/records${query}`);
  assert.equal(reply.status, 200);
  return ((await reply.json()) as { records: Call[] }).records;
}

/** Its id; null when the gateway takes none for now. */
async function triedCall(gateway: StartedGateway, agent: Agent): Promise<string | null> {
  const { code, result } = await agent.callOut({ called: "40040" });
  if (code === "100-007") return null;
  assert.equal(code, "0", gateway.log());
  await agent.hears("detect 549", "Call_Out_Fail", "Connect_Fail", "PhoneRelease 3");
  return String(result);
}

async function failedCall(gateway: StartedGateway, agent: Agent): Promise<string> {
  const id = await triedCall(gateway, agent);
  assert.ok(id, gateway.log());
  return id;
}

for (const { name, skip, url } of [
  { name: "SQLite", skip: false as const, url: async () => "" },
  { name: "PostgreSQL", skip: without("postgres"), url: async () => (await postgres()).database() },
])
  test(`${name}: records, and the list of calls that agents read, outlive the process, killed or ended`, {
    skip,
  }, async (t) => {
    const data = await mkdtemp(join(tmpdir(), "seatway-records-"));
    t.after(() => rm(data, { recursive: true, force: true }));
    const address = await url();
    const settings = { ...quick, ...(address === "" ? {} : { SEATWAY_DATABASE_URL: address }) };
    const made: string[] = [];
    for (const signal of ["SIGTERM", "SIGKILL"] as const) {
      const gateway = await startGateway({ site, data, settings });
      const agent = await new Agent(gateway, "101", "40001").begin();
      made.unshift(await failedCall(gateway, agent));
      await until("the record of the call", async () => {
        const [newest] = await recordsOf(gateway, "?outcome=failed&agent=101&limit=1");
        return newest?.callId === made[0] || null;
      });
      await gateway.stop(signal);
      if (address !== "") assert.ok(!gateway.log().includes(new URL(address).password));
    }
    const gateway = await startGateway({ site, data, settings });
    const agent = await new Agent(gateway, "101", "40001").begin();
    const kept = await recordsOf(gateway);
    assert.deepEqual(
      kept.map(({ callId, outcome, legs }) => [callId, outcome, legs.length]),
      made.map((id) => [id, "failed", 1]),
    );
    const listed = await agent.ask("GET /calldata/@/queryselfcallrecordinfolist");
    const ids = (listed.result as { callid: string }[]).map(({ callid }) => callid);
    assert.deepEqual(ids, made);
    await gateway.stop();
  });

test("a PostgreSQL that is away: calls go on, new ones wait for its return, so do records, nothing is lost", {
  skip: without("postgres"),
}, async (t) => {
  const server = await postgres();
  // Longer than a server takes to stop: else a poll's own commit may have told the gateway before the first call does.
  const wait = { SEATWAY_JOURNAL_WAIT_MS: "4000" };
  const settings = { ...quick, ...wait, SEATWAY_DATABASE_URL: await server.database() };
  const gateway = await startGateway({ site, settings });
  t.after(() => gateway.stop());
  const agent = await new Agent(gateway, "101", "40001").begin();
  const made = [await failedCall(gateway, agent)];
  for (const how of ["SIGINT", "SIGQUIT"] as const) {
    await server.stop(how);
    // The first comes before anybody knows: its events arrive all the same.
    made.unshift(await failedCall(gateway, agent));
    await until("no new calls", async () => {
      const id = await triedCall(gateway, agent);
      if (id) made.unshift(id);
      return id === null || null;
    });
    const reply = await fetch(`${gateway.url}/seatway/records`);
    assert.equal(reply.status, 503);
    await server.start();
    made.unshift(await until("new calls", () => triedCall(gateway, agent)));
  }
  await until("all records", async () => {
    const reply = await fetch(`${gateway.url}/seatway/records?outcome=failed`);
    if (reply.status !== 200) return null;
    return ((await reply.json()) as { records: Call[] }).records.length === made.length || null;
  });
  assert.deepEqual((await recordsOf(gateway)).map(({ callId }) => callId).toSorted(), made.toSorted());
});

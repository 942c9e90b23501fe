// Called numbers that the walls against toll fraud stop: refused at once with 200-001, as any number without a route, and
// written into the audit table without the number.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, test } from "node:test";
import { startGateway } from "../support/started-gateway.ts";
import { Agent } from "./agent.ts";
import { siteWith } from "./sites.ts";

const trunk = { name: "all", port: 9, pattern: "0., 4." };
const site = siteWith([trunk], "toll: { agentDailyCalls: 2 }").replace("{ id: 26,", '{ id: 26, prefixes: ["0049"],');

const data = await mkdtemp(join(tmpdir(), "seatway-toll-"));
const gateway = await startGateway({ site, data });
after(async () => {
  await gateway.stop();
  await rm(data, { recursive: true, force: true });
});

test("decision 9, barred: international and premium numbers are 200-001; a skill's prefix opens one; a day has an end", async () => {
  const agent = await new Agent(gateway, "101", "40001").begin();
  const code = async (called: string, skillid?: number) => {
    const reply = await agent.callOut({ called, ...(skillid === undefined ? {} : { skillid }) });
    return [reply.code, reply.message];
  };
  assert.deepEqual(await code("004930123456"), ["200-001", "called: prefix 00 is barred"]);
  assert.deepEqual(await code("0900123456"), ["200-001", "called: prefix 0900 is barred"]);
  assert.deepEqual(await code("40040", 26), ["200-001", "called: not a prefix of this skill"]);
  for (const called of ["004930123456", "004930123457"]) {
    assert.equal((await code(called, 26))[0], "0");
    await agent.hears("detect 549", "Call_Out_Fail", "Connect_Fail", "PhoneRelease 3");
  }
  assert.deepEqual(await code("40040"), ["200-001", "called: 2 calls of this agent today"]);
  const { called } = await gateway.logged(({ msg }) => msg === "callout barred");
  assert.equal(called, "········3456");
  await gateway.stop();
  const again = await startGateway({ site, data });
  try {
    const later = await new Agent(again, "101", "40001").begin();
    const { message } = await later.callOut({ called: "40040" });
    assert.equal(message, "called: 2 calls of this agent today", "a restart is no way around the limit");
  } finally {
    await again.stop();
  }
  const database = new DatabaseSync(join(data, "seatway.db"));
  const rows = database.prepare("SELECT face, peer, what, after FROM audit ORDER BY id").all();
  database.close();
  assert.equal(rows.length, 5);
  assert.deepEqual(
    { ...rows[0] },
    { face: "rest", peer: "agent 101", what: "bar", after: "········3456: prefix 00 is barred" },
  );
});

// The seed page, line 89: where the Guid of a callout comes from. Static: the sign-in. Dynamic: the event poll.

import assert from "node:assert/strict";
import { test } from "node:test";
import { type Agent, settingUp, until } from "./agent.ts";
import { header } from "./raw-http.ts";
import { openDemo } from "./town.ts";

const interval = { GUIDINTERVAL: "1000", AGENT_POLL_WAIT_TIMES: "1" };

async function pollsUntilRenewed(agent: Agent): Promise<number> {
  const begun = performance.now();
  await until(async () => header(await agent.poll(), "Set-GUID") !== undefined, "a renewed Guid");
  return performance.now() - begun;
}

test("seed 89: AUTHMODE=1, the Guid of the sign-in serves the whole session", async (t) => {
  const demo = await openDemo({ AUTHMODE: "1", ...interval });
  t.after(demo.stop);
  const agent = await (await demo.agent()).begin();
  const { guid } = agent;
  const begun = performance.now();
  await until(async () => {
    assert.equal(header(await agent.poll(), "Set-GUID"), undefined);
    return performance.now() - begun > 1200;
  }, "more than GUIDINTERVAL");
  assert.equal(agent.guid, guid);
  assert.equal((await agent.callOut({ called: await demo.party() })).code, "0");
  await agent.hears(...settingUp);
});

test("seed 89: AUTHMODE=2, the poll brings a new Guid, and the callout carries it", async (t) => {
  const demo = await openDemo({ AUTHMODE: "2", ...interval });
  t.after(demo.stop);
  const agent = await (await demo.agent()).begin();
  const first = agent.guid;
  const tookMs = await pollsUntilRenewed(agent);
  assert.ok(tookMs > 500, `renewed after ${tookMs} ms`);
  assert.notEqual(agent.guid, first);
  assert.equal((await agent.callOut({ called: await demo.party() })).code, "0");
  await agent.hears(...settingUp);
});

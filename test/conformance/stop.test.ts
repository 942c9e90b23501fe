// SIGTERM to a gateway with calls (docs/deploy.md, Stopping): they go on, nothing begins beside them, and at the second signal everybody is
// released with the documented events. A real process, its phones and parties in another one.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { until } from "./agent.ts";
import { header } from "./raw-http.ts";
import { openSite } from "./town.ts";

/** What follows a signal within a second counts as the same one. */
const apartMs = 1100;

test("calls outlive the first signal, and the second one ends them as documented", async (t) => {
  const site = await openSite('numbers:\n  - { pattern: "8000", to: { skill: 25 } }', { SEATWAY_DRAIN_MS: "60000" });
  t.after(() => site.stop());
  const { gateway } = site;
  const [agent, other] = [await site.agent(), await site.agent()];
  await Promise.all([agent.begin(), other.begin()]);
  const party = await site.party();
  await agent.talk(party);
  process.kill(gateway.pid, "SIGTERM");
  const signalled = performance.now();
  await gateway.logged(({ msg }) => msg === "stopping: no new calls, those that stand may go on");

  const refused = await other.callOut({ called: await site.party() });
  assert.equal(refused.code, "100-007");
  assert.match(refused.message, /^the gateway is being stopped: again in \d\d s$/);
  assert.match(header(refused, "Retry-After") ?? "", /^6[0-5]$/);
  const late = await (await site.agent()).signIn();
  assert.deepEqual([late.code, header(late, "Retry-After") !== undefined], ["100-003", true]);
  const caller = await site.party();
  await site.call("parties", caller, "8000");
  await until(async () => (await site.placed("parties", caller)) === 503, "the INVITE is refused");
  const ready = await fetch(`${gateway.url}/readyz`);
  assert.deepEqual(
    [ready.status, await ready.json()],
    [503, { status: "not ready", missing: ["the gateway is being stopped"] }],
  );

  assert.equal((await agent.ask("POST /voicecall/@/hold")).code, "0");
  await agent.hears("Hold");
  assert.equal((await agent.ask("POST /voicecall/@/gethold")).code, "0");
  await agent.hears("Talking");
  assert.equal(await site.calls("parties", party), 1);

  await sleep(Math.max(0, apartMs - (performance.now() - signalled)));
  process.kill(gateway.pid, "SIGTERM");
  await agent.hears("Call_Release", "PhoneRelease 3", "Ready", "ShutdownService");
  await until(async () => (await site.calls("parties", party)) === 0, "the party is released");
  assert.equal(await gateway.ended(), 0);
});

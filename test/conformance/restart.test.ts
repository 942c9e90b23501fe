// What outlives the gateway's process, killed or ended: soft parameters (decisions.md 23) and the call ids that are used
// up (seed 217). What does not: sessions.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { startGateway } from "../support/started-gateway.ts";
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

test("decision 23: a changed value survives the process, killed or ended; the sessions do not", async (t) => {
  const data = await mkdtemp(join(tmpdir(), "seatway-restart-"));
  t.after(() => rm(data, { recursive: true, force: true }));
  for (const [signal, value] of [
    ["SIGKILL", 7],
    ["SIGTERM", 4_294_967_295],
  ] as const) {
    const before = await startGateway({ site, data, settings: quick });
    const agent = await new Agent(before, "101", "40001").begin();
    await runMml(before.ports.mml, `MOD SFP: ID=P978, MODTYPE=P0, VALUE=${value};`);
    await before.stop(signal);
    const gateway = await startGateway({ site, data, settings: quick, ports: before.ports });
    assert.match(await runMml(gateway.ports.mml, "LST SFP: ID=P978;"), new RegExp(`Value {2}= {2}${value}\\r\\n`));
    assert.equal((await agent.poll()).code, "100-006");
    await gateway.stop();
  }
});

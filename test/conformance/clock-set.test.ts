// The wall clock of a running gateway is set an hour ahead, and the gateway killed and started under it: agents stay signed in, phones
// registered, calls are placed. The clock is the process's own, injected as bench/chaos does; never the system's.

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { startGateway } from "../support/started-gateway.ts";
import { Agent, settingUp, until } from "./agent.ts";
import { quick } from "./sites.ts";

const HOUR = 3_600_000;
const setter = new URL("../../bench/chaos/clock-jump.ts", import.meta.url).href;

test("an hour ahead, then killed, then back: sessions, phones and calls are none the wiser", async (t) => {
  const data = await mkdtemp(join(tmpdir(), "seatway-clock-"));
  t.after(() => rm(data, { recursive: true, force: true }));
  const file = join(data, "clock");
  await writeFile(file, "0");
  const options = { data, settings: { ...quick, NODE_OPTIONS: `--import=${setter}`, SEATWAY_CHAOS_CLOCK: file } };
  let gateway = await startGateway(options);
  t.after(() => gateway.stop());
  const agent = await new Agent(gateway, "101", "40001").begin();
  const shown = async (): Promise<number> => {
    const { result } = await agent.ask("POST /onlineagent/@/syncagentinfo");
    const { currentTime } = (result as { agentStateInfo: { currentTime: string } }).agentStateInfo;
    return Number(currentTime) - Date.now();
  };
  const set = async (ms: number): Promise<void> => {
    await writeFile(file, `${ms}`);
    await until(async () => Math.abs((await shown()) - ms) < HOUR / 2, "the gateway's clock is set");
  };
  const calls = async (): Promise<void> => {
    assert.equal((await agent.callOut({ called: "40040" })).code, "0");
    await agent.hears(...settingUp);
    assert.equal((await agent.ask("DELETE /voicecall/@/release")).code, "0");
    await agent.hears("Call_Release", "PhoneRelease 3", "Ready");
  };

  await set(HOUR);
  await agent.hearsNothing();
  await calls();
  await gateway.stop("SIGKILL");
  gateway = await startGateway({ ...options, ports: gateway.ports });
  assert.ok(Math.abs((await shown()) - HOUR) < HOUR / 2, "signed in, and shown the new time");
  await set(0);
  await calls();
});

// The middle form of `npm run chaos`: twenty kills, ten over each store, and every other fault. `npm run test:long -- chaos`; some minutes.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { json } from "node:stream/consumers";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const chaos = fileURLToPath(new URL("../../bench/chaos/main.ts", import.meta.url));

const faults = ["--kills", "20", "--stops", "5", "--full", "2", "--slow", "4", "--jumps", "6", "--pace", "0.5"];
const load = ["--rate", "15", "--agents", "60", "--stays", "8", "--store", "both", "--seed", "20"];

type Struck = { readonly kind: string; readonly proof: string; readonly established?: number };
type Campaign = {
  readonly struck: readonly Struck[];
  readonly callouts: { readonly talked: number };
  readonly recovery: { readonly established: number; readonly alive: number };
};
type Report = { readonly failures: readonly string[]; readonly campaigns: readonly Campaign[] };

test("twenty kills, stopped databases, full and slow disks, set clocks: each bites, and everything holds", async (t) => {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", chaos, ...faults, ...load], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.after(() => child.kill("SIGKILL"));
  const [report, [code]] = await Promise.all([json(child.stdout), once(child, "exit")]);
  const { failures, campaigns } = report as Report;
  assert.deepEqual(failures, []);
  assert.equal(code, 0);
  const struck = campaigns.flatMap((campaign) => campaign.struck);
  const times = (kind: string): number => struck.filter((one) => one.kind === kind).length;
  assert.deepEqual(
    ["kill", "database-stop", "database-slow", "disk-full", "disk-slow", "clock-jump"].map(times),
    [20, 5, 2, 2, 2, 6],
  );
  for (const { proof } of struck) assert.notEqual(proof, "");
  for (const { callouts, recovery } of campaigns) {
    assert.ok(callouts.talked > 100, `${callouts.talked} talked`);
    assert.ok(recovery.established >= 50, `${recovery.established} calls were established at the kills`);
    assert.ok(recovery.alive >= 0.99 * recovery.established);
  }
});

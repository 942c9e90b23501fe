// `npm run soak` for three minutes: `npm run test:long -- soak`. The rests are long enough for finished transactions to be gone.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { json } from "node:stream/consumers";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const soak = fileURLToPath(new URL("../../bench/soak/mix.ts", import.meta.url));
const load = ["--minutes", "3", "--agents", "60", "--rate", "8", "--stays", "5", "--seed", "3"];

type Report = { readonly failures: readonly string[]; readonly settled: boolean; readonly calls: number };

test("a contact centre for three minutes: all agree, and nothing stays: calls, dialogs, transactions, timers, ports, memory", async (t) => {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", soak, ...load], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.after(() => child.kill("SIGKILL"));
  const [report] = await Promise.all([json(child.stdout), once(child, "exit")]);
  const { failures, settled, calls } = report as Report;
  assert.deepEqual(failures, []);
  assert.ok(settled);
  assert.ok(calls > 300, `${calls} calls`);
});

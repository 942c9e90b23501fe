// The short form of `npm run bench media`: that the load's packets go through bare sockets, our plane in all its rows and a few
// conferences, and that each is paid for. Figures are not looked at: other tests run beside it.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { ConferenceFigures } from "../bench/load/conferences.ts";
import type { RtpFigures } from "../bench/load/rtp-run.ts";

const bench = fileURLToPath(new URL("../bench/media.ts", import.meta.url));

type Output = {
  readonly rows: readonly (RtpFigures & { readonly row: string; readonly addedP99Ms: number | null })[];
  readonly mix: ConferenceFigures;
  readonly legs: { readonly lives: number; readonly cpuMsPerLeg: number };
};

test("20 streams for a second: what goes in comes out, and costs something", { timeout: 100_000 }, async () => {
  const relayed = ["sockets", "relay", "record", "srtp"];
  const options = ["--streams", "20", "--conferences", "2", "--seconds", "1", "--warm-up", "0"];
  const rows = ["direct", ...relayed, "mix", "legs"].join(",");
  const { stdout } = await promisify(execFile)(process.execPath, [bench, ...options, "--rows", rows], {
    timeout: 90_000,
  });
  const output = JSON.parse(stdout) as Output;
  assert.deepEqual(
    output.rows.map(({ row, packets, lost }) => ({ row, packets, lost })),
    ["direct", ...relayed].map((row) => ({ row, packets: 1_000, lost: 0 })),
  );
  for (const { row, cpuUsPerPacket, delayMs, addedP99Ms } of output.rows) {
    assert.ok(delayMs.p50 > 0 && delayMs.p999 >= delayMs.p99, row);
    if (row === "direct") continue;
    assert.ok((cpuUsPerPacket ?? 0) > 0, row);
    assert.equal(typeof addedP99Ms, "number", row);
  }
  assert.ok(output.mix.cores > 0);
  assert.ok(output.legs.lives > 0 && output.legs.cpuMsPerLeg > 0);
});

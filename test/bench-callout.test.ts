// The short form of `npm run bench callout`: that the load runs, no callout fails and everybody counts the same. Times are
// not looked at: other tests run beside it.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { RunFigures } from "../bench/load/callout-run.ts";
import { without } from "./peer/missing.ts";

const bench = fileURLToPath(new URL("../bench/callout.ts", import.meta.url));

test("10 callouts a second for 3 s, each with audio: none fails; SIPp, the client and the gateway count the same", {
  skip: without("sipp"),
}, async () => {
  const load = ["--rate", "10", "--seconds", "3", "--agents", "60", "--warm-up", "1", "--talk-ms", "400", "--audio"];
  const { stdout } = await promisify(execFile)(process.execPath, [bench, ...load]);
  const [run] = (JSON.parse(stdout) as { readonly runs: readonly RunFigures[] }).runs;
  assert.ok(run);
  assert.deepEqual(run.reasons, {});
  assert.equal(run.failures, 0);
  assert.equal(run.callouts, 30);
  assert.ok(run.agree, JSON.stringify(run.counts));
  assert.deepEqual([run.counts.phones.invites, run.counts.parties.invites], [40, 40]);
  for (const figure of [run.cpuMsPerCallout, run.replyMs.p50, run.inviteMs.p50, run.answerToEventMs.p50]) {
    assert.ok(figure > 0, "every figure was measured");
  }
  const { packets, standing, cores } = run;
  const programs = cores.gateway + cores.client + cores.phones + cores.parties;
  assert.ok(programs > 0 && cores.machine > 0 && cores.machine <= cores.there * 1.05, JSON.stringify(cores));
  // 20 of each party; the first ones come before the media are there, and the last ones after the BYE.
  assert.ok(packets.in > 25 && packets.out > 25 && packets.in < 60, JSON.stringify(packets));
  assert.ok(standing.calls > 3, JSON.stringify(standing));
  assert.ok(run.loopDelayMs.p99 >= 0 && run.loopDelayMs.max > 0, JSON.stringify(run.loopDelayMs));
});

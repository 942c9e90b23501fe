// The short form of `npm run bench sip`: that the libraries read the messages, and that calls with two legs go through our
// program and the floor. Figures are not looked at: other tests run beside it.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { MessageRate } from "../bench/load/message-rates.ts";
import type { TwoLegRun } from "../bench/load/two-leg-run.ts";

const bench = fileURLToPath(new URL("../bench/sip.ts", import.meta.url));

type Output = {
  readonly messages: readonly MessageRate[];
  readonly calls: readonly { readonly transport: string; readonly runs: Readonly<Record<string, TwoLegRun>> }[];
};

async function run(...options: readonly string[]): Promise<Output> {
  const { stdout } = await promisify(execFile)(process.execPath, [bench, ...options]);
  return JSON.parse(stdout) as Output;
}

test("seatway, sip and jssip read and answer the same messages", async () => {
  const { messages, calls } = await run("--only", "messages", "--rounds", "1");
  assert.deepEqual(
    messages.map(({ work }) => work),
    ["parse INVITE", "parse 200 OK", "parse BYE", "write a 200"],
  );
  for (const { perSecond } of messages) {
    assert.deepEqual(Object.keys(perSecond), ["seatway", "sip", "jssip"]);
    assert.ok(Object.values(perSecond).every((rate) => rate > 0));
  }
  assert.deepEqual(calls, []);
});

test("20 calls a second with two legs over UDP and TLS: none fails, and each is paid for", async () => {
  const { calls } = await run(
    ...["--only", "calls", "--transport", "udp,tls", "--rates", "20", "--seconds", "2", "--warm-up", "0"],
    ...["--subjects", "seatway,floor"],
  );
  assert.deepEqual(
    calls.map(({ transport }) => transport),
    ["udp", "tls"],
  );
  for (const { runs } of calls) {
    for (const subject of ["seatway", "floor"]) {
      const [row] = runs[subject]?.rows ?? [];
      assert.deepEqual(row?.reasons, {}, subject);
      assert.equal(row?.calls, 40);
      assert.ok(row.answeredMs.p50 >= 20, "the callee answers after 20 ms");
    }
    assert.ok((runs["seatway"]?.rows[0]?.cpuMsPerCall ?? 0) > 0);
  }
});

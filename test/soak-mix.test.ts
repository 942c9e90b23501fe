// The short form of `npm run soak`: a contact centre for some seconds, and everybody agrees on what happened.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const soak = fileURLToPath(new URL("../bench/soak/mix.ts", import.meta.url));

test("twenty agents by four ways, callouts and calls from outside: parties, replies, events and records agree", {
  timeout: 110_000,
}, async () => {
  const load = ["--minutes", "0.15", "--agents", "20", "--rate", "6", "--stays", "2", "--rest", "1", "--seed", "5"];
  const { stdout } = await promisify(execFile)(process.execPath, [soak, ...load], { timeout: 100_000 });
  const { failures, calls, remains } = JSON.parse(stdout);
  assert.deepEqual(failures, []);
  assert.equal(remains.length, 3);
  assert.ok(calls > 20);
});

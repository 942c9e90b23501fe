// The short form of `npm run soak media`: calls at random for a few seconds, and nothing is left of them.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const soak = fileURLToPath(new URL("../bench/soak/media.ts", import.meta.url));

test("twenty calls at a time for six seconds: ports, sockets, timers and memory are back", {
  timeout: 110_000,
}, async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [soak, "--minutes", "0.1", "--calls", "20"], {
    timeout: 100_000,
  });
  const { failures, tally, remains, mostPorts } = JSON.parse(stdout);
  assert.deepEqual(failures, []);
  assert.equal(remains.length, 3);
  assert.ok(mostPorts >= 40);
  for (const what of ["calls", "holds", "digits", "conferences", "announcements", "recordings"]) {
    assert.ok(tally[what] > 0, what);
  }
});

// What keeps the gateway's process from starting is one line on standard error and exit code 1; nothing on standard output.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const main = fileURLToPath(new URL("./main.ts", import.meta.url));

const cases: readonly [args: readonly string[], environment: Record<string, string>, line: RegExp][] = [
  [["--port", "5060"], {}, /^seatway: serve takes no arguments, .*docs\/settings\.md\)\n$/],
  [[], { SEATWAY_SIP_PORT: "sip" }, /^seatway: SEATWAY_SIP_PORT=sip: allowed is [^\n]*\n$/],
  [[], { SEATWAY_CONFIG: "/nowhere/seatway.yaml" }, /^seatway: SEATWAY_CONFIG=\/nowhere\/seatway\.yaml: [^\n]*\n$/],
  [[], { SEATWAY_HOST: "::1" }, /^seatway: SEATWAY_HOST=::1: allowed is an IPv4 address with the demo site\n$/],
];

for (const [args, environment, line] of cases) {
  test(`${args.join(" ")} ${JSON.stringify(environment)}`, async () => {
    const flags = ["--disable-warning=ExperimentalWarning", main, ...args];
    const run = promisify(execFile)(process.execPath, flags, { env: { PATH: process.env["PATH"], ...environment } });
    const { code, stdout, stderr } = await run.then(
      () => assert.fail("it started"),
      (fault: { code: number; stdout: string; stderr: string }) => fault,
    );
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, line);
  });
}

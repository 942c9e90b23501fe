// Who reads what a gateway prints may go (`| head`, a collector that ends): the calls are worth more than their log.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { startGateway } from "./support/started-gateway.ts";

const timeout = 90_000;

test("a gateway whose output nobody reads any more serves on, and ends in good order", { timeout }, async () => {
  const within = ["bash", "-c", 'exec "$@" > >(head -c 1 > /dev/null) 2>&1', "bash"] as const;
  const gateway = await startGateway({ within });
  const body = JSON.stringify({ password: "", phonenum: "40001" });
  const reply = await fetch(`${gateway.url}/agentgateway/resource/onlineagent/101`, { method: "PUT", body });
  assert.match(await reply.text(), /"retcode":"0"/);
  assert.equal(await gateway.stop(), 0);
});

const logModule = fileURLToPath(new URL("../src/pino-log.ts", import.meta.url));

/** A program that does this with a log; what it writes there, and its exit code. */
function program(does: string) {
  const text = `import { pinoLog } from ${JSON.stringify(logModule)};\nconst log = pinoLog("info");\n${does}`;
  const child = spawn(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", "--input-type=module-typescript", "-e", text],
    { stdio: ["pipe", "inherit", "pipe"] },
  );
  return { child, ended: once(child, "close") as Promise<[number | null, string | null]> };
}

test("a process ends although its last lines go nowhere", { timeout }, async () => {
  const { child, ended } = program(
    'process.stdin.once("end", () => { log.info({}, "last"); process.exit(7); }).resume();',
  );
  child.stderr.destroy();
  child.stdin.end();
  assert.deepEqual(await ended, [7, null]);
});

test("a reader that stands still costs no memory without end: what is let go is counted", { timeout }, async () => {
  const lines = 90_000;
  const { child, ended } = program(
    `const text = "x".repeat(400);
     for (let at = 0; at < ${lines}; at++) log.info({ text }, "line");
     process.stdin.once("end", () => {}).resume();`,
  );
  // All have been written before the first is read.
  child.stdin.end();
  await once(child.stderr, "readable");
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  assert.deepEqual(await ended, [0, null]);
  const told = said
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { msg: string; lines?: number });
  const lost = told.reduce((sum, line) => sum + (line.lines ?? 0), 0);
  assert.ok(lost > lines / 4, `${lost} were let go`);
  assert.equal(told.filter(({ msg }) => msg === "line").length + lost, lines);
});

const fullDisk = process.getuid?.() === 0 ? false : "a file system of its own needs root";

test("a log on a disk that was full for a while goes on when there is room again", {
  timeout,
  skip: fullDisk,
}, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "seatway-log-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const text = `import { readFileSync, rmSync, writeFileSync } from "node:fs";
    import { pinoLog } from ${JSON.stringify(logModule)};
    const log = pinoLog("info");
    writeFileSync("filler", "x".repeat(60_000));
    for (let at = 0; at < 400; at++) log.info({ text: "x".repeat(200) }, "line");
    setTimeout(() => { rmSync("filler"); log.info({}, "room again"); }, 500);
    setInterval(() => readFileSync("log", "utf8").includes("room again") && process.exit(0), 50);
    setTimeout(() => process.exit(1), 30_000);`;
  const program = ["--disable-warning=ExperimentalWarning", "--input-type=module-typescript", "-e", text];
  const inside = 'mount -t tmpfs -o size=112k tmpfs . && cd "$PWD" && exec "$@" 2> log';
  const child = spawn("unshare", ["--mount", "sh", "-c", inside, "sh", process.execPath, ...program], { cwd: folder });
  const [code] = await once(child, "close");
  assert.equal(code, 0);
});

test("what waits goes out at the end, a crash included", { timeout }, async () => {
  for (const [end, code] of [
    ["process.exit(0);", 0],
    ["", 0],
    ['throw new Error("a crash");', 1],
  ] as const) {
    const { child, ended } = program(`for (let at = 0; at < 5000; at++) log.info({ at }, "line"); ${end}`);
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    assert.deepEqual(await ended, [code, null]);
    const lines = said.split("\n").filter((line) => line.startsWith("{"));
    assert.deepEqual(
      lines.map((line) => (JSON.parse(line) as { readonly at: number }).at),
      Array.from({ length: 5000 }, (_, at) => at),
    );
  }
});

// bin/seatway.mjs in small checkouts of its own: what it installs, what it starts, how both end. The programs in these
// checkouts stand in for the gateway: they say what they were given and wait.

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, afterEach, describe, it } from "node:test";

const root = resolve(import.meta.dirname, "..");
const folders: string[] = [];
const started: ChildProcess[] = [];

const lock = (packages: object) => JSON.stringify({ name: "seatway", version: "0.0.0", lockfileVersion: 3, packages });
const nothing = { "": { name: "seatway", version: "0.0.0" } };

/** A checkout whose `serve` is `program`, with an empty lock file and, when `installed`, packages that agree with it. */
function checkout(program: string, installed = true): string {
  const folder = mkdtempSync(join(tmpdir(), "seatway-launcher-"));
  folders.push(folder);
  cpSync(join(root, "bin"), join(folder, "bin"), { recursive: true });
  mkdirSync(join(folder, "src"));
  writeFileSync(join(folder, "src", "main.ts"), program);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "seatway", version: "0.0.0", type: "module" }));
  writeFileSync(join(folder, "package-lock.json"), lock(nothing));
  if (!installed) return folder;
  mkdirSync(join(folder, "node_modules"));
  writeFileSync(join(folder, "node_modules", ".package-lock.json"), lock({}));
  return folder;
}

function launch(folder: string, args: readonly string[], flags: readonly string[] = []) {
  const child = spawn(process.execPath, [...flags, join(folder, "bin", "seatway.mjs"), ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  started.push(child);
  const output = { out: "", err: "" };
  child.stdout.on("data", (bytes: Buffer) => {
    output.out += bytes;
  });
  child.stderr.on("data", (bytes: Buffer) => {
    output.err += bytes;
  });
  /** Resolves when standard output holds `text`. */
  const says = async (text: string) => {
    while (!output.out.includes(text)) await once(child.stdout, "data");
  };
  return { child, output, says, ended: once(child, "close") };
}

const waiting = `
  const hold = setInterval(() => {}, 1000);
  process.once("SIGTERM", () => { console.log("told to end"); clearInterval(hold); process.exitCode = 7; });
  console.log("pid " + process.pid);
`;

describe("the launcher", () => {
  afterEach(() => {
    for (const child of started.splice(0)) child.kill("SIGKILL");
  });
  after(() => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  it("runs TypeScript with the arguments and flags that it got, silently, and passes the exit code on", async () => {
    const program = `
      import { DatabaseSync } from "node:sqlite";
      const database: DatabaseSync = new DatabaseSync(":memory:");
      database.close();
      console.log(JSON.stringify([process.argv.slice(2), process.execArgv.includes("--max-old-space-size=99")]));
      process.exitCode = 5;
    `;
    const { output, ended } = launch(checkout(program), ["serve", "--loud"], ["--max-old-space-size=99"]);
    assert.deepEqual(await ended, [5, null]);
    assert.deepEqual(output, { out: '[["--loud"],true]\n', err: "" });
  });

  it("sends SIGTERM on and waits for an orderly end", async () => {
    const { child, output, says, ended } = launch(checkout(waiting), ["serve"]);
    await says("pid ");
    child.kill("SIGTERM");
    assert.deepEqual(await ended, [7, null]);
    assert.match(output.out, /told to end/);
  });

  it("killed itself, takes the program with it", async () => {
    const { child, output, says, ended } = launch(checkout(waiting), ["serve"]);
    await says("pid ");
    child.kill("SIGKILL");
    // "close" comes when nobody holds the pipes any more: the program has ended too.
    await ended;
    assert.match(output.out, /told to end/);
  });

  it("leaves a program that has nothing more to do alone", async () => {
    const { ended } = launch(checkout("process.exitCode = 3;"), ["serve"]);
    assert.deepEqual(await ended, [3, null]);
  });

  it("reports a program that a signal ended as the shell does", async () => {
    const { ended } = launch(checkout('process.kill(process.pid, "SIGKILL");'), ["serve"]);
    assert.deepEqual(await ended, [128 + 9, null]);
  });

  it("installs when packages are missing, and says so on standard error only", async () => {
    const folder = checkout('console.log("started");', false);
    // npm writes no node_modules for an empty lock file, so a local package gives it something to install.
    mkdirSync(join(folder, "piece"));
    writeFileSync(join(folder, "piece", "package.json"), JSON.stringify({ name: "piece", version: "1.0.0" }));
    const dependencies = { piece: "file:piece" };
    const top = { name: "seatway", version: "0.0.0", dependencies };
    writeFileSync(join(folder, "package.json"), JSON.stringify({ ...top, type: "module" }));
    const packages = { "": top, "node_modules/piece": { resolved: "piece", link: true }, piece: { version: "1.0.0" } };
    writeFileSync(join(folder, "package-lock.json"), lock(packages));
    const { output, ended } = launch(folder, ["serve"]);
    assert.deepEqual(await ended, [0, null], output.err);
    assert.equal(output.out, "started\n");
    assert.match(output.err, /^Seatway: installing packages/);
    assert.ok(existsSync(join(folder, "node_modules", "piece")));
  });
});

// The package as a user gets it: packed and installed in an empty folder by the lines of docs/client.md, run by the machine's own
// Node.js, which may be older than the one that Seatway needs. Everything happens in a temporary folder.

import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";

const root = resolve(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "seatway-package-"));
/** `../my-desk` of docs/client.md. */
const home = join(folder, "my-desk");
const compiler = join(root, "node_modules/typescript/bin/tsc");

/** What a user's shell has: nothing of the npm command that runs this test, not our node_modules/.bin on the PATH. */
const environment = Object.fromEntries([
  ...Object.entries(process.env).filter(
    ([name]) => !/^(npm_|node_options|node_compile_cache|seatway_(?!test_run))/i.test(name),
  ),
  [
    "PATH",
    (process.env["PATH"] ?? "")
      .split(delimiter)
      .filter((part) => !part.includes("node_modules"))
      .join(delimiter),
  ],
  ...["prefer_offline=true", "audit=false", "fund=false"].map((each) => `npm_config_${each}`.split("=")),
]);

/** What docs/client.md lets a reader type: the installation, then his program. */
const [install = "", firstProgram = ""] = [
  ...readFileSync(join(root, "docs", "client.md"), "utf8").matchAll(/^```sh\n([\s\S]*?)^```$/gm),
].map(([, block = ""]) => block);

const runIn = (cwd: string, program: string, args: readonly string[]): string =>
  execFileSync(program, args, { cwd, env: environment, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

/** Ports that were free a moment ago, all different, none of the media. */
async function freePorts(count: number): Promise<number[]> {
  for (;;) {
    const ports = await drawnPorts(count);
    if (ports.every((port) => port < media[0] || port > media[1])) return ports;
  }
}

async function drawnPorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), "close")));
  return ports;
}

/** A gateway takes all of them at its start. */
const media = [42_000, 42_199] as const;

/** Asks until the gateway says that it is ready, or has ended. */
async function ready(url: string, gateway: ChildProcess): Promise<boolean> {
  while (gateway.exitCode === null && gateway.signalCode === null) {
    const status = await fetch(url).then(
      (reply) => reply.status,
      () => 0,
    );
    if (status === 200) return true;
    await delay(50);
  }
  return false;
}

describe("the package", () => {
  before(() => {
    runIn(root, "bash", ["-ec", install.replaceAll("../my-desk", home)]);
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
    rmSync(join(root, "dist"), { recursive: true, force: true });
  });

  it("holds what runs and what the licence asks for, no source and no tests", () => {
    const installed = join(home, "node_modules", "seatway");
    const top = new Set(globSync("*", { cwd: installed }));
    assert.deepEqual(
      ["bin", "dist", "LICENSE", "package.json"].filter((name) => !top.has(name)),
      [],
    );
    assert.deepEqual(
      globSync("{src,test,scripts,bench,**/*.test.*}", { cwd: installed, exclude: ["node_modules"] }),
      [],
    );
  });

  it("packed again, it is the same, byte for byte", () => {
    const [first = ""] = globSync(join(home, "*.tgz"));
    const again = mkdtempSync(join(folder, "again-"));
    runIn(root, "npm", ["pack", "--pack-destination", again]);
    const [second = ""] = globSync(join(again, "*.tgz"));
    assert.ok(readFileSync(first).equals(readFileSync(second)));
  });

  it("brings a bill of what it is made of", () => {
    const bill = JSON.parse(readFileSync(join(home, "node_modules", "seatway", "dist", "sbom.cdx.json"), "utf8"));
    const names = bill.components.map(({ name }: { name: string }) => name);
    assert.equal(bill.bomFormat, "CycloneDX");
    assert.deepEqual(
      ["fastify", "pino", "ws"].filter((name) => !names.includes(name)),
      [],
    );
    assert.ok(!names.includes("typescript"));
  });

  it("has types for programs that use the client", () => {
    const program = [
      'import { connect, type ReceivedEvent } from "seatway/client";',
      'import { voiceCall } from "seatway/client/operations";',
      'import { operatorClient } from "seatway/client/operator";',
      'const agent = connect({ url: "http://127.0.0.1:8000", agent: "101" });',
      "export const heard = (event: ReceivedEvent): string =>",
      '  event.eventType === "AgentEvent_Talking" ? event.content.callid : "";',
      "export const hold = () => agent.call(voiceCall.hold, {});",
      'export const board = operatorClient({ url: "http://127.0.0.1:8000" });',
      "// @ts-expect-error: a callout needs a number",
      "export const nobody = agent.callOut({});",
    ].join("\n");
    writeFileSync(join(home, "program.ts"), program);
    const options = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2024", "--lib", "es2024,dom"];
    runIn(home, process.execPath, [compiler, ...options, "program.ts"]);
  });

  it("has a client that asks for nothing newer than Node.js 20 has", () => {
    const options = ["-p", "tsconfig.client.json", "--noEmit", "--emitDeclarationOnly", "false"];
    runIn(root, process.execPath, [compiler, ...options]);
  });

  it("npx seatway --version", () => {
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    assert.equal(runIn(home, "npx", ["seatway", "--version"]), `${version}\n`);
  });

  it("npx seatway --help", () => {
    assert.match(runIn(home, "npx", ["seatway", "--help"]), /seatway serve/);
  });

  it("seatway serve gets ready, and ends with code 0 when it is told to", async () => {
    const [http = 0, https = 0, sip = 0, sips = 0, mml = 0] = await freePorts(5);
    const gateway = spawn(join(home, "node_modules", ".bin", "seatway"), ["serve"], {
      cwd: home,
      env: {
        ...environment,
        SEATWAY_HTTP_PORT: `${http}`,
        SEATWAY_HTTPS_PORT: `${https}`,
        SEATWAY_SIP_PORT: `${sip}`,
        SEATWAY_SIPS_PORT: `${sips}`,
        SEATWAY_MML_PORT: `${mml}`,
        SEATWAY_RTP_PORTS: media.join("-"),
        SEATWAY_DATA: join(folder, "data"),
        // A busy machine is no reason to refuse the call.
        SEATWAY_OVERLOAD_MS: "15000",
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    for (const stream of [gateway.stdout, gateway.stderr]) stream.on("data", (bytes: Buffer) => (said += bytes));
    const ended = once(gateway, "close");
    try {
      assert.ok(await ready(`http://127.0.0.1:${http}/readyz`, gateway), said);
      // The client library, as a program of a user's has it: under the machine's own Node.js, and under this one.
      for (const command of [firstProgram, firstProgram.replace("node", process.execPath)]) {
        const heard = runIn(home, "bash", ["-ec", `${command.trim()} http://127.0.0.1:${http}`]);
        assert.match(heard, /AgentEvent_Talking[\s\S]*AgentState_Ready/);
      }
    } finally {
      gateway.kill("SIGTERM");
    }
    assert.deepEqual(await ended, [0, null], said);
  });
});

// The evidence of a real call: made through the started gateway with its simulated phones, asked for with `seatway trace`, and
// its pcap file read by tshark.

import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { type IncomingMessage, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startGateway } from "../support/started-gateway.ts";

const cli = fileURLToPath(new URL("../../bin/cli.mjs", import.meta.url));

const seatway = (...args: string[]) =>
  promisify(execFile)(process.execPath, ["--disable-warning=ExperimentalWarning", cli, ...args]).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );

function hasTshark(): boolean {
  try {
    execFileSync("tshark", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

describe("the trace of a call", async () => {
  const gateway = await startGateway();
  const folder = await mkdtemp(join(tmpdir(), "seatway-trace-"));
  const file = join(folder, "call.pcap");
  after(async () => {
    await gateway.stop();
    await rm(folder, { recursive: true, force: true });
  });
  const call = ["--agent", "101", "--phone", "40001", "--called", "40040", "--talk", "100ms", "--url", gateway.url];
  const made = await seatway("callout", ...call);
  const callId = /\b\d{10}-\d+\b/.exec(made.stdout)?.[0] ?? "";

  test("the ladder has both legs from INVITE to the 200 of BYE, and no credentials", async () => {
    assert.equal(made.code, 0, made.stdout + made.stderr);
    const { code, stdout, stderr } = await seatway("trace", callId, "--url", gateway.url, "--pcap", file, "--messages");
    assert.equal(code, 0, stderr);
    const [head = ""] = stdout.split("\n", 1);
    assert.match(head, /127\.0\.0\.1:\d+ +Seatway +127\.0\.0\.1:\d+/);
    assert.equal(stdout.match(/- INVITE \(SDP\) \[UDP\] -/g)?.length, 2, stdout);
    assert.equal(stdout.match(/200 BYE \[UDP\]/g)?.length, 2, stdout);
    assert.doesNotMatch(stdout, /response="/);
  });

  test("one leg alone, by its SIP Call-ID; nothing of an unknown call", async () => {
    const reply = await fetch(`${gateway.url}/seatway/calls/${callId}/trace`);
    const { messages } = (await reply.json()) as { messages: { text: string }[] };
    const sipCallId = /^Call-ID: (\S+)/m.exec(messages[0]?.text ?? "")?.[1] ?? "";
    const { code } = await seatway("trace", sipCallId, "--url", gateway.url);
    assert.equal(code, 0);
    const unknown = await seatway("trace", "1-1", "--url", gateway.url);
    assert.equal(unknown.code, 12);
    assert.match(unknown.stderr, /nothing is kept of call 1-1/);
  });

  test("no trace for a page of another name, nor for an id without end", async () => {
    const path = `/seatway/calls/${callId}/trace`;
    const asked = request(gateway.url + path, { headers: { host: "evil.example.org" } }).end();
    const [foreign] = (await once(asked, "response")) as [IncomingMessage];
    foreign.resume();
    assert.equal(foreign.statusCode, 403);
    const long = await fetch(`${gateway.url}/seatway/calls/${"1".repeat(257)}/trace`);
    assert.notEqual(long.status, 200);
  });

  test("tshark reads the pcap file as SIP", { skip: hasTshark() ? false : "tshark is not installed" }, async () => {
    assert.equal((await readFile(file)).readUInt32BE(0), 0xa1b2c3d4);
    const fields = ["-T", "fields", "-e", "sip.Method", "-e", "sip.Status-Code"];
    const decode = ["-d", `udp.port==${gateway.ports.sip},sip`];
    const { stdout } = await promisify(execFile)("tshark", ["-r", file, ...decode, ...fields]);
    const rows = stdout.trim().split("\n");
    assert.equal(rows.filter((row) => row.startsWith("INVITE")).length, 2, stdout);
    assert.equal(rows.filter((row) => row.startsWith("BYE")).length, 2, stdout);
    assert.ok(
      rows.every((row) => row.trim() !== ""),
      stdout,
    );
  });
});

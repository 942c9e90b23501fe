// SIPp as phones and customers for tests: one scenario of test/peer/scenarios, one call, then its verdict. A message that
// the scenario does not expect fails the call, and with it the exit code.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, readlink, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { countInvites, methodsOf } from "./invites.ts";
import { deadlineMs, until, within } from "./until.ts";

const scenarios = fileURLToPath(new URL("../peer/scenarios/", import.meta.url));

export type SippOptions = {
  /** A file of test/peer/scenarios without `.xml`. */
  readonly scenario: string;
  readonly port: number;
  readonly transport?: "udp" | "tcp";
  /** What takes the place of `[name]` in the scenario, e.g. `status`. (SIPp's own keywords cannot stand in a status line.) */
  readonly keys?: Readonly<Record<string, string>>;
  /** More of SIPp's own arguments. */
  readonly more?: readonly string[];
};

export type SippResult = {
  /** First lines of the messages that it received, retransmissions included. */
  readonly received: readonly string[];
  /** See invites.ts. */
  readonly invites: number;
  readonly methods: readonly string[];
};

export type Sipp = {
  /** Waits for the end of its one call, and fails unless SIPp is content with every message of it. */
  finished(): Promise<SippResult>;
  /** Resolves when it has received so many messages whose first line begins so; default one. */
  received(start: string, count?: number): Promise<void>;
  /** Ends it, whatever its call is doing. Safe to repeat. */
  stop(): Promise<void>;
};

/** Fails when SIPp cannot start. Media ports that another one has meanwhile taken are no reason: it tries others. */
export async function startSipp(options: SippOptions): Promise<Sipp> {
  for (let attempts = 1; ; attempts++) {
    const { sipp, fault } = await launch(options);
    if (fault === undefined) return sipp;
    await sipp.stop();
    if (attempts === 10 || !/Unable to bind \w+ RTP socket/.test(fault)) throw new Error(fault);
  }
}

/** `fault`: what it said when it ended before it ever listened. */
async function launch(options: SippOptions): Promise<{ readonly sipp: Sipp; readonly fault?: string }> {
  const folder = await mkdtemp(join(tmpdir(), "seatway-sipp-"));
  const files = {
    scenario: join(folder, "scenario.xml"),
    messages: join(folder, "messages.log"),
    errors: join(folder, "errors.log"),
  };
  await writeFile(files.scenario, await scenarioOf(options));
  const child = spawn("sipp", argumentsOf(options, files), { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
  const said = { text: "" };
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said.text += text;
  });
  const closed = once(child, "close") as Promise<[number | null]>;
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
    await closed;
    await rm(folder, { recursive: true, force: true });
  };
  const alive = (): boolean => child.exitCode === null && child.signalCode === null;
  // A scenario that begins may be over before anybody looks.
  await until(`SIPp on port ${options.port}`, async () => !alive() || (await ready(child.pid, options)) || null).catch(
    async (reason) => {
      await stop();
      throw reason;
    },
  );
  const sipp: Sipp = {
    async finished() {
      const [code] = await within(() => `the end of SIPp's call (${options.scenario})`, closed);
      const messages = await readFile(files.messages, "utf8").catch(() => "");
      const errors = await readFile(files.errors, "utf8").catch(() => "");
      await stop();
      assert.equal(code, 0, `SIPp ${options.scenario} ended with ${code}\n${said.text}\n${errors}\n${messages}`);
      return resultOf(messages);
    },
    async received(start, count = 1) {
      await until(`SIPp ${options.scenario} to receive ${start}`, async () => {
        const messages = await readFile(files.messages, "utf8").catch(() => "");
        return resultOf(messages).received.filter((line) => line.startsWith(start)).length >= count || null;
      });
    },
    stop,
  };
  if (alive()) return { sipp };
  await closed;
  return /Unable to /.test(said.text) ? { sipp, fault: said.text } : { sipp };
}

async function scenarioOf({ scenario, keys = {} }: SippOptions): Promise<string> {
  const text = await readFile(join(scenarios, `${scenario}.xml`), "utf8");
  const filled = { extra: "Server: SIPp", ...keys };
  return Object.entries(filled).reduce((left, [name, value]) => left.replaceAll(`[${name}]`, value), text);
}

function argumentsOf(
  { port, transport, more = [] }: SippOptions,
  files: { readonly scenario: string; readonly messages: string; readonly errors: string },
): string[] {
  return [
    ...more,
    ...["-sf", files.scenario],
    ...["-i", "127.0.0.1", "-p", `${port}`, "-bind_local", "-t", transport === "tcp" ? "t1" : "u1"],
    // Four media ports below the system's own range, each SIPp's from somewhere else.
    ...["-mi", "127.0.0.1", "-mp", `${32_700 - 4 * randomInt(650)}`],
    ...["-m", "1", "-nostdin", "-nd", "-default_behaviors", "abortunexp"],
    ...["-timeout", `${deadlineMs / 1000}s`, "-timeout_error"],
    ...["-trace_msg", "-message_file", files.messages, "-trace_err", "-error_file", files.errors],
  ];
}

/**
 * SIPp says nowhere that it listens; the kernel's tables do. It takes its SIP socket first and its media sockets after,
 * and ends when somebody else has one of those: ready is who has both.
 */
async function ready(pid: number | undefined, { port, transport }: SippOptions): Promise<boolean> {
  const own = await socketsOf(pid);
  const [sip, udp] = await Promise.all([portsOf(transport ?? "udp", own), portsOf("udp", own)]);
  return sip.includes(port) && udp.filter((other) => other !== port).length >= 2;
}

/** Inode numbers of the process's sockets; none when it has ended (Linux: `/proc/PID/fd`). */
async function socketsOf(pid: number | undefined): Promise<ReadonlySet<string>> {
  const folder = `/proc/${pid}/fd`;
  const names = await readdir(folder).catch(() => []);
  const links = await Promise.all(names.map((name) => readlink(join(folder, name)).catch(() => "")));
  return new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
}

/** Local ports of those of these sockets that are bound and nobody's connection (proc_net(5): the tenth column is the inode). */
async function portsOf(table: "udp" | "tcp", inodes: ReadonlySet<string>): Promise<readonly number[]> {
  const rows = (await readFile(`/proc/net/${table}`, "latin1")).trim().split("\n").slice(1);
  return rows.flatMap((row) => {
    const [, local = "", remote, , , , , , , inode = ""] = row.trim().split(/\s+/);
    return inodes.has(inode) && remote === "00000000:0000" ? Number.parseInt(local.split(":")[1] ?? "", 16) : [];
  });
}

/** Messages as the trace has them: a line of dashes and time, `UDP message received [560] bytes :`, a blank line, the text. */
function resultOf(log: string): SippResult {
  const received = /^\s*(?:UDP|TCP) message received.*\n\s*\n/;
  const texts = log
    .split(/^-{20,} .*$/m)
    .filter((entry) => received.test(entry))
    .map((entry) => entry.replace(received, ""));
  return {
    received: texts.map((text) => text.slice(0, text.indexOf("\r"))),
    invites: countInvites(texts),
    methods: methodsOf(texts),
  };
}

// The product as a process of its own, as `npm start` runs it: free ports, a data folder of its own, gone with the test.
// Tests speak to it through sockets only.

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { createServer, Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { storeSettings } from "./test-database.ts";

/** SEATWAY_TEST_MAIN: the main.ts of a changed copy of the product; a test shows that the others see the change. */
const productMain = process.env["SEATWAY_TEST_MAIN"] ?? fileURLToPath(new URL("../../src/main.ts", import.meta.url));

/** Stripped types and compiled code are kept from start to start, as bin/runtime.mjs does it: 0.5 s of a core each. */
const cache = process.env["NODE_COMPILE_CACHE"];
const keptCode = cache === undefined ? {} : { NODE_COMPILE_CACHE: cache };

export type StartOptions = {
  /** The main.ts to run; absent = the product's own. */
  readonly main?: string;
  /** Text of a site file; absent = the demo site. */
  readonly site?: string;
  /** Settings, by name; they go before the ones made here. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Keep this folder's data (a restart); absent = a new one, removed at the end. */
  readonly data?: string;
  /** Ports of an earlier start, to start again on the same ones. */
  readonly ports?: Ports;
  /** A command that runs the program which follows in it, in the same process: its namespaces, say. */
  readonly within?: readonly [program: string, ...args: string[]];
  /** How long it may take until it is ready, ms; default 60,000. */
  readonly patienceMs?: number;
  /** Told as soon as there is a process, long before it is ready. */
  readonly spawned?: (pid: number, data: string) => void;
  /** How many hundreds of media ports; default 1, enough for some twenty legs. */
  readonly mediaHundreds?: number;
};

export type Ports = {
  readonly https: number;
  readonly http: number;
  readonly sip: number;
  readonly sips: number;
  readonly mml: number;
  /** First (even) and last port of the media. */
  readonly rtp: readonly [number, number];
};

export type StartedGateway = {
  readonly url: string;
  readonly httpsUrl: string;
  readonly ports: Ports;
  readonly data: string;
  readonly pid: number;
  /** Standard output (the banner) and standard error (the log) so far. */
  output(): string;
  log(): string;
  /** Resolves with the first log entry that fits, those already written included. */
  logged(fits: (entry: Record<string, unknown>) => boolean): Promise<Record<string, unknown>>;
  /** The demo's control interface, `http://127.0.0.1:…`, read from the banner. */
  readonly control: string;
  /** Waits for the end, whatever brings it; the exit code. */
  ended(): Promise<number | null>;
  /** SIGTERM, and waits for the end; the exit code. */
  stop(signal?: "SIGTERM" | "SIGKILL"): Promise<number | null>;
};

/** Ports of other services (fetch.spec.whatwg.org, "bad port"): fetch asks nothing there. */
const avoided: ReadonlySet<number> = new Set([6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10_080]);

/** Ports that this process has handed out, whether they were opened since or not. */
const given = new Set<number>();

/**
 * A port that nobody has now, TCP and UDP. Below the system's own range (from 32768 on Linux), so that no outgoing
 * connection takes it before the gateway does; drawn by lot, because other test processes look for ports too.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(6100, 12_000);
    if (given.has(port) || avoided.has(port)) continue;
    given.add(port);
    if ((await isFree("tcp", port)) && (await isFree("udp", port))) return port;
  }
}

/** A gateway binds all of its media ports at its start: who has the first one has them all. */
async function freeMediaPorts(hundreds: number): Promise<readonly [number, number]> {
  for (;;) {
    const first = 12_000 + 100 * randomInt(0, 161 - hundreds);
    const firsts = Array.from({ length: hundreds }, (_, index) => first + 100 * index);
    const free = await Promise.all(firsts.map((port) => isFree("udp", port)));
    if (free.every(Boolean)) return [first, first + 100 * hundreds - 1];
  }
}

async function isFree(transport: "tcp" | "udp", port: number): Promise<boolean> {
  const opened = transport === "tcp" ? createServer() : createSocket("udp4");
  try {
    const listening = once(opened, "listening");
    if (opened instanceof Server) opened.listen(port, "127.0.0.1");
    else opened.bind(port, "127.0.0.1");
    await listening;
  } catch {
    return false;
  }
  const closed = once(opened, "close");
  opened.close();
  await closed;
  return true;
}

async function freePorts(mediaHundreds = 1): Promise<Ports> {
  const drawn = await Promise.all([freePort(), freePort(), freePort(), freePort(), freePort()]);
  const [https, http, sip, sips, mml] = drawn;
  return { https, http, sip, sips, mml, rtp: await freeMediaPorts(mediaHundreds) };
}

async function status(url: string): Promise<number> {
  return new Promise((resolve) => {
    const asked = request(url, { agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    asked.on("error", () => resolve(0));
    asked.end();
  });
}

/**
 * Started and ready (`/readyz` 200), or the reason as an AssertionError with what it printed. A port that another program
 * took between our look and the start is nobody's mistake: then others are drawn.
 */
export async function startGateway(options: StartOptions = {}): Promise<StartedGateway> {
  for (let draws = 1; ; draws++) {
    try {
      return await startOnce(options);
    } catch (fault) {
      const taken = fault instanceof assert.AssertionError && /in use|EADDRINUSE|no media port/.test(fault.message);
      if (!taken || options.ports || draws === 5) throw fault;
    }
  }
}

const LOOK_MS = 50;
const READY_MS = 60_000;

async function becomesReady(url: string, gone: Promise<true>, patienceMs = READY_MS): Promise<boolean> {
  for (let tries = 0; (await status(`${url}/readyz`)) !== 200; tries++) {
    const ended = await Promise.race([gone, sleep(LOOK_MS, false)]);
    if (ended || (tries + 1) * LOOK_MS > patienceMs) return false;
  }
  return true;
}

async function startOnce(options: StartOptions): Promise<StartedGateway> {
  const ports = options.ports ?? (await freePorts(options.mediaHundreds));
  const own = options.data === undefined;
  const data = options.data ?? (await mkdtemp(join(tmpdir(), "seatway-test-")));
  const config = join(data, "site.yaml");
  if (options.site !== undefined) await writeFile(config, options.site);
  const database = await storeSettings(data);
  const product = [process.execPath, "--disable-warning=ExperimentalWarning", options.main ?? productMain];
  const [program = "", ...args] = [...(options.within ?? []), ...product];
  const child = spawn(program, args, {
    cwd: data,
    env: {
      PATH: process.env["PATH"],
      ...keptCode,
      // A busy machine is no reason to refuse a test's calls; what overload does is shown in test/wire/overload.test.ts.
      SEATWAY_OVERLOAD_MS: "15000",
      // Nobody's call goes on after its test.
      SEATWAY_DRAIN_MS: "0",
      SEATWAY_DATA: data,
      ...(options.site === undefined ? {} : { SEATWAY_CONFIG: config }),
      SEATWAY_HTTPS_PORT: `${ports.https}`,
      SEATWAY_HTTP_PORT: `${ports.http}`,
      SEATWAY_SIP_PORT: `${ports.sip}`,
      SEATWAY_SIPS_PORT: `${ports.sips}`,
      SEATWAY_MML_PORT: `${ports.mml}`,
      SEATWAY_RTP_PORTS: ports.rtp.join("-"),
      ...database,
      ...options.settings,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const printed = collect(child);
  options.spawned?.(child.pid ?? 0, data);
  const exited = once(child, "exit") as Promise<[number | null]>;
  const url = `http://127.0.0.1:${ports.http}`;
  const gone = exited.then(() => true as const);
  if (!(await becomesReady(url, gone, options.patienceMs))) {
    child.kill("SIGKILL");
    await exited;
    if (own) await rm(data, { recursive: true, force: true });
    assert.fail(`the gateway did not get ready:\n${printed.output}\n${printed.log}`);
  }
  return {
    url,
    httpsUrl: `https://127.0.0.1:${ports.https}`,
    ports,
    data,
    pid: child.pid ?? 0,
    output: () => printed.output,
    log: () => printed.log,
    logged: (fits) => printed.entry(fits),
    get control() {
      const found = /Phones (http:\S+)/.exec(printed.output)?.[1];
      assert.ok(found, "no demo site");
      return found;
    },
    ended: async () => (await exited)[0],
    async stop(signal = "SIGTERM") {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      const [code] = await exited;
      if (own) await rm(data, { recursive: true, force: true });
      return code;
    },
  };
}

type Entry = Record<string, unknown>;

function collect(child: ChildProcess) {
  const waiting = new Set<() => void>();
  const printed = {
    output: "",
    log: "",
    entry: (fits: (entry: Entry) => boolean): Promise<Entry> =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = entries(printed.log).find(fits);
          if (!found) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
  };
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    printed.output += text;
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    printed.log += text;
    for (const look of [...waiting]) look();
  });
  return printed;
}

const entries = (log: string): Entry[] =>
  log.split("\n").flatMap((line) => (line.startsWith("{") && line.endsWith("}") ? [JSON.parse(line) as Entry] : []));

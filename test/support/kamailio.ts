// Debian's Kamailio as the edge of a site, with the configuration that docs/kamailio.md gives to users: the values at its top
// are filled in here, the rest is the very file. A process group of its own, a folder of its own, ended with the test.

import { type ChildProcess, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { until } from "./until.ts";

const documented = fileURLToPath(new URL("../../docs/kamailio.cfg", import.meta.url));
const address = "127.0.0.1";

export type EdgeNode = {
  /** Another loopback address than the edge's: that is how it knows its nodes. */
  readonly host: string;
  readonly port: number;
  /** Between the edge and the node. */
  readonly transport: "udp" | "tcp";
};

export type KamailioOptions = {
  /** UDP and TCP; free, and the next one for TLS as well. */
  readonly port: number;
  /** First the one that is preferred. */
  readonly nodes: readonly EdgeNode[];
  /** Port of 127.0.0.1 where calls without a Route go. */
  readonly carrier: number;
  /** PEM files; absent: no TLS. */
  readonly tls?: { readonly cert: string; readonly key: string };
};

export type Kamailio = {
  /** UDP and TCP. */
  readonly port: number;
  /** Bound only with `tls`. */
  readonly tlsPort: number;
  /** What it logged. */
  log(): string;
  /** Resolves when this is the last that it has found out about the node at this address. */
  found(what: "up" | "down", host: string): Promise<void>;
  /** Every connection whose other end is gone has been closed here as well. */
  parted(): Promise<void>;
  /** Safe to repeat. */
  stop(): Promise<void>;
};

/** Started, and it answers an OPTIONS. */
export async function startKamailio(options: KamailioOptions): Promise<Kamailio> {
  const folder = await mkdtemp(join(tmpdir(), "seatway-kamailio-"));
  const ports = { sip: options.port, tls: options.port + 1 };
  const files = { config: join(folder, "kamailio.cfg"), nodes: join(folder, "nodes.list") };
  await writeFile(files.nodes, `${options.nodes.map(nodeLine).join("\n")}\n`);
  await writeFile(files.config, await configOf(options, ports, files.nodes));
  // Processes that share what a pool of 32 MiB holds; in the foreground, its log on standard error.
  const args = ["-DD", "-E", "-m", "32", "-M", "4", "-f", files.config, "-Y", folder, "-w", folder];
  const path = `${process.env["PATH"] ?? ""}:/usr/sbin`;
  // A group, since it is several processes.
  const child = spawn("kamailio", args, {
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
    env: { ...process.env, PATH: path },
  });
  const printed = { text: "" };
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      printed.text += text;
    });
  }
  const exited = once(child, "exit");
  const stop = async (): Promise<void> => {
    await endGroup(child, exited);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await answers(ports.sip, child, printed);
  } catch (fault) {
    await stop();
    throw fault;
  }
  return {
    port: ports.sip,
    tlsPort: ports.tls,
    log: () => printed.text,
    async found(what, host) {
      const said = new RegExp(`node (up|down): sip:${host.replaceAll(".", "\\.")}:`, "g");
      await until(`Kamailio to find the node at ${host} ${what}`, () => {
        return [...printed.text.matchAll(said)].at(-1)?.[1] === what || null;
      });
    },
    async parted() {
      await until("Kamailio to see who is gone", async () => ((await hasHalfClosed(ports.sip)) ? null : true));
    },
    stop,
  };
}

/** Set, destination, flags, priority: the list that module dispatcher reads. */
const nodeLine = ({ host, port, transport }: EdgeNode, index: number): string =>
  `1 sip:${host}:${port};transport=${transport} 0 ${100 - index}`;

type Ports = { readonly sip: number; readonly tls: number };

async function configOf({ carrier, tls }: KamailioOptions, ports: Ports, nodes: string): Promise<string> {
  const values = {
    EDGE_ADDRESS: address,
    EDGE_PORT: ports.sip,
    EDGE_TLS_PORT: ports.tls,
    CARRIER: `${address}:${carrier}`,
    NODES_FILE: nodes,
    // The shortest that it can do.
    PROBE_SECONDS: 1,
    ...(tls ? { TLS_CERTIFICATE: tls.cert, TLS_KEY: tls.key } : {}),
  };
  const text = await readFile(documented, "utf8");
  const filled = Object.entries(values).reduce((left, [name, value]) => {
    const line = new RegExp(`^#!substdef "!${name}!.*!g"$`, "m");
    if (!line.test(left)) throw new Error(`docs/kamailio.cfg has no value ${name}`);
    return left.replace(line, `#!substdef "!${name}!${value}!g"`);
  }, text);
  return tls ? filled : filled.replace(/^#!define WITH_TLS$/m, "##$&");
}

/** It says nowhere that it listens: asked until it answers. */
async function answers(port: number, child: ChildProcess, printed: { readonly text: string }): Promise<void> {
  const socket = createSocket("udp4");
  let answered = false;
  socket.on("message", () => {
    answered = true;
  });
  // Nobody there yet: the next one is asked soon.
  socket.on("error", () => {});
  try {
    socket.bind(0, address);
    await once(socket, "listening");
    const { port: own } = socket.address();
    await until("an answer of Kamailio", () => {
      if (child.exitCode !== null) throw new Error(`kamailio ended with ${child.exitCode}:\n${printed.text}`);
      socket.send(optionsRequest(port, own), port, address);
      return answered || null;
    });
  } finally {
    socket.close();
  }
}

const optionsRequest = (port: number, own: number): string =>
  [
    `OPTIONS sip:${address}:${port} SIP/2.0`,
    `Via: SIP/2.0/UDP ${address}:${own};branch=z9hG4bK${crypto.randomUUID()}`,
    "Max-Forwards: 70",
    `From: <sip:ready@${address}>;tag=1`,
    `To: <sip:${address}:${port}>`,
    `Call-ID: ${crypto.randomUUID()}`,
    "CSeq: 1 OPTIONS",
    "Content-Length: 0",
    "\r\n",
  ].join("\r\n");

/** SIGTERM to the one that we started, which ends the others; the whole group when that takes too long. */
async function endGroup(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
  const { pid } = child;
  const alive = (): boolean => child.exitCode === null && child.signalCode === null;
  if (pid === undefined || !alive()) return;
  child.kill("SIGTERM");
  const killAll = (): void => {
    if (alive()) process.kill(-pid, "SIGKILL");
  };
  AbortSignal.timeout(5000).addEventListener("abort", killAll, { once: true });
  await exited;
}

/** /proc/net/tcp: a socket of this port in CLOSE_WAIT (08): the far end is gone, and the program has not looked yet. */
async function hasHalfClosed(port: number): Promise<boolean> {
  const local = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const lines = (await readFile("/proc/net/tcp", "utf8")).split("\n").map((line) => line.trim().split(/\s+/));
  return lines.some(([, own, , state]) => own?.endsWith(local) && state === "08");
}

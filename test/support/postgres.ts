// Debian's PostgreSQL: a cluster of its own in a temporary folder, on loopback, as a user who is not root (it refuses to run as
// one). Taken away with the test.

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chownSync, globSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freeSipPort } from "./sip-port.ts";
import { until } from "./until.ts";

export type Postgres = {
  /** Its address, without a database. */
  readonly server: string;
  /** Of a new, empty database. */
  database(): Promise<string>;
  /** As SIGINT does: connections are cut, what was committed is kept. Or as a crash does. */
  stop(how?: "SIGINT" | "SIGQUIT"): Promise<void>;
  start(): Promise<void>;
  /** All its processes stand still: connections stay, and nobody answers. How many they are. */
  freeze(): number;
  thaw(): void;
  /** Stops it and takes its files away. Safe to repeat. */
  close(): Promise<void>;
};

/** The newest version that is installed. */
const program = (name: string): string => {
  const found = globSync(`/usr/lib/postgresql/*/bin/${name}`).sort().at(-1);
  if (!found) throw new Error(`there is no ${name} below /usr/lib/postgresql`);
  return found;
};

/** Who runs it: we, or Debian's user for it when we are root. */
function identity(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const idOf = (flag: string): number => Number(spawnSync("id", [flag, "postgres"], { encoding: "utf8" }).stdout);
  return { uid: idOf("-u"), gid: idOf("-g") };
}

/** The processes that serve its connections, and its own helpers (Linux). */
const childrenOf = (pid: number): readonly number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);

/** Running, and it answers. */
export async function startPostgres(): Promise<Postgres> {
  const runner = identity();
  const folder = await mkdtemp(join(tmpdir(), "seatway-postgres-"));
  const password = randomBytes(12).toString("base64url");
  const port = await freeSipPort();
  const data = join(folder, "data");
  const passwordFile = join(folder, "password");
  await writeFile(passwordFile, password, { mode: 0o600 });
  for (const path of [folder, passwordFile])
    if (runner.uid !== undefined && runner.gid !== undefined) chownSync(path, runner.uid, runner.gid);
  const made = spawnSync(
    program("initdb"),
    ["-D", data, "-U", "seatway", "-A", "scram-sha-256", `--pwfile=${passwordFile}`, "-E", "UTF8", "--no-locale", "-N"],
    { ...runner, cwd: folder, encoding: "utf8" },
  );
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`);

  let child: ChildProcess | null = null;
  const printed = { text: "" };
  const start = async (): Promise<void> => {
    const args = ["-D", data, "-k", folder, "-h", "127.0.0.1", "-p", `${port}`, "-c", "shared_buffers=16MB"];
    const server = spawn(program("postgres"), args, { ...runner, cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
    child = server;
    server.stderr.setEncoding("utf8").on("data", (text: string) => {
      printed.text += text;
    });
    const from = printed.text.length;
    await until("PostgreSQL to be ready", () => {
      if (server.exitCode !== null) throw new Error(`postgres ended with ${server.exitCode}:\n${printed.text}`);
      return printed.text.slice(from).includes("database system is ready to accept connections") || null;
    });
  };
  const stop = async (how: "SIGINT" | "SIGQUIT" = "SIGINT"): Promise<void> => {
    const server = child;
    child = null;
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const exited = once(server, "exit");
    server.kill(how);
    await exited;
  };
  const signalAll = (signal: "SIGSTOP" | "SIGCONT"): number => {
    const pids = child?.pid === undefined ? [] : [child.pid, ...childrenOf(child.pid)];
    for (const pid of pids) process.kill(pid, signal);
    return pids.length;
  };
  const address = `postgres://seatway:${password}@127.0.0.1:${port}`;
  let databases = 0;
  try {
    await start();
  } catch (fault) {
    await rm(folder, { recursive: true, force: true });
    throw fault;
  }
  return {
    server: address,
    async database() {
      const name = `seatway_${databases++}`;
      const created = spawnSync(program("psql"), ["-qX", `${address}/postgres`, "-c", `create database ${name}`], {
        encoding: "utf8",
      });
      if (created.status !== 0) throw new Error(`psql: ${created.stderr}`);
      return `${address}/${name}`;
    },
    stop,
    start,
    freeze: () => signalAll("SIGSTOP"),
    thaw: () => void signalAll("SIGCONT"),
    async close() {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

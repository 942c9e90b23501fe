// A disk that can be full and slow: a small tmpfs in a mount namespace of its own, which a process that does nothing keeps alive when the
// gateway dies. Full: a ballast file until the system says ENOSPC. Slow: strace holds up each write and sync of the store's thread.

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";

export type Disk = {
  /** As the programs within see it. */
  readonly folder: string;
  /** A command that runs another one within. */
  readonly within: readonly [string, ...string[]];
  /** Bytes that are still free. */
  free(): number;
  /** Writes until nothing more goes; how that was seen. */
  fill(): string;
  /** What `fill` wrote is gone again. */
  empty(): void;
  close(): Promise<void>;
};

const SIZE = "192m";
const BLOCK = Buffer.alloc(65_536, 0x5a);

/** Whether this process may have a mount namespace. */
export const canMount = (): boolean => {
  const tried = spawnSync("unshare", ["-m", "mount", "-t", "tmpfs", "-o", "size=64k", "none", tmpdir()]);
  return tried.status === 0;
};

export async function openDisk(): Promise<Disk> {
  const folder = mkdtempSync(join(tmpdir(), "seatway-disk-"));
  const keep = `mount -t tmpfs -o size=${SIZE},mode=700 none "$0" && echo mounted && exec sleep 1000000`;
  const keeper = spawn("unshare", ["-m", "sh", "-c", keep, folder], { stdio: ["ignore", "pipe", "inherit"] });
  const end = (): void => void keeper.kill("SIGKILL");
  process.once("exit", end);
  await Promise.race([
    once(keeper.stdout, "data"),
    once(keeper, "exit").then(() => Promise.reject(new Error("no mount"))),
  ]);
  const outside = `/proc/${keeper.pid}/root${folder}`;
  const ballast = join(outside, "ballast");
  return {
    folder,
    within: ["nsenter", "-m", "-t", `${keeper.pid}`],
    free: () => freeBytes(outside),
    fill: () => fill(ballast, outside),
    empty: () => rmSync(ballast, { force: true }),
    async close() {
      process.off("exit", end);
      end();
      await once(keeper, "exit");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const freeBytes = (path: string): number => {
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize;
};

function fill(path: string, folder: string): string {
  const file = openSync(path, "a");
  try {
    // The last blocks one by one, so that not a page is left.
    for (let size = BLOCK.length; size > 0; ) size = write(file, size) ? size : Math.floor(size / 2);
  } finally {
    closeSync(file);
  }
  return freeBytes(folder) === 0 ? "ENOSPC, 0 bytes free" : "";
}

/** `false`: the disk is full. */
function write(file: number, size: number): boolean {
  try {
    return writeSync(file, BLOCK, 0, size) === size;
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code !== "ENOSPC") throw fault;
    return false;
  }
}

export type Brake = {
  /** Ends it; how many calls of the system it has held up. */
  release(): Promise<number>;
};

export const canBrake = (): boolean => spawnSync("strace", ["-V"]).status === 0;

/** Each write and sync of the gateway's store takes so much longer. */
export async function brake(pid: number, delayMs: number): Promise<Brake> {
  const thread = storeThread(pid);
  const calls = "pwrite64,fsync,fdatasync,ftruncate";
  const folder = mkdtempSync(join(tmpdir(), "seatway-brake-"));
  const log = join(folder, "calls");
  const inject = ["-e", `trace=${calls}`, "-e", `inject=${calls}:delay_exit=${delayMs * 1_000}`];
  const tracer = spawn("strace", ["-p", `${thread}`, "-o", log, ...inject], { stdio: ["ignore", "ignore", "pipe"] });
  await attached(tracer);
  return {
    async release() {
      if (tracer.exitCode === null && tracer.signalCode === null) {
        const exited = once(tracer, "exit");
        tracer.kill("SIGINT");
        await exited;
      }
      const held = existsSync(log)
        ? (readFileSync(log, "utf8").match(/\(DELAYED\)|\(INJECTED\)|= \d+/g)?.length ?? 0)
        : 0;
      rmSync(folder, { recursive: true, force: true });
      return held;
    },
  };
}

async function attached(tracer: ChildProcess): Promise<void> {
  let said = "";
  const ready = new Promise<void>((resolve, reject) => {
    tracer.stderr?.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      if (/attached/.test(said)) resolve();
    });
    tracer.once("exit", () => reject(new Error(`strace: ${said.trim()}`)));
  });
  await ready;
}

/** Linux shows a thread's name. */
function storeThread(pid: number): number {
  const found = readdirSync(`/proc/${pid}/task`).find(
    (thread) => readFileSync(`/proc/${pid}/task/${thread}/comm`, "utf8").trim() === "store",
  );
  if (found === undefined) throw new Error(`process ${pid} has no thread "store"`);
  return Number(found);
}

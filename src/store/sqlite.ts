// The store as one SQLite file, `seatway.db` in SEATWAY_DATA, in a thread of its own (sqlite-worker.ts): the caller's thread never
// waits for the disk.

import { mkdir, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { Worker } from "node:worker_threads";
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { type Operation, type Store, StoreFault, storeBy } from "./ports.ts";
import type { WorkerOrder, WorkerReport, WorkerStart } from "./sqlite-worker.ts";

export type SqliteOptions = {
  /** Folder of the file, created when missing; readable for its owner alone. */
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Of the gateway that is to work with it, alone (own-folder.ts); absent: another program. */
  readonly node?: string;
};

/** Opens or creates the file. `problem`: one line that names the setting and says why it cannot be used. */
export async function openSqlite({
  folder,
  clock,
  log,
  node,
}: SqliteOptions): Promise<Store | { readonly problem: string }> {
  const path = join(folder, "seatway.db");
  try {
    await makeFolder(resolve(folder));
  } catch (fault) {
    return { problem: `SEATWAY_DATA=${folder}: allowed is a folder that can be written (${codeOf(fault)})` };
  }
  const lock = node === undefined ? {} : { lock: join(folder, "gateway.lock") };
  const opened = await openThread({ path, ...lock, at: clock.now() }, log);
  return "refused" in opened ? { problem: `SEATWAY_DATA=${folder}: cannot use ${path} (${opened.refused})` } : opened;
}

/**
 * The folder and those above it. Not by `recursive`: Node 24 then tries for ever below a folder where nothing can be
 * made and the system says ENOENT (/proc). Here each folder is tried twice at most.
 */
export async function makeFolder(folder: string): Promise<void> {
  const make = (): Promise<string | undefined> => mkdir(folder, { mode: 0o700 }).then(() => undefined, codeOf);
  let code = await make();
  if (code === "ENOENT" && dirname(folder) !== folder) {
    await makeFolder(dirname(folder));
    code = await make();
  }
  if (code === undefined || (code === "EEXIST" && (await stat(folder)).isDirectory())) return;
  throw Object.assign(new Error(code), { code: code === "EEXIST" ? "ENOTDIR" : code });
}

/** A file system's code; anything else is a bug. */
function codeOf(fault: unknown): string {
  if (fault instanceof Error && "code" in fault && typeof fault.code === "string") return fault.code;
  throw fault;
}

type Asked = { readonly done: (value: unknown) => void; readonly failed: (fault: unknown) => void };

function openThread(start: WorkerStart, log: Log): Promise<Store | { readonly refused: string }> {
  // The same file has another ending in a package than in a checkout.
  const ending = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const worker = new Worker(new URL(`./sqlite-worker.${ending}`, import.meta.url), {
    name: "store",
    workerData: start,
  });
  const opening = Promise.withResolvers<Store | { readonly refused: string }>();
  const asked = new Map<number, Asked>();
  let orders = 0;
  let over: StoreFault | null = null;
  let closing: Promise<void> | undefined;
  const closed = Promise.withResolvers<void>();

  const send = (order: WorkerOrder): void => worker.postMessage(order);
  const answer = (id: number): Asked | undefined => {
    const waiting = asked.get(id);
    asked.delete(id);
    // The thread keeps the process alive only while somebody waits for it.
    if (asked.size === 0) worker.unref();
    return waiting;
  };
  const perform = (name: Operation, given: readonly unknown[]): Promise<unknown> =>
    new Promise((done, failed) => {
      if (over) return failed(over);
      const id = orders++;
      asked.set(id, { done, failed });
      worker.ref();
      send({ type: "perform", id, name, given });
    });
  const end = (reason: string): void => {
    over ??= new StoreFault(reason);
    for (const { failed } of asked.values()) failed(over);
    asked.clear();
    closed.resolve();
    opening.resolve({ refused: reason });
  };
  const close = (): Promise<void> => {
    closing ??= closed.promise;
    if (!over) {
      over = new StoreFault("the store is closed");
      worker.ref();
      send({ type: "close" });
    }
    return closing;
  };

  worker.on("message", (report: WorkerReport) => {
    if (report.type === "opened") opening.resolve(storeBy(perform, close));
    else if (report.type === "refused") end(report.reason);
    else if (report.type === "done") answer(report.id)?.done(report.value);
    else if (report.type === "fault") answer(report.id)?.failed(new StoreFault(report.fault));
    else if (report.type === "broken")
      log.error(
        { file: report.file, at: report.at },
        "the journal's file has a place that cannot be read: what stood there is lost",
      );
    else if (report.type === "bug") answer(report.id)?.failed(report.bug);
  });
  worker.on("error", (error) => end(`the store's thread has ended: ${error.message}`));
  worker.on("exit", () => end("the store's thread has ended"));
  return opening.promise.finally(() => worker.unref());
}

// Entry of the store's thread: the one that owns the SQLite file. node:sqlite is synchronous and a commit waits for the disk, so
// none of it happens on the thread that carries the calls.

import { parentPort, workerData } from "node:worker_threads";
import { Kysely } from "kysely";
import { systemClock } from "../base/clock.ts";
import { collectAfterStart } from "../base/collect.ts";
import { guarded, nodeSqliteDialect } from "./dialect.ts";
import { type GroupConnection, type Groups, openGroups } from "./group.ts";
import { type LogJournal, openLogJournal } from "./log-journal.ts";
import { migrate } from "./migrations.ts";
import { type GroupOperation, performOn } from "./operation.ts";
import { operations } from "./operations.ts";
import { ownFolder } from "./own-folder.ts";
import { type Operation, StoreFault } from "./ports.ts";
import type { Schema } from "./schema.ts";
import { openFile } from "./sqlite-file.ts";

/** Given to the thread at its start; `at`: ms since the epoch. `lock`: the gateway's own, beside the file; absent: another program. */
export type WorkerStart = { readonly path: string; readonly lock?: string; readonly at: number };

export type WorkerOrder =
  | { readonly type: "perform"; readonly id: number; readonly name: Operation; readonly given: readonly unknown[] }
  | { readonly type: "close" };

/** `fault`: a StoreFault's line, which has no shape of its own between threads; `bug`: anything else. */
export type WorkerReport =
  | { readonly type: "opened" }
  | { readonly type: "refused"; readonly reason: string }
  | { readonly type: "done"; readonly id: number; readonly value: unknown }
  | { readonly type: "fault"; readonly id: number; readonly fault: string }
  | { readonly type: "bug"; readonly id: number; readonly bug: unknown }
  /** Something is lost in a file of the journal. */
  | { readonly type: "broken"; readonly file: string; readonly at: number }
  | { readonly type: "closed" };

const main = parentPort;
if (!main) throw new Error("store/sqlite-worker runs only as a worker thread");

const report = (message: WorkerReport): void => main.postMessage(message);

type Perform<Name> = (name: Name, given: readonly unknown[]) => Promise<unknown>;

type Open = { readonly perform: Perform<Operation>; close(): Promise<void> };

const performIn =
  (groups: Groups): Perform<GroupOperation> =>
  (name, given) =>
    new Promise((done, failed) => groups.add({ name, given, done, failed }));

/** What the journal's file has a part in does not go to the database as it comes. */
const beside = (journal: LogJournal, perform: Perform<Operation>): Perform<Operation> => {
  const own: Readonly<Partial<Record<Operation, unknown>>> = journal;
  return (name, given) => {
    const ours = own[name] as ((...given: readonly unknown[]) => Promise<unknown>) | undefined;
    return ours ? ours(...given) : perform(name, given);
  };
};

async function open({ path, lock, at }: WorkerStart): Promise<Open> {
  const own = lock === undefined ? null : ownFolder(lock);
  const file = openFile(path);
  const database = new Kysely<Schema>({ dialect: nodeSqliteDialect(file) });
  try {
    await migrate(database, { kind: "sqlite", at });
  } catch (fault) {
    file.close();
    throw fault;
  }
  const connection: GroupConnection = {
    perform: performOn(database, operations),
    say: async (statement) => guarded(() => file.exec(statement)),
  };
  // IMMEDIATE: another process that writes is waited for here, once.
  const groups = openGroups("BEGIN IMMEDIATE", (work) => work(connection));
  const perform = performIn(groups);
  const broken = (file: string, at: number): void => report({ type: "broken", file, at });
  const journal = openLogJournal({ path, clock: systemClock, perform, broken });
  const close = async (): Promise<void> => {
    await journal.close();
    await groups.idle();
    await database.destroy();
    own?.close();
  };
  return { perform: beside(journal, perform), close };
}

function perform(store: Open, { id, name, given }: WorkerOrder & { type: "perform" }): void {
  const done = (value: unknown): void => report({ type: "done", id, value });
  const failed = (fault: unknown): void =>
    report(fault instanceof StoreFault ? { type: "fault", id, fault: fault.message } : { type: "bug", id, bug: fault });
  store.perform(name, given).then(done, failed);
}

async function run(): Promise<void> {
  const store = await open(workerData as WorkerStart);
  main?.on("message", (order: WorkerOrder) => {
    if (order.type === "perform") return perform(store, order);
    void store.close().then(() => {
      report({ type: "closed" });
      main?.close();
    });
  });
  report({ type: "opened" });
  collectAfterStart();
}

run().catch((fault: unknown) => {
  if (!(fault instanceof StoreFault)) throw fault;
  report({ type: "refused", reason: fault.message });
});

// The store as one SQLite file, `seatway.db` in SEATWAY_DATA. Opened by start.ts.
// WAL with synchronous=FULL: a change is on disk when its promise resolves, also after a power cut. That costs one
// fsync per change, which is right for rows as rare as these (a journal of calls would be grouped, in a thread).

import { mkdir, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Kysely } from "kysely";
import type { Clock } from "../base/clock.ts";
import { guarded, nodeSqliteDialect } from "./dialect.ts";
import { migrate } from "./migrations.ts";
import { type AuditRow, type SequenceBlock, type Store, StoreFault } from "./ports.ts";
import { recordingTable } from "./recordings.ts";
import type { Schema } from "./schema.ts";

export type StoreOptions = {
  /** Folder of the file, created when missing; readable for its owner alone. */
  readonly folder: string;
  readonly clock: Clock;
};

/** Opens or creates the store. `problem`: one line that names the setting and says why it cannot be used. */
export async function openStore({ folder, clock }: StoreOptions): Promise<Store | { readonly problem: string }> {
  const path = join(folder, "seatway.db");
  try {
    await makeFolder(resolve(folder));
  } catch (fault) {
    return { problem: `SEATWAY_DATA=${folder}: allowed is a folder that can be written (${reason(fault)})` };
  }
  let file: DatabaseSync | undefined;
  try {
    file = guarded(() => openFile(path));
    const database = new Kysely<Schema>({ dialect: nodeSqliteDialect(file) });
    await migrate(database, clock);
    return storeOver(database);
  } catch (fault) {
    if (file?.isOpen) file.close();
    return { problem: `SEATWAY_DATA=${folder}: cannot use ${path} (${reason(fault)})` };
  }
}

/**
 * The folder and those above it. Not by `recursive`: Node 24 then tries for ever below a folder where nothing can be
 * made and the system says ENOENT (/proc). Here each folder is tried twice at most.
 */
async function makeFolder(folder: string): Promise<void> {
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

/** The timeout is for a backup tool that holds the file for a moment, not for a second gateway. */
function openFile(path: string): DatabaseSync {
  const file = new DatabaseSync(path, { timeout: 2000 });
  try {
    file.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF;");
    // A file that can only be read shows here, at the start, and not at the first change.
    file.exec("BEGIN IMMEDIATE; ROLLBACK;");
    return file;
  } catch (fault) {
    file.close();
    throw fault;
  }
}

/** The database's words, or a file system's code (`EACCES`), in one line. */
const reason = (fault: unknown): string => (fault instanceof StoreFault ? fault.message : codeOf(fault));

function storeOver(database: Kysely<Schema>): Store {
  let closing: Promise<void> | undefined;
  return {
    async parameters() {
      const rows = await database.selectFrom("parameter").selectAll().execute();
      return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
    },
    changeParameter: (name, value, audit) =>
      database.transaction().execute(async (transaction) => {
        await transaction
          .insertInto("parameter")
          .values({ name, value })
          .onConflict((conflict) => conflict.column("name").doUpdateSet({ value }))
          .execute();
        await transaction.insertInto("audit").values(audit).execute();
      }),
    async passwords() {
      const rows = await database.selectFrom("password").selectAll().execute();
      return rows.map((row) => ({ ...row }));
    },
    keepPassword: (row, audit) =>
      database.transaction().execute(async (transaction) => {
        const { agent: _, ...now } = row;
        await transaction
          .insertInto("password")
          .values(row)
          .onConflict((conflict) => conflict.column("agent").doUpdateSet(now))
          .execute();
        await transaction.insertInto("audit").values(audit).execute();
      }),
    async writeAudit(audit) {
      await database.insertInto("audit").values(audit).execute();
    },
    audit: (limit) => newestAudit(database, limit),
    async dailyCalls(day) {
      const rows = await database.selectFrom("daily_call").selectAll().where("day", "=", day).execute();
      return new Map(rows.map(({ who, calls }) => [who, calls]));
    },
    keepDailyCalls: (day, calls) => keepDailyCalls(database, day, calls),
    reserveSequence: (count) => reserve(database, count),
    ...recordingTable(database),
    close() {
      closing ??= database.destroy();
      return closing;
    },
  };
}

async function newestAudit(database: Kysely<Schema>, limit: number): Promise<readonly AuditRow[]> {
  const rows = await database
    .selectFrom("audit")
    .select(["at", "face", "peer", "what", "before", "after"])
    .orderBy("id", "desc")
    .limit(limit)
    .execute();
  // node:sqlite's rows have no prototype; ours are ordinary records.
  return rows.map((row) => ({ ...row }));
}

/** SQLite binds 32,766 values in a statement at most. */
const ROWS_AT_ONCE = 10_000;

async function keepDailyCalls(
  database: Kysely<Schema>,
  day: number,
  counts: ReadonlyMap<string, number>,
): Promise<void> {
  const rows = [...counts].map(([who, calls]) => ({ day, who, calls }));
  await database.transaction().execute(async (transaction) => {
    await transaction.deleteFrom("daily_call").where("day", "<", day).execute();
    for (let at = 0; at < rows.length; at += ROWS_AT_ONCE)
      await transaction
        .insertInto("daily_call")
        .values(rows.slice(at, at + ROWS_AT_ONCE))
        .onConflict((conflict) =>
          conflict.columns(["day", "who"]).doUpdateSet(({ ref }) => ({ calls: ref("excluded.calls") })),
        )
        .execute();
  });
}

/** One statement, so that two processes on one file can never reserve the same numbers. The first number is 1. */
async function reserve(database: Kysely<Schema>, count: number): Promise<SequenceBlock> {
  if (!(Number.isInteger(count) && count > 0)) throw new RangeError(`a block of ${count} numbers`);
  const { next } = await database
    .insertInto("sequence")
    .values({ name: "call", next: 1 + count })
    .onConflict((conflict) =>
      conflict.column("name").doUpdateSet(({ eb }) => ({ next: eb("sequence.next", "+", count) })),
    )
    .returning("next")
    .executeTakeFirstOrThrow();
  return { first: next - count, last: next - 1 };
}

// Numbered steps that bring a database to this version. A step that was released is never edited: the next one mends it.
// All missing steps run in one transaction, so a file is at a whole version or unchanged.

import { type Kysely, sql, type Transaction } from "kysely";
import type { Clock } from "../base/clock.ts";
import { StoreFault } from "./ports.ts";
import type { Schema } from "./schema.ts";

type Migration = { readonly name: string; up(database: Transaction<Schema>): Promise<void> };

/** Number = place in the list, from 1. */
export const migrations: readonly Migration[] = [
  {
    // value and next: SQLite integers have 64 bits, so 32 unsigned ones need no care.
    name: "parameters, audit and sequences",
    async up({ schema }) {
      await schema
        .createTable("parameter")
        .addColumn("name", "text", (column) => column.primaryKey())
        .addColumn("value", "integer", (column) => column.notNull())
        .execute();
      await schema
        .createTable("audit")
        // Never used twice, so that a row that somebody removed leaves a gap.
        .addColumn("id", "integer", (column) => column.primaryKey().autoIncrement())
        .addColumn("at", "integer", (column) => column.notNull())
        .addColumn("face", "text", (column) => column.notNull())
        .addColumn("peer", "text", (column) => column.notNull())
        .addColumn("what", "text", (column) => column.notNull())
        .addColumn("before", "text", (column) => column.notNull())
        .addColumn("after", "text", (column) => column.notNull())
        .execute();
      await schema
        .createTable("sequence")
        .addColumn("name", "text", (column) => column.primaryKey())
        .addColumn("next", "integer", (column) => column.notNull())
        .execute();
    },
  },
  {
    name: "calls of the day",
    async up({ schema }) {
      await schema
        .createTable("daily_call")
        .addColumn("day", "integer", (column) => column.notNull())
        .addColumn("who", "text", (column) => column.notNull())
        .addColumn("calls", "integer", (column) => column.notNull())
        .addPrimaryKeyConstraint("daily_call_key", ["day", "who"])
        .execute();
    },
  },
  {
    name: "recordings",
    async up({ schema }) {
      let table = schema.createTable("recording").addColumn("taskId", "integer", (column) => column.primaryKey());
      for (const name of ["callId", "agent", "caller", "called", "file", "name", "sha256", "state"] as const)
        table = table.addColumn(name, "text", (column) => column.notNull());
      for (const name of ["skill", "beganAt", "endedAt", "ms", "bytes"] as const)
        table = table.addColumn(name, "integer", (column) => column.notNull());
      await table.execute();
      for (const column of ["callId", "beganAt", "file", "name"])
        await schema.createIndex(`recording_${column}`).on("recording").column(column).execute();
    },
  },
  {
    name: "passwords that agents have changed",
    async up({ schema }) {
      await schema
        .createTable("password")
        .addColumn("agent", "text", (column) => column.primaryKey())
        .addColumn("hash", "text", (column) => column.notNull())
        .addColumn("insteadOf", "text", (column) => column.notNull())
        .execute();
    },
  },
];

/** Runs what is missing. A file from a newer version is refused: this one does not know what its tables mean. */
export async function migrate(database: Kysely<Schema>, clock: Clock): Promise<void> {
  await database.schema
    .createTable("migration")
    .ifNotExists()
    .addColumn("number", "integer", (column) => column.primaryKey())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("at", "integer", (column) => column.notNull())
    .execute();
  await database.transaction().execute(async (transaction) => {
    const { last } = await transaction
      .selectFrom("migration")
      .select(sql<number>`coalesce(max(number), 0)`.as("last"))
      .executeTakeFirstOrThrow();
    // Inside the transaction: another process may be migrating the same file.
    if (last > migrations.length)
      throw new StoreFault(`written by a newer version (step ${last}, this one knows ${migrations.length})`);
    for (const [index, { name, up }] of migrations.entries()) {
      if (index < last) continue;
      await up(transaction);
      await transaction
        .insertInto("migration")
        .values({ number: index + 1, name, at: clock.now() })
        .execute();
    }
  });
}

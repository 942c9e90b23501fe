// Numbered steps that bring a database to this version. A step that was released is never edited: the next one mends it.
// All missing steps run in one transaction, so a database is at a whole version or unchanged.

import { type ColumnDataType, type CreateTableBuilder, type Kysely, sql } from "kysely";
import { StoreFault } from "./ports.ts";
import type { Schema } from "./schema.ts";

/** What the two call a whole number of 64 bits, and one that counts itself up. */
const columns = {
  sqlite: { whole: "integer", serial: "integer" },
  postgres: { whole: "bigint", serial: "bigserial" },
} as const satisfies Record<string, { readonly whole: ColumnDataType; readonly serial: ColumnDataType }>;

/** The order of call records. */
const newest: ("startedAt" | "callId")[] = ["startedAt", "callId"];

export type DatabaseKind = keyof typeof columns;

type Columns = (typeof columns)[DatabaseKind];
type Migration = { readonly name: string; up(database: Kysely<Schema>, columns: Columns): Promise<void> };

/** Number = place in the list, from 1. */
export const migrations: readonly Migration[] = [
  {
    // value and next: 64 bits, so 32 unsigned ones need no care.
    name: "parameters, audit and sequences",
    async up({ schema }, { whole, serial }) {
      await schema
        .createTable("parameter")
        .addColumn("name", "text", (column) => column.primaryKey())
        .addColumn("value", whole, (column) => column.notNull())
        .execute();
      await schema
        .createTable("audit")
        // Never used twice, so that a row that somebody removed leaves a gap.
        .addColumn("id", serial, (column) =>
          serial === "integer" ? column.primaryKey().autoIncrement() : column.primaryKey(),
        )
        .addColumn("at", whole, (column) => column.notNull())
        .addColumn("face", "text", (column) => column.notNull())
        .addColumn("peer", "text", (column) => column.notNull())
        .addColumn("what", "text", (column) => column.notNull())
        .addColumn("before", "text", (column) => column.notNull())
        .addColumn("after", "text", (column) => column.notNull())
        .execute();
      await schema
        .createTable("sequence")
        .addColumn("name", "text", (column) => column.primaryKey())
        .addColumn("next", whole, (column) => column.notNull())
        .execute();
    },
  },
  {
    name: "calls of the day",
    async up({ schema }, { whole }) {
      await schema
        .createTable("daily_call")
        .addColumn("day", whole, (column) => column.notNull())
        .addColumn("who", "text", (column) => column.notNull())
        .addColumn("calls", whole, (column) => column.notNull())
        .addPrimaryKeyConstraint("daily_call_key", ["day", "who"])
        .execute();
    },
  },
  {
    name: "recordings",
    async up({ schema }, { whole }) {
      let table = schema.createTable("recording").addColumn("taskId", whole, (column) => column.primaryKey());
      for (const name of ["callId", "agent", "caller", "called", "file", "name", "sha256", "state"] as const)
        table = table.addColumn(name, "text", (column) => column.notNull());
      for (const name of ["skill", "beganAt", "endedAt", "ms", "bytes"] as const)
        table = table.addColumn(name, whole, (column) => column.notNull());
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
  {
    name: "previews",
    async up({ schema }, { whole, serial }) {
      let table = schema
        .createTable("preview")
        // Never used twice: an agent who still has an old one does not call for a new one.
        .addColumn("id", serial, (column) =>
          serial === "integer" ? column.primaryKey().autoIncrement() : column.primaryKey(),
        );
      for (const name of ["state", "numbers", "data", "caller", "agent", "offeredTo", "declinedBy", "call", "called"])
        table = table.addColumn(name, "text", (column) => column.notNull());
      for (const name of ["skill", "createdAt", "changedAt"])
        table = table.addColumn(name, whole, (column) => column.notNull());
      await table.execute();
      await schema.createIndex("preview_state").on("preview").column("state").execute();
    },
  },
  {
    name: "replies",
    async up({ schema }, { whole }) {
      await schema
        .createTable("reply")
        .addColumn("id", "text", (column) => column.primaryKey())
        .addColumn("print", "text", (column) => column.notNull())
        .addColumn("at", whole, (column) => column.notNull())
        .addColumn("sealed", "text", (column) => column.notNull())
        .execute();
      await schema.createIndex("reply_at").on("reply").column("at").execute();
    },
  },
  {
    name: "call records",
    async up({ schema }, { whole }) {
      let call = schema.createTable("call_record").addColumn("callId", "text", (column) => column.primaryKey());
      for (const name of ["node", "kind", "caller", "called", "skillName", "agents", "data", "outcome"] as const)
        call = call.addColumn(name, "text", (column) => column.notNull());
      for (const name of ["phase", "ours", "heard", "detectText"] as const)
        call = call.addColumn(name, "text", (column) => column.notNull());
      for (const name of ["vdn", "feature", "skill", "startedAt", "heldMs"] as const)
        call = call.addColumn(name, whole, (column) => column.notNull());
      for (const name of ["agentAlertingAt", "agentAnsweredAt", "partyAlertingAt", "partyAnsweredAt"] as const)
        call = call.addColumn(name, whole);
      for (const name of ["talkingAt", "endedAt", "status", "q850", "detect"] as const)
        call = call.addColumn(name, whole);
      await call.execute();
      await schema.createIndex("call_record_startedAt").on("call_record").columns(newest).execute();
      let leg = schema
        .createTable("leg_record")
        .addColumn("callId", "text", (column) => column.notNull())
        .addColumn("leg", "text", (column) => column.notNull());
      for (const name of ["side", "agent", "number", "trunk", "sipCallId", "endedBy"] as const)
        leg = leg.addColumn(name, "text", (column) => column.notNull());
      for (const name of ["ours", "heard", "codec"] as const)
        leg = leg.addColumn(name, "text", (column) => column.notNull());
      for (const name of ["startedAt", "ringingAt", "answeredAt", "endedAt", "status", "q850"] as const)
        leg = leg.addColumn(name, whole);
      for (const name of ["packetsIn", "packetsOut", "lost", "lostAtPeer"] as const) leg = leg.addColumn(name, whole);
      for (const name of ["jitterMs", "rttMs", "mos", "jitterAtPeerMs", "mosAtPeer"] as const)
        leg = leg.addColumn(name, "double precision");
      await leg.addPrimaryKeyConstraint("leg_record_key", ["callId", "leg"]).execute();
      for (const column of ["agent", "number"] as const)
        await schema.createIndex(`leg_record_${column}`).on("leg_record").column(column).execute();
    },
  },
  {
    name: "journal of what is going on",
    async up({ schema }) {
      const table = ["node", "room", "key", "image"].reduce(
        (made, name) => made.addColumn(name, "text", (column) => column.notNull()),
        schema.createTable("journal") as CreateTableBuilder<string, string>,
      );
      await table.addPrimaryKeyConstraint("journal_key", ["node", "room", "key"]).execute();
    },
  },
  {
    name: "wrap-ups",
    async up({ schema }, { whole }) {
      let table = schema
        .createTable("wrap_up")
        .addColumn("callId", "text", (column) => column.notNull())
        .addColumn("agent", "text", (column) => column.notNull());
      for (const name of ["codeName", "notes"] as const)
        table = table.addColumn(name, "text", (column) => column.notNull());
      table = table.addColumn("code", whole).addColumn("at", whole, (column) => column.notNull());
      await table.addPrimaryKeyConstraint("wrap_up_key", ["callId", "agent"]).execute();
    },
  },
  {
    name: "what operators have changed of the site",
    async up({ schema }, { serial }) {
      await schema
        .createTable("site_edit")
        .addColumn("id", serial, (column) => column.primaryKey())
        .addColumn("kind", "text", (column) => column.notNull())
        .addColumn("key", "text", (column) => column.notNull())
        .addColumn("edit", "text", (column) => column.notNull())
        .addUniqueConstraint("site_edit_entry", ["kind", "key"])
        .execute();
    },
  },
  {
    name: "commits of the journal, one after the other",
    async up({ schema }, { whole }) {
      await schema
        .createTable("journal_commit")
        .addColumn("node", "text", (column) => column.notNull())
        .addColumn("number", whole, (column) => column.notNull())
        .addColumn("images", "text", (column) => column.notNull())
        .addPrimaryKeyConstraint("journal_commit_key", ["node", "number"])
        .execute();
    },
  },
  {
    name: "commits of the journal in a file beside the database",
    async up({ schema }) {
      await schema
        .createTable("journal_log")
        .addColumn("node", "text", (column) => column.primaryKey())
        .addColumn("name", "text", (column) => column.notNull())
        .execute();
    },
  },
  {
    name: "how far the files of the journal are folded",
    async up({ schema }, { whole }) {
      await schema
        .alterTable("journal_log")
        .addColumn("folded", whole, (column) => column.notNull().defaultTo(0))
        .execute();
    },
  },
];

/**
 * Runs what is missing, up to step `until` (absent: all). A database from a newer version is refused: this one does not know what
 * its tables mean. `at`: ms since the epoch.
 */
export async function migrate(
  database: Kysely<Schema>,
  {
    kind,
    at,
    until = migrations.length,
  }: { readonly kind: DatabaseKind; readonly at: number; readonly until?: number },
): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    // Inside the transaction: another process may be migrating the same database, and its steps wait for each other.
    if (kind === "postgres") await sql`select pg_advisory_xact_lock(${lockNumber})`.execute(transaction);
    await tableOfSteps(transaction.schema.createTable("migration").ifNotExists()).execute();
    const { last } = await transaction
      .selectFrom("migration")
      .select(sql<number>`coalesce(max(number), 0)`.as("last"))
      .executeTakeFirstOrThrow();
    if (last > migrations.length)
      throw new StoreFault(`written by a newer version (step ${last}, this one knows ${migrations.length})`);
    for (const [index, { name, up }] of migrations.slice(0, until).entries()) {
      if (index < last) continue;
      await up(transaction, columns[kind]);
      await transaction
        .insertInto("migration")
        .values({ number: index + 1, name, at })
        .execute();
    }
  });
}

/** Any number that nobody else locks. */
const lockNumber = 5_061_900;

/** `at`: 64 bits on either, for SQLite takes any word with "int" for that. */
const tableOfSteps = (table: CreateTableBuilder<"migration">) =>
  table
    .addColumn("number", "integer", (column) => column.primaryKey())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("at", "bigint", (column) => column.notNull());

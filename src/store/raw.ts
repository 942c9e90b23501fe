// A database as it is, for programs that look after it: its tables by name, read in one moment's state, emptied, filled. The gateway
// itself goes through the ports.

import { access } from "node:fs/promises";
import { join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Kysely, sql } from "kysely";
import { nodeSqliteDialect } from "./dialect.ts";
import { type DatabaseKind, migrate } from "./migrations.ts";
import { type OwnFolder, ownFolder } from "./own-folder.ts";
import { freeOfNodes } from "./own-node.ts";
import type { Schema } from "./schema.ts";
import { makeFolder } from "./sqlite.ts";
import { openFile } from "./sqlite-file.ts";

export type Row = Readonly<Record<string, string | number | null>>;

export type Database = {
  readonly kind: DatabaseKind;
  readonly kysely: Kysely<Schema>;
  /** Rows of one table, as they stood when the transaction began; groups of a thousand at most. */
  rows(table: string, connection: Kysely<Schema>): AsyncIterable<readonly Row[]>;
  /** Rejects with a StoreFault while a gateway is at work in it. To a file none comes from then on until `close`. */
  alone(): Promise<void>;
  close(): Promise<void>;
};

/** `mustExist`: a file that is not there is no database to be read. Rejects with what the database says. */
export async function openDatabase(
  { folder, url }: { readonly folder: string; readonly url: string },
  mustExist: boolean,
): Promise<Database> {
  if (url !== "") {
    const { connectPostgres } = await import("./postgres.ts");
    const kysely = connectPostgres(url);
    const alone = () => freeOfNodes(kysely);
    return { kind: "postgres", kysely, rows: postgresRows, alone, close: () => kysely.destroy() };
  }
  const path = join(folder, "seatway.db");
  if (mustExist) await access(path);
  else await makeFolder(resolve(folder));
  const file = openFile(path);
  const kysely = new Kysely<Schema>({ dialect: nodeSqliteDialect(file) });
  let lock: OwnFolder | undefined;
  return {
    ...{ kind: "sqlite", kysely, rows: (table) => sqliteRows(file, table) },
    async alone() {
      lock ??= ownFolder(join(folder, "gateway.lock"));
    },
    async close() {
      await kysely.destroy();
      lock?.close();
    },
  };
}

const atOnce = 1_000;

async function* sqliteRows(file: DatabaseSync, table: string): AsyncIterable<readonly Row[]> {
  let group: Row[] = [];
  for (const row of file.prepare(`SELECT * FROM "${table}"`).iterate()) {
    group.push({ ...row } as Row);
    if (group.length < atOnce) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

async function* postgresRows(table: string, connection: Kysely<Schema>): AsyncIterable<readonly Row[]> {
  await sql`declare dump no scroll cursor for select * from ${sql.table(table)}`.execute(connection);
  for (;;) {
    const { rows } = await sql<Row>`fetch ${sql.raw(`${atOnce}`)} from dump`.execute(connection);
    if (rows.length > 0) yield rows;
    if (rows.length < atOnce) break;
  }
  await sql`close dump`.execute(connection);
}

/** What step `until` has made, in the order of names: asked of an empty database in memory, so that no list can be forgotten. */
export async function tablesAt(until: number): Promise<readonly string[]> {
  const file = new DatabaseSync(":memory:");
  const kysely = new Kysely<Schema>({ dialect: nodeSqliteDialect(file) });
  await migrate(kysely, { kind: "sqlite", at: 0, until });
  const tables = await kysely.introspection.getTables();
  await kysely.destroy();
  return tables
    .map(({ name }) => name)
    .filter((name) => name !== "migration")
    .sort();
}

/** The step that a database is at; 0: it is empty. */
export async function stepOf({ kysely }: Database): Promise<number> {
  const tables = await kysely.introspection.getTables();
  if (!tables.some(({ name }) => name === "migration")) return 0;
  const { last } = await kysely
    .selectFrom("migration")
    .select(sql<number>`coalesce(max(number), 0)`.as("last"))
    .executeTakeFirstOrThrow();
  return last;
}

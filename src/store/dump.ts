// Backup and restore: all tables as JSON lines, compressed, the same form for both databases, so that what was kept in one can be
// restored into the other.
//
//   {"seatway":"backup","format":1,"step":5,"at":"2026-01-31T08:15:30.000Z"}
//   {"table":"parameter","row":{"name":"P18","value":1}}
//   ...
//   {"end":2}                                                 how many rows there are

import { createReadStream, createWriteStream } from "node:fs";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { type Kysely, sql } from "kysely";
import { isoTime } from "../base/clock.ts";
import { migrate, migrations } from "./migrations.ts";
import { StoreFault } from "./ports.ts";
import { type Database, type Row, stepOf, tablesAt } from "./raw.ts";
import type { Schema } from "./schema.ts";

const format = 1;

type Header = { readonly seatway: "backup"; readonly format: number; readonly step: number; readonly at: string };

/** All rows of one moment, while others write. Resolves with how many; the file appears when it is whole. */
export async function backup(database: Database, path: string, now: number): Promise<number> {
  const step = await stepOf(database);
  if (step === 0) throw new StoreFault("the database holds nothing yet");
  if (step > migrations.length) throw new StoreFault("written by a newer version");
  const part = `${path}.part`;
  // Never over another one; numbers and hashes are for the owner alone.
  await (await open(path, "wx", 0o600)).close();
  try {
    const rows = { count: 0 };
    const text = Readable.from(linesOf(database, { step, at: isoTime(now), rows }));
    await pipeline(text, createGzip(), createWriteStream(part, { flags: "wx", mode: 0o600, flush: true }));
    await rename(part, path);
    return rows.count;
  } catch (fault) {
    await rm(part, { force: true });
    await rm(path, { force: true });
    throw fault;
  }
}

type Dumping = { readonly step: number; readonly at: string; readonly rows: { count: number } };

async function* linesOf(database: Database, { step, at, rows }: Dumping): AsyncIterable<string> {
  const header: Header = { seatway: "backup", format, step, at };
  yield `${JSON.stringify(header)}\n`;
  const { kysely, kind } = database;
  // What was going on at that moment is of no use at another one.
  const tables = (await tablesAt(step)).filter((name) => !/^journal(_|$)/.test(name));
  // One connection for all of it; the transaction shows one moment (SQLite: WAL, PostgreSQL: a snapshot).
  const { commit, connection } = await beginReading(kysely, kind);
  for (const table of tables) {
    for await (const group of database.rows(table, connection)) {
      rows.count += group.length;
      yield group.map((row) => `${JSON.stringify({ table, row })}\n`).join("");
    }
  }
  await commit();
  yield `${JSON.stringify({ end: rows.count })}\n`;
}

async function beginReading(kysely: Kysely<Schema>, kind: Database["kind"]) {
  const asked = kysely.startTransaction();
  const transaction = await (kind === "postgres"
    ? asked.setIsolationLevel("repeatable read").setAccessMode("read only")
    : asked
  ).execute();
  return { connection: transaction, commit: () => transaction.commit().execute() };
}

/**
 * The rows of a backup, into a database that holds none; `replace`: what it holds goes. Resolves with how many. The file is read to
 * its end first, so that a broken one changes nothing. A gateway that is at work in it keeps it as it is. When the database fails in the middle, what it held is gone, and the file is there.
 */
export async function restore(
  database: Database,
  path: string,
  { replace, now }: { readonly replace: boolean; readonly now: number },
): Promise<number> {
  const { step, count } = await checked(path);
  const { kysely, kind } = database;
  await database.alone();
  if ((await stepOf(database)) > migrations.length) throw new StoreFault("written by a newer version");
  if (!replace && (await holdsRows(database))) throw new StoreFault("it holds data already, --replace would remove it");
  await empty(kysely);
  await migrate(kysely, { kind, at: now, until: step });
  await kysely.transaction().execute(async (transaction) => {
    let group: Group = { table: "", rows: [] };
    for await (const line of linesIn(path)) {
      if (!("table" in line)) continue;
      const { table, row } = line;
      if (group.table !== table || group.rows.length >= rowsAtOnce) {
        await insert(transaction, group);
        group = { table, rows: [] };
      }
      group.rows.push(row);
    }
    await insert(transaction, group);
    if (kind === "postgres") await countOn(transaction);
  });
  await migrate(kysely, { kind, at: now });
  return count;
}

type Group = { readonly table: string; readonly rows: Row[] };

/** A row has 30 values at most, and a statement of SQLite binds 32,766. */
const rowsAtOnce = 200;

const insert = async (database: Kysely<Schema>, { table, rows }: Group): Promise<void> => {
  if (rows.length === 0) return;
  const names = Object.keys(rows[0] ?? {});
  const columns = sql.join(names.map((name) => sql.ref(name)));
  const values = rows.map((row) => sql`(${sql.join(names.map((name) => row[name] ?? null))})`);
  await sql`insert into ${sql.table(table)} (${columns}) values ${sql.join(values)}`.execute(database);
};

/** PostgreSQL's counters stand beside their tables. SQLite's follow by themselves. */
async function countOn(database: Kysely<Schema>): Promise<void> {
  for (const { name, columns } of await database.introspection.getTables())
    for (const column of columns.filter(({ isAutoIncrementing }) => isAutoIncrementing))
      await sql`select setval(pg_get_serial_sequence(${`"${name}"`}, ${column.name}),
        (select coalesce(max(${sql.ref(column.name)}), 0) + 1 from ${sql.table(name)}), false)`.execute(database);
}

async function holdsRows(database: Database): Promise<boolean> {
  const there = new Set((await database.kysely.introspection.getTables()).map(({ name }) => name));
  for (const table of (await tablesAt(migrations.length)).filter((name) => there.has(name))) {
    const { rows } = await sql`select 1 from ${sql.table(table)} limit 1`.execute(database.kysely);
    if (rows.length > 0) return true;
  }
  return false;
}

async function empty(kysely: Kysely<Schema>): Promise<void> {
  const tables = [...(await tablesAt(migrations.length)), "migration"];
  await kysely.transaction().execute(async (transaction) => {
    for (const table of tables) await transaction.schema.dropTable(table).ifExists().execute();
  });
}

type Line = Header | { readonly table: string; readonly row: Row } | { readonly end: number };

const isRowOf = (tables: ReadonlySet<string>, line: Line): boolean => "table" in line && tables.has(line.table);
const nameIn = (line: Line): string => ("table" in line ? `${line.table}`.slice(0, 40) : "");

/** A file that is no whole backup is one line. */
async function checked(path: string): Promise<{ readonly step: number; readonly count: number }> {
  let header: Header | null = null;
  let count = 0;
  let end: number | null = null;
  let tables: ReadonlySet<string> = new Set();
  for await (const line of linesIn(path)) {
    if (header === null) {
      header = headerOf(line, path);
      tables = new Set(await tablesAt(header.step));
    } else if (end !== null) end = -1;
    else if ("end" in line) end = line.end;
    else if (!isRowOf(tables, line)) throw new StoreFault(`${path} has a table of no version: ${nameIn(line)}`);
    else count += 1;
  }
  if (header === null || end !== count) throw new StoreFault(`${path} is not whole`);
  return { step: header.step, count };
}

function headerOf(line: Line, path: string): Header {
  if (!("seatway" in line) || line.seatway !== "backup" || !Number.isInteger(line.step))
    throw new StoreFault(`${path} is no backup of this program`);
  if (line.format !== format || line.step > migrations.length)
    throw new StoreFault(`${path} was written by a newer version`);
  return line;
}

/** A header, a row of a table, or the end. */
function lineOf(line: unknown, path: string): Line {
  if (typeof line === "object" && line !== null && ["seatway", "table", "end"].some((key) => key in line))
    return line as Line;
  throw new StoreFault(`${path} is no backup of this program, or not whole`);
}

async function* linesIn(path: string): AsyncIterable<Line> {
  const file: FileHandle = await open(path, "r");
  const raw = createReadStream("", { fd: file, autoClose: true });
  const text = raw.pipe(createGunzip());
  raw.on("error", (fault) => text.destroy(fault));
  try {
    for await (const line of createInterface({ input: text, crlfDelay: Number.POSITIVE_INFINITY }))
      yield lineOf(JSON.parse(line), path);
  } catch (fault) {
    if (fault instanceof SyntaxError || (fault instanceof Error && "code" in fault && `${fault.code}`.startsWith("Z_")))
      throw new StoreFault(`${path} is not whole, or no backup`);
    throw fault;
  } finally {
    raw.destroy();
  }
}

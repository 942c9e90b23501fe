// The journal (runtime/journal). A commit is one row, as it comes, or a record in a file (log-journal.ts): what it costs does not grow with the
// images in it. From time to time what all of them come to is folded into the table of images, where each key has one row; what has come and gone meanwhile never gets
// there. With a commit are written the first replies to commands that it carries out. Many rows at once are one text of JSON
// for the database to read: a statement with a place for each value would have to be written anew each time.

import { type Kysely, PostgresAdapter, sql } from "kysely";
import type { Logged } from "./commit-log.ts";
import type { LogOperations, Operations } from "./operation.ts";
import type { JournalFold, JournalRow, ReplyRow } from "./ports.ts";
import type { Schema } from "./schema.ts";

/** A list of lists in JSON as rows with one column `value`. Both databases know `value ->> 0`, and `value -> 2` as JSON. */
const rowsIn = (database: Kysely<Schema>, text: string) =>
  database.getExecutor().adapter instanceof PostgresAdapter
    ? sql`json_array_elements(cast(${text} as json)) as list (value)`
    : sql`json_each(${text})`;

/** The same of a list of lists. */
export const rowsOf = (database: Kysely<Schema>, rows: readonly (readonly unknown[])[]) =>
  rowsIn(database, JSON.stringify(rows));

const NONE = "[]";

const keepReplies = (database: Kysely<Schema>, replies: readonly ReplyRow[]): Promise<unknown> => {
  const rows = replies.map(({ id, print, at, sealed }) => [id, print, at, sealed]);
  return sql`insert into reply (id, print, at, sealed)
    select value ->> 0, value ->> 1, cast(value ->> 2 as bigint), value ->> 3 from ${rowsOf(database, rows)} where true
    on conflict (id) do update set print = excluded.print, at = excluded.at, sealed = excluded.sealed`.execute(
    database,
  );
};

/** The images come as texts: of a NUL within JSON PostgreSQL would say that it cannot be. */
const foldIn = async (
  database: Kysely<Schema>,
  node: string,
  { upTo, kept, over, last }: JournalFold,
): Promise<void> => {
  if (kept !== NONE)
    await sql`insert into journal (node, room, key, image)
      select cast(${node} as text), value ->> 0, value ->> 1, value ->> 2 from ${rowsIn(database, kept)} where true
      on conflict (node, room, key) do update set image = excluded.image`.execute(database);
  if (over !== NONE)
    await sql`delete from journal where node = ${node}
      and (room, key) in (select value ->> 0, value ->> 1 from ${rowsIn(database, over)})`.execute(database);
  if (last) await database.deleteFrom("journal_commit").where("node", "=", node).where("number", "<=", upTo).execute();
};

type Entry = readonly [room: string, key: string, image?: unknown];

/** The last one of each key. */
function foldOf(entries: readonly Entry[]): JournalFold {
  const last = [...new Map(entries.map((entry) => [`${entry[0]} ${entry[1]}`, entry])).values()];
  const kept = last
    .filter(({ length }) => length === 3)
    .map(([room, key, image]) => [room, key, JSON.stringify(image)]);
  const over = last.filter(({ length }) => length === 2);
  return { upTo: Number.MAX_SAFE_INTEGER, kept: JSON.stringify(kept), over: JSON.stringify(over), last: true };
}

/** With the commits that are newer than all rows. */
async function found(
  database: Kysely<Schema>,
  node: string,
  newer: readonly Entry[] = [],
): Promise<readonly JournalRow[]> {
  const commits = await database
    .selectFrom("journal_commit")
    .select("images")
    .where("node", "=", node)
    .orderBy("number")
    .execute();
  const entries = [...commits.flatMap(({ images }) => JSON.parse(images) as Entry[]), ...newer];
  if (entries.length + commits.length > 0) await foldIn(database, node, foldOf(entries));
  const rows = await database.selectFrom("journal").select(["room", "key", "image"]).where("node", "=", node).execute();
  // node:sqlite's rows have no prototype; ours are ordinary records.
  return rows.map((row) => ({ ...row }));
}

/** What log-journal.ts has written. */
type Parsed = readonly [images: readonly Entry[], replies?: readonly ReplyRow[]];

const parsed = ({ text }: Logged): Parsed => JSON.parse(text) as Parsed;

const logOperations: LogOperations = {
  async takeJournal(database, node, read, next) {
    const log = await database.selectFrom("journal_log").selectAll().where("node", "=", node).executeTakeFirst();
    // A file that the database does not name belongs to another one: it was put back from a copy, or emptied.
    const all = log ? read(log.name, log.folded).map(parsed) : [];
    const replies = new Map(all.flatMap(([, told = []]) => told.map((reply) => [reply.id, reply] as const)));
    if (replies.size > 0) await keepReplies(database, [...replies.values()]);
    await database
      .insertInto("journal_log")
      .values({ node, name: next, folded: 0 })
      .onConflict((conflict) => conflict.column("node").doUpdateSet({ name: next, folded: 0 }))
      .execute();
    return found(
      database,
      node,
      all.flatMap(([images]) => images),
    );
  },
  async foldLog(database, node, fold) {
    await foldIn(database, node, fold);
    if (fold.last)
      await database.updateTable("journal_log").set({ folded: fold.upTo }).where("node", "=", node).execute();
  },
  async keepReplies(database, replies) {
    await keepReplies(database, replies);
  },
};

export const journalOperations: Pick<Operations, "journal" | "keepJournal" | "foldJournal"> & LogOperations = {
  ...logOperations,
  journal: (database, node) => found(database, node),
  foldJournal: foldIn,
  async keepJournal(database, node, { number, images, replies }) {
    await database.insertInto("journal_commit").values({ node, number, images }).execute();
    if (replies.length > 0) await keepReplies(database, replies);
  },
};

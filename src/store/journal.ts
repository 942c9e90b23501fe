// The journal's images (runtime/journal): each key has one row, which is what it was last; and the first replies to commands, which
// are written with the images of what they did. A commit is one text of JSON for the
// database to read, however many images are in it: a statement with a place for each value would have to be written anew each time.

import { type Kysely, PostgresAdapter, sql } from "kysely";
import type { Operations } from "./operation.ts";
import type { JournalRow, ReplyRow } from "./ports.ts";
import type { Schema } from "./schema.ts";

/** A list of lists as rows with one column `value`. Both databases know `value ->> 0`. */
export const rowsOf = (database: Kysely<Schema>, rows: readonly (readonly unknown[])[]) => {
  const text = JSON.stringify(rows);
  return database.getExecutor().adapter instanceof PostgresAdapter
    ? sql`json_array_elements(cast(${text} as json)) as list (value)`
    : sql`json_each(${text})`;
};

const keepReplies = (database: Kysely<Schema>, replies: readonly ReplyRow[]): Promise<unknown> => {
  const rows = replies.map(({ id, print, at, sealed }) => [id, print, at, sealed]);
  return sql`insert into reply (id, print, at, sealed)
    select value ->> 0, value ->> 1, cast(value ->> 2 as bigint), value ->> 3 from ${rowsOf(database, rows)} where true
    on conflict (id) do update set print = excluded.print, at = excluded.at, sealed = excluded.sealed`.execute(
    database,
  );
};

const isKept = ({ image }: JournalRow): boolean => image !== null;

export const journalOperations: Pick<Operations, "journal" | "keepJournal"> = {
  async journal(database, node) {
    const rows = await database
      .selectFrom("journal")
      .select(["room", "key", "image"])
      .where("node", "=", node)
      .execute();
    // node:sqlite's rows have no prototype; ours are ordinary records.
    return rows.map((row) => ({ ...row }));
  },
  async keepJournal(database, node, rows, replies) {
    const kept = rows.filter(isKept).map(({ room, key, image }) => [room, key, image]);
    if (kept.length > 0)
      await sql`insert into journal (node, room, key, image)
        select cast(${node} as text), value ->> 0, value ->> 1, value ->> 2 from ${rowsOf(database, kept)} where true
        on conflict (node, room, key) do update set image = excluded.image`.execute(database);
    const over = rows.filter((row) => !isKept(row)).map(({ room, key }) => [room, key]);
    if (over.length > 0)
      await sql`delete from journal where node = ${node}
        and (room, key) in (select value ->> 0, value ->> 1 from ${rowsOf(database, over)})`.execute(database);
    if (replies.length > 0) await keepReplies(database, replies);
  },
};

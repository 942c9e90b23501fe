// The journal's images (runtime/journal): each key has one row, which is what it was last; and the first replies to commands, which
// are written with the images of what they did. A commit comes as one text of JSON for the
// database to read, however many images are in it: a statement with a place for each value would have to be written anew each time.

import { type Kysely, PostgresAdapter, sql } from "kysely";
import type { Operations } from "./operation.ts";
import type { ReplyRow } from "./ports.ts";
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

/** A NUL in JSON, which SQLite reads and PostgreSQL refuses to look at: there, such images are texts within the text. */
const NUL = "\\u0000";
const wrapped = (kept: string): string =>
  JSON.stringify((JSON.parse(kept) as unknown[][]).map(([room, key, image]) => [room, key, JSON.stringify(image)]));

const keepReplies = (database: Kysely<Schema>, replies: readonly ReplyRow[]): Promise<unknown> => {
  const rows = replies.map(({ id, print, at, sealed }) => [id, print, at, sealed]);
  return sql`insert into reply (id, print, at, sealed)
    select value ->> 0, value ->> 1, cast(value ->> 2 as bigint), value ->> 3 from ${rowsOf(database, rows)} where true
    on conflict (id) do update set print = excluded.print, at = excluded.at, sealed = excluded.sealed`.execute(
    database,
  );
};

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
  async keepJournal(database, node, { kept, over, replies }) {
    const wrap = kept.includes(NUL);
    const rows = rowsIn(database, wrap ? wrapped(kept) : kept);
    const image = wrap ? sql`value ->> 2` : sql`cast(value -> 2 as text)`;
    if (kept !== NONE)
      await sql`insert into journal (node, room, key, image)
        select cast(${node} as text), value ->> 0, value ->> 1, ${image} from ${rows} where true
        on conflict (node, room, key) do update set image = excluded.image`.execute(database);
    if (over !== NONE)
      await sql`delete from journal where node = ${node}
        and (room, key) in (select value ->> 0, value ->> 1 from ${rowsIn(database, over)})`.execute(database);
    if (replies.length > 0) await keepReplies(database, replies);
  },
};

// The journal's images (runtime/journal): each key has one row, which is what it was last.

import type { Kysely } from "kysely";
import type { Operations } from "./operation.ts";
import type { JournalRow } from "./ports.ts";
import type { Schema } from "./schema.ts";

/** A statement binds 32,766 values at most with SQLite; a row has four. */
const ROWS_AT_ONCE = 500;

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
  async keepJournal(database, node, rows) {
    const kept = rows.flatMap(({ image, ...key }) => (image === null ? [] : [{ node, ...key, image }]));
    for (let at = 0; at < kept.length; at += ROWS_AT_ONCE)
      await database
        .insertInto("journal")
        .values(kept.slice(at, at + ROWS_AT_ONCE))
        .onConflict((conflict) =>
          conflict.columns(["node", "room", "key"]).doUpdateSet(({ ref }) => ({ image: ref("excluded.image") })),
        )
        .execute();
    const over = Map.groupBy(
      rows.filter(({ image }) => image === null),
      ({ room }) => room,
    );
    for (const [room, gone] of over) await remove(database, { node, room }, gone);
  },
};

type Place = { readonly node: string; readonly room: string };

async function remove(database: Kysely<Schema>, { node, room }: Place, gone: readonly JournalRow[]): Promise<void> {
  for (let at = 0; at < gone.length; at += ROWS_AT_ONCE) {
    const keys = gone.slice(at, at + ROWS_AT_ONCE).map(({ key }) => key);
    const place = database.deleteFrom("journal").where("node", "=", node).where("room", "=", room);
    await place.where("key", "in", keys).execute();
  }
}

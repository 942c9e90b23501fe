// What the store does, in SQL that SQLite and PostgreSQL both understand. Each operation runs in a transaction that somebody
// else has begun (group.ts), or by itself when it only reads.

import type { Kysely } from "kysely";
import { callOperations } from "./calls.ts";
import { journalOperations } from "./journal.ts";
import type { LogOperations, Operations } from "./operation.ts";
import type { SequenceBlock } from "./ports.ts";
import { previewOperations } from "./previews.ts";
import { recordingOperations } from "./recordings.ts";
import { replyOperations } from "./replies.ts";
import type { Schema } from "./schema.ts";

/** A statement binds 32,766 values at most with SQLite, 65,535 with PostgreSQL. */
const ROWS_AT_ONCE = 10_000;

export const operations: Operations & LogOperations = {
  async parameters(database) {
    const rows = await database.selectFrom("parameter").selectAll().execute();
    return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
  },
  async changeParameter(database, name, value, audit) {
    await database
      .insertInto("parameter")
      .values({ name, value })
      .onConflict((conflict) => conflict.column("name").doUpdateSet({ value }))
      .execute();
    await database.insertInto("audit").values(audit).execute();
  },
  async passwords(database) {
    const rows = await database.selectFrom("password").selectAll().execute();
    return rows.map((row) => ({ ...row }));
  },
  async keepPassword(database, row, audit) {
    const { agent: _, ...now } = row;
    await database
      .insertInto("password")
      .values(row)
      .onConflict((conflict) => conflict.column("agent").doUpdateSet(now))
      .execute();
    await database.insertInto("audit").values(audit).execute();
  },
  async siteEdits(database) {
    const rows = await database.selectFrom("site_edit").select(["kind", "key", "edit"]).orderBy("id").execute();
    return rows.map((row) => ({ ...row }));
  },
  async keepSiteEdit(database, { kind, key, edit }, audit) {
    if (edit === "") await database.deleteFrom("site_edit").where("kind", "=", kind).where("key", "=", key).execute();
    else
      await database
        .insertInto("site_edit")
        .values({ kind, key, edit })
        .onConflict((conflict) => conflict.columns(["kind", "key"]).doUpdateSet({ edit }))
        .execute();
    await database.insertInto("audit").values(audit).execute();
  },
  async writeAudit(database, audit) {
    await database.insertInto("audit").values(audit).execute();
  },
  async audit(database, limit) {
    const rows = await database
      .selectFrom("audit")
      .select(["at", "face", "peer", "what", "before", "after"])
      .orderBy("id", "desc")
      .limit(limit)
      .execute();
    // node:sqlite's rows have no prototype; ours are ordinary records.
    return rows.map((row) => ({ ...row }));
  },
  async dailyCalls(database, day) {
    const rows = await database.selectFrom("daily_call").selectAll().where("day", "=", day).execute();
    return new Map(rows.map(({ who, calls }) => [who, calls]));
  },
  keepDailyCalls,
  reserveSequence,
  ...previewOperations,
  ...recordingOperations,
  ...replyOperations,
  ...callOperations,
  ...journalOperations,
};

async function keepDailyCalls(
  database: Kysely<Schema>,
  day: number,
  counts: ReadonlyMap<string, number>,
): Promise<void> {
  const rows = [...counts].map(([who, calls]) => ({ day, who, calls }));
  await database.deleteFrom("daily_call").where("day", "<", day).execute();
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE)
    await database
      .insertInto("daily_call")
      .values(rows.slice(at, at + ROWS_AT_ONCE))
      .onConflict((conflict) =>
        conflict.columns(["day", "who"]).doUpdateSet(({ ref }) => ({ calls: ref("excluded.calls") })),
      )
      .execute();
}

/** One statement, so that two processes on one database can never reserve the same numbers. The first number is 1. */
async function reserveSequence(database: Kysely<Schema>, count: number): Promise<SequenceBlock> {
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

// Call records: one row per call and one per leg of it. Found by what they are, the newest first; page by page, from where the last
// page ended, so that calls that come meanwhile move nothing.

import { type ExpressionBuilder, type Kysely, sql } from "kysely";
import { rowsOf } from "./journal.ts";
import type { Operations } from "./operation.ts";
import type { CallFilter, CallPage, CallRow, LegRow } from "./ports.ts";
import type { Schema } from "./schema.ts";

/** SQLite binds 32,766 values in a statement at most; a row has 30. */
const rowsAtOnce = 500;

const parts = <Row>(rows: readonly Row[]): readonly Row[][] =>
  Array.from({ length: Math.ceil(rows.length / rowsAtOnce) }, (_, at) =>
    rows.slice(at * rowsAtOnce, (at + 1) * rowsAtOnce),
  );

/** What a row is replaced by, for `ON CONFLICT DO UPDATE`. */
const replaced = <Row extends object>(row: Row): Record<string, ReturnType<typeof sql>> =>
  Object.fromEntries(Object.keys(row).map((name) => [name, sql.ref(`excluded.${name}`)]));

const listOf = (value: string): readonly [string] => [value];

type Named = "keepCalls" | "calls" | "keepWrapUp" | "newestCalls" | "cutOffCalls" | "forgetCalls";

export const callOperations: Pick<Operations, Named> = {
  async keepCalls(database, calls, legs) {
    for (const rows of parts<CallRow>(calls))
      await database
        .insertInto("call_record")
        .values(rows)
        .onConflict((conflict) => conflict.column("callId").doUpdateSet(replaced(rows[0] ?? {})))
        .execute();
    for (const rows of parts<LegRow>(legs))
      await database
        .insertInto("leg_record")
        .values(rows)
        .onConflict((conflict) => conflict.columns(["callId", "leg"]).doUpdateSet(replaced(rows[0] ?? {})))
        .execute();
  },
  calls: found,
  async keepWrapUp(database, row) {
    const { callId: _call, agent: _agent, ...now } = row;
    await database
      .insertInto("wrap_up")
      .values(row)
      .onConflict((conflict) => conflict.columns(["callId", "agent"]).doUpdateSet(now))
      .execute();
  },
  async newestCalls(database, vdn, limit) {
    const rows = await database
      .selectFrom("call_record")
      .selectAll()
      .where("vdn", "=", vdn)
      .where("outcome", "not in", ["live", "cut-off"])
      .orderBy("startedAt", "desc")
      .orderBy("callId", "desc")
      .limit(limit)
      .execute();
    return rows.map((row) => ({ ...row, data: "" }));
  },
  async cutOffCalls(database, node, known) {
    const { numUpdatedRows } = await database
      .updateTable("call_record")
      .set({ outcome: "cut-off" })
      .where("outcome", "=", "live")
      .where("node", "=", node)
      .where("callId", "not in", sql<string>`(select value ->> 0 from ${rowsOf(database, known.map(listOf))})`)
      .executeTakeFirstOrThrow();
    return Number(numUpdatedRows);
  },
  async forgetCalls(database, before, limit) {
    const rows = await database
      .selectFrom("call_record")
      .select("callId")
      .where("startedAt", "<", before)
      .orderBy("startedAt")
      .limit(limit)
      .execute();
    const ids = rows.map(({ callId }) => callId);
    if (ids.length === 0) return 0;
    await database.deleteFrom("leg_record").where("callId", "in", ids).execute();
    await database.deleteFrom("wrap_up").where("callId", "in", ids).execute();
    await database.deleteFrom("call_record").where("callId", "in", ids).execute();
    return ids.length;
  },
};

type Builder = ExpressionBuilder<Schema, "call_record">;

async function found(database: Kysely<Schema>, filter: CallFilter): Promise<CallPage> {
  const { vdn, callId, from, to, skill, outcome, agent, number, after, limit } = filter;
  let query = database.selectFrom("call_record").selectAll().where("vdn", "=", vdn);
  if (callId !== undefined) query = query.where("callId", "=", callId);
  if (from !== undefined) query = query.where("startedAt", ">=", from);
  if (to !== undefined) query = query.where("startedAt", "<", to);
  if (skill !== undefined) query = query.where("skill", "=", skill);
  if (outcome !== undefined) query = query.where("outcome", "=", outcome);
  if (agent !== undefined) query = query.where((build) => hasLeg(build, "agent", agent));
  if (number !== undefined)
    query = query.where((build) =>
      build.or([build("caller", "=", number), build("called", "=", number), hasLeg(build, "number", number)]),
    );
  if (after !== undefined)
    query = query.where(({ eb, and, or }) =>
      or([
        eb("startedAt", "<", after.startedAt),
        and([eb("startedAt", "=", after.startedAt), eb("callId", "<", after.callId)]),
      ]),
    );
  // One more than asked for, to know whether there are more.
  const rows = await query
    .orderBy("startedAt", "desc")
    .orderBy("callId", "desc")
    .limit(limit + 1)
    .execute();
  const calls = rows.slice(0, limit).map((row) => ({ ...row }));
  const ids = calls.map(({ callId }) => callId);
  return { calls, more: rows.length > limit, ...(await partsOf(database, ids)) };
}

/** `agent` and `number` of leg_record, which has an index on each. */
const hasLeg = (build: Builder, column: "agent" | "number", value: string) =>
  build(
    "callId",
    "in",
    build.selectFrom("leg_record").select("leg_record.callId").where(`leg_record.${column}`, "=", value),
  );

async function partsOf(
  database: Kysely<Schema>,
  ids: readonly string[],
): Promise<Pick<CallPage, "legs" | "recordings" | "wrapUps">> {
  if (ids.length === 0) return { legs: [], recordings: [], wrapUps: [] };
  const legs = await database
    .selectFrom("leg_record")
    .selectAll()
    .where("callId", "in", ids)
    .orderBy("startedAt")
    .orderBy("leg")
    .execute();
  const recordings = await database
    .selectFrom("recording")
    .selectAll()
    .where("callId", "in", ids)
    .orderBy("taskId")
    .execute();
  const wrapUps = await database.selectFrom("wrap_up").selectAll().where("callId", "in", ids).orderBy("at").execute();
  // node:sqlite's rows have no prototype; ours are ordinary records.
  const plain = <Row extends object>(rows: readonly Row[]): Row[] => rows.map((row) => ({ ...row }));
  return { legs: plain(legs), recordings: plain(recordings), wrapUps: plain(wrapUps) };
}

// The index of recordings: which agent, which call, which file. The sound itself lies in files.

import type { Kysely } from "kysely";
import type { Operations } from "./operation.ts";
import type { RecordingFilter, RecordingRow } from "./ports.ts";
import type { Schema } from "./schema.ts";

/** SQLite binds 32,766 values in a statement at most. */
const rowsAtOnce = 1_000;

export const recordingOperations: Pick<Operations, "keepRecordings" | "recordings" | "forgetRecordings"> = {
  async keepRecordings(database, rows) {
    for (const row of rows) {
      const { taskId: _, ...now } = row;
      await database
        .insertInto("recording")
        .values(row)
        .onConflict((conflict) => conflict.column("taskId").doUpdateSet(now))
        .execute();
    }
  },
  recordings: found,
  async forgetRecordings(database, files) {
    for (let at = 0; at < files.length; at += rowsAtOnce)
      await database
        .deleteFrom("recording")
        .where("file", "in", files.slice(at, at + rowsAtOnce))
        .execute();
  },
};

async function found(database: Kysely<Schema>, filter: RecordingFilter): Promise<readonly RecordingRow[]> {
  const { taskId, agent, skill, callId, name, state, from, to, offset = 0, limit } = filter;
  let query = database.selectFrom("recording").selectAll();
  if (taskId !== undefined) query = query.where("taskId", "=", taskId);
  if (agent !== undefined) query = query.where("agent", "=", agent);
  if (skill !== undefined) query = query.where("skill", "=", skill);
  if (callId !== undefined) query = query.where("callId", "=", callId);
  if (state !== undefined) query = query.where("state", "=", state);
  if (from !== undefined) query = query.where("beganAt", ">=", from);
  if (to !== undefined) query = query.where("beganAt", "<", to);
  if (name !== undefined) query = query.where(({ eb, or }) => or([eb("name", "=", name), eb("file", "=", name)]));
  const rows = await query.orderBy("taskId", "desc").limit(limit).offset(offset).execute();
  // node:sqlite's rows have no prototype; ours are ordinary records.
  return rows.map((row) => ({ ...row }));
}

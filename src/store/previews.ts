// The list of previews: numbers that agents are shown before they are called.

import type { Operations } from "./operation.ts";
import type { PreviewRow } from "./ports.ts";

type Named = "addPreview" | "keepPreview" | "previews" | "openPreviews" | "forgetPreviews";

export const previewOperations: Pick<Operations, Named> = {
  async addPreview(database, row) {
    const { id } = await database.insertInto("preview").values(row).returning("id").executeTakeFirstOrThrow();
    return id;
  },
  async keepPreview(database, { id, ...now }) {
    await database.updateTable("preview").set(now).where("id", "=", id).execute();
  },
  async previews(database, { before, limit }) {
    let query = database.selectFrom("preview").selectAll();
    if (before > 0) query = query.where("id", "<", before);
    return plain(await query.orderBy("id", "desc").limit(limit).execute());
  },
  async openPreviews(database) {
    const open = database.selectFrom("preview").selectAll().where("state", "in", ["waiting", "offered", "calling"]);
    return plain(await open.orderBy("id").execute());
  },
  async forgetPreviews(database, which) {
    const query = database.deleteFrom("preview");
    const { numDeletedRows } = await ("ids" in which
      ? query.where("id", "in", which.ids)
      : query.where("state", "in", ["answered", "failed", "declined"]).where("changedAt", "<", which.overBefore)
    ).executeTakeFirstOrThrow();
    return Number(numDeletedRows);
  },
};

/** node:sqlite's rows have no prototype; ours are ordinary records. */
const plain = (rows: readonly PreviewRow[]): readonly PreviewRow[] => rows.map((row) => ({ ...row }));

// First replies to commands with an Idempotency-Key, sealed by who keeps them (runtime/replies.ts); journal.ts writes them.

import type { Operations } from "./operation.ts";

export const replyOperations: Pick<Operations, "reply" | "forgetReplies"> = {
  async reply(database, id) {
    const row = await database.selectFrom("reply").selectAll().where("id", "=", id).executeTakeFirst();
    // node:sqlite's rows have no prototype; ours are ordinary records.
    return row && { ...row };
  },
  async forgetReplies(database, before, most) {
    await database.deleteFrom("reply").where("at", "<", before).execute();
    const newest = database.selectFrom("reply").select("at").orderBy("at", "desc");
    const tooMany = await newest.offset(most).limit(1).executeTakeFirst();
    if (tooMany) await database.deleteFrom("reply").where("at", "<=", tooMany.at).execute();
  },
};

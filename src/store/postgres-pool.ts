// The driver's connections as the store uses them. One that owes an answer is given to nobody any more: who had it next would wait for that
// answer first, and as long as TCP believes in a server that is gone. And PostgreSQL's texts hold no NUL: one text with it, of whoever
// it is, would keep all that is written together with it out of the database.

import type { PostgresPool, PostgresPoolClient } from "kysely";
import type pg from "pg";
import { isSaidByServer } from "./reason.ts";

export const guardedPool = (pool: pg.Pool): PostgresPool => ({
  options: pool.options,
  connect: async () => guarded(await pool.connect()),
  end: () => pool.end(),
});

function guarded(client: pg.PoolClient): PostgresPoolClient {
  let owes = false;
  const query = (text: unknown, parameters: readonly unknown[] = []) =>
    client.query(text as string, parameters.map(storable)).catch((fault: unknown) => {
      owes ||= !isSaidByServer(fault);
      throw fault;
    });
  // Nobody here reads by a cursor of the driver's, which is the other form of it.
  return { query: query as unknown as PostgresPoolClient["query"], release: () => client.release(owes) };
}

const storable = (value: unknown): unknown =>
  typeof value === "string" && value.includes("\0") ? value.replaceAll("\0", "\ufffd") : value;

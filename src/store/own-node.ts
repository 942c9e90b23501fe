// One process at a time works for a node: the connection that writes holds a lock of PostgreSQL on the node's name for as long as it
// stands. A server carries out what a connection was told before it sees that its client is dead, so that a commit which was under way
// at a kill may be made a moment later: who had read the journal before that would go on from a state that was not the last one. The
// next process has the lock when that connection is gone, and reads then.

import { crc32 } from "node:zlib";
import { type Kysely, sql } from "kysely";
import type pg from "pg";
import type { Log } from "../base/log.ts";
import { StoreFault } from "./ports.ts";
import type { Schema } from "./schema.ts";

export type OwnNodeOptions = {
  readonly node: string;
  readonly log: Log;
  /** So long a start waits for the process before, ms. */
  readonly waitMs: number;
};

/** Of all that may be locked by number in this database: ours. */
const CLASS = crc32("seatway node");
/** A connection whose machine is gone is given up by the server within 20 s. */
const ALIVE = "SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3";
/** A process that was killed is gone within this; longer is worth a line of the log. */
const SOON_MS = 1_000;
/** A statement of ours may not take longer than 15 s. */
const SLICE_MS = 5_000;
const LOCK_NOT_AVAILABLE = "55P03";

/** For each new connection that writes: it is the node's, or it is none. */
export function ownNode({ node, log, waitMs }: OwnNodeOptions): (client: pg.ClientBase) => Promise<void> {
  const key = crc32(node);
  /** Of the connection before: a line that broke is known to be broken here first. */
  let backend: number | null = null;

  const isHad = async (client: pg.ClientBase, ms: number): Promise<boolean> => {
    await client.query(`SET lock_timeout = ${ms}`);
    try {
      await client.query("SELECT pg_advisory_lock($1, $2)", [CLASS | 0, key | 0]);
    } catch (fault) {
      if ((fault as { readonly code?: string }).code !== LOCK_NOT_AVAILABLE) throw fault;
      return false;
    }
    await client.query("RESET lock_timeout");
    return true;
  };

  const isHadLater = async (client: pg.ClientBase): Promise<boolean> => {
    log.warn({ node }, "the database still works for another gateway of this name: its end is waited for");
    for (let left = waitMs - SOON_MS; left > 0; left -= SLICE_MS)
      if (await isHad(client, Math.min(left, SLICE_MS))) return true;
    return false;
  };

  return async (client) => {
    await client.query(ALIVE);
    if (backend !== null) await client.query(END_OURS, [CLASS, key, backend]);
    const had = (await isHad(client, Math.min(SOON_MS, waitMs))) || (backend === null && (await isHadLater(client)));
    if (!had) throw new StoreFault(`another gateway is at work in it as SEATWAY_NODE_NAME=${node}`);
    const { rows } = await client.query<{ readonly pid: number }>("SELECT pg_backend_pid() AS pid");
    backend = rows[0]?.pid ?? null;
  };
}

/** Throws a StoreFault while a gateway works in this database, whatever its node. */
export async function freeOfNodes(database: Kysely<Schema>): Promise<void> {
  const { rows } =
    await sql`SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 AND classid::bigint = ${CLASS}
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`.execute(database);
  if (rows.length > 0) throw new StoreFault("a gateway is at work in it");
}

/** That connection, if it still has the lock. */
const END_OURS = `SELECT pg_terminate_backend(pid) FROM pg_locks
  WHERE locktype = 'advisory' AND objsubid = 2 AND classid::bigint = $1 AND objid::bigint = $2 AND pid = $3
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

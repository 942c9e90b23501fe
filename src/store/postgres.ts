// The store in PostgreSQL (SEATWAY_DATABASE_URL). Writes go through one connection, in groups and in order; reads through others. A
// database that goes away fails what was asked of it meanwhile, by name; each new question tries to reach it again.

import { Kysely, PostgresDialect, sql } from "kysely";
import pg from "pg";
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { type GroupConnection, openGroups } from "./group.ts";
import { migrate } from "./migrations.ts";
import { performOn } from "./operation.ts";
import { operations } from "./operations.ts";
import { ownNode } from "./own-node.ts";
import { type Operation, operationKinds, type Store, StoreFault, storeBy } from "./ports.ts";
import { guardedPool } from "./postgres-pool.ts";
import { isAway, reasonOf } from "./reason.ts";
import type { Schema } from "./schema.ts";

export type PostgresOptions = {
  /** postgres://user:password@host:port/database; what else libpq knows as parameters. */
  readonly url: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Whose alone it is to write for (own-node.ts); absent: a program that looks after the database. */
  readonly node?: string;
  /** So long the process before is waited for, ms. */
  readonly nodeWaitMs?: number;
};

/** How long a connection may take, and a statement. A transaction of ours takes milliseconds. */
const connectMs = 5_000;
const statementMs = 15_000;
/** Longer than any pause of ours between two statements of a transaction. */
const idleMs = 60_000;
const readers = 3;
/** Longer than the server waits for a machine that is gone. */
const nodeMs = 30_000;

export async function openPostgres(options: PostgresOptions): Promise<Store | { readonly problem: string }> {
  const { url, clock, log, node, nodeWaitMs: waitMs = nodeMs } = options;
  if (!URL.canParse(url))
    return { problem: "SEATWAY_DATABASE_URL: allowed is an address like postgres://user:password@host:5432/database" };
  const health = openHealth(log);
  const lost = (fault: Error): void => health.lost(reasonOf(fault));
  // It stands as long as the process: what is locked with it is locked until then.
  const own = {
    max: 1,
    idleTimeoutMillis: 0,
    ...(node !== undefined && { onConnect: ownNode({ node, log, waitMs }) }),
  };
  const writing = newPool(url, own, lost);
  /** The one that it has: there is one at a time. */
  let current: pg.PoolClient | undefined;
  writing.on("connect", (client) => {
    current = client;
  });
  const writer = over(writing);
  try {
    await migrate(writer, { kind: "postgres", at: clock.now() });
  } catch (fault) {
    await writer.destroy();
    return { problem: `SEATWAY_DATABASE_URL: cannot use the database at ${placeOf(url)} (${reasonOf(fault)})` };
  }
  const reader = over(newPool(url, { max: readers }, lost));
  return storeOver({ writer, reader, giveUp: () => void current?.end().catch(() => {}), health });
}

const over = (pool: pg.Pool): Kysely<Schema> =>
  new Kysely<Schema>({ dialect: new PostgresDialect({ pool: guardedPool(pool) }) });

/** For programs that look after a database. `reasonOf` says what its faults mean. */
export function connectPostgres(url: string): Kysely<Schema> {
  return over(newPool(url, { max: readers }, () => {}));
}

function newPool(url: string, own: pg.PoolConfig, lost: (fault: Error) => void): pg.Pool {
  const pool = new pg.Pool({
    ...own,
    connectionString: url,
    connectionTimeoutMillis: connectMs,
    statement_timeout: statementMs,
    query_timeout: statementMs,
    keepAlive: true,
    // Whoever was cut off from us within a transaction must not hold its locks.
    idle_in_transaction_session_timeout: idleMs,
    application_name: "seatway",
    types: { getTypeParser },
  });
  pool.on("error", lost);
  // One that is in use but between two statements has nobody else who hears of its end; its next statement fails.
  pool.on("connect", (client) => void client.on("error", () => {}));
  return pool;
}

/** bigint (20) as a number: ours are times and counters, far below 2^53. */
const getTypeParser: typeof pg.types.getTypeParser = (oid: number, format?: unknown) =>
  oid === 20 ? Number : pg.types.getTypeParser(oid, format as "text");

type Connections = {
  readonly writer: Kysely<Schema>;
  readonly reader: Kysely<Schema>;
  /** The writer's connection: the next group has another one. */
  readonly giveUp: () => void;
  readonly health: Health;
};

function storeOver({ writer, reader, giveUp, health }: Connections): Store {
  const on = (connection: Kysely<Schema>): GroupConnection => ({
    perform: performOn(connection, operations),
    say: (statement) => sql.raw(statement).execute(connection),
    giveUp,
  });
  const groups = openGroups("BEGIN", (work) => writer.connection().execute((connection) => work(on(connection))));
  let closing: Promise<void> | undefined;

  const perform = (name: Operation, given: readonly unknown[]): Promise<unknown> =>
    operationKinds[name] === "read"
      ? on(reader).perform(name, given)
      : new Promise((done, failed) => groups.add({ name, given, done, failed }));

  return storeBy(
    async (name, given) => {
      if (closing !== undefined) throw new StoreFault("the store is closed");
      try {
        const value = await perform(name, given);
        health.found();
        return value;
      } catch (fault) {
        throw health.judged(fault);
      }
    },
    () => {
      closing ??= groups.idle().then(async () => void (await Promise.all([writer.destroy(), reader.destroy()])));
      return closing;
    },
  );
}

type Health = {
  found(): void;
  lost(reason: string): void;
  /** The fault as this room tells it; a bug stays what it is. */
  judged(fault: unknown): unknown;
};

/** Says once that the database is away, and once that it is back. */
function openHealth(log: Log): Health {
  let away = false;
  const lost = (reason: string): void => {
    if (!away) log.error({ reason }, "the database is away");
    away = true;
  };
  return {
    lost,
    found() {
      if (away) log.info({}, "the database is back");
      away = false;
    },
    judged(fault) {
      if (fault instanceof RangeError || fault instanceof TypeError) return fault;
      if (isAway(fault)) lost(reasonOf(fault));
      return new StoreFault(reasonOf(fault));
    },
  };
}

/** Where it is, without user, password and parameters. */
function placeOf(url: string): string {
  const { hostname, port, pathname } = new URL(url);
  return `${hostname || "localhost"}:${port || 5432}${pathname}`;
}

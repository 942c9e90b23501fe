// Kysely over node:sqlite. Kysely's own SQLite dialect expects another driver's statements; this is the difference.
// The database is synchronous: a statement runs to its end on the calling thread, which is the store's own (sqlite-worker.ts).

import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import { type SqliteDatabase, SqliteDialect, type SqliteStatement } from "kysely";
import { StoreFault } from "./ports.ts";

export const nodeSqliteDialect = (database: DatabaseSync): SqliteDialect =>
  new SqliteDialect({ database: adapt(database) });

/** Statements that are kept prepared; ours are some fifty, and those of lists have one text for each length. */
const MOST_PREPARED = 200;

function adapt(database: DatabaseSync): SqliteDatabase {
  const prepared = new Map<string, SqliteStatement>();
  return {
    close: () => database.close(),
    prepare(text) {
      const known = prepared.get(text);
      if (known) return known;
      const made = statement(guarded(() => database.prepare(text)));
      // The oldest goes: which of them are used often shows again soon.
      for (const [oldest] of prepared.size < MOST_PREPARED ? [] : prepared) {
        prepared.delete(oldest);
        break;
      }
      prepared.set(text, made);
      return made;
    },
  };
}

const statement = (prepared: StatementSync): SqliteStatement => ({
  reader: prepared.columns().length > 0,
  all: (parameters) => guarded(() => prepared.all(...values(parameters))),
  run: (parameters) => guarded(() => prepared.run(...values(parameters))),
  iterate: (parameters) => prepared.iterate(...values(parameters)),
});

/** Our own queries bind numbers, texts and null only; anything else would be a mistake in this room. */
const values = (parameters: readonly unknown[]): SQLInputValue[] =>
  parameters.map((value) => {
    if (typeof value === "number" || typeof value === "string" || value === null) return value;
    throw new TypeError(`a query binds a ${typeof value}`);
  });

/** Faults leave this room in one shape: what SQLite says, without statement and data. */
export function guarded<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof Error && "errstr" in cause) throw new StoreFault(`${cause.errstr}`, { cause });
    throw cause;
  }
}

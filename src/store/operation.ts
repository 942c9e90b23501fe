// The shape of the store's operations as SQL: those of the port, each with the connection that it runs on.

import type { Kysely } from "kysely";
import type { Operation, Store } from "./ports.ts";
import type { Schema } from "./schema.ts";

export type Operations = {
  readonly [Name in Operation]: (
    database: Kysely<Schema>,
    ...given: Parameters<Store[Name]>
  ) => ReturnType<Store[Name]>;
};

/** Runs one by its name; what was given comes from the port, so it fits. */
export const performOn =
  (database: Kysely<Schema>, operations: Operations) =>
  (name: Operation, given: readonly unknown[]): Promise<unknown> =>
    (operations[name] as (database: Kysely<Schema>, ...given: unknown[]) => Promise<unknown>)(database, ...given);

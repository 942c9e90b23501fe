// The shape of the store's operations as SQL: those of the port, each with the connection that it runs on.

import type { Kysely } from "kysely";
import type { Logged } from "./commit-log.ts";
import {
  type JournalFold,
  type JournalRow,
  type Operation,
  operationKinds,
  type ReplyRow,
  type Store,
} from "./ports.ts";
import type { Schema } from "./schema.ts";

export type Operations = {
  readonly [Name in Operation]: (
    database: Kysely<Schema>,
    ...given: Parameters<Store[Name]>
  ) => ReturnType<Store[Name]>;
};

/** What the SQLite file is asked for by who keeps its commits beside it (log-journal.ts), in the same transactions. */
export type LogOperations = {
  /** As the port's `journal`, with what `read` has of the log in force; `next` is in force from then on. */
  takeJournal(
    database: Kysely<Schema>,
    node: string,
    read: (name: string, folded: number) => readonly Logged[],
    next: string,
  ): Promise<readonly JournalRow[]>;
  /** As the port's `foldJournal`; how far it has come is known with it. */
  foldLog(database: Kysely<Schema>, node: string, fold: JournalFold): Promise<void>;
  keepReplies(database: Kysely<Schema>, replies: readonly ReplyRow[]): Promise<void>;
};

export type GroupOperation = Operation | keyof LogOperations;

const kinds: Readonly<Partial<Record<GroupOperation, "read" | "write">>> = operationKinds;

export const isRead = (name: GroupOperation): boolean => kinds[name] === "read";

/** Runs one by its name; what was given comes from the port, so it fits. */
export const performOn =
  (database: Kysely<Schema>, operations: Operations & LogOperations) =>
  (name: GroupOperation, given: readonly unknown[]): Promise<unknown> =>
    (operations[name] as (database: Kysely<Schema>, ...given: unknown[]) => Promise<unknown>)(database, ...given);

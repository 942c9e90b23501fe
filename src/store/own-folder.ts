// One gateway at a time works in a folder: it holds an exclusive lock on a database with nothing in it, beside the one with the rows, which
// programs that look after it may read meanwhile. The system lets go of it with the process. A second gateway would fold the commits of
// the first (journal.ts), and take its calls for those of a process that is gone.

import { DatabaseSync } from "node:sqlite";
import { StoreFault } from "./ports.ts";

/** The process before may still be within its last write. */
const SOON_MS = 2_000;
/** SQLITE_BUSY: somebody has it. */
const BUSY = 5;

export type OwnFolder = { close(): void };

/** Throws a StoreFault. `path`: of the lock. */
export function ownFolder(path: string): OwnFolder {
  const lock = new DatabaseSync(path, { timeout: SOON_MS });
  try {
    lock.exec("BEGIN EXCLUSIVE");
    return lock;
  } catch (fault) {
    lock.close();
    const { errcode, message } = fault as Error & { readonly errcode?: number };
    throw new StoreFault(errcode === BUSY ? "another gateway is at work in this folder" : message);
  }
}

// The SQLite file, opened or created.
// WAL with synchronous=FULL: a change is on disk when its promise resolves, also after a power cut.

import { DatabaseSync } from "node:sqlite";
import { guarded } from "./dialect.ts";

/** Throws a StoreFault. The timeout is for another program that holds the file for a moment, not for a second gateway. */
export const openFile = (path: string): DatabaseSync => guarded(() => prepared(path));

function prepared(path: string): DatabaseSync {
  const file = new DatabaseSync(path, { timeout: 2000 });
  try {
    file.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF;");
    // A file that can only be read shows here, at the start, and not at the first change. And a process that was killed is done with it.
    file.exec("BEGIN IMMEDIATE; ROLLBACK;");
    return file;
  } catch (fault) {
    file.close();
    throw fault;
  }
}

// Opens the store that the settings name: PostgreSQL when there is an address of one, else the SQLite file.

import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Store } from "./ports.ts";
import { openSqlite } from "./sqlite.ts";

export type StoreOptions = {
  /** SEATWAY_DATA. */
  readonly folder: string;
  /** SEATWAY_DATABASE_URL, "" = the file. */
  readonly url: string;
  readonly clock: Clock;
  readonly log: Log;
  /** SEATWAY_NODE_NAME of the gateway that is to work with it; absent: another program. */
  readonly node?: string;
  /** So long a start waits for the process before, ms. */
  readonly nodeWaitMs?: number;
};

/** `problem`: one line that names the setting and says why it cannot be used. */
export async function openStore(options: StoreOptions): Promise<Store | { readonly problem: string }> {
  if (options.url === "") return openSqlite(options);
  // Its driver is loaded only where it is used.
  const { openPostgres } = await import("./postgres.ts");
  return openPostgres(options);
}

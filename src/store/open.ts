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
};

/** `problem`: one line that names the setting and says why it cannot be used. */
export async function openStore(options: StoreOptions): Promise<Store | { readonly problem: string }> {
  if (options.url === "") return openSqlite(options);
  // Its driver is loaded only where it is used.
  const { openPostgres } = await import("./postgres.ts");
  return openPostgres(options);
}

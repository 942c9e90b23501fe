// Which store a test's gateway has: SQLite in its data folder, or a database of its own on the PostgreSQL server that
// SEATWAY_TEST_POSTGRES names (an address without a database), so that the same tests run over both. One folder, one database: a
// gateway that starts again in its folder finds what it has left.

import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Client } from "pg";

const server = process.env["SEATWAY_TEST_POSTGRES"];
/** PostgreSQL's error for one that is there already. */
const DUPLICATE_DATABASE = "42P04";

const nameOf = (data: string): string => `test_${createHash("sha256").update(data).digest("hex").slice(0, 16)}`;

/** A connection for as long as the work takes. The driver is loaded only where it is used. */
async function connected<Result>(database: string, work: (client: Client) => Promise<Result>): Promise<Result> {
  const { default: pg } = await import("pg");
  const client = new pg.Client(`${server}/${database}`);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Settings of the gateway whose data folder this is. */
export async function storeSettings(data: string): Promise<Readonly<Record<string, string>>> {
  if (server === undefined) return {};
  await connected("postgres", async (client) => {
    const created = client.query(`create database ${nameOf(data)}`);
    await created.catch((fault: { readonly code?: string }) => {
      if (fault.code !== DUPLICATE_DATABASE) throw fault;
    });
  });
  return { SEATWAY_DATABASE_URL: `${server}/${nameOf(data)}` };
}

/** All that the store of a gateway with this data folder holds of its journal, to look for a text in it. */
export async function journalText(data: string): Promise<string> {
  if (server !== undefined) {
    const { rows } = await connected(nameOf(data), (client) => client.query("select * from journal"));
    return JSON.stringify(rows);
  }
  const names = (await readdir(data)).filter((name) => /^seatway\.db|^journal-.*\.log$/.test(name));
  return (await Promise.all(names.map((name) => readFile(join(data, name), "latin1")))).join("");
}

// The same gateway with its journal in PostgreSQL (SEATWAY_DATABASE_URL): old clients see no difference (all of wire.md's tests), and what
// a kill leaves is taken up. The test files run as they are, over databases of a server of their own.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import { after, describe, test } from "node:test";
import pg from "pg";
import { type Postgres, startPostgres } from "../support/postgres.ts";
import { without } from "./missing.ts";

const root = resolve(import.meta.dirname, "../..");

const files = ["wire-content", "wire-reply", "wire-request", "wire-session", "restart"];

type Row = { readonly kind?: string; readonly path: readonly string[]; readonly result: string };

/** Results of these conformance tests over the server. */
async function runOver(postgres: Postgres): Promise<readonly Row[]> {
  // A test process says by this variable that it is one; without it the runner starts as from a terminal.
  const { NODE_TEST_CONTEXT: _, ...environment } = process.env;
  const args = [
    "--disable-warning=ExperimentalWarning",
    "--test",
    "--test-concurrency=4",
    "--test-name-pattern=^(wire |a kill|all of this)",
    "--test-reporter=./scripts/results.mjs",
  ];
  const child = spawn(process.execPath, [...args, ...files.map((file) => `test/conformance/${file}.test.ts`)], {
    cwd: root,
    env: { ...environment, SEATWAY_TEST_POSTGRES: postgres.server },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = (await text(child.stdout)).trim().split("\n");
  return lines.map((line) => JSON.parse(line) as Row).filter(({ kind }) => kind === "test");
}

/** Rows of the journal that were ever written, of each gateway's database. */
async function journalled({ server }: Postgres): Promise<readonly number[]> {
  const ask = async (database: string, question: string): Promise<readonly Record<string, unknown>[]> => {
    const client = new pg.Client(`${server}/${database}`);
    await client.connect();
    try {
      return (await client.query(question)).rows;
    } finally {
      await client.end();
    }
  };
  const databases = await ask("postgres", "select datname from pg_database where datname like 'test_%'");
  return Promise.all(
    databases.map(async ({ datname }) => {
      const question =
        "select n_tup_ins + n_tup_upd as written from pg_stat_user_tables where relname = 'journal_commit'";
      return Number((await ask(String(datname), question))[0]?.["written"]);
    }),
  );
}

describe("the journal in PostgreSQL", { skip: without("postgres") }, () => {
  let postgres: Postgres | undefined;
  after(() => postgres?.close());

  test("wire.md's tests and those of kills and restarts pass", async () => {
    postgres = await startPostgres();
    const results = await runOver(postgres);
    assert.deepEqual(
      results.filter(({ result }) => result !== "pass"),
      [],
    );
    const tested = results.map(({ path }) => path.at(-1) ?? "");
    assert.ok(tested.filter((name) => /^wire \d/.test(name)).length >= 30);
    for (const start of ["a kill: ", "all of this "])
      assert.ok(
        tested.some((name) => name.startsWith(start)),
        start,
      );
    // More than the row that says of which version it is.
    const written = await journalled(postgres);
    assert.ok(written.length >= 7 && written.every((rows) => rows > 1), `rows written: ${written}`);
  });
});

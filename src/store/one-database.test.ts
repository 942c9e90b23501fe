// What only one of the databases can suffer: a folder, a file, a driver; a server that goes away, or that cannot be used.

import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { auditRow, kinds, newFolder, open, postgres, problemOf, start } from "../../test/support/store-places.ts";
import type { Log } from "../base/log.ts";
import { StoreFault } from "./ports.ts";

test("the folder is made for its owner alone", async () => {
  const folder = newFolder();
  await (await open({ folder, url: "" })).close();
  assert.equal((await stat(folder)).mode & 0o077, 0);
});

test("a file that is no database is one line", async () => {
  const folder = newFolder();
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "seatway.db"), "not a database, only text ".repeat(100));
  assert.match(await problemOf({ folder, url: "" }), /^SEATWAY_DATA=.*seatway\.db \(file is not a database\)$/);
});

test("a folder that cannot be made or written is one line", async () => {
  const file = newFolder();
  await mkdir(join(file, ".."), { recursive: true });
  await writeFile(file, "");
  const problem = (folder: string): Promise<string> => problemOf({ folder, url: "" });
  assert.match(
    await problem(join(file, "data")),
    /^SEATWAY_DATA=.*allowed is a folder that can be written \(ENOTDIR\)$/,
  );
  assert.match(await problem(file), /\(ENOTDIR\)$/);
  if (process.platform === "linux") assert.match(await problem("/proc/seatway/deeper"), /\(ENOENT\)$/);
  const folder = newFolder();
  await mkdir(join(folder, "seatway.db"), { recursive: true });
  assert.match(await problem(folder), /^SEATWAY_DATA=.*unable to open database file/);
});

const [, overPostgres] = kinds;

test("SQLite needs no driver of PostgreSQL in memory, and no database on the thread of the calls", async () => {
  const program = `
    import { createRequire, registerHooks } from "node:module";
    const loaded = [];
    registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context); } });
    const { openStore } = await import(${JSON.stringify(new URL("./open.ts", import.meta.url).href)});
    const { systemClock } = await import(${JSON.stringify(new URL("../base/clock.ts", import.meta.url).href)});
    const { silentLog } = await import(${JSON.stringify(new URL("../base/log.ts", import.meta.url).href)});
    const store = await openStore({ folder: ${JSON.stringify(newFolder())}, url: "", clock: systemClock, log: silentLog });
    await store.parameters();
    await store.close();
    process.stdout.write(JSON.stringify(loaded.filter((url) => /node_modules|node:sqlite/.test(url))));
  `;
  const child = await start(program);
  let printed = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    printed += text;
  });
  await once(child, "close");
  assert.equal(printed, "[]");
});

test("PostgreSQL goes away and comes back: what was acknowledged is there, what was not is said", {
  skip: overPostgres?.skip ?? false,
}, async () => {
  const server = await postgres();
  const place = { folder: newFolder(), url: await server.database() };
  const told: string[] = [];
  const log: Log = {
    debug: () => {},
    info: (_, message) => void told.push(message),
    warn: () => {},
    error: (fields, message) => void told.push(`${message}: ${fields["reason"]}`),
  };
  const store = await open(place, log);
  const acknowledged = new Set<number>();
  let refused = 0;
  let asked = 0;
  for (const how of ["SIGINT", "SIGQUIT"] as const) {
    const write = (): Promise<void> => {
      const number = asked++;
      return store.writeAudit(auditRow(`${number}`, "")).then(
        () => void acknowledged.add(number),
        (fault: unknown) => {
          assert.ok(fault instanceof StoreFault);
          assert.doesNotMatch(`${fault.message} ${fault.stack}`, /seatway:/);
          refused += 1;
        },
      );
    };
    const before = acknowledged.size;
    // A crowd that is being written while the server goes.
    let writing = true;
    const crowd = Array.from({ length: 20 }, async () => {
      while (writing) await write();
    });
    while (acknowledged.size < before + 200) await new Promise((resolve) => setImmediate(resolve));
    await server.stop(how);
    while (refused === 0) await new Promise((resolve) => setImmediate(resolve));
    writing = false;
    await Promise.all(crowd);
    await assert.rejects(store.parameters(), StoreFault);
    await assert.rejects(store.reserveSequence(1), /StoreFault: ECONNREFUSED/);
    await server.start();
    await store.writeAudit(auditRow(`${asked++}`, "back"));
    refused = 0;
  }
  const kept = new Set((await store.audit(1_000_000)).map(({ before }) => Number(before)));
  assert.deepEqual(
    [...acknowledged].filter((number) => !kept.has(number)),
    [],
  );
  assert.deepEqual(
    told.filter((line) => line.startsWith("the database is")).map((line) => line.split(":")[0]),
    ["the database is away", "the database is back", "the database is away", "the database is back"],
  );
  assert.doesNotMatch(told.join("\n"), new RegExp(new URL(place.url).password));
  await store.close();
});

test("a PostgreSQL that cannot be used is one line without the password", {
  skip: overPostgres?.skip ?? false,
}, async () => {
  const url = await (await postgres()).database();
  const { password, host } = new URL(url);
  const lines = await Promise.all([
    problemOf({ folder: newFolder(), url: url.replace(password, "wrong-secret") }),
    problemOf({ folder: newFolder(), url: `${url}_none` }),
    problemOf({ folder: newFolder(), url: "postgres://seatway:wrong-secret@127.0.0.1:1/seatway" }),
    problemOf({ folder: newFolder(), url: "postgres://seatway:wrong-secret@127.0.0.1:99999/seatway" }),
  ]);
  assert.deepEqual(lines, [
    `SEATWAY_DATABASE_URL: cannot use the database at ${host}${new URL(url).pathname} (wrong password)`,
    `SEATWAY_DATABASE_URL: cannot use the database at ${host}${new URL(url).pathname}_none (there is no such database)`,
    "SEATWAY_DATABASE_URL: cannot use the database at 127.0.0.1:1/seatway (ECONNREFUSED)",
    "SEATWAY_DATABASE_URL: allowed is an address like postgres://user:password@host:5432/database",
  ]);
});

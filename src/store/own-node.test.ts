// Who works for a node, over PostgreSQL: one process at a time, and the next one reads nothing before the one before is done.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { describe, test } from "node:test";
import pg from "pg";
import { type Kind, kinds, newFolder, open, problemOf } from "../../test/support/store-places.ts";
import { until } from "../../test/support/until.ts";
import { type Log, silentLog } from "../base/log.ts";
import type { JournalCommit } from "./ports.ts";

let numbers = 0;

const commit = (key: string): JournalCommit => ({
  number: ++numbers,
  images: JSON.stringify([["call", key, {}]]),
  replies: [],
});

/** Of another program, in the same database. */
async function ask<Row extends pg.QueryResultRow>(url: string, statement: string): Promise<readonly Row[]> {
  const client = new pg.Client(url);
  await client.connect();
  const { rows } = await client.query<Row>(statement);
  await client.end();
  return rows;
}

/** A process of its own that has the node and writes; resolves when it has begun. */
async function writer(place: object, key: string) {
  const folder = newFolder();
  await mkdir(folder, { recursive: true });
  const file = join(folder, "writer.mjs");
  const from = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);
  await writeFile(
    file,
    `const { openStore } = await import(${from("./open.ts")});
     const { systemClock } = await import(${from("../base/clock.ts")});
     const { silentLog } = await import(${from("../base/log.ts")});
     const store = await openStore({ ...${JSON.stringify(place)}, clock: systemClock, log: silentLog });
     store.keepJournal("one", ${JSON.stringify(commit(key))});`,
  );
  return spawn(process.execPath, [file], { stdio: "inherit" });
}

/** COMMIT takes a second. */
const slowCommit = `
  CREATE FUNCTION slow() RETURNS trigger AS 'BEGIN PERFORM pg_sleep(1); RETURN NULL; END' LANGUAGE plpgsql;
  CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON journal_commit DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION slow();`;

/** A way to the database that can be cut so that the database does not notice. */
async function wire(url: string) {
  const target = new URL(url);
  const [port, host] = [Number(target.port), target.hostname];
  const sockets = new Set<Socket>();
  const deaf = new Set<Socket>();
  const server = createServer((here) => {
    const there = connect(port, host);
    here.pipe(there).pipe(here);
    for (const socket of [here, there]) socket.on("error", () => {});
    // A database that hangs up hangs up on us, however it does.
    there.once("close", () => here.destroy());
    sockets.add(here);
    deaf.add(there);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const close = (): void => {
    for (const socket of [...sockets, ...deaf]) socket.destroy();
    server.close();
  };
  target.port = `${(server.address() as AddressInfo).port}`;
  const cut = (): void => {
    for (const socket of sockets) {
      socket.unpipe();
      socket.destroy();
    }
  };
  return { url: target.href, cut, close };
}

const { skip, newPlace: emptyPlace } = kinds.find(({ name }) => name === "PostgreSQL") as Kind;

describe("a node of PostgreSQL", { skip }, () => {
  const newPlace = async () => ({ ...(await emptyPlace()), node: "one" });

  test("a commit that was under way at a kill is made before the next process reads", async () => {
    const place = await newPlace();
    await (await open(place)).close();
    await ask(place.url, slowCommit);
    const child = await writer(place, "7");
    await until("the commit to be under way", async () => {
      const found = await ask(place.url, "SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query = 'COMMIT'");
      return found.length > 0 || null;
    });
    child.kill("SIGKILL");
    await once(child, "exit");
    const store = await open(place);
    assert.deepEqual(
      (await store.journal("one")).map(({ key }) => key),
      ["7"],
    );
    await store.close();
  });

  test("a second gateway of its name waits, says so and is refused; one of another name is not", async () => {
    const place = await newPlace();
    const first = await open(place);
    const told: string[] = [];
    const log: Log = { ...silentLog, warn: (_, message) => void told.push(message) };
    const { host, pathname } = new URL(place.url);
    const why = "another gateway is at work in it as SEATWAY_NODE_NAME=one";
    assert.equal(
      await problemOf({ ...place, nodeWaitMs: 1_200 }, log),
      `SEATWAY_DATABASE_URL: cannot use the database at ${host}${pathname} (${why})`,
    );
    assert.deepEqual(told, ["the database still works for another gateway of this name: its end is waited for"]);
    await (await open({ ...place, node: "two" })).close();
    const second = open(place, { ...log, warn: () => void first.close() });
    await (await second).close();
  });

  test("a connection that the server has ended, or that was cut without its knowing, gives way to the next one", async (context) => {
    const place = await newPlace();
    const { url, cut, close } = await wire(place.url);
    context.after(close);
    const store = await open({ ...place, url });
    context.after(() => store.close());
    await store.keepJournal("one", commit("1"));
    await ask(place.url, "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'");
    for (const [key, end] of [
      ["2", () => {}],
      ["3", cut],
    ] as const) {
      end();
      await until("a commit", () =>
        store.keepJournal("one", commit(key)).then(
          () => true,
          () => null,
        ),
      );
    }
    assert.equal((await store.journal("one")).length, 3);
    assert.match(await problemOf({ ...place, nodeWaitMs: 100 }), /another gateway is at work in it/);
  });
});

import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { describe, test } from "node:test";
import { Kysely, PostgresDialect, sql } from "kysely";
import pg from "pg";
import { type Kind, kinds } from "../../test/support/store-places.ts";
import { guardedPool } from "./postgres-pool.ts";

/** A way to the database that can be broken so that nobody hears of it: what is on it stands still, who comes anew gets through. */
async function way(url: string) {
  const target = new URL(url);
  const [port, host] = [Number(target.port), target.hostname];
  const sockets = new Set<Socket>();
  const server = createServer((here) => {
    const there = connect(port, host);
    here.pipe(there).pipe(here);
    for (const socket of [here, there]) sockets.add(socket.on("error", () => {}));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  target.port = `${(server.address() as AddressInfo).port}`;
  return {
    url: target.href,
    break: (): void => {
      for (const socket of sockets) socket.unpipe().pause();
    },
    close: (): void => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

const { skip, newPlace } = kinds.find(({ name }) => name === "PostgreSQL") as Kind;

describe("connections to PostgreSQL", { skip }, () => {
  test("one that gives no answer is used for one question, and not for the next", async (context) => {
    const to = await way((await newPlace()).url);
    const pool = new pg.Pool({ connectionString: to.url, max: 1, query_timeout: 500 });
    const database = new Kysely({ dialect: new PostgresDialect({ pool: guardedPool(pool) }) });
    context.after(async () => {
      await database.destroy();
      to.close();
    });
    const ask = () => sql<{ one: number }>`select 1 as one`.execute(database);
    await ask();
    to.break();
    await assert.rejects(ask(), /timeout/);
    assert.deepEqual((await ask()).rows, [{ one: 1 }]);
    await assert.rejects(sql`select 1 / 0`.execute(database), { code: "22012" });
    assert.equal(pool.totalCount, 1, "a mistake costs no connection");
  });
});

// Where a store can be: each gives a new, empty place, which can be opened as often as one likes.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { virtualClock } from "../../src/base/clock.ts";
import { type Log, silentLog } from "../../src/base/log.ts";
import { openStore, type StoreOptions } from "../../src/store/open.ts";
import type { AuditRow, Store } from "../../src/store/ports.ts";
import { without } from "../peer/missing.ts";
import { type Postgres, startPostgres } from "./postgres.ts";

/** As openStore takes it. */
export type Place = Pick<StoreOptions, "folder" | "url" | "node" | "nodeWaitMs">;

export type Kind = {
  readonly name: string;
  readonly skip: string | false;
  newPlace(): Promise<Place>;
};

export const clock = virtualClock();

const root = await mkdtemp(join(tmpdir(), "seatway-store-"));
let folders = 0;
let cluster: Promise<Postgres> | undefined;
after(async () => {
  await (await cluster)?.close();
  await rm(root, { recursive: true, force: true });
});

/** One for all tests of a file, started with the first that needs it. */
export function postgres(): Promise<Postgres> {
  cluster ??= startPostgres();
  return cluster;
}

export const newFolder = (): string => join(root, `data-${folders++}`, "deeper");

export const kinds: readonly Kind[] = [
  { name: "SQLite", skip: false, newPlace: async () => ({ folder: newFolder(), url: "" }) },
  {
    name: "PostgreSQL",
    skip: without("postgres"),
    newPlace: async () => ({ folder: newFolder(), url: await (await postgres()).database() }),
  },
];

export async function open(place: Place, log: Log = silentLog): Promise<Store> {
  const store = await openStore({ ...place, clock, log });
  assert.ok(!("problem" in store), "problem" in store ? store.problem : "");
  return store;
}

/** One line. */
export async function problemOf(place: Place, log: Log = silentLog): Promise<string> {
  const store = await openStore({ ...place, clock, log });
  assert.ok("problem" in store);
  assert.doesNotMatch(store.problem, /\n/);
  return store.problem;
}

/** A program of its own, from a file: threads cannot be started from a command line's text. */
export async function start(program: string) {
  const folder = newFolder();
  await mkdir(folder, { recursive: true });
  const file = join(folder, "program.mjs");
  await writeFile(file, program);
  return spawn(process.execPath, [file], { stdio: ["ignore", "pipe", "inherit"] });
}

/** A line of the audit log. */
export const auditRow = (before: string, afterwards: string): AuditRow => ({
  at: clock.now(),
  face: "mml",
  peer: "127.0.0.1:40000",
  what: "parameter P978",
  before,
  after: afterwards,
});

// What looks after a gateway's data, each a process of its own: `seatway backup FILE`, `seatway restore FILE [--replace]` and
// `seatway site export [FILE]`. Site file and settings are those of `seatway serve`. Exit code 1 with one line when it
// cannot be done, 2 for wrong usage.

import { readFile, writeFile } from "node:fs/promises";
import { systemClock } from "./base/clock.ts";
import { silentLog } from "./base/log.ts";
import { demoFile, editsOf } from "./demo-edits.ts";
import { must, StartProblem } from "./problem.ts";
import { readSite } from "./read-site.ts";
import { exportSite } from "./site-export.ts";
import { backup, restore } from "./store/dump.ts";
import { openStore } from "./store/open.ts";
import { openDatabase } from "./store/raw.ts";
import { reasonOf } from "./store/reason.ts";

const usage = "backup FILE | restore FILE [--replace] | site export [FILE]";

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function databaseOf(mustExist: boolean) {
  const { settings } = await readSite(process.env);
  const place = { folder: settings.data, url: settings.databaseUrl };
  try {
    return await openDatabase(place, mustExist);
  } catch (fault) {
    throw new StartProblem(`SEATWAY_DATA=${settings.data}: cannot use its database (${told(fault)})`);
  }
}

async function backUp(path: string): Promise<void> {
  const database = await databaseOf(true);
  try {
    const rows = await backup(database, path, systemClock.now());
    say(`${rows} rows in ${path}; recordings and certificates are files in SEATWAY_DATA, and not in it`);
  } finally {
    await database.close();
  }
}

async function bringBack(path: string, replace: boolean): Promise<void> {
  const database = await databaseOf(false);
  try {
    say(`${await restore(database, path, { replace, now: systemClock.now() })} rows from ${path}`);
  } finally {
    await database.close();
  }
}

async function writeSite(path: string | undefined): Promise<void> {
  const { own, settings, path: file } = await readSite(process.env);
  const source = { path: file, text: own ? await readFile(file, "utf8") : demoFile() };
  const place = { folder: settings.data, url: settings.databaseUrl };
  const store = must(await openStore({ ...place, clock: systemClock, log: silentLog }));
  try {
    const [parameters, passwords] = [await store.parameters(), await store.passwords()];
    const edits = editsOf(own ? "file" : "demo", await store.siteEdits());
    const text = exportSite(source, { parameters, passwords, edits });
    if (path === undefined) process.stdout.write(text);
    // Phones' passwords stand in it: for its owner alone, and never over another one.
    else await writeFile(path, text, { mode: 0o600, flag: "wx" });
  } finally {
    await store.close();
  }
}

const files: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or folder",
  EEXIST: "there is such a file already, and it is not written over",
  EACCES: "this user may not",
  EISDIR: "it is a folder",
};

/** A fault of ours, of a file, or of a database. */
function told(fault: unknown): string {
  if (fault instanceof StartProblem) return fault.message;
  const reason = reasonOf(fault);
  return files[reason] ?? reason;
}

function task([what, ...rest]: readonly string[]): (() => Promise<void>) | undefined {
  const [first, second, third] = rest;
  if (what === "backup" && first !== undefined && second === undefined) return () => backUp(first);
  if (what === "restore" && first !== undefined && third === undefined && (second ?? "--replace") === "--replace")
    return () => bringBack(first, second !== undefined);
  if (what === "site" && first === "export" && third === undefined) return () => writeSite(second);
  return undefined;
}

const work = task(process.argv.slice(2));
if (!work) {
  process.stderr.write(`seatway ${usage}\n`);
  process.exitCode = 2;
} else {
  try {
    await work();
  } catch (fault) {
    const whose = fault instanceof StartProblem ? "" : `${process.argv.slice(2).join(" ")}: `;
    process.stderr.write(`seatway: ${whose}${told(fault)}\n`);
    process.exitCode = 1;
  }
}

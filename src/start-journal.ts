// The state journal with its key: a file in SEATWAY_DATA, for its owner alone, made at the first start. Who reads the database
// without it finds no Guid in it. Run by start.ts.

import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Ground } from "./ground.ts";
import { named } from "./problem.ts";
import { openJournal, type RunningJournal } from "./runtime/journal/journal.ts";
import { makeFolder } from "./store/sqlite.ts";

/** From one commit to the next, ms: what a busy gateway's effects wait longer, and what it saves in commits. */
const GATHER_MS = 5;

/** For AES-256. */
const KEY_BYTES = 32;

export async function keepJournal(ground: Omit<Ground, "journal" | "audit">): Promise<RunningJournal> {
  const { settings, clock, log, store, metrics, closing } = ground;
  const { data, nodeName: node, journalWaitMs: waitMs } = settings;
  const secret = await named(`SEATWAY_DATA=${data}: journal.key`, openKey(data));
  const { committed, watch } = metrics.journal;
  const journal = await named(
    "the journal",
    openJournal({ clock, log, store, node, secret, waitMs, gatherMs: GATHER_MS, committed }),
  );
  watch(journal);
  closing.push(() => journal.close());
  return journal;
}

async function openKey(folder: string): Promise<Buffer> {
  const path = join(folder, "journal.key");
  try {
    return checked(Buffer.from((await readFile(path, "utf8")).trim(), "hex"));
  } catch (fault) {
    if (!(fault instanceof Error && "code" in fault && fault.code === "ENOENT")) throw fault;
  }
  const made = randomBytes(KEY_BYTES);
  await makeFolder(resolve(folder));
  await writeFile(path, `${made.toString("hex")}\n`, { mode: 0o600, flag: "wx", flush: true });
  return made;
}

function checked(key: Buffer): Buffer {
  if (key.length !== KEY_BYTES) throw new Error(`allowed are ${KEY_BYTES} bytes in hex`);
  return key;
}

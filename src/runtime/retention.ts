// How long recordings are kept: by age and by the room that all of them take, oldest first. Only files that look like ours are
// counted or removed.

import { readdir, rm, rmdir, stat } from "node:fs/promises";
import { join, relative } from "node:path";

/** 0 means: without end. */
export type Keep = { readonly days: number; readonly bytes: number };

type Kept = { readonly path: string; readonly changedAt: number; readonly bytes: number };

const dayMs = 86_400_000;
/** A file that changed so lately may still be growing (a page comes each second while anybody speaks). */
const quietMs = 3_600_000;

/** Folders by day, oldest first; none when there is no folder yet. Rejects when it cannot be read. */
export async function dayFolders(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(absent);
  return names.filter((name) => /^\d{4}-\d\d-\d\d$/.test(name)).sort();
}

/** `now`: ms since the epoch. `removed`: which, below the folder. `failed`: why a file could not be removed, "" when all could. */
export async function sweepRecordings(
  folder: string,
  keep: Keep,
  now: number,
): Promise<{ readonly removed: readonly string[]; readonly failed: string }> {
  const files = (await recordingsIn(folder)).toSorted((one, other) => one.changedAt - other.changedAt);
  let room = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const removed: string[] = [];
  let failed = "";
  for (const { path, changedAt, bytes } of files) {
    const old = keep.days > 0 && now - changedAt > keep.days * dayMs;
    const surplus = keep.bytes > 0 && room > keep.bytes;
    if ((!old && !surplus) || now - changedAt < quietMs) continue;
    const fault = await removal(path);
    if (fault) failed = fault;
    else {
      removed.push(relative(folder, path));
      room -= bytes;
    }
  }
  if (removed.length > 0) await removeEmptyDays(folder);
  return { removed, failed };
}

async function recordingsIn(folder: string): Promise<readonly Kept[]> {
  const files: Kept[] = [];
  for (const day of await dayFolders(folder)) {
    const names = await readdir(join(folder, day)).catch(absent);
    for (const name of names.filter((each) => each.endsWith(".wav"))) {
      const path = join(folder, day, name);
      const { mtimeMs, size } = await stat(path);
      files.push({ path, changedAt: mtimeMs, bytes: size });
    }
  }
  return files;
}

const removal = (path: string): Promise<string> =>
  rm(path).then(
    () => "",
    (fault: NodeJS.ErrnoException) => fault.code ?? fault.message,
  );

/** A folder that is not empty refuses by itself. */
async function removeEmptyDays(folder: string): Promise<void> {
  for (const day of await dayFolders(folder)) await rmdir(join(folder, day)).catch(() => {});
}

function absent(fault: NodeJS.ErrnoException): readonly string[] {
  if (fault.code === "ENOENT") return [];
  throw fault;
}

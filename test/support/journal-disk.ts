// A disk in memory for the journal: commits are made when the test says so, fail when it says so, and what was committed is there
// after the process that wrote it has "died".

import type { JournalRow, Store } from "../../src/store/ports.ts";

export type JournalDisk = Pick<Store, "journal" | "keepJournal"> & {
  /** What is on it: `room key` -> image. */
  readonly rows: Map<string, JournalRow>;
  /** Commits that wait for `commit`. */
  waiting(): number;
  /** The oldest one that waits is on the disk. */
  commit(): void;
  /** As it will be when all that waits is on it. */
  peek(): Map<string, JournalRow>;
  /** It is not, and says so. */
  fail(): void;
  /** Commits are made as they come; false: they wait. */
  free: boolean;
};

export function journalDisk(rows = new Map<string, JournalRow>()): JournalDisk {
  const waiting: { readonly batch: readonly JournalRow[]; readonly done: () => void; readonly failed: () => void }[] =
    [];
  const write = (batch: readonly JournalRow[]): void => {
    for (const row of batch) {
      if (row.image === null) rows.delete(`${row.room} ${row.key}`);
      else rows.set(`${row.room} ${row.key}`, row);
    }
  };
  const disk: JournalDisk = {
    rows,
    free: true,
    journal: async () => [...rows.values()],
    keepJournal: (_node, batch) =>
      new Promise((resolve, reject) => {
        if (disk.free) {
          write(batch);
          return resolve();
        }
        waiting.push({ batch, done: resolve, failed: () => reject(new Error("the disk is full")) });
      }),
    waiting: () => waiting.length,
    commit() {
      const next = waiting.shift();
      if (next) write(next.batch);
      next?.done();
    },
    peek() {
      const after = journalDisk(new Map(rows));
      for (const { batch } of waiting) void after.keepJournal("", batch);
      return after.rows;
    },
    fail: () => waiting.shift()?.failed(),
  };
  return disk;
}

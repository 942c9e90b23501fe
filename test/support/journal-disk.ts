// A disk in memory for the journal: commits are made when the test says so, fail when it says so, and what was committed is there
// after the process that wrote it has "died".

import type { JournalCommit, JournalRow, ReplyRow, Store } from "../../src/store/ports.ts";

export type JournalDisk = Pick<Store, "journal" | "keepJournal" | "foldJournal"> & {
  /** What is on it: `room key` -> image. */
  readonly rows: Map<string, JournalRow>;
  /** Replies to commands, by their ids. */
  readonly replies: Map<string, ReplyRow>;
  /** Commits that wait for `commit`. */
  waiting(): number;
  /** The oldest one that waits is on the disk. */
  commit(): void;
  /** Another one, as this one will be when all that waits is on it. */
  peek(): JournalDisk;
  /** It is not, and says so. */
  fail(): void;
  /** Commits are made as they come; false: they wait. */
  free: boolean;
};

type Waiting = { readonly batch: JournalCommit; readonly done: () => void; readonly failed: () => void };

/** `before`: what is on it. */
export function journalDisk(before?: Pick<JournalDisk, "rows" | "replies">): JournalDisk {
  const rows = new Map(before?.rows);
  const replies = new Map(before?.replies);
  const waiting: Waiting[] = [];
  const write = ({ images, replies: told }: JournalCommit): void => {
    for (const [room, key, ...image] of JSON.parse(images) as [string, string, unknown?][])
      if (image.length === 0) rows.delete(`${room} ${key}`);
      else rows.set(`${room} ${key}`, { room, key, image: JSON.stringify(image[0]) });
    for (const reply of told) replies.set(reply.id, reply);
  };
  const disk: JournalDisk = {
    rows,
    replies,
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
    // Its rows are what all commits come to.
    foldJournal: async () => {},
    waiting: () => waiting.length,
    commit() {
      const next = waiting.shift();
      if (next) write(next.batch);
      next?.done();
    },
    peek() {
      const after = journalDisk(disk);
      for (const { batch } of waiting) void after.keepJournal("", batch);
      return after;
    },
    fail: () => waiting.shift()?.failed(),
  };
  return disk;
}

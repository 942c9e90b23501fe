// The journal of a gateway whose store is SQLite: commits go to a file of records (commit-log.ts), and into the database comes only what
// they come to, with each fold. A kill at any moment leaves each commit in one of the two, or in both, which comes to the same: the last
// image of each key. Which log is in force stands in the database (`journal_log`): a file beside another database means nothing.
//
//   commits 7, 8, 9 -> file | fold up to 9: images and replies -> database | commit 10 -> file, from its beginning on
//
// First replies to commands are durable with their commit, so in the file; their table has them a moment later.

import { createHash, randomBytes } from "node:crypto";
import { dirname, join } from "node:path";
import type { Clock, Timer } from "../base/clock.ts";
import { type CommitLog, openCommitLog } from "./commit-log.ts";
import type { GroupOperation } from "./operation.ts";
import type { JournalCommit, JournalRow, ReplyRow } from "./ports.ts";

type LogJournalOptions = {
  /** Of the database, beside which the files are. */
  readonly path: string;
  readonly clock: Pick<Clock, "after">;
  /** In the group's next transaction. */
  readonly perform: (name: GroupOperation, given: readonly unknown[]) => Promise<unknown>;
};

export type LogJournal = {
  /** As the port's, one after the other. */
  journal(node: string): Promise<readonly JournalRow[]>;
  keepJournal(node: string, commit: JournalCommit): Promise<void>;
  reply(id: string): Promise<ReplyRow | undefined>;
  forgetReplies(before: number, most: number): Promise<void>;
  close(): Promise<void>;
};

/** `name`: of the log in force. */
type InForce = { readonly log: CommitLog; readonly name: string };

/** So long a reply is in the file alone. */
const REPLIES_MS = 1_000;

const fileOf = (path: string, node: string): string =>
  join(dirname(path), `journal-${createHash("sha256").update(node).digest("hex").slice(0, 16)}.log`);

/** JSON of [the images, the replies when there are some], as journal.ts reads it. */
const textOf = ({ images, replies }: JournalCommit): string =>
  replies.length === 0 ? `[${images}]` : `[${images},${JSON.stringify(replies)}]`;

export function openLogJournal({ path, clock, perform }: LogJournalOptions): LogJournal {
  const files = new Map<string, CommitLog>();
  const inForce = new Map<string, InForce>();
  /** In no table yet. */
  const replies = new Map<string, ReplyRow>();
  let later: Timer | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const mine = turn.then(work);
    turn = mine.catch(() => {});
    return mine;
  };

  const fileFor = (node: string): CommitLog => {
    const file = files.get(node) ?? openCommitLog(fileOf(path, node));
    files.set(node, file);
    return file;
  };

  /** What the log has is in the database from now on, and a new one begins. */
  const take = async (node: string): Promise<readonly JournalRow[]> => {
    const log = fileFor(node);
    const name = randomBytes(8).toString("hex");
    const rows = await perform("takeJournal", [node, log.read, name]);
    log.begin(name);
    inForce.set(node, { log, name });
    return rows as readonly JournalRow[];
  };

  /** `work` writes these. */
  const writing = async (work: (rows: readonly ReplyRow[]) => Promise<unknown>): Promise<void> => {
    const rows = [...replies.values()];
    await work(rows);
    for (const row of rows) if (replies.get(row.id) === row) replies.delete(row.id);
  };

  const writeReplies = async (): Promise<void> => {
    if (replies.size > 0) await writing((rows) => perform("keepReplies", [rows]));
  };

  const keep = async (node: string, commit: JournalCommit): Promise<void> => {
    if (!inForce.has(node)) await take(node);
    const { log, name } = inForce.get(node) as InForce;
    const { number, fold } = commit;
    if (fold) {
      await writing((rows) => perform("foldJournal", [node, fold, rows]));
      log.begin(name);
    }
    log.append(number, textOf(commit));
    for (const row of commit.replies) replies.set(row.id, row);
    // Who looks after the database finds them there; a failure is one of the next fold as well, which tells.
    if (replies.size > 0) later ??= clock.after(REPLIES_MS, () => void inTurn(writeSoon).catch(() => {}));
  };

  const writeSoon = (): Promise<void> => {
    later = undefined;
    return writeReplies();
  };

  return {
    journal: (node) => inTurn(() => take(node)),
    keepJournal: (node, commit) => inTurn(() => keep(node, commit)),
    reply: async (id) => replies.get(id) ?? ((await perform("reply", [id])) as ReplyRow | undefined),
    forgetReplies: (before, most) =>
      inTurn(async () => {
        await writeReplies();
        await perform("forgetReplies", [before, most]);
      }),
    async close() {
      later?.cancel();
      // Without it they are in the file, for the next start.
      await inTurn(writeReplies).catch(() => {});
      for (const file of files.values()) file.close();
    },
  };
}

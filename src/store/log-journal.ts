// The journal of a gateway whose store is SQLite: commits go to a file of records (commit-log.ts), and into the database comes only what
// they come to, with each fold. Two files take turns: while a fold is written, piece by piece, commits go to the other one. A kill at any
// moment leaves each commit in a file, or in the database, or in both, which comes to the same: the last image of each key. Which log is in
// force stands in the database (`journal_log`): a file beside another database means nothing.
//
//   commits 7, 8, 9 -> file | fold up to 9 begins; commits 10, 11 -> the other file | it is done; fold up to 11 begins; commit 12 -> file, from
//   its beginning on
//
// First replies to commands are durable with their commit, so in the file; their table has them a moment later.

import { createHash, randomBytes } from "node:crypto";
import { dirname, join } from "node:path";
import type { Clock, Timer } from "../base/clock.ts";
import { type CommitLog, type Logged, openCommitLog } from "./commit-log.ts";
import type { GroupOperation } from "./operation.ts";
import type { JournalCommit, JournalFold, JournalRow, ReplyRow } from "./ports.ts";

type LogJournalOptions = {
  /** Of the database, beside which the files are. */
  readonly path: string;
  readonly clock: Pick<Clock, "after">;
  /** In the group's next transaction. */
  readonly perform: (name: GroupOperation, given: readonly unknown[]) => Promise<unknown>;
  /** Of the file, something is lost at this byte. */
  readonly broken: (file: string, at: number) => void;
};

export type LogJournal = {
  /** As the port's, one after the other. */
  journal(node: string): Promise<readonly JournalRow[]>;
  keepJournal(node: string, commit: JournalCommit): Promise<void>;
  foldJournal(node: string, fold: JournalFold): Promise<void>;
  reply(id: string): Promise<ReplyRow | undefined>;
  forgetReplies(before: number, most: number): Promise<void>;
  close(): Promise<void>;
};

/** `last`: the number of the last commit in it. */
type Side = { readonly log: CommitLog; last: number };

/** Of a node. `name`: of the log in force; commits go to `to`. `folding`, `folded`: up to which commit. */
type Sides = { readonly name: string; to: Side; other: Side; folding: number; folded: number };

/** So long a reply is in the file alone. */
const REPLIES_MS = 1_000;

const filesOf = (path: string, node: string): readonly [string, string] => {
  const name = join(dirname(path), `journal-${createHash("sha256").update(node).digest("hex").slice(0, 16)}`);
  return [`${name}.log`, `${name}-2.log`];
};

/** JSON of [the images, the replies when there are some], as journal.ts reads it. */
const textOf = ({ images, replies }: JournalCommit): string =>
  replies.length === 0 ? `[${images}]` : `[${images},${JSON.stringify(replies)}]`;

export function openLogJournal({ path, clock, perform, broken }: LogJournalOptions): LogJournal {
  const files = new Map<string, readonly [CommitLog, CommitLog]>();
  const inForce = new Map<string, Sides>();
  /** In no table yet. */
  const replies = new Map<string, ReplyRow>();
  let later: Timer | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const mine = turn.then(work);
    turn = mine.catch(() => {});
    return mine;
  };

  const filesFor = (node: string): readonly [CommitLog, CommitLog] => {
    const [one, two] = filesOf(path, node);
    const both = files.get(node) ?? ([openCommitLog(one), openCommitLog(two)] as const);
    files.set(node, both);
    return both;
  };

  const readFrom = (logs: readonly CommitLog[], name: string, upTo: number): readonly Logged[] => {
    const all = logs.flatMap((log) => {
      const { records, broken: at } = log.read(name, upTo);
      if (at !== null) broken(log.file, at);
      return records;
    });
    return all.sort((one, other) => one.number - other.number);
  };

  /** What the log has is in the database from now on, and a new one begins. */
  const take = async (node: string): Promise<readonly JournalRow[]> => {
    const logs = filesFor(node);
    const name = randomBytes(8).toString("hex");
    const read = (old: string, upTo: number): readonly Logged[] => readFrom(logs, old, upTo);
    const rows = await perform("takeJournal", [node, read, name]);
    const [to, other] = [
      { log: logs[0], last: 0 },
      { log: logs[1], last: 0 },
    ];
    to.log.begin(name);
    inForce.set(node, { name, to, other, folding: 0, folded: 0 });
    return rows as readonly JournalRow[];
  };

  const sidesOf = async (node: string): Promise<Sides> => {
    if (!inForce.has(node)) await take(node);
    return inForce.get(node) as Sides;
  };

  const writeReplies = async (): Promise<void> => {
    if (replies.size === 0) return;
    const rows = [...replies.values()];
    await perform("keepReplies", [rows]);
    for (const row of rows) if (replies.get(row.id) === row) replies.delete(row.id);
  };

  const keep = async (node: string, commit: JournalCommit): Promise<void> => {
    const { to } = await sidesOf(node);
    to.log.append(commit.number, textOf(commit));
    to.last = commit.number;
    for (const row of commit.replies) replies.set(row.id, row);
    // Who looks after the database finds them there; a failure is one of the next fold as well, which tells.
    if (replies.size > 0) later ??= clock.after(REPLIES_MS, () => void inTurn(writeSoon).catch(() => {}));
  };

  const fold = async (node: string, piece: JournalFold): Promise<void> => {
    const sides = await sidesOf(node);
    if (piece.upTo > sides.folding) turnOver(sides);
    sides.folding = piece.upTo;
    if (piece.last) await writeReplies();
    await perform("foldLog", [node, piece]);
    if (piece.last) sides.folded = piece.upTo;
  };

  const writeSoon = (): Promise<void> => {
    later = undefined;
    return writeReplies();
  };

  return {
    journal: (node) => inTurn(() => take(node)),
    keepJournal: (node, commit) => inTurn(() => keep(node, commit)),
    foldJournal: (node, piece) => inTurn(() => fold(node, piece)),
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
      for (const both of files.values()) for (const log of both) log.close();
    },
  };
}

/** Commits go to the other file from its beginning on, unless something in it is in no fold yet. */
function turnOver(sides: Sides): void {
  const { to, other, folded, name } = sides;
  if (other.last > folded) return;
  other.log.begin(name);
  sides.to = other;
  sides.other = to;
}

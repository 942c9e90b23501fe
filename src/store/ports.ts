// What the gateway keeps, as a port. operations.ts is the implementation, over SQLite (sqlite.ts) and PostgreSQL (postgres.ts).

/** One change that an operator made, or one ban or bar of the guard. Kept for ever; nothing secret may stand in it. */
export type AuditRow = {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The face it came through: "mml", "sip", "rest". */
  readonly face: string;
  /** Address and port of who asked. */
  readonly peer: string;
  /** What was changed or done: "parameter P18", "ban". */
  readonly what: string;
  readonly before: string;
  readonly after: string;
};

/** Numbers first..last are the caller's alone, now and after every restart. */
export type SequenceBlock = { readonly first: number; readonly last: number };

/** A password that an agent has given himself, as a hash; `insteadOf`: what the site file had then. */
export type PasswordRow = { readonly agent: string; readonly hash: string; readonly insteadOf: string };

/** What an operator has changed of an entry of the site (site-edits.ts); `edit`: JSON, "" removes the row. */
export type SiteEditRow = {
  readonly kind: "agents" | "skills" | "phones" | "numbers" | "trunks";
  readonly key: string;
  readonly edit: string;
};

/** Those of the demo site are kept beside those of a site file (demo-edits.ts). */
export type StoredSiteEdit = Omit<SiteEditRow, "kind"> & {
  readonly kind: SiteEditRow["kind"] | `demo.${SiteEditRow["kind"]}`;
};

/** One recording of one agent in one call. */
export type RecordingRow = {
  /** The site's number of it, never used twice. */
  readonly taskId: number;
  readonly callId: string;
  readonly agent: string;
  readonly caller: string;
  readonly called: string;
  readonly skill: number;
  /** Below the folder of recordings. */
  readonly file: string;
  /** What the agent called it; else the same as `file`. */
  readonly name: string;
  /** Milliseconds since the epoch; `endedAt` 0 while it runs. */
  readonly beganAt: number;
  readonly endedAt: number;
  /** Length; 0 until it is saved, as `bytes`. */
  readonly ms: number;
  readonly bytes: number;
  /** Of the whole file, in hex; "" until it is saved, and when the gateway was killed meanwhile. */
  readonly sha256: string;
  /** `cut-off`: the gateway was killed in mid-call, and the file plays as far as it came. */
  readonly state: "running" | "saved" | "cut-off" | "failed";
};

/** Absent parts fit anything. `from` (inclusive) and `to` (exclusive) are compared with the beginning. */
export type RecordingFilter = {
  readonly taskId?: number;
  readonly agent?: string;
  readonly skill?: number;
  readonly callId?: string;
  /** As in `name` or in `file`. */
  readonly name?: string;
  readonly state?: RecordingRow["state"];
  readonly from?: number;
  readonly to?: number;
  readonly offset?: number;
  readonly limit: number;
};

/** One preview (core/preview/state.ts). Lists are joined by commas, "" is nobody or none. */
export type PreviewRow = {
  readonly id: number;
  readonly state: "waiting" | "offered" | "calling" | "answered" | "failed" | "declined";
  readonly numbers: string;
  readonly data: string;
  readonly caller: string;
  readonly agent: string;
  readonly skill: number;
  readonly offeredTo: string;
  readonly declinedBy: string;
  readonly call: string;
  readonly called: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly changedAt: number;
};

/** The first reply to a command that came with a key. */
export type ReplyRow = {
  /** Of agent and key. */
  readonly id: string;
  /** Of the whole request: a key does not stand with another one. */
  readonly print: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The reply, readable with the request alone. */
  readonly sealed: string;
};

/**
 * One call. Times in ms since the epoch, null: it never came to that. `partyAnsweredAt`: somebody outside has answered, or was
 * answered; `talkingAt`: somebody has talked to somebody.
 */
export type CallRow = {
  readonly callId: string;
  readonly vdn: number;
  /** The node that had it. */
  readonly node: string;
  readonly kind: "incoming" | "internal" | "outgoing" | "help";
  /** codes.json call_features. */
  readonly feature: number;
  readonly caller: string;
  readonly called: string;
  readonly skill: number;
  readonly skillName: string;
  /** Work numbers of all who were in it, with blanks between; "" while it lives. */
  readonly agents: string;
  /** The data that travelled with it. */
  readonly data: string;
  readonly startedAt: number;
  readonly agentAlertingAt: number | null;
  readonly agentAnsweredAt: number | null;
  readonly partyAlertingAt: number | null;
  readonly partyAnsweredAt: number | null;
  readonly talkingAt: number | null;
  /** On hold, all times and agents together. */
  readonly heldMs: number;
  readonly endedAt: number | null;
  /** `unanswered`: given up without a failure. `cut-off`: the gateway was killed meanwhile. */
  readonly outcome: "live" | "answered" | "abandoned" | "failed" | "unanswered" | "cut-off";
  /** Whose leg failed, why (core/detect/cause.ts), and as the site's table has it; "" and null: it did not fail. */
  readonly phase: "agent" | "party" | "";
  readonly status: number | null;
  readonly q850: number | null;
  readonly ours: string;
  readonly heard: string;
  readonly detect: number | null;
  readonly detectText: string;
};

export type CallOutcome = CallRow["outcome"];

/** One leg in one call: an agent's phone or a party. A phone that stays off-hook has a row in each of its calls. */
export type LegRow = {
  readonly callId: string;
  readonly leg: string;
  readonly side: "agent" | "party";
  /** "" for a party. */
  readonly agent: string;
  readonly number: string;
  /** The trunk that a party was called over, "" = none. */
  readonly trunk: string;
  readonly sipCallId: string;
  readonly startedAt: number;
  readonly ringingAt: number | null;
  readonly answeredAt: number | null;
  /** null: it outlived the call, or nobody has seen it end. */
  readonly endedAt: number | null;
  readonly endedBy: "peer" | "gateway" | "";
  readonly status: number | null;
  readonly q850: number | null;
  readonly ours: string;
  readonly heard: string;
  /** Of its audio, as media/face.ts has them; null: not measured. */
  readonly codec: string;
  readonly packetsIn: number | null;
  readonly packetsOut: number | null;
  readonly lost: number | null;
  readonly jitterMs: number | null;
  readonly rttMs: number | null;
  readonly mos: number | null;
  readonly lostAtPeer: number | null;
  readonly jitterAtPeerMs: number | null;
  readonly mosAtPeer: number | null;
};

/** What an agent has said about a call of his, when he wrapped it up. */
export type WrapUpRow = {
  readonly callId: string;
  readonly agent: string;
  /** Of the site's codes, and what it was called then; null and "": he chose none. */
  readonly code: number | null;
  readonly codeName: string;
  readonly notes: string;
  /** ms since the epoch. */
  readonly at: number;
};

/** Absent parts fit anything. `from` (inclusive) and `to` (exclusive) are compared with the beginning. */
export type CallFilter = {
  readonly vdn: number;
  readonly callId?: string;
  readonly from?: number;
  readonly to?: number;
  /** He was in it. */
  readonly agent?: string;
  readonly skill?: number;
  /** Caller, called, or who was brought in, as a whole. */
  readonly number?: string;
  readonly outcome?: CallOutcome;
  /** What comes after this one, in the order of the page. */
  readonly after?: { readonly startedAt: number; readonly callId: string };
  readonly limit: number;
};

/** The newest first, with the legs, recordings and wrap-ups of all of them; `more`: there are further ones. */
export type CallPage = {
  readonly calls: readonly CallRow[];
  readonly legs: readonly LegRow[];
  readonly recordings: readonly RecordingRow[];
  readonly wrapUps: readonly WrapUpRow[];
  readonly more: boolean;
};

/** What a part of the running gateway is now (runtime/journal). `image`: JSON. */
export type JournalRow = { readonly room: string; readonly key: string; readonly image: string };

/**
 * What changed in one moment. `images`: a list in JSON of [room, key, image], and of [room, key] for what is over; no key twice. It is
 * written as it is behind the commits before it, by its number, which is larger than theirs. With them first replies to commands: one that
 * has the same id gives way.
 */
export type JournalCommit = {
  readonly number: number;
  readonly images: string;
  readonly replies: readonly ReplyRow[];
};

/**
 * A piece of what all commits up to `upTo` come to. Lists in JSON: `kept` of [room, key, the image as a text], `over` of
 * [room, key]; no key twice in all pieces together. `last`: with this one all is there, and those commits are let go of.
 */
export type JournalFold = {
  readonly upTo: number;
  readonly kept: string;
  readonly over: string;
  readonly last: boolean;
};

/** Every method rejects with a StoreFault when the disk or the database does not do its part; nothing is kept then. */
export type Store = {
  /** Soft parameters changed while running: name -> value (0..4294967295). */
  parameters(): Promise<Readonly<Record<string, number>>>;
  /** The value and its audit row, both or neither; on disk when this resolves. */
  changeParameter(name: string, value: number, audit: AuditRow): Promise<void>;
  passwords(): Promise<readonly PasswordRow[]>;
  /** In place of the agent's row, with its audit row, both or neither; on disk when this resolves. */
  keepPassword(row: PasswordRow, audit: AuditRow): Promise<void>;
  /** In the order in which they were made first. */
  siteEdits(): Promise<readonly StoredSiteEdit[]>;
  /** In place of the row of this entry, with its audit row, both or neither; on disk when this resolves. */
  keepSiteEdit(row: StoredSiteEdit, audit: AuditRow): Promise<void>;
  /** One row that belongs to no change in the store. */
  writeAudit(audit: AuditRow): Promise<void>;
  /** The newest audit rows, the newest first. */
  audit(limit: number): Promise<readonly AuditRow[]>;
  /** Calls begun on this day (days since the epoch, UTC), by whose count it is. */
  dailyCalls(day: number): Promise<ReadonlyMap<string, number>>;
  /** These counts are those of the day from now on; the days before it are forgotten. All or nothing. */
  keepDailyCalls(day: number, calls: ReadonlyMap<string, number>): Promise<void>;
  /**
   * The next `count` numbers of the call-id sequence (`<epoch seconds>-<sequence>`). What a stopped process did not use
   * is skipped, so that an id is unique even when the clock goes back.
   */
  reserveSequence(count: number): Promise<SequenceBlock>;
  /** New ones, and those known by their number with what they are now. All or nothing. */
  keepRecordings(rows: readonly RecordingRow[]): Promise<void>;
  /** The newest first. */
  recordings(filter: RecordingFilter): Promise<readonly RecordingRow[]>;
  /** Their files are gone. */
  forgetRecordings(files: readonly string[]): Promise<void>;
  /** A new one; its id, never used twice. */
  addPreview(row: Omit<PreviewRow, "id">): Promise<number>;
  keepPreview(row: PreviewRow): Promise<void>;
  /** The newest first; `before` 0 = from the newest on, else ids below it. */
  previews(page: { readonly before: number; readonly limit: number }): Promise<readonly PreviewRow[]>;
  /** Those that are not over, the oldest first. */
  openPreviews(): Promise<readonly PreviewRow[]>;
  /** These, or those that were over before then; how many there were. */
  forgetPreviews(which: { readonly ids: readonly number[] } | { readonly overBefore: number }): Promise<number>;
  reply(id: string): Promise<ReplyRow | undefined>;
  /** Those from before this time, and the oldest of more than `most`. */
  forgetReplies(before: number, most: number): Promise<void>;
  /** New ones, and those known by their ids with what they are now. All or nothing. */
  keepCalls(calls: readonly CallRow[], legs: readonly LegRow[]): Promise<void>;
  calls(filter: CallFilter): Promise<CallPage>;
  /** In place of what the agent has said about this call before. */
  keepWrapUp(row: WrapUpRow): Promise<void>;
  /** Those that have ended, the newest first, without their data. */
  newestCalls(vdn: number, limit: number): Promise<readonly CallRow[]>;
  /** What a node has left `live` is `cut-off`, but for those that it knows (their ids): how many were. */
  cutOffCalls(node: string, known: readonly string[]): Promise<number>;
  /** The oldest, `limit` at most, that began before: how many were removed. */
  forgetCalls(before: number, limit: number): Promise<number>;
  /** What this node has left there, in no order. Its commits are folded: numbers may begin anew. */
  journal(node: string): Promise<readonly JournalRow[]>;
  /** All or nothing. */
  keepJournal(node: string, commit: JournalCommit): Promise<void>;
  /** All or nothing. Commits may come between two pieces; a piece may come again. */
  foldJournal(node: string, fold: JournalFold): Promise<void>;
  /** Safe to repeat. */
  close(): Promise<void>;
};

/** What can be asked of a store. */
export type Operation = Exclude<keyof Store, "close">;

/**
 * Which operations change something. Those of a moment share a transaction, and what one of them does is kept or not as a whole;
 * reads see all that was kept before they were asked for.
 */
export const operationKinds = {
  parameters: "read",
  changeParameter: "write",
  passwords: "read",
  keepPassword: "write",
  siteEdits: "read",
  keepSiteEdit: "write",
  writeAudit: "write",
  audit: "read",
  dailyCalls: "read",
  keepDailyCalls: "write",
  reserveSequence: "write",
  keepRecordings: "write",
  recordings: "read",
  forgetRecordings: "write",
  addPreview: "write",
  keepPreview: "write",
  previews: "read",
  openPreviews: "read",
  forgetPreviews: "write",
  reply: "read",
  forgetReplies: "write",
  keepCalls: "write",
  calls: "read",
  keepWrapUp: "write",
  newestCalls: "read",
  cutOffCalls: "write",
  forgetCalls: "write",
  journal: "write",
  keepJournal: "write",
  foldJournal: "write",
} as const satisfies Readonly<Record<Operation, "read" | "write">>;

/** A store whose operations are carried out by `perform`. */
export function storeBy(
  perform: (name: Operation, given: readonly unknown[]) => Promise<unknown>,
  close: Store["close"],
): Store {
  const names = Object.keys(operationKinds) as Operation[];
  const operations = names.map((name) => [name, (...given: readonly unknown[]) => perform(name, given)]);
  // Each name leads to the operation of that name, which takes and gives what the port says.
  return { ...(Object.fromEntries(operations) as Omit<Store, "close">), close };
}

/** A fault of disk or database, as one line without data. */
export class StoreFault extends Error {
  override readonly name = "StoreFault";
}

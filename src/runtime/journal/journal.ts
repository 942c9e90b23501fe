// The state journal: what every part of the gateway is now, one image for each, so that a process that is killed goes on where it
// was. Not a log of what came in: an image takes the place of the one before it, and a commit is a set of images, all or nothing. On
// disk, commits stand one after the other until what they come to is folded into one table (tail.ts).
//
//   keep(agent 101) keep(call 7) after(INVITE) | commit 1 under way | keep(call 7) after(200) | commit 1 is on disk: INVITE goes out
//                                                                                             | commit 2 under way: call 7 ...
//
// One commit is under way at a time; what comes meanwhile goes into the next. A fold goes on beside them, piece by piece. What the outside is to hear waits for it (`after`). A
// store that does not answer holds nobody up for longer than `waitMs`: running calls go on, and all is written when it is back.

import { type Clock, nextTurn, type Timer } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import type { JournalFold, ReplyRow, Store } from "../../store/ports.ts";
import { sealed, unsealed } from "./seal.ts";
import { openTail, type Written } from "./tail.ts";

/** Which machine or desk an image belongs to. */
export type Room =
  | "agent"
  | "binding"
  | "business-data"
  | "call"
  | "call-row"
  | "clock"
  | "conference"
  | "feed"
  | "invite"
  | "last-call"
  | "leg"
  | "leg-row"
  | "listener"
  | "monitor"
  | "record"
  | "session"
  | "statistics"
  | "timer";

/** Plain data, as JSON has it; or how to get it, asked when the commit is made. */
export type Image = object | string | number | (() => object | string | number);

export type Journal = {
  /** The state of this key is another one now; null: it is over. Goes into the next commit; the last one of a key wins. */
  keep(room: Room, key: string, image: Image | null): void;
  /** The same for what may be a moment old after a kill: it goes along with the next commit, and has none of its own for a while. */
  note(room: Room, key: string, image: Image): void;
  /** The reply to a command, in the next commit with what the command did. */
  reply(row: ReplyRow): void;
  /** Runs `then` when all that was kept before is on disk; at once when it is. Always in order. */
  after(then: () => void): void;
  /** What was there at the start, by key. To be asked once: it is let go of. */
  found<Found>(room: Room): ReadonlyMap<string, Found>;
  /** What is secret, as the store may have it; and back, null: it was sealed by somebody else. */
  seal(text: string): string;
  unseal(text: string): string | null;
  /** The store does not answer, or what was let go meanwhile is not written yet: it is lost if the process is killed. */
  away(): boolean;
};

/** For a gateway that has no store: nothing is kept, and nothing waits. */
export const noJournal: Journal = {
  keep() {},
  note() {},
  reply() {},
  after: (then) => then(),
  found: () => new Map(),
  seal: (text) => text,
  unseal: (text) => text,
  away: () => false,
};

export type JournalOptions = {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Pick<Store, "journal" | "keepJournal" | "foldJournal">;
  /** Whose journal it is. */
  readonly node: string;
  /** Of 32 bytes, for what is secret; it is not in the store. */
  readonly secret: Buffer;
  /** So long what waits for a commit waits at most, ms. */
  readonly waitMs: number;
  /** From the begin of one commit to that of the next at least, ms: what comes meanwhile shares it. Default 0. */
  readonly gatherMs?: number;
  /** Told of each commit: how many images, and how long it took. */
  readonly committed?: (images: number, ms: number) => void;
};

export type RunningJournal = Journal & {
  /** Writes what is not written yet, if the store answers. */
  close(): Promise<void>;
};

/** Which shape the images have: those of another one mean nothing to this version. */
const FORMAT = 1;
const formatKey = { room: "journal", key: "format" };

/** How soon a store that has failed is asked again, and how long a note goes without a commit. */
const RETRY_MS = 250;
const NOTE_MS = 1000;
/** Of commits that are in no fold, when the one before it does not come to its end: the next ones wait for it. */
const UNFOLDED_CHARACTERS = 128_000_000;

type Place = { readonly room: string; readonly key: string };
type Dirty = Place & { readonly image: Image | null };
type Batch = { readonly images: ReadonlyMap<string, Dirty>; readonly replies: readonly ReplyRow[] };
type Waiter = { readonly commit: number; readonly then: () => void };

const nameOf = (room: string, key: string): string => `${room} ${key}`;

const textOf = (image: Exclude<Image, () => unknown>): string => JSON.stringify(image);

function writtenOf({ images }: Batch, known: ReadonlySet<string>): readonly Written[] {
  return [...images].map(([name, { room, key, image }]) => {
    const text = image === null ? null : textOf(typeof image === "function" ? image() : image);
    return { name, room, key, text, known: known.has(name) };
  });
}

/** As `JournalCommit` has them. */
const listOf = (written: readonly Written[]): string => `[${written.map(entryOf).join()}]`;

const entryOf = ({ room, key, text }: Written): string =>
  text === null ? JSON.stringify([room, key]) : `["${room}",${JSON.stringify(key)},${text}]`;

/** Rejects when the store cannot be read. */
export async function openJournal(options: JournalOptions): Promise<RunningJournal> {
  const { clock, log, store, node, secret } = options;
  const rows = await store.journal(node);
  const known = rows.find(({ room, key }) => room === formatKey.room && key === formatKey.key);
  const readable = known?.image === `${FORMAT}`;
  const found = Map.groupBy(readable ? rows : [], ({ room }) => room);
  /** Keys that may be on disk. */
  const stored = new Set(rows.map(({ room, key }) => nameOf(room, key)));
  let dirty = new Map<string, Dirty>();
  const notes = new Map<string, Dirty>();
  /** They have a table of their own. */
  let replies: ReplyRow[] = [];
  const waiters: Waiter[] = [];
  const tail = openTail();
  /** Commits that were begun, and those that are done. */
  let number = 0;
  let done = 0;
  let running: Promise<void> | null = null;
  let folding: Promise<void> | null = null;
  /** The store has a commit. */
  let writing = false;
  /** Nothing waits. */
  let away = false;
  /** The commit that has all that was let go unwritten; null: nothing was. */
  let owed: number | null = null;
  let closed = false;
  let patience: Timer | undefined;
  let noted: Timer | undefined;
  /** Monotonic, ms. */
  let begun = Number.NEGATIVE_INFINITY;

  /** There is something that is in no commit yet. */
  const isBehind = (): boolean => dirty.size > 0 || replies.length > 0;

  /** Whoever is let go may keep something, and then wait for that. */
  const release = (): void => {
    const isKept = ({ commit }: Waiter): boolean => away || commit <= done || !isBehind();
    while (waiters[0] && isKept(waiters[0])) waiters.shift()?.then();
  };

  const beAway = (): void => {
    if (!away && owed === null)
      log.error({}, "the journal cannot be written: what happens now would be lost with the process");
    away = true;
    release();
  };

  /** Whoever waits now has waited for `waitMs` when it is over. */
  const waitAnew = (): void => {
    patience?.cancel();
    patience = waiters.length === 0 ? undefined : clock.after(options.waitMs, beAway);
  };

  const taken = (): Batch => {
    const batch = { images: dirty, replies };
    for (const [name, each] of notes) if (!dirty.has(name)) dirty.set(name, each);
    dirty = new Map();
    replies = [];
    notes.clear();
    noted?.cancel();
    noted = undefined;
    return batch;
  };

  /** The store is asked again in a moment. */
  const again = (what: string, fault: unknown): Promise<void> | undefined => {
    log.debug({ fault: String(fault) }, what);
    return closed ? undefined : new Promise((resolve) => void clock.after(RETRY_MS, resolve));
  };

  const failed = (batch: Batch, fault: unknown): Promise<void> | undefined => {
    for (const [name, each] of batch.images) if (!dirty.has(name)) dirty.set(name, each);
    replies = [...batch.replies, ...replies];
    return again("a commit of the journal failed", fault);
  };

  const foldAll = async (pieces: Iterable<JournalFold>): Promise<void> => {
    for (const piece of pieces) {
      let isThere = false;
      while (!isThere && !closed)
        isThere = await store.foldJournal(node, piece).then(
          () => true,
          async (fault: unknown) => {
            await again("a fold of the journal failed", fault);
            return false;
          },
        );
    }
  };

  const fold = (): void => {
    const pieces = folding !== null ? undefined : tail.fold(clock.monotonic());
    if (!pieces) return;
    folding = foldAll(pieces).finally(() => {
      folding = null;
    });
  };

  /** What was let go while this commit was under way is in the next one, and has been told all the same. */
  const caughtUp = (): void => {
    if (away) owed = isBehind() ? done + 1 : done;
    away = false;
    if (owed === null || done < owed) return;
    owed = null;
    log.info({}, "the journal is written again");
  };

  const kept = ({ images }: Batch): void => {
    for (const [name, { image }] of images) if (image === null && !dirty.has(name)) stored.delete(name);
    done += 1;
    caughtUp();
    release();
    waitAnew();
  };

  const commit = async (): Promise<void> => {
    if (folding && tail.size() > UNFOLDED_CHARACTERS) await folding;
    // Before the commit: what comes from now on is in the next one.
    fold();
    const batch = taken();
    const written = writtenOf(batch, stored);
    for (const { name, text } of written) if (text !== null) stored.add(name);
    const images = listOf(written);
    begun = clock.monotonic();
    // Its own even when it is the same again: who failed may have been written all the same.
    number += 1;
    writing = true;
    try {
      await store.keepJournal(node, { number, images, replies: batch.replies });
    } catch (fault) {
      return failed(batch, fault);
    } finally {
      writing = false;
    }
    options.committed?.(batch.images.size, clock.monotonic() - begun);
    tail.add(number, written, images.length);
    kept(batch);
  };

  /** A commit costs the same for one image as for ten; one that comes alone goes at once. */
  const gathered = (): Promise<void> => {
    const ms = begun + (options.gatherMs ?? 0) - clock.monotonic();
    return ms > 0 ? new Promise((resolve) => void clock.after(ms, resolve)) : nextTurn();
  };

  const pump = (): void => {
    running ??= gathered()
      .then(commit)
      .catch((fault: unknown) => log.error({ fault: String(fault) }, "the journal has a fault"))
      .finally(() => {
        running = null;
        if (isBehind() && !closed) pump();
      });
  };

  const keep: Journal["keep"] = (room, key, image) => {
    const name = nameOf(room, key);
    notes.delete(name);
    // What came and went between two commits is nothing to be written.
    if (image === null && !stored.has(name)) dirty.delete(name);
    else dirty.set(name, { room, key, image });
    if (dirty.size > 0) pump();
  };

  if (known && !readable) log.warn({}, "the journal is another version's: nothing of it is taken up");
  if (!readable) {
    for (const { room, key } of rows) dirty.set(nameOf(room, key), { room, key, image: null });
    dirty.set(nameOf(formatKey.room, formatKey.key), { ...formatKey, image: FORMAT });
    pump();
  }

  return {
    keep,
    note(room, key, image) {
      const name = nameOf(room, key);
      if (dirty.has(name)) return keep(room, key, image);
      notes.set(name, { room, key, image });
      noted ??= clock.after(NOTE_MS, () => {
        for (const [each, note] of notes) dirty.set(each, note);
        notes.clear();
        noted = undefined;
        pump();
      });
    },
    reply(row) {
      replies.push(row);
      pump();
    },
    after(then) {
      if (away || (!isBehind() && !writing && waiters.length === 0)) return then();
      waiters.push({ commit: done + (writing && isBehind() ? 2 : 1), then });
      patience ??= clock.after(options.waitMs, beAway);
    },
    found<Found>(room: Room) {
      const images = (found.get(room) ?? []).map(({ key, image }) => [key, JSON.parse(image) as Found] as const);
      found.delete(room);
      return new Map(images);
    },
    seal: (text) => sealed(text, secret),
    unseal(text) {
      try {
        return unsealed(text, secret);
      } catch {
        return null;
      }
    },
    away: () => away || owed !== null,
    async close() {
      closed = true;
      await running;
      await folding;
      noted?.cancel();
      patience?.cancel();
      if (isBehind() || notes.size > 0) await commit();
      for (const { then } of waiters.splice(0)) then();
    },
  };
}

// What the journal's commits since its last fold come to (store/journal.ts): the last image of each key, as it was written.

import type { JournalFold } from "../../store/ports.ts";

/** `text`: JSON; null: it is over. `known`: it may have been on disk before. */
export type Written = {
  readonly name: string;
  readonly room: string;
  readonly key: string;
  readonly text: string | null;
  readonly known: boolean;
};

export type Tail = {
  /** This commit is on disk. `size`: characters. */
  add(number: number, written: readonly Written[], size: number): void;
  /** Characters since the last fold began. */
  size(): number;
  /** What is to be written in place of all of it, when that is worth it; what is added from now on is in the next one. Monotonic, ms. */
  fold(now: number): Iterable<JournalFold> | undefined;
};

/** A fold costs nearly as much for one second as for ten; a start reads what is not folded. */
const FOLD_MS = 10_000;
const FOLD_CHARACTERS = 32_000_000;
/** Of images: commits wait for a piece, and for the collector behind larger ones. */
const PIECE_CHARACTERS = 128_000;

export function openTail(): Tail {
  let last = new Map<string, Written>();
  let upTo = 0;
  let size = 0;
  let since = 0;
  return {
    add(number, written, characters) {
      upTo = number;
      size += characters;
      for (const each of written) {
        const before = last.get(each.name);
        // What has come and gone since the last fold is in no table.
        if (each.text === null && before && !before.known) last.delete(each.name);
        else last.set(each.name, before ? { ...each, known: before.known } : each);
      }
    },
    size: () => size,
    fold(now) {
      if (upTo === 0 || (now - since < FOLD_MS && size < FOLD_CHARACTERS)) return undefined;
      const pieces = piecesOf([...last.values()], upTo);
      last = new Map();
      size = 0;
      upTo = 0;
      since = now;
      return pieces;
    },
  };
}

function* piecesOf(images: readonly Written[], upTo: number): Generator<JournalFold> {
  let kept: string[][] = [];
  let over: string[][] = [];
  let characters = 0;
  const piece = (last: boolean): JournalFold => ({
    ...{ upTo, last },
    kept: JSON.stringify(kept),
    over: JSON.stringify(over),
  });
  for (const { room, key, text } of images) {
    if (characters >= PIECE_CHARACTERS) {
      yield piece(false);
      [kept, over, characters] = [[], [], 0];
    }
    if (text === null) over.push([room, key]);
    else kept.push([room, key, text]);
    characters += room.length + key.length + (text?.length ?? 0);
  }
  yield piece(true);
}

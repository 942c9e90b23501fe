// Commits of the journal as a file of records, one behind the other, from the beginning again when what they come to is elsewhere
// (log-journal.ts). Its blocks are there before they are written, so that a commit is one write and one wait for the disk, without a word
// in the file system's own journal; the same bytes as a row of SQLite are a dozen pages, and a dozen more when they are checkpointed.
//
//   | magic 4 | CRC-32 of what follows 4 | bytes of the text 4 | name of the log 8 | number 8 | text in UTF-8 | the next one ...
//
// Records count that are whole, of one log, and whose numbers grow: what is behind the last of them is torn, or of the lap before. Where one
// that is newer than all that is elsewhere follows behind something that does not count, the disk has lost what stood there.

import {
  closeSync,
  constants,
  existsSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  writeSync,
} from "node:fs";
import { basename, dirname } from "node:path";
import { crc32 } from "node:zlib";
import { StoreFault } from "./ports.ts";

/** `text`: as it was appended. */
export type Logged = { readonly number: number; readonly text: string };

/** `broken`: the first byte that cannot be read although a record follows; null: there is none. */
export type Found = { readonly records: readonly Logged[]; readonly broken: number | null };

export type CommitLog = {
  /** Its name in the folder. */
  readonly file: string;
  /** What stands there of the log of this name; up to the number `folded` it is elsewhere. Throws a StoreFault. */
  read(name: string, folded: number): Found;
  /** What comes is of this log (16 hex digits), from the beginning of the file on: what stood there is let go of, bit by bit. */
  begin(name: string): void;
  /** On disk when it returns. Throws a StoreFault: then the next one takes its place. */
  append(number: number, text: string): void;
  close(): void;
};

const MAGIC = 0x53_57_4a_31;
const MAGIC_BYTES = Buffer.from([0x31, 0x4a, 0x57, 0x53]);
const AT = { crc: 4, bytes: 8, name: 12, number: 20, text: 28 } as const;
/** The file grows by so much: zeros, then records over them. */
const GROWTH = 1 << 20;
/** Written in pieces: Linux keeps each as one piece of its cache, and looks at all of it whenever some of it is written. */
const PIECE = Buffer.alloc(1 << 14);
/** Each write waits for the disk; 0: this system has no such way to open a file. */
const SYNCED = constants.O_DSYNC ?? 0;
/** What a commit of some size is written in; larger ones have their own. */
const SCRATCH = 1 << 18;

/** Faults leave this room in one shape: which file, and the system's code. */
function guarded<Result>(path: string, work: () => Result): Result {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof Error && "code" in cause)
      throw new StoreFault(`the file ${basename(path)}: ${cause.code}`, { cause });
    throw cause;
  }
}

/** Opens it or makes it, readable for its owner alone. Throws a StoreFault. */
export const openCommitLog = (path: string): CommitLog => guarded(path, () => opened(path));

function opened(path: string): CommitLog {
  const known = existsSync(path);
  const file = openSync(path, constants.O_RDWR | constants.O_CREAT | SYNCED, 0o600);
  if (!known) syncFolder(dirname(path));
  const scratch = Buffer.allocUnsafe(SCRATCH);
  let size = fstatSync(file).size;
  let name: Buffer = Buffer.alloc(AT.number - AT.name);
  let end = 0;
  const write = (bytes: Buffer, at: number): void => {
    for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done, bytes.length - done, at + done);
    if (SYNCED === 0) fdatasyncSync(file);
  };
  return {
    file: basename(path),
    read: (wanted, folded) => guarded(path, () => recordsIn(readFileSync(path), wanted, folded)),
    begin(next) {
      name = Buffer.from(next, "hex");
      end = 0;
    },
    append: (number, text) =>
      guarded(path, () => {
        const record = recordOf(scratch, name, number, text);
        for (; end + record.length > size; size += GROWTH) grow(path, size);
        write(record, end);
        end += record.length;
      }),
    close: () => closeSync(file),
  };
}

function grow(path: string, size: number): void {
  const file = openSync(path, "r+");
  try {
    for (let at = size; at < size + GROWTH; at += PIECE.length) writeSync(file, PIECE, 0, PIECE.length, at);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** That there is a new file in it. */
function syncFolder(path: string): void {
  const folder = openSync(path, "r");
  fsyncSync(folder);
  closeSync(folder);
}

function recordOf(scratch: Buffer, name: Buffer, number: number, text: string): Buffer {
  const most = AT.text + 3 * text.length;
  const buffer = most <= scratch.length ? scratch : Buffer.allocUnsafe(AT.text + Buffer.byteLength(text));
  const record = buffer.subarray(0, AT.text + buffer.write(text, AT.text));
  record.writeUInt32LE(MAGIC, 0);
  record.writeUInt32LE(record.length - AT.text, AT.bytes);
  name.copy(record, AT.name);
  record.writeDoubleLE(number, AT.number);
  record.writeUInt32LE(crc32(record.subarray(AT.bytes)), AT.crc);
  return record;
}

function recordsIn(file: Buffer, name: string, folded: number): Found {
  const records: Logged[] = [];
  let broken: number | null = null;
  let last = Number.NEGATIVE_INFINITY;
  let end = 0;
  const behindGap = (): Buffer | undefined => {
    for (let at = file.indexOf(MAGIC_BYTES, end + 1); at >= 0; at = file.indexOf(MAGIC_BYTES, at + 1)) {
      const record = recordAt(file, at, name, Math.max(last, folded));
      if (record) broken ??= end;
      if (record) return record;
    }
    return undefined;
  };
  for (;;) {
    const record = recordAt(file, end, name, last) ?? behindGap();
    if (!record) return { records, broken };
    last = record.readDoubleLE(AT.number);
    if (last > folded) records.push({ number: last, text: record.toString("utf8", AT.text) });
    end = record.byteOffset - file.byteOffset + record.length;
  }
}

/** undefined: there is no whole one of this log, with a larger number. */
function recordAt(file: Buffer, at: number, name: string, above: number): Buffer | undefined {
  if (at + AT.text > file.length || file.readUInt32LE(at) !== MAGIC) return undefined;
  const end = at + AT.text + file.readUInt32LE(at + AT.bytes);
  if (end > file.length || !(file.readDoubleLE(at + AT.number) > above)) return undefined;
  const record = file.subarray(at, end);
  if (record.toString("hex", AT.name, AT.number) !== name) return undefined;
  return crc32(record.subarray(AT.bytes)) === record.readUInt32LE(AT.crc) ? record : undefined;
}

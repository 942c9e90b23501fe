// Where the lines of the log go: gathered for a moment, then written together, and whatever is left at the end of the process, a crash
// included. When nobody reads them any more (EPIPE), or not as fast as they come, they are let go: calls do not wait for their log, and
// neither does the end.

import { write, writeSync } from "node:fs";
import { isoTime, systemClock } from "./base/clock.ts";

export type SinkOptions = {
  readonly fd: number;
  /** Characters that are written at once; fewer wait for others. */
  readonly least: number;
  /** How long they wait, ms. */
  readonly waitMs: number;
};

/** What waits for a reader that is slow, characters. What comes beyond is let go, and counted. */
const MOST = 16_000_000;
/** A reader that does not keep up, or a full disk, is tried again after so long, ms. */
const AGAIN_MS = 100;
/** At the end of the process; after so many in a row in which nothing was read, its reader has had his time. */
const LAST_AGAIN_MS = 10;
const LAST_TRIES = 200;

/** A pipe whose reader is slow, a disk that may have room again. */
const PASSING: readonly string[] = ["EAGAIN", "EBUSY", "ENOSPC", "EDQUOT"];
const isPassing = ({ code = "" }: NodeJS.ErrnoException): boolean => PASSING.includes(code);

/** `write` takes whole lines. */
export function openSink({ fd, least, waitMs }: SinkOptions): { write(line: string): void } {
  let waiting = "";
  /** Lines behind those that wait. */
  let lost = 0;
  /** On their way; the first of them may be written in part. */
  let leaving: Buffer = Buffer.alloc(0);
  /** A thread of the pool has them; it goes on with that while the process ends. */
  let isWriting = false;
  let isArmed = false;
  let isGone = false;

  const letGo = (): void => {
    isGone = true;
    waiting = "";
    leaving = Buffer.alloc(0);
  };
  const send = (): void => {
    isWriting = true;
    write(fd, leaving, (fault, count) => {
      isWriting = false;
      if (fault && isPassing(fault)) systemClock.after(AGAIN_MS, send);
      else if (fault) letGo();
      else sent(count);
    });
  };
  const sent = (count: number): void => {
    leaving = leaving.subarray(count);
    if (leaving.length > 0) send();
    else if (waiting.length >= least) flush();
  };
  const taken = (): Buffer => {
    const bytes = Buffer.from(lost === 0 ? waiting : waiting + lossOf(lost));
    waiting = "";
    lost = 0;
    return bytes;
  };
  const flush = (): void => {
    isArmed = false;
    if (waiting === "") return;
    if (leaving.length > 0) return arm();
    leaving = taken();
    send();
  };
  const arm = (): void => {
    if (!isArmed) systemClock.after(waitMs, flush);
    isArmed = true;
  };
  process.on("exit", () => {
    if (!isGone) writeLast(fd, Buffer.concat([...(isWriting ? [] : [leaving]), taken()]));
  });
  return {
    write(line) {
      if (isGone) return;
      if (waiting.length > MOST) {
        lost += 1;
        return;
      }
      waiting += line;
      if (waiting.length >= least && leaving.length === 0) flush();
      else arm();
    },
  };
}

/** A line as the others are (pino's 40: warn). */
const lossOf = (lines: number): string =>
  `${JSON.stringify({ level: 40, time: isoTime(systemClock.now()), lines, msg: "nobody reads the log as fast as it comes: lines were let go" })}\n`;

const pause = new Int32Array(new SharedArrayBuffer(4));

function writeLast(fd: number, bytes: Buffer): void {
  let left = bytes;
  for (let tries = 0; left.length > 0 && tries < LAST_TRIES; ) {
    try {
      left = left.subarray(writeSync(fd, left));
      tries = 0;
    } catch (fault) {
      if (!isPassing(fault as NodeJS.ErrnoException)) return;
      tries += 1;
      Atomics.wait(pause, 0, 0, LAST_AGAIN_MS);
    }
  }
}

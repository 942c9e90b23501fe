// The index of recordings, written in groups: calls end in crowds. Whoever asks sees what is not written yet as well.

import type { Clock, Timer } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { RecordingFilter, RecordingRow, Store } from "../store/ports.ts";

const groupMs = 250;
const retryMs = 5_000;

export type RecordingIndex = {
  /** A new one, or what has become of one that is known. */
  put(row: RecordingRow): void;
  /** The newest first. Rejects with a StoreFault. */
  find(filter: RecordingFilter): Promise<readonly RecordingRow[]>;
  forget(files: readonly string[]): Promise<void>;
  /** Writes what is left. */
  close(): Promise<void>;
};

export function openRecordingIndex(options: {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Pick<Store, "keepRecordings" | "recordings" | "forgetRecordings">;
}): RecordingIndex {
  const { clock, log, store } = options;
  let waiting = new Map<number, RecordingRow>();
  let timer: Timer | null = null;

  let writing: Promise<void> = Promise.resolve();

  /** One after another: an older row that was not taken must not come after a newer one. */
  const flush = (): Promise<void> => {
    writing = writing.catch(() => {}).then(write);
    return writing;
  };
  /** What the store does not take waits for the next group, which comes by itself (`guarded`). */
  const write = async (): Promise<void> => {
    timer?.cancel();
    timer = null;
    const rows = waiting;
    if (rows.size === 0) return;
    waiting = new Map();
    try {
      await store.keepRecordings([...rows.values()]);
    } catch (fault) {
      waiting = new Map([...rows, ...waiting]);
      throw fault;
    }
  };
  const guarded = (): void => {
    flush().catch((fault: unknown) => {
      log.error({ error: String(fault) }, "recordings are not in the index");
      timer ??= clock.after(retryMs, guarded);
    });
  };

  return {
    put(row) {
      waiting.set(row.taskId, row);
      timer ??= clock.after(groupMs, guarded);
    },
    async find(filter) {
      await flush();
      return store.recordings(filter);
    },
    async forget(files) {
      await flush();
      await store.forgetRecordings(files);
    },
    async close() {
      await flush().catch((fault: unknown) => log.error({ error: String(fault) }, "recordings are not in the index"));
    },
  };
}

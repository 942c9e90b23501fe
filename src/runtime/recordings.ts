// Recordings of calls: where each file lies, what the call is told, and what is logged when one ends. At start the files of the
// last two days are looked at: a gateway that was killed left the newest ones open.

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { type Clock, isoTime } from "../base/clock.ts";
import type { CallId } from "../base/ids.ts";
import type { Log } from "../base/log.ts";
import type { RecordingEvent, RecordingFile } from "../core/call/state.ts";
import type { MediaLeg, MediaPlane, RecordingEnd } from "../media/face.ts";
import { dayFolders, type Keep, sweepRecordings } from "./retention.ts";

export type RecordingsOptions = {
  readonly clock: Clock;
  readonly log: Log;
  readonly media: Pick<MediaPlane, "record" | "mend">;
  /** Made with the first recording. */
  readonly folder: string;
  readonly keep: Keep;
};

export type RecordingRequest = { readonly call: CallId; readonly agent: MediaLeg; readonly party: MediaLeg };

export type Recordings = {
  /** `report` runs when the file is there, and when there is none or no more of it. */
  start(request: RecordingRequest, report: (event: RecordingEvent) => void): void;
  /** Ends the looks at age and size; recordings end with their legs. */
  close(): void;
};

const sweepMs = 3_600_000;

export function openRecordings(options: RecordingsOptions): Recordings {
  const { clock, log, media, folder, keep } = options;

  const sweep = async (): Promise<void> => {
    const { removed, failed } = await sweepRecordings(folder, keep, clock.now());
    if (removed > 0) log.info({ removed }, "recordings removed: too old, or more than fit");
    if (failed) log.warn({ reason: failed }, "recordings could not be removed");
  };
  const guarded = (work: Promise<void>): void => {
    work.catch((fault: unknown) => log.warn({ reason: reasonOf(fault) }, "the folder of recordings cannot be read"));
  };
  const mendNewest = async (): Promise<void> => {
    for (const day of (await dayFolders(folder)).slice(-2)) {
      for (const name of (await readdir(join(folder, day))).filter((each) => each.endsWith(".wav"))) {
        const outcome = await media.mend(join(folder, day, name));
        const file = `${day}/${name}`;
        if (outcome === "mended") log.warn({ file }, "a recording had been cut off and plays again");
        if (outcome === "failed") log.warn({ file }, "a recording cannot be looked at");
      }
    }
  };
  let timer = clock.after(0, () => guarded(mendNewest().then(again)));
  const again = async (): Promise<void> => {
    timer = clock.after(sweepMs, () => guarded(again()));
    await sweep();
  };

  return {
    start({ call, agent, party }, report) {
      const file = `${isoTime(clock.now()).slice(0, 10)}/${call}.wav`;
      const described = (): RecordingFile => ({ taskId: taskOf(call), file, beganAt: clock.now() });
      const failed = (recording: RecordingFile, reason: string): void => {
        log.error({ callId: call, reason }, "recording failed");
        report({ type: "recording-failed", recording });
      };
      const ended = (recording: RecordingFile, end: RecordingEnd): void => {
        if ("failed" in end) return failed(recording, end.failed);
        const { ms, bytes, sha256, lostMs } = end.saved;
        log.info({ callId: call, file, ms, bytes, sha256, lostMs }, "recording saved");
      };
      media.record(agent, party, join(folder, file)).then(
        (running) => {
          const recording = described();
          report({ type: "recording-began", recording });
          return running.ended.then((end) => ended(recording, end));
        },
        (fault: unknown) => failed(described(), reasonOf(fault)),
      );
    },
    close: () => timer.cancel(),
  };
}

/** The second part of a call id is a number that never comes twice (call-ids.ts). */
const taskOf = (call: CallId): number => Number(call.slice(call.lastIndexOf("-") + 1));

/** The system's code: its text would repeat the path. */
const reasonOf = (fault: unknown): string =>
  fault instanceof Error ? ("code" in fault ? String(fault.code) : fault.message) : String(fault);

// Recordings of agents in their calls: where each file lies, what the call is told, what the index and the log say when one ends.
// At start the files of the last two days are looked at: a gateway that was killed left the newest ones open.

import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { type Clock, isoTime } from "../base/clock.ts";
import type { CallId, LegId } from "../base/ids.ts";
import type { Log } from "../base/log.ts";
import type { RecordEffect, RecordingEvent, Voices } from "../core/call/state.ts";
import type { MediaLeg, MediaPlane, Recording, RecordingEnd } from "../media/face.ts";
import type { RecordingRow } from "../store/ports.ts";
import type { CallIds } from "./call-ids.ts";
import type { RecordingIndex } from "./recording-index.ts";
import { dayFolders, type Keep, sweepRecordings } from "./retention.ts";

export type RecordingsOptions = {
  readonly clock: Clock;
  readonly log: Log;
  readonly media: Pick<MediaPlane, "record" | "mend">;
  readonly index: RecordingIndex;
  /** The second part of a call id never comes twice: it numbers recordings as well. */
  readonly ids: CallIds;
  /** Made with the first recording. */
  readonly folder: string;
  readonly keep: Keep;
};

export type RecordingsPort = {
  /** `report` runs when the file is there, and when there is none or no more of it. `mediaOf`: null for a leg that has gone. */
  obey(order: RecordEffect, mediaOf: (leg: LegId) => MediaLeg | null, report: (event: RecordingEvent) => void): void;
};

export type Recordings = RecordingsPort & {
  /** Ends the looks at age and size; recordings end with their legs. */
  close(): void;
};

type Begin = Extract<RecordEffect, { type: "record" }>;
type Sides = { readonly left: readonly MediaLeg[]; readonly right: readonly MediaLeg[] };

/** One that is asked for. What comes before the file is there is made up for then. */
type Take = { recording: Recording | null; sides: Sides; paused: boolean };

const sweepMs = 3_600_000;

export function openRecordings(options: RecordingsOptions): Recordings {
  const { clock, log, media, index, folder } = options;
  const takes = new Map<string, Take>();
  const keeper = openKeeper(options);

  const begin = (order: Begin, sides: Sides, report: (event: RecordingEvent) => void): void => {
    const { call, agent } = order;
    const key = keyOf(order);
    const take: Take = { recording: null, sides, paused: false };
    takes.set(key, take);
    const row = rowOf(order, options.ids.next(), clock.now());
    /** Only while the call still counts on this one. */
    const tell = (type: RecordingEvent["type"]): void => {
      if (takes.get(key) !== take) return;
      const { taskId, name, beganAt } = row;
      report({ type, agent, recording: { taskId, file: name, beganAt } });
    };
    const failed = (reason: string, level: "error" | "info" = "error"): void => {
      log[level]({ callId: call, agent, taskId: row.taskId, reason }, "recording failed");
      if (row.taskId !== 0) index.put({ ...row, endedAt: clock.now(), state: "failed" });
      tell("recording-failed");
      if (takes.get(key) === take) takes.delete(key);
    };
    const ended = (end: RecordingEnd): void => {
      if ("failed" in end) return failed(end.failed);
      const { ms, bytes, sha256, lostMs } = end.saved;
      const { file, taskId } = row;
      log.info({ callId: call, agent, taskId, file, ms, bytes, sha256, lostMs }, "recording saved");
      index.put({ ...row, endedAt: clock.now(), ms, bytes, sha256, state: "saved" });
      if (takes.get(key) === take) takes.delete(key);
    };
    const began = (running: Recording): Promise<void> => {
      index.put(row);
      take.recording = running;
      const { left, right } = take.sides;
      if (take.sides !== sides || left.length + right.length > 2) running.voices(left, right);
      if (take.paused) running.pause();
      if (takes.get(key) !== take) running.stop();
      tell("recording-began");
      return running.ended.then(ended);
    };
    const [first, second] = [sides.left[0], sides.right[0]];
    if (row.taskId === 0 || !first || !second) {
      // A party may hang up while the order is on its way.
      clock.after(0, () => (row.taskId === 0 ? failed("no number from the store") : failed("a leg has gone", "info")));
      return;
    }
    media
      .record(first, second, join(folder, row.file))
      .then(began)
      .catch((fault: unknown) => failed(reasonOf(fault)));
  };

  const sidesOf = ({ left, right }: Voices, mediaOf: (leg: LegId) => MediaLeg | null): Sides => ({
    left: left.flatMap((leg) => mediaOf(leg) ?? []),
    right: right.flatMap((leg) => mediaOf(leg) ?? []),
  });

  const change = (take: Take, sides: Sides): void => {
    if (sides.left.length + sides.right.length === 0) return;
    take.sides = sides;
    take.recording?.voices(sides.left, sides.right);
  };

  const pause = (take: Take, paused: boolean): void => {
    take.paused = paused;
    if (paused) take.recording?.pause();
    else take.recording?.resume();
  };

  return {
    obey(order, mediaOf, report) {
      if (order.type === "record") return begin(order, sidesOf(order.voices, mediaOf), report);
      const take = takes.get(keyOf(order));
      if (!take) return;
      if (order.type === "record-voices") return change(take, sidesOf(order.voices, mediaOf));
      if (order.type === "record-pause") return pause(take, order.paused);
      takes.delete(keyOf(order));
      take.recording?.stop();
    },
    close: keeper.close,
  };
}

const keyOf = ({ call, agent }: RecordEffect): string => `${call} ${agent}`;

/** `taskId` 0: there is no number for it. */
function rowOf({ call, agent, caller, called, skill, name }: Begin, id: CallId | undefined, now: number): RecordingRow {
  const taskId = id === undefined ? 0 : Number(id.slice(id.lastIndexOf("-") + 1));
  const file = `${isoTime(now).slice(0, 10)}/${call}-${taskId}.wav`;
  return {
    ...{ taskId, callId: call, agent, caller, called, skill, file, name: name || file },
    ...{ beganAt: now, endedAt: 0, ms: 0, bytes: 0, sha256: "", state: "running" },
  };
}

/** What is done for files that are there: mended after a crash, removed by age and size. */
function openKeeper({ clock, log, media, index, folder, keep }: RecordingsOptions): { close(): void } {
  const sweep = async (): Promise<void> => {
    const { removed, failed } = await sweepRecordings(folder, keep, clock.now());
    if (removed.length > 0) {
      log.info({ removed: removed.length }, "recordings removed: too old, or more than fit");
      await index.forget(removed);
    }
    if (failed) log.warn({ reason: failed }, "recordings could not be removed");
  };
  const guarded = (work: Promise<void>): void => {
    work.catch((fault: unknown) => log.warn({ reason: reasonOf(fault) }, "recordings cannot be looked after"));
  };
  /** Whatever ran when this process was not there was cut off. */
  const settle = async (startedAt: number): Promise<void> => {
    for (const row of await index.find({ state: "running", to: startedAt, limit: 10_000 })) {
      const found = await stat(join(folder, row.file)).catch(() => null);
      const bytes = found?.size ?? 0;
      const ms = Math.max(0, Math.floor((bytes - 44) / 32));
      index.put({ ...row, endedAt: row.beganAt + ms, ms, bytes, state: found ? "cut-off" : "failed" });
    }
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
  const startedAt = clock.now();
  /** Whatever cannot be done now, the sweeps begin. */
  const begin = async (): Promise<void> => {
    try {
      await mendNewest();
      await settle(startedAt);
    } finally {
      await again();
    }
  };
  let timer = clock.after(0, () => guarded(begin()));
  const again = async (): Promise<void> => {
    timer = clock.after(sweepMs, () => guarded(again()));
    await sweep();
  };
  return { close: () => timer.cancel() };
}

/** The system's code: its text would repeat the path. */
const reasonOf = (fault: unknown): string =>
  fault instanceof Error ? ("code" in fault ? String(fault.code) : fault.message) : String(fault);

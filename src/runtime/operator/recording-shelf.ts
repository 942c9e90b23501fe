// Recordings for operators: lists, the file or a part of it, and the loudest sample of each span, for a waveform. A file is found by
// its number in the index and never by a name that somebody sent.

import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { refuse } from "../../base/step.ts";
import type { RecordingPeaks } from "../../contract/operator-reply.ts";
import type { RecordingFilter, RecordingRow } from "../../store/ports.ts";
import type { Refused } from "../face.ts";
import type { RecordingIndex } from "../recording-index.ts";

/** `from` to `to`, both included, of a file of `bytes`. */
export type RecordingPart = {
  readonly name: string;
  readonly bytes: number;
  readonly from: number;
  readonly to: number;
  readonly content: Readable;
};

/** What of a file is wanted: from there, to there; `from` null: the last `to` bytes. */
export type Range = { readonly from: number | null; readonly to: number | null };

export type { RecordingFilter } from "../../store/ports.ts";

export type OperatorRecordings = {
  find(filter: RecordingFilter): Promise<readonly RecordingRow[]>;
  /** 104-005: no such recording, no file any more, or it is still being written. 000-002: the range is not in it. */
  part(taskId: number, range: Range | null): Promise<Refused | RecordingPart>;
  peaks(taskId: number, spans: number): Promise<Refused | RecordingPeaks>;
};

export type OperatorRecordingsOptions = { readonly index: Pick<RecordingIndex, "find">; readonly folder: string };

const HEADER = 44;
/** Both channels, 16 bits each, 8000 a second. */
const FRAME = 4;
const FRAMES_PER_MS = 8;
const PAGE = 65_536;

export function openOperatorRecordings({ index, folder }: OperatorRecordingsOptions): OperatorRecordings {
  const fileOf = async (taskId: number): Promise<Refused | { handle: FileHandle; name: string; bytes: number }> => {
    const [row] = await index.find({ taskId, limit: 1 });
    if (!row) return refuse("104-005", "taskid: no such recording");
    if (row.state === "running") return refuse("104-005", "the recording is still being written");
    try {
      const handle = await open(join(folder, row.file));
      return { handle, name: row.file, bytes: (await handle.stat()).size };
    } catch {
      return refuse("104-005", "the file of this recording is not there any more");
    }
  };

  return {
    find: (filter) => index.find(filter),
    async part(taskId, range) {
      const file = await fileOf(taskId);
      if ("refused" in file) return file;
      const { handle, ...known } = file;
      const span = spanOf(range, known.bytes);
      if (!span) {
        await handle.close();
        return refuse("000-002", `Range: within ${known.bytes} bytes`);
      }
      return { ...known, ...span, content: handle.createReadStream({ start: span.from, end: span.to }) };
    },
    async peaks(taskId, spans) {
      const file = await fileOf(taskId);
      if ("refused" in file) return file;
      try {
        return await peaksOf(file.handle, Math.floor((file.bytes - HEADER) / FRAME), spans);
      } finally {
        await file.handle.close();
      }
    },
  };
}

function spanOf(range: Range | null, bytes: number): { from: number; to: number } | undefined {
  const { from = 0, to = null } = range ?? {};
  const last = bytes - 1;
  const span =
    from === null ? { from: Math.max(0, bytes - (to ?? 0)), to: last } : { from, to: Math.min(to ?? last, last) };
  return span.from <= span.to && span.from < bytes ? span : undefined;
}

/** Page by page, so that other work goes on between two of them. */
async function peaksOf(handle: FileHandle, frames: number, spans: number): Promise<RecordingPeaks> {
  const count = Math.max(1, Math.min(spans, frames));
  const left = new Float64Array(count);
  const right = new Float64Array(count);
  const page = Buffer.alloc(PAGE);
  let frame = 0;
  while (frame < frames) {
    const { bytesRead } = await handle.read(page, 0, PAGE, HEADER + frame * FRAME);
    const whole = Math.floor(bytesRead / FRAME);
    if (whole === 0) break;
    for (let at = 0; at < whole && frame < frames; at += 1, frame += 1) {
      const span = Math.floor((frame * count) / frames);
      left[span] = Math.max(left[span] ?? 0, Math.abs(page.readInt16LE(at * FRAME)));
      right[span] = Math.max(right[span] ?? 0, Math.abs(page.readInt16LE(at * FRAME + 2)));
    }
  }
  return { ms: Math.round(frames / FRAMES_PER_MS), left: shares(left), right: shares(right) };
}

const shares = (peaks: Float64Array): readonly number[] => [...peaks].map((peak) => Math.round(peak / 32.768) / 1000);

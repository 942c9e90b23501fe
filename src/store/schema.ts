// The tables as Kysely sees them. migrations.ts creates them.

import type { Generated } from "kysely";
import type {
  CallRow,
  LegRow,
  PasswordRow,
  PreviewRow,
  RecordingRow,
  ReplyRow,
  StoredSiteEdit,
  WrapUpRow,
} from "./ports.ts";

export type Schema = {
  /** Which migrations ran, and when (ms since the epoch). */
  readonly migration: { readonly number: number; readonly name: string; readonly at: number };
  readonly parameter: { readonly name: string; readonly value: number };
  readonly audit: {
    readonly id: Generated<number>;
    readonly at: number;
    readonly face: string;
    readonly peer: string;
    readonly what: string;
    readonly before: string;
    readonly after: string;
  };
  /** `day`: days since the epoch, UTC. `who`: whose calls are counted. */
  readonly daily_call: { readonly day: number; readonly who: string; readonly calls: number };
  readonly password: PasswordRow;
  readonly site_edit: StoredSiteEdit & { readonly id: Generated<number> };
  readonly preview: Omit<PreviewRow, "id"> & { readonly id: Generated<number> };
  readonly recording: RecordingRow;
  readonly reply: ReplyRow;
  readonly call_record: CallRow;
  readonly leg_record: LegRow;
  readonly wrap_up: WrapUpRow;
  /** What is going on in each node (runtime/journal). `image`: JSON. */
  readonly journal: { readonly node: string; readonly room: string; readonly key: string; readonly image: string };
  /** What is newer than that, by number. `images`: JSON of [room, key, image] and, of what is over, [room, key]. */
  readonly journal_commit: { readonly node: string; readonly number: number; readonly images: string };
  /** Which log is in force in the file of commits beside SQLite's (log-journal.ts). */
  readonly journal_log: { readonly node: string; readonly name: string; readonly folded: number };
  /** `next`: the first number that nobody has reserved yet. */
  readonly sequence: { readonly name: string; readonly next: number };
};

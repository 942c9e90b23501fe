// A preview: a number that an agent is shown, with what is known of it, before he has it called (operations.json previewCallOut).

import type { AgentId, CallId } from "../../base/ids.ts";

/**
 * `waiting` for an agent; `offered` to one, who has been told; `calling`, or talking; then what has become of the call. `declined`: the
 * agent for whom it was would not have it.
 */
export type PreviewState = "waiting" | "offered" | "calling" | "answered" | "failed" | "declined";

export type Preview = {
  /** The control id of the events. */
  readonly id: number;
  readonly state: PreviewState;
  /** The agent may choose among them. 1-24 digits, * and # each. */
  readonly numbers: readonly string[];
  /** Goes with the event, then with the call. */
  readonly data: string;
  /** Number shown to the customer, "" = the platform's choice. */
  readonly caller: string;
  /** For him alone; null: for whoever serves the skill. */
  readonly agent: AgentId | null;
  /** What the call counts for; 0 = the default skill. */
  readonly skill: number;
  /** Who has it, or had it last; null = nobody yet. */
  readonly offeredTo: AgentId | null;
  readonly declinedBy: readonly AgentId[];
  readonly call: CallId | null;
  /** The number that was chosen, "" = none yet. */
  readonly called: string;
  /** ms since the epoch. */
  readonly createdAt: number;
  readonly changedAt: number;
};

/** Those that are not over, by id: the oldest first. */
export type Previews = ReadonlyMap<number, Preview>;

export type PreviewEvent = { readonly at: number } & (
  | { readonly type: "added"; readonly preview: Preview }
  /** Idle, and serves these skills. */
  | { readonly type: "agent-ready"; readonly agent: AgentId; readonly skills: readonly number[] }
  | { readonly type: "agent-gone"; readonly agent: AgentId }
  | { readonly type: "chosen"; readonly id: number; readonly call: CallId; readonly called: string }
  | { readonly type: "declined"; readonly id: number; readonly agent: AgentId }
  | { readonly type: "call-ended"; readonly call: CallId; readonly answered: boolean }
  | { readonly type: "removed"; readonly id: number }
);

export type PreviewEffect =
  | { readonly type: "offer"; readonly agent: AgentId; readonly preview: Preview }
  /** To the store. */
  | { readonly type: "keep"; readonly preview: Preview };

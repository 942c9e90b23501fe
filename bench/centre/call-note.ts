// One call as an agent's program remembers it.

import type { Manner } from "./numbers.ts";

/** Times are wall milliseconds. */
export type CallNote = {
  readonly agent: string;
  readonly phone: string;
  /** The party's number: called, or who called in. */
  readonly number: string;
  readonly manner: Manner | "inbound";
  readonly askedAt: number;
  readonly key: string;
  /** Of the first reply. */
  repliedAt?: number;
  retcode?: string;
  /** The refusal says when to come again. */
  retryAfterS?: number;
  /** That replies and events have named; one, if all is well. */
  readonly callIds: string[];
  /** Its data as acknowledged; while a write of others waits for its reply, those too. */
  data: readonly string[];
  /** The last write that was acknowledged: when, and over which data. */
  wrote?: { readonly at: number; readonly over: string };
  talkingAt?: number;
  /** Its end was asked for. */
  releaseAskedAt?: number;
  /** The release was acknowledged. */
  releasedAt?: number;
  endedAt?: number;
  /** The event that said so; `unsaid`: none did. */
  endedBy?: string;
  freeAt?: number;
};

/** A reply or an event has named it. */
export function note(call: CallNote, callId: string): void {
  if (!call.callIds.includes(callId)) call.callIds.push(callId);
}

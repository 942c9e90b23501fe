// What somebody of the contact centre has found wrong.

import { wallMs } from "../load/figures.ts";

export type FindingKind =
  /** A reader who says where he is has lost an event, has had one twice, or was given a number again. */
  | "stream"
  /** The same for polls and pushes, where a repeat is none. */
  | "queue"
  /** What happened and what was told do not agree. */
  | "told"
  /** A session that was not ended is not known. */
  | "session"
  /** An acknowledged state is another one. */
  | "state"
  /** Data of a call is other data. */
  | "data"
  /** A soft parameter is not what was acknowledged. */
  | "written"
  /** A command was carried out twice. */
  | "once"
  /** An agent can do nothing. */
  | "stuck"
  /** A callout was refused for which there is no reason. */
  | "refused"
  /** A call without its record, or with a wrong one. */
  | "record"
  /** A leg that nobody owns any more stands. */
  | "standing"
  /** An established call did not go on. */
  | "alive"
  /** A phone had to register again. */
  | "binding"
  /** A fault did not bite, or the gateway did not come back. */
  | "fault";

/** `at`: wall milliseconds. */
export type Finding = { readonly kind: FindingKind; readonly at: number; readonly what: string };

export const findingAt = (kind: FindingKind, what: string, at = wallMs()): Finding => ({ kind, at, what });

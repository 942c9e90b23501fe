// The trace of every message, for the live page and for tests. Credentials are cut out here, before anybody sees the text.

import type { EndpointOptions, Peer, SipTrace } from "./face.ts";
import { stackOf } from "./stack.ts";

/** Both authorization headers with their continuation lines. */
const CREDENTIALS = /^((?:proxy-)?authorization[ \t]*:)[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*/gim;
const CALL_ID = /^(?:call-id|i)[ \t]*:[ \t]*([^\r\n]*)/im;

export type Tracer = (direction: SipTrace["direction"], peer: Peer, bytes: Buffer) => void;

/** Undefined without a trace: then nothing is built. */
export function tracer({ trace, clock, log }: EndpointOptions): Tracer | undefined {
  if (!trace) return undefined;
  return (direction, peer, bytes) => {
    const text = bytes.toString("utf8").replace(CREDENTIALS, "$1 (removed)");
    const sipCallId = CALL_ID.exec(text)?.[1]?.trim() ?? "";
    try {
      trace({ at: clock.now(), direction, peer, sipCallId, text });
    } catch (error) {
      log.error({ error: stackOf(error) }, "the trace hook threw");
    }
  };
}

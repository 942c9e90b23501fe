// The trace of every message, for the live page and for tests. Credentials are cut out here, before anybody sees the text.

import type { EndpointOptions, Peer, SipTrace } from "./face.ts";
import { stackOf } from "./stack.ts";

/** Both authorization headers with their continuation lines. */
const CREDENTIALS = /^((?:proxy-)?authorization[ \t]*:)[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*/gim;
const CALL_ID = /^(?:call-id|i)[ \t]*:[ \t]*([^\r\n]*)/im;

/** Most messages have none, and the search for the word alone is many times cheaper than the expression above. */
const mayHaveCredentials = (bytes: Buffer): boolean => /authorization/i.test(bytes.toString("latin1"));

/** Called with every message, before it is parsed or after it is written. */
export type Tracer = (direction: SipTrace["direction"], peer: Peer, bytes: Buffer) => void;

/** Undefined without a trace: then nothing is built. */
export function tracer({ trace, clock, log }: EndpointOptions): Tracer | undefined {
  if (!trace) return undefined;
  return (direction, peer, bytes) => {
    try {
      trace(new TracedMessage({ at: clock.now(), direction, peer }, bytes));
    } catch (error) {
      log.error({ error: stackOf(error) }, "the trace hook threw");
    }
  };
}

/** Most messages are seen by nobody: their text is made when it is read. */
class TracedMessage implements SipTrace {
  readonly at: number;
  readonly direction: SipTrace["direction"];
  readonly peer: Peer;
  readonly #crossed: Buffer;
  #text: string | undefined;

  constructor({ at, direction, peer }: Pick<SipTrace, "at" | "direction" | "peer">, bytes: Buffer) {
    this.at = at;
    this.direction = direction;
    this.peer = peer;
    this.#crossed = bytes;
  }

  get text(): string {
    this.#text ??= this.bytes.toString("utf8");
    return this.#text;
  }

  /** Byte by byte (latin1), so that what is no UTF-8 stays as it came. */
  get bytes(): Buffer {
    const bytes = this.#crossed;
    if (!mayHaveCredentials(bytes)) return bytes;
    return Buffer.from(bytes.toString("latin1").replace(CREDENTIALS, "$1 (removed)"), "latin1");
  }

  get sipCallId(): string {
    return CALL_ID.exec(this.text)?.[1]?.trim() ?? "";
  }
}

// The trace of every message, for the live page, the evidence and tests. Credentials and media keys are cut out here, before
// anybody sees the text.

import type { EndpointOptions, Peer, SipTrace } from "./face.ts";
import { stackOf } from "./stack.ts";

/** Both authorization headers with their continuation lines. */
const CREDENTIALS = /^((?:proxy-)?authorization[ \t]*:)[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*/gim;
const CALL_ID = /^(?:call-id|i)[ \t]*:[ \t]*([^\r\n]*)/im;

/** Keys in a session description: SDES (RFC 4568 §9.1), the password of ICE (RFC 8839 §5.4), the `k=` of old (RFC 8866 §5.12). */
const MEDIA_KEYS = /^(a=crypto:[^\r\n]*?inline:|a=ice-pwd:|k=)[^\r\n]*/gim;

/** Most messages have none, and the search for the words alone is many times cheaper than the expressions above. */
const mayHaveSecrets = (text: string): boolean => /authorization|a=crypto|a=ice-pwd|[\r\n]k=/i.test(text);

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
    const text = this.#crossed.toString("latin1");
    if (!mayHaveSecrets(text)) return this.#crossed;
    return Buffer.from(text.replace(CREDENTIALS, "$1 (removed)").replace(MEDIA_KEYS, "$1(removed)"), "latin1");
  }

  get sipCallId(): string {
    return CALL_ID.exec(this.text)?.[1]?.trim() ?? "";
  }
}

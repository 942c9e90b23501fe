// Cuts a TCP stream into SIP messages by Content-Length (RFC 3261 §18.3). A peer that breaks the framing or the limits
// cannot be understood any more: the connection is then closed.

import { MAX_BODY, MAX_HEAD } from "../message/parse.ts";
import { digits } from "../message/syntax.ts";

/** What comes out of a stream. Nothing follows `broken`. */
export type Frame =
  | { readonly type: "message"; readonly bytes: Buffer }
  /** A double CRLF (RFC 5626 §3.5.1), which wants a CRLF back. */
  | { readonly type: "ping" }
  /** `bytes`: the head, when it can still be answered. */
  | { readonly type: "broken"; readonly reason: string; readonly bytes?: Buffer };

const HEAD_END = Buffer.from("\r\n\r\n");
const CONTENT_LENGTH = /\r\n(?:content-length|l)[ \t]*:[ \t]*([^\r\n]*)/i;
const NOTHING = Buffer.alloc(0);
/** The halves of a double CRLF that TCP has cut come within this time, a lost segment included; phones that send single ones do so less often. */
const HALVES_MS = 5_000;

/** One per connection. */
export class Framing {
  private pending: Buffer = NOTHING;
  /** How far the search for the end of the head has come. */
  private searched = 0;
  /** Head and body of the message that is arriving, once its head is here. */
  private wanted = 0;
  private broken = false;
  /** When a single CRLF came, if nothing has come since. */
  private halfAt: number | undefined = undefined;

  /** Bytes of a message that is not complete. */
  get waiting(): number {
    return this.pending.length;
  }

  /** All frames that this chunk completes, in order. `now`: ms of a clock that only goes forward. What comes behind a broken one is not kept: a stranger could send for ever. */
  push(chunk: Buffer, now: number): Frame[] {
    if (this.broken) return [];
    if (this.halfAt !== undefined && now - this.halfAt > HALVES_MS) this.halfAt = undefined;
    this.pending = this.pending.length === 0 ? chunk : Buffer.concat([this.pending, chunk]);
    const frames: Frame[] = [];
    for (let frame = this.next(now); frame; frame = this.next(now)) {
      frames.push(frame);
      this.broken = frame.type === "broken";
      if (this.broken) break;
    }
    if (this.broken) this.drop(this.pending.length);
    return frames;
  }

  private next(now: number): Frame | undefined {
    if (this.wanted === 0) {
      const ping = this.skipLineBreaks(now);
      if (ping) return ping;
      const broken = this.readHead();
      if (broken) return broken;
    }
    if (this.wanted === 0 || this.pending.length < this.wanted) return undefined;
    const bytes = this.pending.subarray(0, this.wanted);
    this.drop(this.wanted);
    this.halfAt = undefined;
    return { type: "message", bytes };
  }

  /** Line breaks between messages: two in a row are a ping, a single one is ignored (RFC 3261 §7.5). */
  private skipLineBreaks(now: number): Frame | undefined {
    while (this.pending[0] === 13 && this.pending[1] === 10) {
      this.drop(2);
      if (this.halfAt !== undefined) {
        this.halfAt = undefined;
        return { type: "ping" };
      }
      this.halfAt = now;
    }
    return undefined;
  }

  private readHead(): Frame | undefined {
    const end = this.pending.indexOf(HEAD_END, Math.max(0, this.searched - 3));
    if (end < 0) {
      this.searched = this.pending.length;
      return this.searched > MAX_HEAD ? { type: "broken", reason: "head too long" } : undefined;
    }
    const headLength = end + HEAD_END.length;
    const head = this.pending.toString("latin1", 0, headLength);
    const length = digits(CONTENT_LENGTH.exec(head)?.[1]?.trim() ?? "", MAX_BODY);
    if (length === undefined)
      return { type: "broken", reason: "no usable Content-Length", bytes: this.pending.subarray(0, headLength) };
    this.wanted = headLength + length;
    return undefined;
  }

  private drop(length: number): void {
    this.pending = this.pending.length === length ? NOTHING : this.pending.subarray(length);
    this.searched = 0;
    this.wanted = 0;
  }
}

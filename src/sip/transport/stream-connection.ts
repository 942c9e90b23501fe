// A SIP connection over a byte stream (RFC 3261 §18.3), TCP or TLS alike: framing, patience, keep-alive.

import type { Socket } from "node:net";
import type { Clock, Timer } from "../../base/clock.ts";
import type { Peer } from "../face.ts";
import type { Connection } from "./connections.ts";
import { type Frame, Framing } from "./framing.ts";
import type { NetworkEvents } from "./network.ts";

/** A message that has begun must be complete after this time (64*T1), or the connection is closed. */
const PARTIAL_MS = 32_000;
/** Two of the system's own attempts; then another way is tried, or the request fails. */
const CONNECT_MS = 4_000;
/** A peer that does not read: more than this waiting for it closes the connection. */
export const MAX_UNSENT = 1_048_576;
const CRLF = Buffer.from("\r\n");

export type Surroundings = {
  readonly clock: Clock;
  readonly events: NetworkEvents;
  readonly gone: (connection: Connection) => void;
  /** The socket's event after which bytes flow; `secureConnect` for TLS. */
  readonly ready: "connect" | "secureConnect";
};

/** `socket` may still be connecting: what is sent meanwhile waits in it. */
export class StreamConnection implements Connection {
  readonly peer: Peer;
  private readonly socket: Socket;
  private readonly around: Surroundings;
  private readonly framing = new Framing();
  /** Runs while the connection is being made, until the first message of a stranger, while a message is incomplete, and once the stream is broken. */
  private patience: Timer | undefined = undefined;
  /** How long a peer that has promised keep-alives may say nothing. */
  private silenceMs = 0;
  private silence: Timer | undefined = undefined;

  constructor(socket: Socket, peer: Peer, around: Surroundings) {
    this.socket = socket;
    this.peer = peer;
    this.around = around;
    this.allow(socket.connecting ? CONNECT_MS : PARTIAL_MS);
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 60_000);
    socket.on(around.ready, () => this.relax());
    socket.on("data", (chunk) => this.read(chunk));
    // The reason of a failure is of no use to anyone above: `close` always follows.
    socket.on("error", () => socket.destroy());
    socket.on("end", () => socket.end());
    socket.on("close", () => {
      this.relax();
      this.silence?.cancel();
      around.gone(this);
    });
  }

  send(bytes: Buffer, failed: (() => void) | undefined): void {
    if (this.socket.writableLength > MAX_UNSENT) this.socket.destroy();
    this.socket.write(bytes, (error) => {
      if (error && failed) queueMicrotask(failed);
    });
  }

  destroy(): void {
    this.socket.destroy();
  }

  expect(ms: number): void {
    this.silenceMs = ms;
    this.listen();
  }

  private listen(): void {
    if (this.silenceMs === 0) return;
    this.silence?.cancel();
    this.silence = this.around.clock.after(this.silenceMs, () => this.destroy());
  }

  private allow(ms: number): void {
    this.patience ??= this.around.clock.after(ms, () => this.destroy());
  }

  private relax(): void {
    this.patience?.cancel();
    this.patience = undefined;
  }

  private read(chunk: Buffer): void {
    this.listen();
    const frames = this.framing.push(chunk, this.around.clock.monotonic());
    // Only a complete message earns more time: bytes that drip in do not.
    if (frames.length > 0) this.relax();
    for (const frame of frames) this.take(frame);
    if (this.framing.waiting > 0) this.allow(PARTIAL_MS);
  }

  private take(frame: Frame): void {
    if (frame.type === "ping") {
      if (!this.around.events.isBanned?.(this.peer.address)) this.socket.write(CRLF);
    } else if (frame.type === "message") this.around.events.message(frame.bytes, this.peer);
    else {
      if (frame.bytes) this.around.events.message(frame.bytes, this.peer);
      this.socket.end();
      // The answer may be on its way; a peer that goes on sending is cut off in the end.
      this.allow(PARTIAL_MS);
    }
  }
}

// One connection to the console: bytes -> commands -> reports, one command at a time. While commands wait for their
// turn nothing more is read, so that a peer who sends faster than the limit fills its own buffers, not ours.

import type { Socket } from "node:net";
import type { Clock, Timer } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { fail } from "./commands.ts";
import type { MmlConsole } from "./console.ts";
import { firstCommand } from "./parse.ts";

export type Limits = {
  /** Bytes of one command. */
  readonly commandBytes: number;
  /** Commands a second, for each connection; more of them wait. */
  readonly perSecond: number;
  /** Milliseconds without a command after which the connection ends. */
  readonly idleMs: number;
  readonly connections: number;
};

export type ConnectionOptions = {
  readonly console: MmlConsole;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: Limits;
};

/** A web page can make a browser send such a request here; its body shall never be read as commands. */
const looksLikeHttp = (text: string): boolean => /^\s*[A-Z]+ \S+ HTTP\/\d/.test(text);

/** Serves `socket` until either side ends it. */
export function serveConnection(socket: Socket, { console, clock, log, limits }: ConnectionOptions): void {
  const by = { face: "mml", peer: `${socket.remoteAddress}:${socket.remotePort}` };
  const turn = pacing(socket, clock, limits.perSecond);
  let waiting = "";
  let ended = false;
  let running = false;
  let idle: Timer = clock.after(limits.idleMs, () => socket.destroy());

  const perform = async (line: string): Promise<void> => {
    idle.cancel();
    idle = clock.after(limits.idleMs, () => socket.destroy());
    const report = await console.run(line, by);
    if (!socket.destroyed && !socket.write(report)) await first(socket, "drain");
  };
  /** `false`: nothing more to do for now. */
  const runNext = async (): Promise<boolean> => {
    const next = firstCommand(waiting);
    const line = next?.command ?? waiting;
    if (looksLikeHttp(line)) socket.destroy();
    else if (Buffer.byteLength(line) > limits.commandBytes)
      dismiss(
        socket,
        clock,
        console.report(line, fail("limit", `${limits.commandBytes} bytes at most in one command`)),
      );
    if (!next || !socket.writable) return false;
    waiting = next.rest;
    await turn();
    if (socket.writable) await perform(next.command);
    return socket.writable;
  };
  const pump = async (): Promise<void> => {
    socket.pause();
    while (await runNext());
    // A last command without its `;` is told so, not dropped in silence.
    if (ended && socket.writable && waiting.trim() !== "") await perform(waiting);
    if (ended) socket.end();
    else socket.resume();
  };
  const wake = (): void => {
    if (running) return;
    running = true;
    pump()
      .catch((fault: unknown) => {
        log.error({ peer: by.peer, fault: fault instanceof Error ? fault.message : `${fault}` }, "mml command failed");
        socket.destroy();
      })
      .finally(() => {
        running = false;
      });
  };

  socket.setEncoding("utf8");
  socket.on("data", (text: string) => {
    if (!socket.writable) return;
    waiting += text;
    wake();
  });
  socket.on("end", () => {
    ended = true;
    wake();
  });
  socket.on("error", (fault) => log.debug({ peer: by.peer, fault: fault.message }, "mml connection"));
  socket.on("close", () => idle.cancel());
}

/**
 * A last report, then the end. What still comes in is thrown away for a second: closing over unread bytes would reset
 * the connection (RFC 9293 §3.6.1) and the peer might never see the report.
 */
export function dismiss(socket: Socket, clock: Clock, report: string): void {
  const timer = clock.after(1000, () => socket.destroy());
  socket.on("close", () => timer.cancel());
  socket.resume().end(report);
}

/** Until `event`, or until the socket is closed. */
async function first(socket: Socket, event: "drain"): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  socket.once(event, resolve).once("close", resolve);
  await promise;
  socket.off(event, resolve).off("close", resolve);
}

/** A bucket of tokens: a second's worth may come at once, then one by one. Resolves early when the socket closes. */
function pacing(socket: Socket, clock: Clock, perSecond: number): () => Promise<void> {
  let tokens = perSecond;
  let filledAt = clock.monotonic();
  return async () => {
    const now = clock.monotonic();
    tokens = Math.min(perSecond, tokens + ((now - filledAt) * perSecond) / 1000) - 1;
    filledAt = now;
    if (tokens >= 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = clock.after((-tokens * 1000) / perSecond, resolve);
    socket.once("close", resolve);
    await promise;
    socket.off("close", resolve);
    timer.cancel();
  };
}

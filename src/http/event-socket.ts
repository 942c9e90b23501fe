// An agent's events over a WebSocket, at the path of sse.ts. A program says who it is in the header `Guid`; a browser, which can
// set no header here, in its first message: {"guid":"…","since":"…"}.

import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { RawData, WebSocket, WebSocketServer } from "ws";
import { isRefusal, refuse } from "../base/step.ts";
import { aliveMessage, type StreamHello } from "../contract/event-stream.ts";
import type { Refused, StreamItem } from "../runtime/face.ts";
import { isEventId } from "../runtime/feed-reader.ts";
import { noteStream, openStream, type Stream, type Wire, type Wish, wishOf } from "./event-stream.ts";
import type { Door } from "./serve.ts";
import { askerOf, guidOf, isOwnPage } from "./session.ts";

const path = /^\/+seatway\/v1\/agents\/(\d{1,9})\/events\/?$/;

/** For the first message. */
const HELLO_MS = 10_000;
const LONGEST_MESSAGE = 4096;
/** Unsent bytes above which the reader is waited for. */
const MOST_UNSENT = 65_536;

/** Pings without an answer after which nobody is there; a slow reader's answers come late. */
const MOST_UNANSWERED = 4;

const GOING_AWAY = 1001;
const POLICY_VIOLATION = 1008;
/** Private codes (RFC 6455 §7.4.2): the stream was refused, or nobody said whose it is. */
const REFUSED = 4401;
const SILENT = 4408;

export type EventSockets = {
  /** Whether this Upgrade is for us; every other one is served like any request. */
  takes(request: IncomingMessage): boolean;
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): void;
};

const pathOf = ({ url }: IncomingMessage): string => (url ?? "").replace(/\?.*$/s, "");

/** RFC 6455 §5.5: a reason has 123 bytes at most. */
const refusal = ({ refused, message }: Refused): string => `${refused} ${message}`.slice(0, 120);

const noHello = refuse("000-002", 'first message: {"guid":"…"} and, if wanted, "since"');

function helloOf(data: RawData): StreamHello | Refused {
  try {
    const value: unknown = JSON.parse(String(data));
    if (typeof value !== "object" || value === null || !("guid" in value) || typeof value.guid !== "string")
      return noHello;
    const since = "since" in value ? value.since : undefined;
    if (since === undefined || since === null) return { guid: value.guid };
    if (typeof since !== "string" || !isEventId(since)) return refuse("000-002", "since: the id of an event, or 0");
    return { guid: value.guid, since };
  } catch {
    return noHello;
  }
}

/** `drained` is told once what was sent has gone, since the library itself says nothing. */
function wireOver(socket: WebSocket, drained: () => void): Wire {
  const text = (item: StreamItem): string => JSON.stringify(item);
  let unanswered = 0;
  socket.on("pong", () => {
    unanswered = 0;
  });
  return {
    send(item) {
      const full = socket.bufferedAmount > MOST_UNSENT;
      socket.send(text(item), (error) => {
        if (full && !error) drained();
      });
      return !full;
    },
    beat() {
      if (unanswered >= MOST_UNANSWERED) return socket.terminate();
      unanswered += 1;
      socket.ping();
      // A script sees no ping, and wants to know as well that its peer is there.
      socket.send(aliveMessage);
    },
    end: () => socket.close(1000),
    drop: () => socket.terminate(),
  };
}

export function openEventSockets(door: Door): EventSockets {
  const open = new Set<WebSocket>();
  let library: Promise<WebSocketServer> | undefined;

  const begin = (socket: WebSocket, wish: Wish): void => {
    let stream: Stream | undefined;
    const opened = openStream(door, wish, () => wireOver(socket, () => stream?.drained()));
    if (isRefusal(opened)) return socket.close(REFUSED, refusal(opened as Refused));
    stream = opened as Stream;
    noteStream(door, wish, "a stream of events begins");
    socket.once("close", () => {
      stream?.close();
      noteStream(door, wish, "a stream of events ended");
    });
  };

  /** Waits for the first message when the request did not say who asks. */
  const welcome = (socket: WebSocket, request: IncomingMessage): void => {
    open.add(socket);
    socket.on("error", () => socket.terminate());
    socket.once("close", () => open.delete(socket));
    const agent = path.exec(pathOf(request))?.[1] ?? "";
    const asker = askerOf(request, door.trusted);
    // `*` lets any page call, but never with the cookie (cors.ts): such a page has to know the Guid.
    const listed = door.settings.corsOrigins.filter((origin) => origin !== "*");
    const headers = isOwnPage(request, listed) ? request.headers : { ...request.headers, cookie: undefined };
    const wish = wishOf(door, request, { agent, guid: guidOf(headers), asker });
    if (isRefusal(wish)) return socket.close(REFUSED, refusal(wish as Refused));
    const known = wish as Wish;
    if (known.guid !== undefined || asker.trusted) return begin(socket, known);
    const patience = door.clock.after(HELLO_MS, () => socket.close(SILENT, "no first message"));
    socket.once("close", () => patience.cancel());
    socket.once("message", (data) => {
      patience.cancel();
      const hello = helloOf(data);
      if (isRefusal(hello)) return socket.close(POLICY_VIOLATION, refusal(hello as Refused));
      begin(socket, { ...known, ...(hello as StreamHello) });
    });
  };

  const upgrade = async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    const lost = (): void => void socket.destroy();
    socket.once("error", lost);
    library ??= openLibrary();
    const server = await library;
    socket.off("error", lost);
    if (!socket.destroyed) server.handleUpgrade(request, socket, head, (opened) => welcome(opened, request));
  };

  return {
    takes: (request) =>
      request.method === "GET" &&
      request.headers.upgrade?.toLowerCase() === "websocket" &&
      path.test(pathOf(request)) &&
      isOwnPage(request, door.settings.corsOrigins),
    accept(request, socket, head) {
      upgrade(request, socket, head).catch((fault: unknown) => {
        door.log.error({ error: String(fault) }, "websocket handshake");
        socket.destroy();
      });
    },
    close() {
      for (const socket of open) socket.close(GOING_AWAY);
    },
  };
}

/** Loaded with the first who asks for it. */
async function openLibrary(): Promise<WebSocketServer> {
  const { WebSocketServer } = await import("ws");
  return new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: LONGEST_MESSAGE,
  });
}

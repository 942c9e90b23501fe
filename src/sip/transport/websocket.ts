// SIP over WebSocket (RFC 7118): connections that browsers have opened to the HTTP face and that it hands over. One message
// is one SIP message. We never open one ourselves: a browser cannot be called back.

import { isUtf8 } from "node:buffer";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { RawData, WebSocket, WebSocketServer } from "ws";
import type { Clock, Timer } from "../../base/clock.ts";
import type { Peer } from "../face.ts";
import { MAX_BODY, MAX_HEAD } from "../message/parse.ts";
import { type Connection, Connections, plainAddress, type StreamTransport } from "./connections.ts";
import type { NetworkEvents, NetworkOptions } from "./network.ts";
import { MAX_UNSENT } from "./stream-connection.ts";

export type WebSocketTransport = StreamTransport & {
  /** A connection whose HTTP request asked for SIP; `head`: what has already come behind it. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void;
};

const MAX_CONNECTIONS = 20_000;
/** Messages that may come at once, and how many more each second: far above what a phone says. */
const BURST = 200;
const PER_SECOND = 50;
/** Holds NAT bindings and proxies open, and finds a browser that is gone without a word (RFC 7118 §6). */
const PING_MS = 25_000;
const POLICY_VIOLATION = 1008;

/** Both kinds, `ws` and `wss`, in one: which one it is, the socket says. */
export function openWebSockets({ clock, log }: NetworkOptions, events: NetworkEvents): WebSocketTransport {
  const connections = new Connections(events);
  let opened: Promise<WebSocketServer> | undefined;
  // The library is loaded with the first browser: a site without one does without.
  const server = (): Promise<WebSocketServer> => {
    opened ??= openServer((error) => log.debug({ error: error.message }, "websocket handshake"));
    return opened;
  };
  const upgrade = async (request: IncomingMessage, socket: Duplex, head: Buffer, peer: Peer): Promise<void> => {
    const lost = (): void => void socket.destroy();
    socket.once("error", lost);
    const library = await server();
    socket.off("error", lost);
    if (socket.destroyed) return;
    library.handleUpgrade(request, socket, head, (webSocket) => {
      connections.add(new WebSocketConnection(webSocket, peer, { clock, events, gone: connections.gone }));
    });
  };
  return {
    port: 0,
    accept(request, socket, head) {
      const peer = peerOfRequest(request);
      if (!peer || connections.size >= MAX_CONNECTIONS || events.enters?.(peer.address) === false) {
        socket.destroy();
        return;
      }
      socket.once("close", () => events.left?.(peer.address));
      upgrade(request, socket, head, peer).catch((fault: unknown) => {
        log.error({ error: String(fault) }, "websocket handshake");
        socket.destroy();
      });
    },
    send(peer, bytes, failed) {
      const open = connections.find(peer);
      if (open) open.send(bytes, failed);
      else if (failed) queueMicrotask(failed);
    },
    reaches: (peer) => connections.find(peer) !== undefined,
    close: async () => connections.destroyAll(),
  };
}

/** `refused`: a handshake that is none; the library has answered it with 400. */
async function openServer(refused: (error: Error) => void): Promise<WebSocketServer> {
  const { WebSocketServer } = await import("ws");
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: MAX_HEAD + MAX_BODY,
    handleProtocols: (offered) => (offered.has("sip") ? "sip" : false),
  });
  server.on("wsClientError", refused);
  return server;
}

function peerOfRequest({ socket }: IncomingMessage): Peer | undefined {
  const { remoteAddress, remotePort } = socket;
  if (remoteAddress === undefined || remotePort === undefined) return undefined;
  const transport = "encrypted" in socket ? "wss" : "ws";
  return { transport, address: plainAddress(remoteAddress), port: remotePort };
}

type Surroundings = {
  readonly clock: Clock;
  readonly events: NetworkEvents;
  readonly gone: (connection: Connection) => void;
};

class WebSocketConnection implements Connection {
  readonly peer: Peer;
  private readonly socket: WebSocket;
  private readonly around: Surroundings;
  private beat: Timer;
  private alive = true;
  private tokens = BURST;
  private filledAt: number;

  constructor(socket: WebSocket, peer: Peer, around: Surroundings) {
    this.socket = socket;
    this.peer = peer;
    this.around = around;
    this.filledAt = around.clock.monotonic();
    this.beat = this.nextBeat();
    socket.on("message", (data) => this.read(data));
    socket.on("pong", () => {
      this.alive = true;
    });
    // `close` always follows.
    socket.on("error", () => socket.terminate());
    socket.on("close", () => {
      this.beat.cancel();
      around.gone(this);
    });
  }

  /** Text where it can be (§5: binary must be taken too), for the eyes of whoever looks at the browser's traffic. */
  send(bytes: Buffer, failed: (() => void) | undefined): void {
    if (this.socket.bufferedAmount > MAX_UNSENT) this.destroy();
    this.socket.send(bytes, { binary: !isUtf8(bytes) }, (error) => {
      if (error && failed) queueMicrotask(failed);
    });
  }

  destroy(): void {
    this.socket.terminate();
  }

  private nextBeat(): Timer {
    return this.around.clock.after(PING_MS, () => {
      if (!this.alive) {
        this.destroy();
        return;
      }
      this.alive = false;
      this.socket.ping();
      this.beat = this.nextBeat();
    });
  }

  private read(data: RawData): void {
    this.alive = true;
    if (!this.mayGoOn()) {
      this.socket.close(POLICY_VIOLATION, "too many messages");
      return;
    }
    const bytes = bytesOf(data);
    // RFC 5626 §3.5.1: a keep-alive of clients that think of every transport as a stream.
    if (bytes.length === 4 && bytes.equals(PING)) this.send(PONG, undefined);
    else if (bytes.length > 2 || !PONG.equals(bytes)) this.around.events.message(bytes, this.peer);
  }

  /** A bucket of tokens, one for each message. */
  private mayGoOn(): boolean {
    const now = this.around.clock.monotonic();
    this.tokens = Math.min(BURST, this.tokens + ((now - this.filledAt) / 1000) * PER_SECOND);
    this.filledAt = now;
    this.tokens -= 1;
    return this.tokens >= 0;
  }
}

const PING = Buffer.from("\r\n\r\n");
const PONG = Buffer.from("\r\n");

function bytesOf(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}

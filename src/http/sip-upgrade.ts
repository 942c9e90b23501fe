// SIP over WebSocket at /sip (RFC 6455 §4.2, RFC 7118 §4), and streams of events: whose Upgrade is taken. Every other offer, h2c too, is ignored and
// its request served like any other (RFC 9110 §7.8). What is spoken over the connection is not this room's business.

import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import type { FastifyInstance } from "fastify";
import { refuse } from "../base/step.ts";
import type { EventSockets } from "./event-socket.ts";
import { refusalBody, sendJson } from "./reply.ts";
import type { Door } from "./serve.ts";
import { isOwnPage } from "./session.ts";

const sipPath = "/sip";

const wrongOrigin = refusalBody(refuse("000-002", "this origin is not one of SEATWAY_CORS_ORIGINS"));
const noUpgrade = refusalBody(refuse("000-002", "this path speaks WebSocket with subprotocol sip only"));

const offered = (value: string | undefined): readonly string[] => (value ?? "").split(",").map((token) => token.trim());

function asksForSip({ method, url, headers }: IncomingMessage): boolean {
  const path = (url ?? "").replace(/\?.*$/s, "");
  if (method !== "GET" || path !== sipPath || headers.upgrade?.toLowerCase() !== "websocket") return false;
  return offered(headers["sec-websocket-protocol"]).includes("sip");
}

/** For `shouldUpgradeCallback`: false leaves the request to the router. */
export const takesUpgrade =
  (door: Door, events: EventSockets) =>
  (request: IncomingMessage): boolean =>
    events.takes(request) || takesSip(door, request);

const takesSip = (door: Door, request: IncomingMessage): boolean =>
  door.sipSocket !== undefined && asksForSip(request) && isOwnPage(request, door.settings.corsOrigins);

/** What the router says to a request for the path that was not upgraded. */
export function routeSip(app: FastifyInstance, door: Door): void {
  if (!door.sipSocket) return;
  app.get(sipPath, ({ raw: request }, reply) => {
    reply.hijack();
    if (isOwnPage(request, door.settings.corsOrigins)) sendJson(reply.raw, 426, noUpgrade, ["Upgrade", "websocket"]);
    else {
      door.log.warn({ method: "sip", origin: String(request.headers.origin).slice(0, 100) }, "origin refused");
      sendJson(reply.raw, 403, wrongOrigin, []);
    }
  });
}

/** Hands over what was upgraded. Returns how to end those connections, which their server does not count any more. */
export function handUpgrades(servers: readonly Server[], { sipSocket }: Door, events: EventSockets): () => void {
  const open = new Set<Duplex>();
  for (const server of servers) {
    server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      open.add(socket);
      socket.once("close", () => open.delete(socket));
      if (events.takes(request)) events.accept(request, socket, head);
      else if (sipSocket) sipSocket(request, socket, head);
      else socket.destroy();
    });
  }
  return () => {
    for (const socket of open) socket.destroy();
  };
}

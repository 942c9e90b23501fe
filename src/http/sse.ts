// An agent's events as server-sent events (WHATWG HTML §9.2). A browser that comes again by itself says what it has had in
// Last-Event-ID.

import type { ServerResponse } from "node:http";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { isRefusal, refuse } from "../base/step.ts";
import { eventStreamPath } from "../contract/event-stream.ts";
import type { Refused, StreamItem } from "../runtime/face.ts";
import { noteStream, openStream, PATIENCE_MS, type Stream, statusOf, type Wire, wishOf } from "./event-stream.ts";
import { type HeaderList, refusalBody, sendJson } from "./reply.ts";
import type { Door } from "./serve.ts";
import { askerOf, guidOf, isOwnPage } from "./session.ts";

const foreign = refusalBody(refuse("000-002", "this origin is not one of SEATWAY_CORS_ORIGINS"));

/** The browser waits so long before it comes again, and so long when we have asked it to. */
const RETRY_MS = 1000;
const AGAIN_MS = 50;

export const sseText = (item: StreamItem): string =>
  `${"id" in item ? `id: ${item.id}\n` : ""}event: ${item.type}\ndata: ${JSON.stringify(item)}\n\n`;

function endOf(response: ServerResponse): void {
  response.end();
  // A peer that takes nothing keeps no connection by it.
  response.setTimeout(PATIENCE_MS, () => response.destroy());
}

function start(response: ServerResponse, headers: HeaderList): Wire {
  // X-Accel-Buffering: a proxy that gathers what it passes on would keep the events back.
  const own = ["Content-Type", "text/event-stream", "Cache-Control", "no-store", "X-Accel-Buffering", "no"];
  response.writeHead(200, [...own, ...headers]);
  response.write(`retry: ${RETRY_MS}\n\n`);
  return {
    send: (item) => response.write(sseText(item)),
    beat: () => void response.write(":\n\n"),
    end: () => endOf(response),
    drop: () => void response.destroy(),
  };
}

/** Routes the path. Returns how to end the streams. */
export function serverSentEvents(app: FastifyInstance, door: Door): () => void {
  const open = new Set<ServerResponse>();
  const handler = ({ raw: request, params }: FastifyRequest, reply: FastifyReply): void => {
    reply.hijack();
    const response = reply.raw;
    const cors = door.cors.reply(request.headers.origin);
    const refused = (refusal: Refused): void => sendJson(response, statusOf(refusal), refusalBody(refusal), cors);
    if (request.headers.upgrade !== undefined && !isOwnPage(request, door.settings.corsOrigins)) {
      return sendJson(response, 403, foreign, cors);
    }
    const { agent } = params as { readonly agent: string };
    const wish = wishOf(door, request, {
      agent,
      guid: guidOf(request.headers),
      asker: askerOf(request, door.trusted),
    });
    if (isRefusal(wish)) return refused(wish as Refused);
    const known = wish as Exclude<typeof wish, Refused>;
    const stream = openStream(door, known, () => start(response, cors));
    if (isRefusal(stream)) return refused(stream as Refused);
    const { drained, close } = stream as Stream;
    noteStream(door, known, "a stream of events begins");
    const lived = door.clock.after(door.settings.streamLifeMs, () => {
      close();
      response.write(`retry: ${AGAIN_MS}\n${sseText({ type: "again" })}`);
      endOf(response);
    });
    open.add(response);
    response.on("drain", drained);
    response.once("close", () => {
      lived.cancel();
      open.delete(response);
      close();
      noteStream(door, known, "a stream of events ended");
    });
  };
  app.get(eventStreamPath.replace("{id}", ":agent"), handler);
  return () => {
    for (const response of open) response.end();
  };
}

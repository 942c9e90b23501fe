// GET /live: what happens, as Server-Sent Events (WHATWG HTML §9.2) for the page at `/watch`. Its lines hold full numbers, so
// it is for this machine alone. A reader that does not keep up is dropped; its browser comes again by itself.

import type { ServerResponse } from "node:http";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Clock } from "../base/clock.ts";
import { refuse } from "../base/step.ts";
import { admitLocal } from "./local-page.ts";
import type { HttpOptions } from "./options.ts";
import { refusalBody, sendJson } from "./reply.ts";

const maxReaders = 16;
const maxBacklogBytes = 1_048_576;
const keepAliveMs = 15_000;

const tooMany = refusalBody(refuse("000-002", `at most ${maxReaders} live pages at a time`));

export type Live = {
  readonly handler: (request: FastifyRequest, reply: FastifyReply) => void;
  /** Ends every feed. */
  readonly close: () => void;
};

function write(response: ServerResponse, text: string): void {
  if (response.writableLength > maxBacklogBytes) response.destroy();
  else response.write(text);
}

/** A comment line now and then: a reader that is gone without a word is found by the write. Returns how to stop. */
function keepAlive(clock: Clock, response: ServerResponse): () => void {
  const beat = () => {
    write(response, ":\n\n");
    timer = clock.after(keepAliveMs, beat);
  };
  let timer = clock.after(keepAliveMs, beat);
  return () => timer.cancel();
}

export function openLive({ gateway, clock }: HttpOptions): Live {
  const readers = new Set<ServerResponse>();
  const start = (response: ServerResponse) => {
    response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
    response.write(":\n\n");
    const stopWatching = gateway.watch((line) => write(response, `data: ${JSON.stringify(line)}\n\n`));
    const stopBeating = keepAlive(clock, response);
    readers.add(response);
    response.once("close", () => {
      readers.delete(response);
      stopWatching();
      stopBeating();
    });
  };
  return {
    handler({ raw: request }, reply) {
      reply.hijack();
      if (!admitLocal(request, reply.raw)) return;
      if (readers.size >= maxReaders) sendJson(reply.raw, 503, tooMany, []);
      else start(reply.raw);
    },
    close() {
      for (const response of readers) response.end();
    },
  };
}

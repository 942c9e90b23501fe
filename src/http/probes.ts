// For whoever watches the process: /healthz says that it lives, /readyz that calls can be placed.

import type { FastifyInstance } from "fastify";
import { sendJson } from "./reply.ts";
import type { Door } from "./serve.ts";

const alive = JSON.stringify({ status: "alive" });

export function probes(app: FastifyInstance, { gateway }: Door): void {
  app.get("/healthz", (_request, reply) => {
    reply.hijack();
    sendJson(reply.raw, 200, alive, []);
  });
  app.get("/readyz", (_request, reply) => {
    reply.hijack();
    const missing = gateway.missing();
    const ready = missing.length === 0;
    const body = JSON.stringify({ status: ready ? "ready" : "not ready", missing });
    sendJson(reply.raw, ready ? 200 : 503, body, []);
  });
}

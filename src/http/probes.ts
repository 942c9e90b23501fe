// For whoever watches the process: /healthz says that it lives, /readyz that nothing of the demo site is missing. HEAD
// too, which watchers send; the interface itself does not serve it.

import type { FastifyInstance } from "fastify";
import { sendJson } from "./reply.ts";
import type { Door } from "./serve.ts";

const alive = JSON.stringify({ status: "alive" });

export function probes(app: FastifyInstance, { gateway }: Door): void {
  const method = ["GET", "HEAD"];
  app.route({
    method,
    url: "/healthz",
    handler: (_request, reply) => {
      reply.hijack();
      sendJson(reply.raw, 200, alive, []);
    },
  });
  app.route({
    method,
    url: "/readyz",
    handler: (_request, reply) => {
      reply.hijack();
      const missing = gateway.missing();
      const ready = missing.length === 0;
      const body = JSON.stringify({ status: ready ? "ready" : "not ready", missing });
      sendJson(reply.raw, ready ? 200 : 503, body, []);
    },
  });
}

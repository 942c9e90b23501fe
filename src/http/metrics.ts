// GET /metrics, for Prometheus: this machine alone, and whoever SEATWAY_METRICS_ALLOW names (over HTTPS: plain HTTP is on
// loopback). They hold no number and no name but those of trunks.

import type { IncomingMessage, ServerResponse } from "node:http";
import type { FastifyInstance } from "fastify";
import { refuse } from "../base/step.ts";
import { admitLocal } from "./local-page.ts";
import type { HttpOptions } from "./options.ts";
import { refusalBody, sendJson } from "./reply.ts";
import type { Door } from "./serve.ts";
import { addressOf, isLoopback } from "./session.ts";

const failed = refusalBody(refuse("100-007", "the metrics could not be read"));

/** No route without metrics. */
export function metricsRoute(app: FastifyInstance, { metrics, log }: Door): void {
  if (!metrics) return;
  app.get("/metrics", async ({ raw }, reply) => {
    reply.hijack();
    if (!admitted(metrics, raw, reply.raw)) return;
    try {
      const { contentType, text } = await metrics.page();
      const body = Buffer.from(text);
      reply.raw.writeHead(200, { "Content-Type": contentType, "Content-Length": body.length });
      reply.raw.end(body);
    } catch (fault) {
      log.error({ fault: String(fault) }, "the metrics could not be read");
      sendJson(reply.raw, 500, failed, []);
    }
  });
}

const admitted = (
  { allows }: NonNullable<HttpOptions["metrics"]>,
  request: IncomingMessage,
  response: ServerResponse,
): boolean => {
  const address = addressOf(request);
  return (!isLoopback(address) && allows(address)) || admitLocal(request, response);
};

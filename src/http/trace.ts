// GET /seatway/calls/{callid}/trace: the SIP messages of one call, for `seatway trace`. They show numbers in full, so this is
// for this machine alone, as the live page is.

import type { FastifyInstance } from "fastify";
import { refuse } from "../base/step.ts";
import { admitLocal } from "./local-page.ts";
import { refusalBody, sendJson } from "./reply.ts";
import type { Door } from "./serve.ts";

/** A call id has at most 21 characters; a SIP Call-ID is whatever its sender liked. */
const longest = 256;

const badId = refusalBody(refuse("000-002", `callid: 1 to ${longest} characters`));
const failed = refusalBody(refuse("100-007", "the trace could not be read"));

/** `messages` is [] for a call of which nothing is kept (any more). No route without evidence. */
export function callTrace(app: FastifyInstance, { evidence, log }: Door): void {
  if (!evidence) return;
  app.get<{ Params: { callid: string } }>("/seatway/calls/:callid/trace", async (request, reply) => {
    reply.hijack();
    if (!admitLocal(request.raw, reply.raw)) return;
    const { callid } = request.params;
    if (callid === "" || callid.length > longest) return sendJson(reply.raw, 400, badId, []);
    try {
      const messages = await evidence.find(callid);
      sendJson(reply.raw, 200, JSON.stringify({ callId: callid, gateway: evidence.gateway, messages }), []);
    } catch (fault) {
      log.error({ fault: String(fault) }, "a trace could not be read");
      sendJson(reply.raw, 500, failed, []);
    }
  });
}

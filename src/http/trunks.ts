// /seatway/trunks: the trunk doctor's door, for this machine alone (docs/sip.md). It can place a call, so a page of another site
// that a browser here shows must not reach it: the Host header is looked at as for the page, and a foreign Origin is refused.

import type { IncomingMessage, ServerResponse } from "node:http";
import type { FastifyInstance } from "fastify";
import { isRefusal, refuse } from "../base/step.ts";
import type { Refused } from "../runtime/face.ts";
import type { TrunkDesk } from "../runtime/trunk-doctor.ts";
import { admitLocal } from "./local-page.ts";
import { refusalBody, sendJson } from "./reply.ts";

const noTrunk = refuse("000-002", "no such trunk") satisfies Refused;
const foreign = refuse("000-002", "a page of another origin may not do this") satisfies Refused;
const badBody = refuse("000-002", 'body: nothing, or {"number":"<1 to 24 of digits, * and #>"}') satisfies Refused;
const number = /^[0-9*#]{1,24}$/;

type Named = { Params: { readonly name: string } };

/** Absent desk: SIP is off, and the paths do not exist. */
export function trunkRoutes(app: FastifyInstance, desk: TrunkDesk | undefined): void {
  if (!desk) return;
  app.get("/seatway/trunks", ({ raw }, reply) => {
    reply.hijack();
    if (admitLocal(raw, reply.raw)) send(reply.raw, 200, { trunks: desk.list() });
  });
  app.get<Named>("/seatway/trunks/:name", ({ raw, params }, reply) => {
    reply.hijack();
    if (!admitLocal(raw, reply.raw)) return;
    const report = desk.report(params.name);
    if (report) send(reply.raw, 200, report);
    else send(reply.raw, 404, noTrunk);
  });
  app.post<Named>("/seatway/trunks/:name/test", async ({ raw, params, body }, reply) => {
    reply.hijack();
    if (!admitLocal(raw, reply.raw)) return;
    if (!isOwnOrigin(raw)) return send(reply.raw, 403, foreign);
    if (!desk.report(params.name)) return send(reply.raw, 404, noTrunk);
    const wanted = readBody(body);
    if (isRefusal(wanted)) return send(reply.raw, 400, wanted);
    const outcome = await desk.test(params.name, wanted.number);
    send(reply.raw, isRefusal(outcome) ? 409 : 200, outcome);
  });
}

function send(response: ServerResponse, status: number, body: Refused | object): void {
  sendJson(response, status, isRefusal(body) ? refusalBody(body as Refused) : JSON.stringify(body), []);
}

/** Browsers send Origin with every POST; programs send none. */
function isOwnOrigin({ headers }: IncomingMessage): boolean {
  const { origin, host } = headers;
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === host);
}

function readBody(body: unknown): { readonly number?: string } | Refused {
  const text = Buffer.isBuffer(body) ? body.toString("utf8").trim() : "";
  if (text === "") return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return badBody;
    const keys = Object.keys(value);
    if (keys.length === 0) return {};
    const asked: unknown = "number" in value ? value.number : undefined;
    return keys.length === 1 && typeof asked === "string" && number.test(asked) ? { number: asked } : badBody;
  } catch {
    return badBody;
  }
}

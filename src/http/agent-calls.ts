// GET /seatway/v1/agents/{id}/calls and PUT …/calls/{callid}/wrap-up (contract/agent-calls.ts). Refusals have the envelope of the
// interface, and a status of their own.

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { isoTime } from "../base/clock.ts";
import { isRefusal, refuse } from "../base/step.ts";
import {
  type AgentCallRecord,
  agentCallsPath,
  agentCallsRequest,
  type WrapUp,
  wrapUpPath,
  wrapUpRequest,
} from "../contract/agent-calls.ts";
import { type ArchivedCall, isCursor } from "../runtime/call-archive.ts";
import type { Refused } from "../runtime/face.ts";
import { readFields } from "./check.ts";
import { statusOf } from "./event-stream.ts";
import { admitAgent } from "./own-agent.ts";
import { type HeaderList, refusalBody, sendJson } from "./reply.ts";
import type { Door } from "./serve.ts";

type WrapUpRow = ArchivedCall["wrapUps"][number];

const away = refuse("100-007", "the call records cannot be read or written now") satisfies Refused;
const routerPath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ":$1");

/** What the request is answered with: JSON, or why not. */
type Act = (request: FastifyRequest, agent: string) => Promise<object | Refused>;

/** No route without records. */
export function agentCallRoutes(app: FastifyInstance, door: Door): void {
  const { agentCalls } = door;
  if (!agentCalls) return;
  app.get(routerPath(agentCallsPath), (request, reply) =>
    serve(door, request, reply, async (_request, agent) => {
      const fields = readFields(agentCallsRequest, sourcesOf(request));
      if (isRefusal(fields)) return fields as Refused;
      const { limit, after } = fields as { readonly limit: number; readonly after: string };
      if (after !== "" && !isCursor(after)) return refuse("000-002", `after: ${agentCallsRequest.query.after.rule}`);
      const { calls, next } = await agentCalls.find(agent, { limit, ...(after === "" ? {} : { after }) });
      return { calls: calls.map((call) => callView(call, agent)), next };
    }),
  );
  app.put(routerPath(wrapUpPath), (request, reply) =>
    serve(door, request, reply, async (_request, agent) => {
      const fields = readFields(wrapUpRequest, sourcesOf(request));
      if (isRefusal(fields)) return fields as Refused;
      const { callid, code, notes } = fields as {
        readonly callid: string;
        readonly code: number;
        readonly notes: string;
      };
      const row = await agentCalls.wrapUp(agent, callid, { code: code === 0 ? null : code, notes });
      return isRefusal(row) ? (row as Refused) : wrapUpView(row as WrapUpRow);
    }),
  );
}

const sourcesOf = ({ params, query, body }: FastifyRequest) => ({
  params: params as Record<string, unknown>,
  query: query as Record<string, unknown>,
  body: body as Buffer | undefined,
});

async function serve(door: Door, request: FastifyRequest, reply: FastifyReply, act: Act): Promise<void> {
  reply.hijack();
  const cors = door.cors.reply(request.headers.origin);
  const refused = (refusal: Refused, headers: HeaderList = []) =>
    sendJson(reply.raw, statusFor(refusal), refusalBody(refusal), [...headers, ...cors]);
  const admitted = admitAgent(door, request, "id");
  if (isRefusal(admitted)) return refused(admitted as Refused);
  const headers = admitted as HeaderList;
  try {
    const answer = await act(request, (request.params as { readonly id: string }).id);
    if (isRefusal(answer)) refused(answer as Refused, headers);
    else sendJson(reply.raw, 200, JSON.stringify(answer), [...headers, ...cors]);
  } catch (fault) {
    door.log.error({ fault: String(fault) }, "an agent's call records could not be read or written");
    refused(away, headers);
  }
}

const statusFor = (refusal: Refused): number => (refusal.refused === "400-001" ? 404 : statusOf(refusal));

const time = (ms: number | null): string | null => (ms === null ? null : isoTime(ms));

const wrapUpView = ({ code, codeName, notes, at }: WrapUpRow): WrapUp => ({
  code,
  name: codeName,
  notes,
  at: isoTime(at),
});

/** Between agents the other one is who he is not. */
const otherSide = ({ kind, caller, called }: ArchivedCall["call"], agent: string): string => {
  if (kind === "incoming") return caller;
  return kind === "outgoing" || caller === agent ? called : caller;
};

function callView({ call, wrapUps }: ArchivedCall, agent: string): AgentCallRecord {
  const { callId, kind, outcome, skillName, startedAt, talkingAt, endedAt, detect, detectText } = call;
  const own = wrapUps.find((wrapUp) => wrapUp.agent === agent);
  return {
    ...{ callId, kind, outcome, number: otherSide(call, agent), skillName },
    ...{ startedAt: isoTime(startedAt), talkingAt: time(talkingAt), endedAt: time(endedAt) },
    ...{ detect, detectText: detectText === "" ? null : detectText, wrapUp: own ? wrapUpView(own) : null },
  };
}

// One request of the interface from the door to the reply: agent id, session, fields, the act itself, reply, record.
// The session comes before the fields, so that a stranger learns nothing from them; the fields before the state
// (decisions.md 2 and 8). A fault of ours is 100-007 with status 200: programs end themselves on 5xx (wire.md 1, 8).

import type { ServerResponse } from "node:http";
import type { FastifyReply, FastifyRequest } from "fastify";
import { isRefusal, refuse } from "../base/step.ts";
import { resourceRoot } from "../contract/operation.ts";
import { results } from "../contract/result.ts";
import type { OnGone, Refused } from "../runtime/face.ts";
import type { Command } from "../runtime/replies.ts";
import type { TraceContext } from "../runtime/tracing/tracing.ts";
import type { Cors } from "./cors.ts";
import { hasGetBody, readGetBody } from "./get-body.ts";
import { keyOf, once, type Pending } from "./idempotency.ts";
import type { Limited, Limits } from "./limits.ts";
import { measure } from "./measure.ts";
import { isNoted, noteRequest } from "./note.ts";
import type { HttpOptions } from "./options.ts";
import { record } from "./record.ts";
import {
  type Answer,
  answerBody,
  guidHeaders,
  type HeaderList,
  type Outcome,
  refusalBody,
  retryHeaders,
  sendJson,
  traceHeaders,
} from "./reply.ts";
import type { Caller, Route } from "./route.ts";
import { sendFile } from "./send-file.ts";
import { askerOf, guidOf, isAgentId, traceOf } from "./session.ts";

/** What all requests share, made once. */
export type Door = HttpOptions & {
  readonly cors: Cors;
  readonly trusted: ReadonlySet<string>;
  readonly limits: Limits;
  readonly pending: Pending;
};

/** One request on its way: what is still needed when its reply is written. */
type Exchange = {
  readonly route: Route;
  readonly agent: string;
  readonly request: FastifyRequest;
  readonly response: ServerResponse;
  readonly trace: string;
  readonly context: TraceContext;
  /** Headers of the limits that the request was counted in, where its reply shows them. */
  limits: Limited | undefined;
  /** Monotonic milliseconds. */
  readonly startedAt: number;
  /** The call that the agent was in when it came. */
  readonly callId: string;
};

type Admitted = { readonly renewedGuid?: string /** Where the path has none. */; readonly agent?: string };

function onGone(response: ServerResponse): OnGone {
  return (task) => {
    if (response.destroyed) return task();
    // A close after the reply was ended is how every response ends.
    response.once("close", () => {
      if (!response.writableEnded) task();
    });
  };
}

function admit(door: Door, route: Route, caller: Caller, guid: string | undefined): Refused | Admitted {
  const { access } = route.operation;
  if (access === "sign-in") return {};
  if (access === "trusted-host") return caller.asker.trusted ? {} : refuse("000-003", results["000-003"]);
  if (access === "configuration") return door.gateway.administrator(guid);
  const alive = access === "sign-of-life" || access === "heartbeat";
  const admitted = door.gateway.authorise(caller.agent, guid, alive, caller.asker);
  // A Guid that falls due here is handed out with the next poll.
  return access === "heartbeat" && !isRefusal(admitted) ? {} : admitted;
}

/** A Guid that fell due when the request came in rides on its reply, unless the act brought a newer one. */
const withGuid = (outcome: Outcome, renewed: string): Outcome =>
  isRefusal(outcome) || "guid" in outcome ? outcome : { ...outcome, guid: renewed };

/** A reply shows one set of limits, the nearest to the agent; a poll only when it is over them: it comes by the thousand. */
function limit(exchange: Exchange, limited: Limited): Refused | undefined {
  const { refused } = limited;
  exchange.limits = refused || exchange.route.operation.result !== "event" ? limited : undefined;
  return refused;
}

function decide(
  door: Door,
  exchange: Exchange,
  body = exchange.request.body as Buffer | undefined,
): Outcome | Promise<Outcome> {
  const { route, agent, request, response, trace } = exchange;
  const range = door.settings.agentIdRange;
  const { access } = route.operation;
  if (access !== "trusted-host" && access !== "configuration" && !isAgentId(agent, range)) {
    return refuse("000-002", `agentid: ${range.min}-${range.max}`);
  }
  const header = (name: string) => {
    const value = request.headers[name];
    return typeof value === "string" ? value : undefined;
  };
  const asker = askerOf(request.raw, door.trusted);
  const caller: Caller = { agent, asker, onGone: onGone(response), header };
  const crowded = limit(exchange, door.limits.address(asker));
  if (crowded) return crowded;
  const admitted = admit(door, route, caller, guidOf(request.headers));
  if (isRefusal(admitted)) return admitted as Refused;
  const { renewedGuid: renewed, agent: known = agent } = admitted as Admitted;
  const counted = access !== "sign-in" && access !== "trusted-host";
  const hurried = counted ? limit(exchange, door.limits.agent(known, route.operation.id)) : undefined;
  if (hurried) return hurried;
  const params = request.params as Record<string, unknown>;
  const query = request.query as Record<string, unknown>;
  const key = keyOf(route.operation, header("idempotency-key"));
  if (isRefusal(key)) return key as Refused;
  const asked = known === agent ? caller : { ...caller, agent: known };
  const carryOut = () => route.carryOut(asked, { params, query, body });
  const act = () => door.gateway.during(trace, carryOut);
  const outcome =
    typeof key === "string" && door.replies
      ? once(door.replies, route.operation, commandOf(request, { agent: known, key, body }), act)
      : door.pending.run(known, route.operation, act);
  if (renewed === undefined) return outcome;
  return outcome instanceof Promise ? outcome.then((it) => withGuid(it, renewed)) : withGuid(outcome, renewed);
}

type Keyed = Pick<Command, "agent" | "key"> & { readonly body: Buffer | undefined };

const commandOf = ({ method, url }: FastifyRequest, { body, ...keyed }: Keyed): Command => ({
  ...keyed,
  line: `${method} ${url}`,
  body: body ?? Buffer.alloc(0),
});

const longestGetBody = 65_536;

async function decideWithBody(door: Door, exchange: Exchange): Promise<Outcome> {
  const body = await readGetBody(exchange.request.raw, longestGetBody);
  return body ? decide(door, exchange, body) : refuse("000-002", `body: at most ${longestGetBody} bytes`);
}

/** Tells whether the connection ended before every byte was handed to the system (decisions.md 7). */
function watchDelivery(response: ServerResponse, { delivered, undelivered }: NonNullable<Answer["delivery"]>): void {
  const check = () => (response.writableFinished ? delivered() : undelivered());
  if (response.destroyed) check();
  else response.once("close", check);
}

/** Of most polls: the trace's alone. */
function headersOf({ cors }: Door, { trace, limits, request }: Exchange, outcome: Outcome): HeaderList {
  const traced = traceHeaders(trace, outcome);
  const crossed = cors.reply(request.headers.origin);
  return limits || crossed.length > 0 ? traced.concat(limits?.headers() ?? [], crossed) : traced;
}

function write(door: Door, exchange: Exchange, outcome: Outcome): void {
  const { operation } = exchange.route;
  const { response } = exchange;
  const headers = headersOf(door, exchange, outcome);
  if (isRefusal(outcome)) {
    sendJson(response, 200, refusalBody(outcome as Refused), [...retryHeaders(outcome), ...headers]);
  } else if (outcome.kept) {
    const { body, headers: first } = outcome.kept;
    const guid = first.length > 0 ? first : guidHeaders(outcome.guid);
    sendJson(response, 200, body, [...guid, "Idempotency-Replayed", "true", ...headers]);
  } else if (outcome.file) {
    sendFile(response, outcome.file, [...guidHeaders(outcome.guid), ...headers], (reason) =>
      door.log.warn({ method: operation.logName, agent: exchange.agent, reason }, "a file did not arrive"),
    );
  } else {
    // Before it is written: an event that cannot be is told as a fault, and is not the first of the queue for ever.
    if (outcome.delivery) watchDelivery(response, outcome.delivery);
    const body = answerBody(operation.result, operation.success, outcome);
    sendJson(response, 200, body, guidHeaders(outcome.guid).concat(headers));
  }
}

function note(door: Door, exchange: Exchange, outcome: Outcome): void {
  const { operation } = exchange.route;
  const { agent, trace, request } = exchange;
  const ms = door.clock.monotonic() - exchange.startedAt;
  record(door, operation, { agent, trace, outcome, ms });
  const { callId, context } = exchange;
  measure(door, operation, { agent, context, outcome, ms });
  const sent = { url: request.url, query: request.query as Record<string, unknown>, body: bodyOf(request) };
  noteRequest(door, operation, { agent, ...sent, callId, trace, ms, outcome });
}

const bodyOf = ({ body }: FastifyRequest): Buffer | undefined => (Buffer.isBuffer(body) ? body : undefined);

/** What went wrong goes to the log, never to the client. */
function fault(door: Door, exchange: Exchange, error: unknown): Outcome {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  door.log.error(
    { method: exchange.route.operation.logName, agent: exchange.agent, trace: exchange.trace, error: text },
    "request failed",
  );
  return refuse("100-007", "internal error");
}

/** What a fault in `act` answers; undefined: there was none. */
function attempt(act: typeof write, door: Door, exchange: Exchange, outcome: Outcome): Outcome | undefined {
  try {
    act(door, exchange, outcome);
    return undefined;
  } catch (error) {
    return fault(door, exchange, error);
  }
}

/** Writes the reply and notes it. Never throws: who runs this when all is kept has other replies to write. */
function settle(door: Door, exchange: Exchange, outcome: Outcome): void {
  const { response } = exchange;
  const failed = attempt(write, door, exchange, outcome);
  if (failed) {
    if (!isRefusal(outcome)) outcome.file?.content.destroy();
    if (response.headersSent || attempt(write, door, exchange, failed)) response.destroy();
  }
  attempt(note, door, exchange, failed ?? outcome);
}

/** The handler of one route, for the router. */
export function handlerOf(door: Door, route: Route): (request: FastifyRequest, reply: FastifyReply) => void {
  return (request, reply) => {
    reply.hijack();
    const { agentid, workno } = request.params as { readonly agentid?: string; readonly workno?: string };
    const agent = agentid ?? workno ?? "";
    const startedAt = door.clock.monotonic();
    const context = traceOf(request.headers);
    const { trace } = context;
    const callId = door.notes && isNoted(route.operation) ? door.notes.inCall(agent) : "";
    const response = reply.raw;
    const exchange: Exchange = {
      route,
      agent,
      request,
      response,
      trace,
      context,
      limits: undefined,
      startedAt,
      callId,
    };
    const finish = (outcome: Outcome) => {
      // A read promises nothing, unless it hands out a Guid.
      if (route.operation.method === "GET" && !("guid" in outcome)) return settle(door, exchange, outcome);
      door.gateway.kept(() => settle(door, exchange, outcome));
    };
    try {
      const outcome = hasGetBody(route.operation) ? decideWithBody(door, exchange) : decide(door, exchange);
      if (!(outcome instanceof Promise)) return finish(outcome);
      outcome
        .catch((error: unknown) => fault(door, exchange, error))
        .then(finish, (error: unknown) => {
          fault(door, exchange, error);
        });
    } catch (error) {
      finish(fault(door, exchange, error));
    }
  };
}

/** Full path of an operation as the router writes it. */
export const routerPath = ({ operation }: Route): string =>
  resourceRoot + operation.path.replaceAll(/\{(\w+)\}/g, ":$1");

// /seatway/v1/operator: one way through for every row of contract/operator.ts — rate of the address, session and right, fields, the
// act, reply. Faults go to the log, never to the client.

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { isRefusal, refuse } from "../../base/step.ts";
import { type OperatorOperation, operatorOperations, operatorRoot } from "../../contract/operator.ts";
import type { Refused } from "../../runtime/face.ts";
import type { OperatorDesk } from "../../runtime/operator/face.ts";
import type { Operator } from "../../runtime/operator/sign-ins.ts";
import { readFields } from "../check.ts";
import type { Door } from "../serve.ts";
import { askerOf } from "../session.ts";
import type { Acts, Given } from "./acts.ts";
import { admit } from "./admission.ts";
import { openBoardStreams } from "./board-stream.ts";
import { answer, failed, isFailed, refusedBy } from "./reply.ts";
import { actsOf } from "./routes.ts";

type Act = (given: Given<keyof Acts>) => unknown;

const nobody: Operator = { user: "", name: "", rights: "supervisor" };
const away = failed(503, refuse("100-007", "this cannot be read or done now"));

/** No route without a desk. Returns how to end the streams. */
export function operatorRoutes(app: FastifyInstance, door: Door): () => void {
  const { operator: desk } = door;
  if (!desk) return () => {};
  const streams = openBoardStreams(desk.board);
  const acts = actsOf({ door, desk, streams });
  for (const operation of Object.values<OperatorOperation>(operatorOperations)) {
    const act = acts[operation.id as keyof Acts] as Act;
    const url = operatorRoot + operation.path.replaceAll(/\{(\w+)\}/g, ":$1");
    app.route({
      method: operation.method,
      url,
      handler(request, reply) {
        reply.hijack();
        void serve({ door, desk, operation, act }, request, reply);
      },
    });
  }
  return streams.close;
}

type Served = {
  readonly door: Door;
  readonly desk: OperatorDesk;
  readonly operation: OperatorOperation;
  readonly act: Act;
};

async function serve(served: Served, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { door, operation } = served;
  const begun = door.clock.monotonic();
  const outcome = await decide(served, request, reply).catch((fault: unknown) => {
    door.log.error({ method: operation.id, fault: String(fault) }, "an operator's request failed");
    return away;
  });
  const status = isFailed(outcome) ? outcome.status : 200;
  const ms = Math.round(100 * (door.clock.monotonic() - begun)) / 100;
  door.log.info({ method: `operator ${operation.id}`, status, ms }, "request");
  if (outcome !== undefined) answer(reply.raw, outcome);
}

async function decide({ door, desk, operation, act }: Served, request: FastifyRequest, reply: FastifyReply) {
  const asker = askerOf(request.raw, door.trusted);
  const { refused } = door.limits.address(asker);
  if (refused) return refusedBy(refused, 429);
  const operator = admit(operation, request.raw, desk.signIns);
  if (isFailed(operator)) return operator;
  const params = request.params as Record<string, unknown>;
  const query = request.query as Record<string, unknown>;
  const fields = readFields(operation, { params, query, body: request.body as Buffer | undefined });
  if (isRefusal(fields)) return refusedBy(fields as Refused);
  const given = { fields, request, response: reply.raw, asker, operator: operator ?? nobody };
  return act(given as Given<keyof Acts>);
}

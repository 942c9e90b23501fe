// The door of an agent's own pages under /seatway/v1/agents/{id}: his Guid, and the rate of the address that asks.

import type { FastifyRequest } from "fastify";
import { isRefusal, refuse } from "../base/step.ts";
import type { Refused } from "../runtime/face.ts";
import { guidHeaders, type HeaderList } from "./reply.ts";
import type { Door } from "./serve.ts";
import { askerOf, guidOf, isAgentId } from "./session.ts";

/** The headers of a Guid that fell due. `field`: what the work number is called in the path. */
export function admitAgent(door: Door, request: FastifyRequest, field: "id" | "agentid"): Refused | HeaderList {
  const id = (request.params as Readonly<Record<string, string>>)[field] ?? "";
  const { min, max } = door.settings.agentIdRange;
  if (!isAgentId(id, { min, max })) return refuse("000-002", `${field}: ${min}-${max}`);
  const asker = askerOf(request.raw, door.trusted);
  const { refused } = door.limits.address(asker);
  if (refused) return refused;
  const admitted = door.gateway.authorise(id, guidOf(request.headers), false, asker);
  if (isRefusal(admitted)) return admitted as Refused;
  return guidHeaders((admitted as { readonly renewedGuid?: string }).renewedGuid);
}

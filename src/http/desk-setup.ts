// GET /seatway/v1/agents/{id}/desk (contract/desk-setup.ts): the part of the site that an agent's own desk shows.

import type { FastifyInstance } from "fastify";
import { isRefusal, refuse } from "../base/step.ts";
import { type DeskSetup, deskSetupPath } from "../contract/desk-setup.ts";
import type { Refused } from "../runtime/face.ts";
import { statusOf } from "./event-stream.ts";
import { guidHeaders, refusalBody, sendJson } from "./reply.ts";
import type { Door } from "./serve.ts";
import { askerOf, guidOf, isAgentId } from "./session.ts";

function setupOf(site: NonNullable<Door["site"]>, id: string): DeskSetup | Refused {
  const agent = site.agents.find((one) => one.id === id);
  if (!agent) return refuse("300-002", "id: not an agent of this site");
  const first = agent.caller ?? site.defaultCaller;
  return {
    name: agent.name,
    rights: agent.rights,
    callers: [first, ...site.callers.filter((number) => number !== first)],
    restCauses: site.restCauses ?? [],
    skills: site.skills.map(({ id: skill, name }) => ({ id: skill, name })),
    wrapUpMs: site.wrapUpMs ?? null,
  };
}

/** No route without a site. */
export function deskSetup(app: FastifyInstance, door: Door): void {
  const { site, gateway, settings } = door;
  if (!site) return;
  app.get<{ Params: { id: string } }>(deskSetupPath.replace("{id}", ":id"), (request, reply) => {
    reply.hijack();
    const { id } = request.params;
    const cors = door.cors.reply(request.headers.origin);
    const refused = (refusal: Refused) => sendJson(reply.raw, statusOf(refusal), refusalBody(refusal), cors);
    const { min, max } = settings.agentIdRange;
    if (!isAgentId(id, { min, max })) return refused(refuse("000-002", `id: ${min}-${max}`));
    const asker = askerOf(request.raw, door.trusted);
    const limited = door.limits.address(asker).refused;
    if (limited) return refused(limited);
    const admitted = gateway.authorise(id, guidOf(request.headers), false, asker);
    if (isRefusal(admitted)) return refused(admitted as Refused);
    const setup = setupOf(site, id);
    if (isRefusal(setup)) return refused(setup as Refused);
    const { renewedGuid } = admitted as { readonly renewedGuid?: string };
    sendJson(reply.raw, 200, JSON.stringify(setup), [...guidHeaders(renewedGuid), ...cors]);
  });
}

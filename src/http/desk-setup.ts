// GET /seatway/v1/agents/{id}/desk (contract/desk-setup.ts): the part of the site that an agent's own desk shows.

import type { FastifyInstance } from "fastify";
import { isRefusal, refuse } from "../base/step.ts";
import { type DeskSetup, deskSetupPath } from "../contract/desk-setup.ts";
import type { Refused } from "../runtime/face.ts";
import { statusOf } from "./event-stream.ts";
import { admitAgent } from "./own-agent.ts";
import { type HeaderList, refusalBody, sendJson } from "./reply.ts";
import type { Door } from "./serve.ts";

function setupOf(site: NonNullable<Door["site"]>, id: string): DeskSetup | Refused {
  const agent = site.agents.find((one) => one.id === id);
  if (!agent) return refuse("300-002", "id: not an agent of this site");
  const first = agent.caller ?? site.defaultCaller;
  return {
    name: agent.name,
    rights: agent.rights,
    callers: [first, ...site.callers.filter((number) => number !== first)],
    restCauses: site.restCauses ?? [],
    busyReasons: site.busyReasons ?? [],
    wrapUpCodes: site.wrapUpCodes ?? [],
    skills: site.skills.map(({ id: skill, name }) => ({ id: skill, name })),
    wrapUpMs: site.wrapUpMs ?? null,
  };
}

/** No route without a site. */
export function deskSetup(app: FastifyInstance, door: Door): void {
  const { site } = door;
  if (!site) return;
  app.get<{ Params: { id: string } }>(deskSetupPath.replace("{id}", ":id"), (request, reply) => {
    reply.hijack();
    const { id } = request.params;
    const cors = door.cors.reply(request.headers.origin);
    const refused = (refusal: Refused) => sendJson(reply.raw, statusOf(refusal), refusalBody(refusal), cors);
    const admitted = admitAgent(door, request, "id");
    if (isRefusal(admitted)) return refused(admitted as Refused);
    const setup = setupOf(site, id);
    if (isRefusal(setup)) return refused(setup as Refused);
    sendJson(reply.raw, 200, JSON.stringify(setup), [...(admitted as HeaderList), ...cors]);
  });
}

// Where a transfer goes: devicetype and address of a request become a target of the core, or a refusal that names the field.

import { agentId } from "../base/ids.ts";
import { refuse } from "../base/step.ts";
import type { Target } from "../core/call/state.ts";
import type { Site, SiteSkill } from "../core/site.ts";
import type { TollCall } from "../core/toll/toll.ts";
import { callerAllowed } from "../core/trunk/trunk.ts";
import { numberOf, targetOf } from "./call-rules.ts";
import type { Refused, Transfer } from "./face.ts";

type Known = {
  readonly site: Site;
  readonly agent: string;
  /** Whose prefixes count for an external number. */
  readonly skill: Pick<SiteSkill, "id" | "prefixes">;
  readonly isSignedIn: (agent: string) => boolean;
  readonly hasRoute: (number: string) => boolean;
  readonly barred: (call: TollCall) => string | undefined;
};

export function transferTarget(request: Transfer, known: Known): Target | Refused {
  switch (request.device) {
    case "skill":
      return toSkill(request.address, known.site);
    case "agent":
      return toAgent(request, known);
    case "ivr":
      return toIvr(request, known);
    case "access-code":
      return toAccessCode(request, known);
    case "number":
      return toNumber(request, known);
  }
}

function toSkill(address: string, site: Site): Target | Refused {
  const skill = site.skills.find(({ id }) => String(id) === address);
  return skill ? served(skill) : refuse("000-002", "address: not a skill of this site");
}

const served = ({ id, record = false }: SiteSkill): Target => ({ type: "skill", skill: id, record });

function toAgent({ address, skillId }: Pick<Transfer, "address" | "skillId">, known: Known): Target | Refused {
  const { site, agent, isSignedIn } = known;
  const skill = site.skills.find(({ id }) => id === skillId);
  if (skillId !== 0 && !skill) return refuse("000-002", "skillId: not a skill of this site");
  if (!site.agents.some(({ id }) => id === address)) return refuse("000-002", "address: not an agent of this site");
  if (address === agent) return refuse("000-002", "address: the agent himself");
  return isSignedIn(address)
    ? { type: "agent", agent: agentId(address), record: skill?.record === true }
    : refuse("100-007", "address: the agent is not signed in");
}

/** A number of the site's own leads where a call from outside to it would go. */
function toAccessCode({ address, mode }: Transfer, known: Known): Target | Refused {
  const to = numberOf(known.site, address)?.to;
  if (!to) return refuse("000-002", "address: not an access code of this site");
  if ("agent" in to) return toAgent({ address: to.agent, skillId: 0 }, known);
  // Nobody is there to talk to the agent who asks.
  if (!("skill" in to) && mode !== "blind")
    return refuse("100-007", "mode: only a release transfer leads to an announcement or a menu");
  return targetOf(to, known.site);
}

/** Nothing but an access code names a menu to an agent. */
function toIvr({ address }: Transfer, { site }: Known): Target | Refused {
  const to = numberOf(site, address)?.to;
  return to && ("menu" in to || "announcement" in to)
    ? targetOf(to, site)
    : refuse("000-002", "address: not an access code of a menu or an announcement");
}

function toNumber(
  { address, caller, mediaAbility }: Transfer,
  { site, agent, skill, hasRoute, barred }: Known,
): Target | Refused {
  if (caller !== "" && !callerAllowed(site, caller))
    return refuse("000-002", "caller: not a caller number of this site");
  const bar = barred({ called: address, agent, skill });
  if (bar) return refuse("200-001", `address: ${bar}`);
  if (!hasRoute(address)) return refuse("200-001", "address: no route to this number");
  return { type: "party", number: address, caller: caller || null, mediaAbility };
}

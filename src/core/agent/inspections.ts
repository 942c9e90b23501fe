// An agent who inspects another one: his phone is rung for it, and while it is off-hook he is beside that agent in whatever call he
// has (core/inspection/ says when). What he is in then is no call of his: hold, mute and transfer find none.

import type { AgentId } from "../../base/ids.ts";
import { refuse } from "../../base/step.ts";
import type { InspectionMode } from "../call/state.ts";
import { release } from "./calls.ts";
import { change } from "./leaving.ts";
import { raisePhone } from "./phone.ts";
import {
  type AgentCall,
  type AgentEffect,
  type InspectedFact,
  type InspectionRequest,
  notify,
  type Outcome,
  type Refused,
  type SignedIn,
} from "./state.ts";

type Request<Type extends InspectionRequest["type"]> = Extract<InspectionRequest, { type: Type }>;

/** codes.json qc_types. */
const qcTypes: Readonly<Record<InspectionMode, number>> = { listen: 8, insert: 9, whisper: 20_172 };

export const qcTypeOf = (mode: InspectionMode): number => qcTypes[mode];

export function reduceInspection(agent: SignedIn, request: InspectionRequest): Outcome | Refused {
  switch (request.type) {
    case "begin-inspection":
      return begin(agent, request);
    case "switch-inspection":
      return switchMode(agent, request);
    case "end-inspection":
      return end(agent, request.of);
    case "take-over":
      return takeOver(agent, request.call);
  }
}

export const inspectionOf = (agent: SignedIn, of: AgentId): AgentCall | undefined =>
  agent.calls.find(({ inspection }) => inspection?.of === of);

/** Who is to join a call may be busy or in wrap-up; else he has to be idle (operations.json, preconditions). */
function begin(agent: SignedIn, { id, of, mode, ringMs }: Request<"begin-inspection">): Outcome | Refused {
  const { name } = agent.presence;
  const ready = name === "idle" || (mode === "insert" && (name === "busy" || name === "wrap-up"));
  if (!ready || agent.calls.length > 0) return refuse("900-005", "the inspector is not idle");
  if (agent.phone.name === "lost") return refuse("900-003", "the connection to the inspector's phone is lost");
  const occupation: AgentCall = {
    ...{ id, kind: "inspection", stage: "setting-up", feature: 0, role: "main", bringing: null, offer: null },
    ...{ muted: false, mediaAbility: 0, recording: null, inspection: { of, mode } },
  };
  const order = { call: id, shown: of, mediaAbility: 0, videoDirection: null } as const;
  return raisePhone({ ...agent, calls: [occupation] }, order, ringMs);
}

function switchMode(agent: SignedIn, { of, mode }: Request<"switch-inspection">): Outcome | Refused {
  const occupation = inspectionOf(agent, of);
  if (!occupation) return refuse("900-005", "this agent is not being inspected");
  return [change(agent, occupation.id, { inspection: { of, mode } }), []];
}

function end(agent: SignedIn, of: AgentId): Outcome | Refused {
  const occupation = inspectionOf(agent, of);
  return occupation ? release(agent, occupation) : refuse("900-005", "this agent is not being inspected");
}

/** The call puts him into the agent's seat; the phone stays off-hook. */
function takeOver(agent: SignedIn, { id, kind, feature, mediaAbility }: AgentCall): Outcome | Refused {
  const occupation = agent.calls.find(({ stage }) => stage === "inspecting");
  if (!occupation || agent.calls.length > 1) return refuse("900-005", "there is no call to intercept");
  const call: AgentCall = {
    ...{ id, kind, stage: "talking", feature, role: "main", bringing: null, offer: null },
    ...{ muted: false, mediaAbility, recording: null },
  };
  return [{ ...agent, calls: [call] }, [{ type: "intercept", call: id }]];
}

export function inspectedEvent({ type, by, mode }: InspectedFact): AgentEffect {
  const content = { qcType: qcTypeOf(mode), qcAgentId: Number(by) };
  return type === "inspected-from" ? notify("AgentOther_BeQcStart", content) : notify("AgentOther_BeQcStop", content);
}

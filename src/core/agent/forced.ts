// What an inspector does to the state of another agent: busy, idle, rest; during a call it waits for the end (behaviour.md §5).

import { refuse } from "../../base/step.ts";
import { enter } from "./presence.ts";
import {
  type Afterwards,
  type AgentEffect,
  FORCED_BUSY,
  type ForceRequest,
  notify,
  type Outcome,
  occupied,
  type Refused,
  type SignedIn,
} from "./state.ts";

export function reduceForce(agent: SignedIn, request: ForceRequest): Outcome | Refused {
  switch (request.type) {
    case "force-busy":
      return impose(agent, { name: "busy", reason: FORCED_BUSY });
    case "force-rest":
      return impose(agent, { name: "rest", seconds: request.seconds, cause: request.cause });
    case "force-idle":
      return forceIdle(agent);
  }
}

function impose(agent: SignedIn, wish: Afterwards): Outcome {
  if (occupied(agent)) return [{ ...agent, afterwards: wish }, []];
  const [next, effects] = enter(agent, wish);
  return [next, [...left(agent), ...effects]];
}

function forceIdle(agent: SignedIn): Outcome | Refused {
  if (occupied(agent)) {
    if (agent.afterwards) return [{ ...agent, afterwards: null }, []];
    return refuse("900-005", "the agent is in a call");
  }
  if (agent.presence.name === "idle") return refuse("900-005", "the agent is idle already");
  return [
    { ...agent, presence: { name: "idle" }, afterwards: null },
    [...left(agent), notify("AgentState_Force_Ready", null), notify("AgentState_Ready", null)],
  ];
}

/** The timers of the state that he is taken out of. */
const left = ({ presence }: SignedIn): readonly AgentEffect[] =>
  presence.name === "rest" || presence.name === "wrap-up" ? [{ type: "stop-timer", name: presence.name }] : [];

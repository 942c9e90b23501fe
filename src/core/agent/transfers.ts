// Passing a call on, asking somebody in, joining two calls: what the state allows, and what the call is told.

import { refuse } from "../../base/step.ts";
import { callOver, change } from "./leaving.ts";
import {
  type AgentCall,
  type AgentCallRequest,
  type AgentEffect,
  callReleased,
  type Outcome,
  type Refused,
  recordDone,
  type SignedIn,
} from "./state.ts";

type Request<Type extends AgentCallRequest["type"]> = Extract<AgentCallRequest, { type: Type }>;

/** codes.json: an internal call cannot be passed on. With `blind` the call is over for the agent at once. */
export function bringIn(
  agent: SignedIn,
  current: AgentCall | undefined,
  request: Request<"bring-in">,
): Outcome | Refused {
  const help = request.purpose === "help";
  if (current?.stage !== "talking") return refuse(help ? "200-018" : "200-012", "there is no connected call");
  const why = hindrance(current);
  if (why !== null) return refuse("100-007", why);
  if (!help && current.kind === "internal") return internal;
  const told: AgentEffect = { type: "tell-call", call: current.id, event: request };
  if (request.purpose === "blind") {
    const [left, effects] = callOver(agent, current);
    return [left, [told, ...effects]];
  }
  return [change(agent, current.id, { bringing: request.purpose }), [told]];
}

const internal = refuse("100-007", "an internal call cannot be transferred");

function hindrance({ bringing, video }: AgentCall): string | null {
  if (bringing) return "somebody is being brought into this call already";
  return video?.switching ? "the media of this call are being switched" : null;
}

/** RFC 5589 §7.1: whom he talks with goes on with whom his phone has called. */
export function replaceCall(
  agent: SignedIn,
  current: AgentCall | undefined,
  { into, leg }: Request<"replace-call">,
): Outcome | Refused {
  if (current?.stage !== "talking") return refuse("200-012", "there is no connected call");
  const why = hindrance(current);
  if (why !== null) return refuse("100-007", why);
  if (current.kind === "internal") return internal;
  const event = { type: "merge-into", call: into, leave: true, replacing: leg } as const;
  const [left, effects] = callOver(agent, current);
  return [left, [{ type: "tell-call", call: current.id, event }, ...effects]];
}

/** Whether there is a guest of his, the gateway has seen. */
export function takeBack(agent: SignedIn, current: AgentCall | undefined): Outcome | Refused {
  if (current?.stage !== "talking") return refuse("200-012", "there is no transferred call");
  const told: AgentEffect = { type: "tell-call", call: current.id, event: { type: "take-back" } };
  return [change(agent, current.id, { bringing: null }), [told]];
}

/** To a call of his, whatever its stage. */
export function tellCall(agent: SignedIn, request: Request<"drop-member" | "set-data">): Outcome | Refused {
  const call = agent.calls.find(({ id }) => id === request.callId);
  if (!call) {
    return request.type === "set-data"
      ? refuse("400-001", "callid: not a call of this agent")
      : refuse("200-023", "there is no call with this number");
  }
  const { callId: _, ...event } = request;
  return [agent, [{ type: "tell-call", call: call.id, event }]];
}

/** Current call and held call become one; with `leave` the agent is out of it at once (connecthold). */
export function joinHeld(
  agent: SignedIn,
  current: AgentCall | undefined,
  { callId, leave: leaves, appData }: AgentCallRequest & { type: "join-held" },
): Outcome | Refused {
  const held = agent.calls.find(({ id, stage }) => id === callId && stage === "held");
  if (current?.stage !== "talking") return refuse(leaves ? "200-005" : "200-010", "there is no call to join");
  if (!held) return refuse(leaves ? "200-006" : "200-011", "callid: not a held call of this agent");
  const joined: SignedIn = { ...agent, calls: agent.calls.filter((call) => call !== held) };
  const merge: AgentEffect = {
    type: "tell-call",
    call: held.id,
    event: { type: "merge-into", call: current.id, leave: leaves },
  };
  const done = recordDone(held.recording);
  const informed: readonly AgentEffect[] =
    appData === null ? [] : [{ type: "tell-call", call: current.id, event: { type: "set-data", appData } }];
  if (!leaves) return [joined, [...informed, merge, ...done]];
  const [left, effects] = callOver(joined, current);
  return [left, [merge, ...callReleased(held), ...effects]];
}

// The agent's state outside a call (behaviour.md §5): busy, idle, wrap-up, rest; and what happens when the last call ends.

import { refuse } from "../../base/step.ts";
import { dropPhone } from "./handset.ts";
import {
  type Afterwards,
  type AgentEffect,
  type AgentRequest,
  FORCED_BUSY,
  notify,
  type Outcome,
  occupied,
  type Presence,
  type Refused,
  type SignedIn,
} from "./state.ts";

const idle: Presence = { name: "idle" };
const wrapUp: Presence = { name: "wrap-up", timed: false };
const stopRest: AgentEffect = { type: "stop-timer", name: "rest" };

const wrongState = (agent: SignedIn, wish: string): Refused =>
  refuse("100-009", `${wish} is not possible in state ${agent.presence.name}`);

/** Busy, rest or wrap-up, with the event that confirms it. */
export function enter(agent: SignedIn, wish: Afterwards): Outcome {
  const next = { ...agent, afterwards: null };
  switch (wish.name) {
    case "busy":
      return [
        { ...next, presence: { name: "busy", reason: wish.reason } },
        [
          ...(wish.reason === FORCED_BUSY ? [notify("AgentState_Force_SetNotReady", null)] : []),
          notify("AgentState_SetNotReady_Success", { reason: String(wish.reason) }),
        ],
      ];
    case "rest":
      return [
        { ...next, presence: { name: "rest", cause: wish.cause } },
        [
          { type: "start-timer", name: "rest", ms: wish.seconds * 1000 },
          notify("AgentState_SetRest_Success", { reason: String(wish.cause) }),
        ],
      ];
    case "wrap-up":
      return [{ ...next, presence: wrapUp }, [notify("AgentState_SetWork_Success", null)]];
  }
}

/** What was asked for meanwhile comes first; else autoEnterIdle decides, whatever the state before (decisions.md 16). */
export function settle(agent: SignedIn): Outcome {
  if (agent.calls.length > 0) return [agent, []];
  if (agent.afterwards) return enter(agent, agent.afterwards);
  // Its time may have run out while he was in a call that he began in it.
  if (agent.presence.name === "wrap-up" && agent.presence.timed) return [agent, wrapUpTimer(agent)];
  if (agent.presence.name !== "talking") return [agent, []];
  if (agent.profile.autoEnterIdle) return [{ ...agent, presence: idle }, [notify("AgentState_Ready", null)]];
  return wrapsUp(agent, agent.profile.wrapUpMs !== null);
}

const wrapUpTimer = ({ profile: { wrapUpMs } }: SignedIn): readonly AgentEffect[] =>
  wrapUpMs === null ? [] : [{ type: "start-timer", name: "wrap-up", ms: wrapUpMs }];

/** By the platform; `timed`: for the site's time. */
function wrapsUp(agent: SignedIn, timed: boolean): Outcome {
  const timer = timed ? wrapUpTimer(agent) : [];
  return [{ ...agent, presence: { name: "wrap-up", timed } }, [notify("AgentState_Work", null), ...timer]];
}

/** The time for wrap-up is over. A timer of an earlier one finds a later one with a timer of its own, or none. */
export function wrapUpOver(agent: SignedIn): Outcome {
  if (agent.presence.name !== "wrap-up" || !agent.presence.timed || occupied(agent)) return [agent, []];
  const left: SignedIn = { ...agent, presence: idle };
  return agent.afterwards ? enter(left, agent.afterwards) : [left, [notify("AgentState_Ready", null)]];
}

/** P18=1 and the phone failed: the state that the call had taken goes back to idle (decisions.md 16), or to the wrap-up `before`. */
export function settleUnanswered(agent: SignedIn, before?: Presence & { readonly name: "wrap-up" }): Outcome {
  const taken = agent.presence.name === "talking" && !agent.afterwards && agent.calls.length === 0;
  if (!taken) return settle(agent);
  return before ? wrapsUp(agent, before.timed) : [{ ...agent, presence: idle }, [notify("AgentState_Ready", null)]];
}

const later = (agent: SignedIn, afterwards: Afterwards | null): Outcome => [{ ...agent, afterwards }, []];

export function reducePresence(agent: SignedIn, request: AgentRequest): Outcome | Refused {
  switch (request.type) {
    case "say-busy":
      return sayBusy(agent, request);
    case "rest":
      return rest(agent, request);
    case "work":
      return work(agent);
    case "cancel-busy":
      return cancelBusy(agent);
    case "cancel-work":
      return agent.presence.name === "wrap-up" && !occupied(agent)
        ? leaveWrapUp(agent)
        : cancelLater(agent, "wrap-up", "leaving wrap-up");
    case "cancel-rest":
      return agent.presence.name === "rest"
        ? [{ ...agent, presence: idle }, [stopRest, notify("AgentState_CancelRest_Success", null)]]
        : cancelLater(agent, "rest", "ending a rest");
    case "say-free":
      return sayFree(agent);
    case "set-auto-enter-idle":
      return profile(agent, { autoEnterIdle: request.enabled });
    case "set-auto-answer":
      return profile(agent, { autoAnswer: request.enabled });
    case "reset-skills":
      return resetSkills(agent, request);
    case "set-talk-right":
      return profile(agent, { talkRight: request.enabled });
    case "set-self-record":
      return profile(agent, { selfRecord: request.enabled });
    case "set-custom-state":
      return profile(agent, { customState: request.value });
    case "set-forwarding":
      return profile(agent, { forwarding: request.forwarding });
    case "bind-phone":
      return bindPhone(agent, request.number);
  }
}

const profile = (agent: SignedIn, part: Partial<SignedIn["profile"]>): Outcome => [
  { ...agent, profile: { ...agent.profile, ...part } },
  [],
];

const resetSkills = (
  agent: SignedIn,
  { skills, phoneLinkage = agent.profile.phoneLinkage }: AgentRequest & { type: "reset-skills" },
): Outcome => profile(agent, { skills, phoneLinkage });

/** Not in the middle of a call; a phone that is kept off-hook is hung up first. */
function bindPhone(agent: SignedIn, number: string): Outcome | Refused {
  if (occupied(agent)) return refuse("100-009", "another phone is not possible during a call");
  const [next] = profile({ ...agent, phone: { name: "on-hook" } }, { phoneNumber: number });
  return [next, dropPhone(agent)];
}

function sayBusy(agent: SignedIn, request: AgentRequest & { type: "say-busy" }): Outcome | Refused {
  const wish: Afterwards = { name: "busy", reason: request.reason };
  if (occupied(agent) || agent.presence.name === "wrap-up") return later(agent, wish);
  if (agent.presence.name === "rest") return wrongState(agent, "busy");
  if (agent.presence.name === "busy" && !(request.prolong && request.reason > 0)) {
    return refuse("100-009", "busy already: another reason needs reason and prolong=true");
  }
  return enter(agent, wish);
}

function rest(agent: SignedIn, request: AgentRequest & { type: "rest" }): Outcome | Refused {
  const wish: Afterwards = { name: "rest", seconds: request.seconds, cause: request.cause };
  if (occupied(agent) || agent.presence.name === "wrap-up") return later(agent, wish);
  if (agent.presence.name === "rest" && !request.prolong) {
    return refuse("100-009", "resting already: another rest needs prolong=true");
  }
  return enter(agent, wish);
}

function work(agent: SignedIn): Outcome | Refused {
  if (occupied(agent)) return later(agent, { name: "wrap-up" });
  if (agent.presence.name === "idle" || agent.presence.name === "busy") return enter(agent, { name: "wrap-up" });
  return wrongState(agent, "wrap-up");
}

function cancelBusy(agent: SignedIn): Outcome | Refused {
  return agent.presence.name === "busy" && !occupied(agent)
    ? [{ ...agent, presence: idle }, [notify("AgentState_CancelNotReady_Success", null)]]
    : cancelLater(agent, "busy", "leaving busy");
}

function sayFree(agent: SignedIn): Outcome | Refused {
  if (occupied(agent)) return agent.afterwards ? later(agent, null) : wrongState(agent, "idle");
  if (agent.presence.name === "busy") return cancelBusy(agent);
  if (agent.presence.name === "wrap-up") return leaveWrapUp({ ...agent, afterwards: null });
  return wrongState(agent, "idle");
}

/** A wish that has not taken effect yet is taken back. */
const cancelLater = (agent: SignedIn, name: Afterwards["name"], wish: string): Outcome | Refused =>
  agent.afterwards?.name === name ? later(agent, null) : wrongState(agent, wish);

/** Busy or rest asked for in wrap-up takes effect now. */
function leaveWrapUp(agent: SignedIn): Outcome {
  const left: SignedIn = { ...agent, presence: idle };
  const confirmed = notify("AgentState_CancelWork_Success", null);
  if (!agent.afterwards) return [left, [confirmed]];
  const [next, effects] = enter(left, agent.afterwards);
  return [next, [confirmed, ...effects]];
}

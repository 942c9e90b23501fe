// What the agent may do now: the table behind the buttons. It follows docs/call.md and docs/agent.md; whatever the gateway refuses
// all the same is shown with its code.

import { AGENT, type DeskCall, type DeskState, isLive } from "./desk-state.ts";

export type CallControl =
  | "answer"
  | "reject"
  | "release"
  | "hold"
  | "retrieve"
  | "mute"
  | "unmute"
  | "digits"
  | "transfer"
  | "merge"
  | "connect";

/** For one call; empty when it has ended. */
export function callControls(state: DeskState, call: DeskCall): ReadonlySet<CallControl> {
  const live = state.calls.filter(isLive);
  const busyElsewhere = live.some((other) => other.id !== call.id && other.stage !== "held");
  const held = live.some((other) => other.id !== call.id && other.stage === "held");
  switch (call.stage) {
    case "ringing":
      return new Set(["answer", "reject"]);
    case "dialling":
    case "alerting":
      return new Set(["release"]);
    case "talking":
      return new Set([
        ...(["release", "hold", "digits"] as const),
        call.mutedAt === null ? "mute" : "unmute",
        ...(held ? (["merge", "connect"] as const) : (["transfer"] as const)),
      ]);
    case "conference":
      return new Set(["release", "digits", call.mutedAt === null ? "mute" : "unmute"]);
    case "held":
      return busyElsewhere ? new Set() : new Set(["retrieve", "release"]);
    default:
      return new Set();
  }
}

/** A callout is possible beside calls on hold alone, and not while resting. */
export const mayDial = (state: DeskState): boolean =>
  state.agent !== AGENT.rest && state.calls.every((call) => !isLive(call) || call.stage === "held");

export type StateChoice = "ready" | "busy" | "rest" | "wrap-up";

/** During a call, and a wrap-up, what is chosen holds from its end on. */
export function stateChoices({ agent }: DeskState): readonly StateChoice[] {
  switch (agent) {
    case AGENT.idle:
      return ["busy", "wrap-up", "rest"];
    case AGENT.busy:
      // Busy once more, with another reason.
      return ["ready", "busy", "wrap-up", "rest"];
    case AGENT.wrapUp:
      return ["ready", "busy", "rest"];
    case AGENT.talking:
      return ["ready", "busy", "wrap-up", "rest"];
    case AGENT.rest:
      return ["ready"];
    default:
      return [];
  }
}

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
  | "hide"
  | "show"
  | "video"
  | "voice"
  | "digits"
  | "transfer"
  | "merge"
  | "connect";

/** Pictures: hiding them, and having them or not (docs/call.md#media); between colleagues there are none. */
function pictureControls({ video, unseenAt, direction, stage }: DeskCall, videoAgent: boolean): readonly CallControl[] {
  const seen = video ? [unseenAt === null ? ("hide" as const) : ("show" as const)] : [];
  const switches = videoAgent && stage === "talking" && direction !== "inside";
  return [...seen, ...(switches ? [video ? ("voice" as const) : ("video" as const)] : [])];
}

/** For one call; empty when it has ended. `videoAgent`: he has signed in for calls with pictures. */
export function callControls(state: DeskState, call: DeskCall, videoAgent = false): ReadonlySet<CallControl> {
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
        ...pictureControls(call, videoAgent),
        ...(held ? (["merge", "connect"] as const) : (["transfer"] as const)),
      ]);
    case "conference":
      return new Set([
        ...(["release", "digits"] as const),
        call.mutedAt === null ? "mute" : "unmute",
        ...pictureControls(call, videoAgent),
      ]);
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

/** In a call, and in a wrap-up but for "ready", what is chosen holds from its end on; in a call "ready" takes that back. */
export function stateChoices({ agent, wish }: Pick<DeskState, "agent" | "wish">): readonly StateChoice[] {
  switch (agent) {
    case AGENT.idle:
      return ["busy", "wrap-up", "rest"];
    case AGENT.busy:
      // Busy once more, with another reason.
      return ["ready", "busy", "wrap-up", "rest"];
    case AGENT.wrapUp:
      return ["ready", "busy", "rest"];
    case AGENT.talking:
      return [...(wish ? (["ready"] as const) : []), "busy", "wrap-up", "rest"];
    case AGENT.rest:
      return ["ready"];
    default:
      return [];
  }
}

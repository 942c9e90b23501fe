// Who watches whom, as a pure function of what the agents are doing: an inspector whose phone is off-hook is beside the agent
// whom he inspects in the call that this one has, and follows him from call to call. No reducer can forget to say so: what has
// changed between two looks is what the calls and the agents are told.

import type { AgentId, CallId, LegId } from "../../base/ids.ts";
import type { Agent, AgentInput, Inspection } from "../agent/state.ts";
import type { Inspector, TalkEvent } from "../call/state.ts";

export type Watch = Inspection & {
  readonly inspector: AgentId;
  readonly leg: LegId;
  /** Where the inspected agent is now; null: in no call, or in one that he holds. */
  readonly call: CallId | null;
};

export type WatchEffect =
  /** A call, or a conference. */
  | { readonly to: "call"; readonly id: CallId; readonly event: TalkEvent }
  | { readonly to: "agent"; readonly id: AgentId; readonly input: AgentInput };

/** Whom this agent wants to inspect, his phone being up or not. */
export const inspects = (agent: Agent): Inspection | undefined =>
  agent.name === "signed-in" ? agent.calls.find(({ inspection }) => inspection)?.inspection : undefined;

export function watchOf(inspector: Agent, inspected: Agent): Watch | null {
  if (inspector.name !== "signed-in") return null;
  const { phone } = inspector;
  const begun = inspector.calls.find(({ stage }) => stage === "inspecting");
  if (!begun?.inspection || (phone.name !== "off-hook" && phone.name !== "lost")) return null;
  const call =
    inspected.name === "signed-in"
      ? inspected.calls.find(({ stage, inspection }) => stage !== "held" && !inspection)
      : undefined;
  return { ...begun.inspection, inspector: inspector.id, leg: phone.leg, call: call?.id ?? null };
}

/** `gone`: the inspected agent has signed out. */
export function watchChanges(before: Watch | null, after: Watch | null, gone: boolean): readonly WatchEffect[] {
  const effects: WatchEffect[] = [...callChanges(before, after), ...toldInspected(before, after)];
  if (!after) return effects;
  // Who talks in a call of another does not do so in the next one unasked.
  const callLeft =
    after.mode === "insert" && before?.mode === "insert" && before.call !== null && !sameCall(before, after);
  return gone || callLeft ? [...effects, { to: "agent", id: after.inspector, input: endOf(after) }] : effects;
}

const endOf = ({ of }: Watch): AgentInput => ({ type: "end-inspection", of });

const sameCall = (one: Watch | null, other: Watch | null): boolean => one?.call === other?.call;

function callChanges(before: Watch | null, after: Watch | null): readonly WatchEffect[] {
  const effects: WatchEffect[] = [];
  if (before?.call && !sameCall(before, after)) {
    effects.push({ to: "call", id: before.call, event: { type: "inspector-left", agent: before.inspector } });
  }
  const same = before && after && sameCall(before, after) && before.mode === after.mode && before.leg === after.leg;
  if (after?.call && !same) {
    effects.push({ to: "call", id: after.call, event: { type: "inspect", inspector: seatOf(after) } });
  }
  return effects;
}

const seatOf = ({ inspector, leg, of, mode }: Watch): Inspector => ({ agent: inspector, leg, of, mode });

/** He hears when it begins, when its mode changes, and when it ends. */
function toldInspected(before: Watch | null, after: Watch | null): readonly WatchEffect[] {
  const told = (type: "inspected-from" | "inspected-until", { of, inspector, mode }: Watch): WatchEffect => ({
    to: "agent",
    id: of,
    input: { type, by: inspector, mode },
  });
  if (!before) return after ? [told("inspected-from", after)] : [];
  if (!after) return [told("inspected-until", before)];
  if (before.of !== after.of) return [told("inspected-until", before), told("inspected-from", after)];
  return before.mode === after.mode ? [] : [told("inspected-from", after)];
}

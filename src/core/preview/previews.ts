// The list of previews: who is offered which. An agent has one at a time, and keeps it until he has it called, declines it or signs out.
//
//   waiting --an agent is ready--> offered --he has it called--> calling --the call ends--> answered | failed
//      ^                              '--declines (for him alone: declined), signs out--.
//      '--------------------------------------------------------------------------------'

import type { AgentId } from "../../base/ids.ts";
import type { Step } from "../../base/step.ts";
import { stay } from "../../base/step.ts";
import type { Preview, PreviewEffect, PreviewEvent, Previews } from "./state.ts";

type Next = Step<Previews, PreviewEffect>;
type Timed<Type extends PreviewEvent["type"]> = Extract<PreviewEvent, { type: Type }>;

export function reducePreviews(previews: Previews, event: PreviewEvent): Next {
  switch (event.type) {
    case "added":
      return [new Map(previews).set(event.preview.id, event.preview), []];
    case "agent-ready":
      return ready(previews, event);
    case "agent-gone": {
      const left = previews.values().find((one) => one.state === "offered" && one.offeredTo === event.agent);
      return left ? changed(previews, left, { state: "waiting", changedAt: event.at }) : stay(previews);
    }
    case "chosen": {
      const { id, call, called, at } = event;
      const chosen = previews.get(id);
      return chosen ? changed(previews, chosen, { state: "calling", call, called, changedAt: at }) : stay(previews);
    }
    case "declined":
      return declined(previews, event);
    case "call-ended": {
      const over = previews.values().find(({ call, state }) => state === "calling" && call === event.call);
      const state = event.answered ? "answered" : "failed";
      return over ? changed(previews, over, { state, changedAt: event.at }) : stay(previews);
    }
    case "removed":
      return [without(previews, event.id), []];
  }
}

/** The preview that this agent has been shown, or has called. */
export const previewOf = (previews: Previews, agent: AgentId): Preview | undefined =>
  previews.values().find(({ state, offeredTo }) => state !== "waiting" && offeredTo === agent);

/** The oldest that is for him, or for a skill of his that he has not declined. */
function ready(previews: Previews, { agent, skills, at }: Timed<"agent-ready">): Next {
  if (previewOf(previews, agent)) return stay(previews);
  const next = previews
    .values()
    .find(
      (one) =>
        one.state === "waiting" &&
        (one.agent === null ? skills.includes(one.skill) && !one.declinedBy.includes(agent) : one.agent === agent),
    );
  if (!next) return stay(previews);
  const preview: Preview = { ...next, state: "offered", offeredTo: agent, changedAt: at };
  const [offered, kept] = changed(previews, next, preview);
  return [offered, [...kept, { type: "offer", agent, preview }]];
}

function declined(previews: Previews, { id, agent, at }: Timed<"declined">): Next {
  const preview = previews.get(id);
  if (!preview) return stay(previews);
  const state = preview.agent === null ? "waiting" : "declined";
  return changed(previews, preview, { state, declinedBy: [...preview.declinedBy, agent], changedAt: at });
}

const over: readonly Preview["state"][] = ["answered", "failed", "declined"];

/** One that is over leaves the list. */
function changed(previews: Previews, before: Preview, part: Partial<Preview>): Next {
  const preview: Preview = { ...before, ...part };
  const next = over.includes(preview.state)
    ? without(previews, preview.id)
    : new Map(previews).set(preview.id, preview);
  return [next, [{ type: "keep", preview }]];
}

function without(previews: Previews, id: number): Previews {
  const next = new Map(previews);
  next.delete(id);
  return next;
}

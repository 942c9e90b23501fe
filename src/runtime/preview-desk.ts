// Previews: the list that supervisors fill, and the agents who are shown one when they are free. What the list is stands in
// core/preview; here are rights, the store, the events, and the call.

import type { Clock } from "../base/clock.ts";
import { type AgentId, agentId } from "../base/ids.ts";
import type { Log } from "../base/log.ts";
import { refuse } from "../base/step.ts";
import type { AgentEvent } from "../contract/agent-event.ts";
import { isFree } from "../core/agent/offers.ts";
import type { Agent } from "../core/agent/state.ts";
import type { Ended } from "../core/call/state.ts";
import { previewOf, reducePreviews } from "../core/preview/previews.ts";
import type { Preview, PreviewEffect, PreviewEvent, Previews } from "../core/preview/state.ts";
import { isInspector, type Site } from "../core/site.ts";
import { callerAllowed } from "../core/trunk/trunk.ts";
import type { Gateway, Refused } from "./face.ts";
import type { Loop } from "./loop.ts";
import type { NewPreview, PreviewFace } from "./preview-face.ts";
import { previewKeeper } from "./preview-keeper.ts";
import { type PreviewShelf, previewOfRow, restarted, rowOfPreview, type Survivors } from "./preview-rows.ts";

export type PreviewDeskOptions = {
  readonly clock: Clock;
  readonly log: Log;
  readonly site: Site;
  readonly loop: Pick<Loop, "agent" | "agents" | "call">;
  readonly previews: PreviewShelf;
  readonly tellAgent: (agent: string, event: AgentEvent) => void;
  readonly callOut: Gateway["callOut"];
};

export type PreviewDesk = {
  readonly face: PreviewFace;
  /** After each step of an agent. */
  looked(id: AgentId, agent: Agent): void;
  ended(call: Ended): void;
};

type Untimed = PreviewEvent extends infer Event ? (Event extends unknown ? Omit<Event, "at"> : never) : never;

const noRight = refuse("900-002", "the agent is neither supervisor nor administrator");
const noStore = refuse("100-007", "the store does not answer");
const done = { done: true } as const;
/** Every look goes through all of them. */
const LONGEST_LIST = 10_000;

export function openPreviewDesk(options: PreviewDeskOptions): PreviewDesk {
  const { clock, log, site, loop } = options;
  const { store, begun } = options.previews;
  let previews: Previews = new Map(begun.map((preview) => [preview.id, preview]));
  const keep = previewKeeper({ clock, log, store });
  /** Who may be free for one now; looked at when the events of this turn are out. */
  const candidates = new Set<AgentId>();

  const carryOut = (effect: PreviewEffect): void => {
    if (effect.type === "offer") return options.tellAgent(effect.agent, offered(effect.preview));
    keep(effect.preview);
  };

  const post = (event: Untimed): void => {
    const [next, effects] = reducePreviews(previews, { ...event, at: clock.now() } as PreviewEvent);
    previews = next;
    effects.forEach(carryOut);
  };

  const mayBeShown = (id: AgentId): boolean => {
    const agent = loop.agent(id);
    return agent.name === "signed-in" && isFree(agent);
  };

  const look = (): void => {
    for (const id of candidates) {
      const agent = loop.agent(id);
      if (agent.name === "signed-in" && isFree(agent))
        post({ type: "agent-ready", agent: id, skills: agent.profile.skills });
    }
    candidates.clear();
  };

  const mayLook = (ids: Iterable<AgentId>): void => {
    if (!previews.values().some(({ state }) => state === "waiting")) return;
    const free = [...ids].filter(mayBeShown);
    if (candidates.size === 0 && free.length > 0) clock.after(0, look);
    for (const id of free) candidates.add(id);
  };
  const allMayLook = (): void => mayLook([...loop.agents()].map(({ id }) => id));

  const mayKeepList = (asker: string): boolean => isInspector(site.agents.find(({ id }) => id === asker));

  /** Which field is wrong; null = none. */
  const mistake = ({ agent, skill, caller }: NewPreview): Refused | null => {
    if (agent !== "" && !site.agents.some(({ id }) => id === agent))
      return refuse("000-002", "workno: not an agent of this site");
    if (agent === "" && skill === 0) return refuse("000-002", "skillid: needed when workno is empty");
    if (skill !== 0 && !site.skills.some(({ id }) => id === skill))
      return refuse("000-002", "skillid: not a skill of this site");
    return caller === "" || callerAllowed(site, caller)
      ? null
      : refuse("000-002", "caller: not a caller number of this site");
  };

  const face: PreviewFace = {
    callOut(agent, { id, called }) {
      const preview = previews.get(id);
      if (preview?.state !== "offered" || preview.offeredTo !== agent) return notShown;
      if (!preview.numbers.includes(called)) return refuse("000-002", "called: not a number of the preview");
      const { caller, data, skill } = preview;
      const media = { mediaAbility: 0, userVideoDirection: 4 } as const;
      const placed = options.callOut(agent, { caller, called, skillId: skill, appData: data, preview: true, ...media });
      if ("refused" in placed) return placed;
      post({ type: "chosen", id, call: placed.callId as Ended["plan"]["id"], called });
      return { callId: placed.callId };
    },
    decline(agent, id) {
      const preview = previews.get(id);
      if (preview?.state !== "offered" || preview.offeredTo !== agent) return notShown;
      post({ type: "declined", id, agent: agentId(agent) });
      allMayLook();
      return done;
    },
    async add(asker, wanted) {
      if (!mayKeepList(asker)) return noRight;
      const wrong = mistake(wanted);
      if (wrong) return wrong;
      if (previews.size >= LONGEST_LIST) return refuse("100-007", `the list is full: ${LONGEST_LIST} wait`);
      const preview = newPreview(wanted, clock.now());
      const { id: _, ...row } = rowOfPreview(preview);
      try {
        const id = await store.addPreview(row);
        post({ type: "added", preview: { ...preview, id } });
        allMayLook();
        return { id };
      } catch (fault) {
        log.error({ error: String(fault) }, "a preview was not stored");
        return noStore;
      }
    },
    async list(asker, page) {
      if (!mayKeepList(asker)) return noRight;
      const rows = await store.previews(page).catch(() => null);
      return rows ? rows.map(previewOfRow) : noStore;
    },
    async remove(asker, id) {
      if (!mayKeepList(asker)) return noRight;
      const state = previews.get(id)?.state;
      if (state !== undefined && state !== "waiting") return refuse("100-007", "controlid: an agent has it");
      // Before the store knows, so that nobody is shown it meanwhile.
      post({ type: "removed", id });
      const gone = await store.forgetPreviews({ ids: [id] }).catch(() => null);
      if (gone === null) return noStore;
      return gone > 0 ? done : refuse("100-007", "controlid: not in the list");
    },
  };

  const alive: Survivors = {
    agent: (id) => loop.agent(id).name === "signed-in",
    call: (id) => loop.call(id) !== undefined,
  };
  for (const event of begun.flatMap((preview) => restarted(preview, alive))) post(event);

  return {
    face,
    looked(id, agent) {
      if (previews.size === 0) return;
      if (agent.name === "signed-in") return isFree(agent) ? mayLook([id]) : undefined;
      if (previewOf(previews, id)?.state !== "offered") return;
      post({ type: "agent-gone", agent: id });
      allMayLook();
    },
    ended({ plan, answeredAt }) {
      post({ type: "call-ended", call: plan.id, answered: answeredAt !== null });
    },
  };
}

const notShown = refuse("100-007", "callcontrolid: no preview that this agent has been shown");

/** events.json: one number of 24 digits at most, or several. */
function offered({ id, numbers, data }: Preview): AgentEvent {
  const [controlid, dialeddigits] = [String(id), numbers.join(",")];
  return numbers.length === 1
    ? { eventType: "AgentEvent_Preview_CallOut", content: { controlid, dialeddigits, callData: data } }
    : { eventType: "AgentEvent_Preview_CallOut_Ex", content: { dialeddigits, controlid, callData: data } };
}

const newPreview = ({ numbers, data, caller, agent, skill }: NewPreview, at: number): Preview => ({
  ...{ id: 0, state: "waiting", numbers, data, caller, skill },
  agent: agent === "" ? null : agentId(agent),
  ...{ offeredTo: null, declinedBy: [], call: null, called: "", createdAt: at, changedAt: at },
});

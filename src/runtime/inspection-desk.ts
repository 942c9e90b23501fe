// Inspectors: rights and the other agent are looked at here, before any state; then the machines say yes or no. And who monitors
// whom: a subscription that ends with the monitor's session.

import { agentId, type CallId } from "../base/ids.ts";
import { refuse } from "../base/step.ts";
import type { AgentEvent } from "../contract/agent-event.ts";
import { qcTypeOf } from "../core/agent/inspections.ts";
import { type AgentCall, isConnected, type SignedIn, stateNumber } from "../core/agent/state.ts";
import type { InspectionMode } from "../core/call/state.ts";
import { inspects } from "../core/inspection/watch.ts";
import { isInspector, type Site } from "../core/site.ts";
import type { CallIds } from "./call-ids.ts";
import type { Refused } from "./face.ts";
import type { Inspection, Posted, QcTask } from "./inspection-face.ts";
import type { Journal } from "./journal/journal.ts";
import type { Loop } from "./loop.ts";
import { siteAgents } from "./site-agents.ts";

export type InspectionDeskOptions = {
  readonly site: Site;
  readonly loop: Loop;
  readonly callIds: CallIds;
  readonly tellAgent: (agent: string, event: AgentEvent) => void;
  /** Forced out by an inspector. */
  readonly shutOut: (agent: string, inspector: string) => void;
  readonly journal: Pick<Journal, "keep" | "found">;
};

export type InspectionDesk = Inspection & {
  /** The state of an agent is another one: whoever monitors him is told. */
  presence(agent: string, state: number): void;
  /** He is told from now on who signs in and out, until he does; somebody who is no inspector is told nothing. */
  listens(inspector: string): void;
};

const done = { done: true } as const;
const noRight = refuse("900-002", "the agent is neither supervisor nor administrator");

/** Two are documented, QC_AgentState_Login and QC_AgentState_Logout; the others are made like them. */
const subtypes: Readonly<Record<number, string>> = {
  2: "Logout",
  3: "Busy",
  4: "Ready",
  5: "Work",
  7: "Talking",
  8: "Rest",
};

export function openInspectionDesk(options: InspectionDeskOptions): InspectionDesk {
  const { site, loop } = options;
  const { journal } = options;
  const monitors = new Map([...journal.found<readonly string[]>("monitor")].map(([by, of]) => [by, new Set(of)]));
  const listeners = new Set(journal.found("listener").keys());

  const post: Posted = (agent, input) => loop.post({ to: "agent", id: agentId(agent), input }) ?? done;

  const signedIn = (agent: string): SignedIn | undefined => {
    const state = loop.agent(agentId(agent));
    return state.name === "signed-in" ? state : undefined;
  };

  const mayInspect = (inspector: string): Refused | typeof done =>
    isInspector(siteAgents(site).get(inspector)) ? done : noRight;

  /** The other agent, or why there is nobody to do this to. */
  const other = (inspector: string, of: string): Refused | SignedIn => {
    const may = mayInspect(inspector);
    if ("refused" in may) return may;
    if (of === inspector) return refuse("000-005", "the agent to inspect is the inspector himself");
    if (!siteAgents(site).has(of)) return refuse("900-004", "no such agent in this VDN");
    return signedIn(of) ?? refuse("900-004", "the agent to inspect is not signed in");
  };

  const talks = ({ calls }: SignedIn): AgentCall | undefined => calls.find(({ stage }) => stage === "talking");
  const isHeard = ({ calls }: SignedIn): boolean => calls.some(isConnected);

  /** `of`, or whom he inspects now. */
  const inspectedBy = (inspector: string, of: string): string =>
    of || (inspects(loop.agent(agentId(inspector)))?.of ?? "");

  const inspect: Inspection["inspect"] = (inspector, of, mode) => {
    const target = other(inspector, of);
    if ("refused" in target) return target;
    if (mode === "insert" && !isHeard(target)) return refuse("900-005", "the agent is not in a conversation");
    if (signedIn(inspector)?.profile.phoneNumber === "") {
      return refuse("900-003", "the inspector signed in without a phone");
    }
    const id = options.callIds.next();
    if (!id) return refuse("900-003", "no id for the inspection: the store does not answer");
    const { agentMs: ringMs } = site.ring;
    return post(inspector, { type: "begin-inspection", id, of: agentId(of), mode, ringMs });
  };

  const toggled = (inspector: string): InspectionMode | Refused => {
    const mode = inspects(loop.agent(agentId(inspector)))?.mode;
    if (mode === "listen") return "insert";
    return mode === "insert" ? "listen" : refuse("900-005", "the inspector neither listens nor talks with all");
  };

  const switchInspection: Inspection["switchInspection"] = (inspector, named, wanted) => {
    const of = inspectedBy(inspector, named);
    const target = other(inspector, of);
    if ("refused" in target) return target;
    const mode = wanted === "toggle" ? toggled(inspector) : wanted;
    if (typeof mode !== "string") return mode;
    if (mode === "insert" && !isHeard(target)) return refuse("900-005", "the agent is not in a conversation");
    return post(inspector, { type: "switch-inspection", of: agentId(of), mode });
  };

  const endInspection: Inspection["endInspection"] = (inspector, named, only) => {
    const of = inspectedBy(inspector, named);
    const target = other(inspector, of);
    if ("refused" in target) return target;
    const mode = inspects(loop.agent(agentId(inspector)))?.mode;
    if (only && mode !== only) return refuse("900-005", `the inspector does not ${only}`);
    return post(inspector, { type: "end-inspection", of: agentId(of) });
  };

  const intercept: Inspection["intercept"] = (inspector, of, callId) => {
    const target = other(inspector, of);
    if ("refused" in target) return target;
    const watch = loop.watch(agentId(inspector));
    if (watch?.of !== of) return refuse("900-005", "this agent is not being inspected");
    const call = talks(target);
    if (!call || call.id !== watch.call) return refuse("900-005", "the agent is not in a conversation");
    if (callId !== "" && callId !== call.id) return refuse("900-005", "callId: not the call of this agent");
    const outcome = post(inspector, { type: "take-over", call });
    const now = loop.agent(agentId(inspector));
    // The recording of the agent has ended with his seat; who wants every call of his recorded wants this one.
    if (!("refused" in outcome) && now.name === "signed-in" && now.profile.selfRecord) {
      post(inspector, { type: "begin-record", name: "" });
    }
    return outcome;
  };

  const forceDrop = (inspector: string, id: string): Refused | typeof done => {
    const may = mayInspect(inspector);
    if ("refused" in may) return may;
    const call = loop.call(id as CallId);
    if (call?.name !== "live") return refuse("200-025", "no call can be droped");
    const { agent } = call.plan;
    // Whoever placed it gives it up, his phone with it.
    if (call.answeredAt === null && agent !== null) return post(agent, { type: "drop-call", callId: id });
    loop.post({ to: "call", id: call.plan.id, event: { type: "force-drop" } });
    return done;
  };

  const adjustSkills: Inspection["adjustSkills"] = (inspector, of, skills) => {
    const target = other(inspector, of);
    if ("refused" in target) return target;
    const unknown = skills.find((skill) => !site.skills.some(({ id }) => id === skill));
    if (unknown !== undefined) return refuse("100-001", `skills: ${unknown} is not a skill of this site`);
    return post(of, { type: "reset-skills", skills: [...new Set(skills)] });
  };

  /** Those who are named, or all; the first one that is none of this VDN is refused. */
  const named = (inspector: string, wanted: readonly string[]): Refused | readonly string[] => {
    const may = mayInspect(inspector);
    if ("refused" in may) return may;
    const unknown = wanted.find((agent) => !siteAgents(site).has(agent));
    if (unknown !== undefined) return refuse("900-004", `agents: ${unknown} is not an agent of this VDN`);
    return wanted.length > 0 ? wanted : [...siteAgents(site).keys()].filter((agent) => agent !== inspector);
  };

  const monitor: Inspection["monitor"] = (inspector, wanted, begin) => {
    const list = named(inspector, wanted);
    if ("refused" in list) return list;
    const own = new Set(monitors.get(inspector));
    for (const agent of list) {
      if (begin) own.add(agent);
      else own.delete(agent);
    }
    monitors.set(inspector, own);
    journal.keep("monitor", inspector, [...own]);
    return done;
  };

  /** Who is told of him, each once. */
  const toldOf = (agent: string, inOrOut: boolean): readonly string[] => {
    const monitoring = [...monitors].flatMap(([inspector, list]) => (list.has(agent) ? [inspector] : []));
    const told = new Set([...monitoring, ...(inOrOut ? listeners : [])]);
    return [...told].filter((inspector) => inspector !== agent);
  };

  const monitored: Inspection["monitored"] = (inspector) => {
    const may = mayInspect(inspector);
    if ("refused" in may) return may;
    return [...(monitors.get(inspector) ?? [])].map((agent) => ({
      workno: agent,
      name: siteAgents(site).get(agent)?.name ?? "",
      status: stateNumber(loop.agent(agentId(agent))),
    }));
  };

  const setSelfRecord: Inspection["setSelfRecord"] = (inspector, wanted, enabled) => {
    const list = named(inspector, wanted);
    if ("refused" in list) return list;
    const absent = wanted.find((agent) => !signedIn(agent));
    if (absent !== undefined) return refuse("900-004", `agents: ${absent} is not signed in`);
    for (const agent of list) if (signedIn(agent)) post(agent, { type: "set-self-record", enabled });
    return done;
  };

  const allTasks = (): readonly QcTask[] =>
    [...siteAgents(site).keys()].flatMap((agent) =>
      (signedIn(agent)?.calls ?? []).flatMap(({ id, inspection }) =>
        inspection
          ? [
              {
                taskdsn: id,
                begintime: Number(id.split("-")[0]) * 1000,
                agentid: agent,
                workno: inspection.of,
                qctype: qcTypeOf(inspection.mode),
              },
            ]
          : [],
      ),
    );

  const tasks = (inspector: string): Refused | readonly QcTask[] => {
    const may = mayInspect(inspector);
    return "refused" in may ? may : allTasks();
  };

  const endTask: Inspection["endTask"] = (inspector, task, begunAt) => {
    const may = mayInspect(inspector);
    if ("refused" in may) return may;
    const found = allTasks().find(
      ({ taskdsn, begintime }) => taskdsn === task && (begunAt === 0 || begunAt === begintime),
    );
    if (!found) return refuse("900-005", "taskdsn: no such inspection");
    const all = siteAgents(site).get(inspector)?.rights.includes("administrator");
    if (found.agentid !== inspector && !all) return refuse("900-002", "taskdsn: the inspection of another inspector");
    return post(found.agentid, { type: "end-inspection", of: agentId(found.workno) });
  };

  return {
    ...{ mayInspect, inspect, switchInspection, endInspection, intercept, forceDrop, adjustSkills },
    ...{ monitor, monitored, setSelfRecord, tasks, endTask },
    force(inspector, of, request) {
      const target = other(inspector, of);
      return "refused" in target ? target : post(of, request);
    },
    forceSignOut(inspector, of) {
      const target = other(inspector, of);
      if ("refused" in target) return target;
      options.shutOut(of, inspector);
      return done;
    },
    listens(inspector) {
      if (!isInspector(siteAgents(site).get(inspector))) return;
      listeners.add(inspector);
      journal.keep("listener", inspector, {});
    },
    presence(agent, state) {
      if (state === 2) {
        if (monitors.delete(agent)) journal.keep("monitor", agent, null);
        if (listeners.delete(agent)) journal.keep("listener", agent, null);
      }
      const subtype = loop.presence(agentId(agent)).last === 2 && state !== 2 ? "Login" : subtypes[state];
      const content = {
        subtype: `QC_AgentState_${subtype}`,
        monitoredagent: agent,
        agentname: siteAgents(site).get(agent)?.name ?? agent,
        mediaserver: "CtiServer",
      };
      for (const told of toldOf(agent, subtype === "Login" || subtype === "Logout")) {
        options.tellAgent(told, { eventType: "QC_AgentState_Notify", content });
      }
    },
  };
}

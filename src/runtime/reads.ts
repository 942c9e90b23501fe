// What the faces read about the VDN (reads-face.ts): views over the loop, the site and the statistics. Nothing here changes a state.

import type { Clock } from "../base/clock.ts";
import { agentId, callId } from "../base/ids.ts";
import { refuse } from "../base/step.ts";
import { type Agent, type AgentCall, currentCall } from "../core/agent/state.ts";
import type { Call, Ended, Live, Member } from "../core/call/state.ts";
import { partyLegId } from "../core/party-leg.ts";
import { isInspector, type Site } from "../core/site.ts";
import type { CallRow } from "../store/ports.ts";
import { agentView } from "./agent-views.ts";
import { openCallRecords } from "./call-records.ts";
import { type CallBook, callInfo } from "./call-views.ts";
import type { Refused } from "./face.ts";
import type { Journal } from "./journal/journal.ts";
import type { Legs } from "./legs-port.ts";
import type { Loop } from "./loop.ts";
import type { AgentCallView, NodeView, QueueView, Reads } from "./reads-face.ts";
import { siteAgents } from "./site-agents.ts";
import type { StatisticsDesk } from "./statistics-desk.ts";

export type ReadsOptions = {
  readonly clock: Clock;
  readonly site: Site;
  readonly loop: Loop;
  readonly book: CallBook;
  readonly statistics: StatisticsDesk;
  readonly legs: Pick<Legs, "sipCallId">;
  readonly node: { readonly name: string; readonly version: string };
  readonly missing: () => readonly string[];
  /** Calls that ended before the start, the newest first; absent: none are known. */
  readonly pastCalls?: Promise<readonly CallRow[]>;
  readonly journal: Pick<Journal, "keep" | "found">;
};

export type ReadsDesk = {
  readonly reads: Reads;
  /** A call has ended. */
  keep(call: Ended): void;
};

const done = { done: true } as const;
const noRight = refuse("900-002", "no right to inspect others");
const noAgent = refuse("100-011", "workno: not an agent of this VDN");

export function openReads(options: ReadsOptions): ReadsDesk {
  const { clock, site, loop, book, statistics, journal } = options;
  const records = openCallRecords();
  void options.pastCalls?.then(records.remember);
  const businessData = new Map([...journal.found<string>("business-data")].map(([id, data]) => [callId(id), data]));

  const configured = () => siteAgents(site);
  const agentOf = (id: string): Agent => loop.agent(agentId(id));
  const sources = { site, agentOf, statistics };

  const inspects = (agent: string): boolean => isInspector(configured().get(agent));

  const queue = (id: number): QueueView | undefined => {
    const skill = site.skills.find((one) => one.id === id);
    if (!skill) return undefined;
    const { waiting = [], free = [] } = loop.queues().skills.get(id) ?? {};
    const serving = site.agents.filter((agent) => {
      const state = agentOf(agent.id);
      return state.name === "signed-in" && state.profile.skills.includes(id);
    });
    return {
      skill,
      waiting: waiting.flatMap(({ call: callId, priority, since }) => {
        const call = loop.call(callId);
        return call ? [{ call: callInfo(call), priority, since }] : [];
      }),
      signedIn: serving.length,
      free: free.length,
    };
  };

  const callsOf: Reads["callsOf"] = (asking, workno) => {
    if (!configured().has(workno)) return noAgent;
    if (asking !== workno && !inspects(asking)) return noRight;
    const agent = agentOf(workno);
    return agent.name === "signed-in" ? agent.calls.flatMap((call) => agentCall(call, loop)) : [];
  };

  /** A call of the agent's that has not ended; "" = the current one. */
  const liveOf = (agent: string, id: string): Live | Refused => {
    const call = id === "" ? book.current(agentOf(agent), false) : book.byId(agentOf(agent), id);
    if ("refused" in call) return call;
    return call.name === "live" ? call : refuse("100-007", "callid: the call has ended");
  };

  const toSet = (agent: string, id: string): Live | Refused => {
    const call = liveOf(agent, id);
    return "refused" in call ? refuse("400-001", call.message) : call;
  };

  const currentMembers = (id: string): readonly Member[] => {
    const agent = agentOf(id);
    const current = agent.name === "signed-in" ? currentCall(agent) : undefined;
    const call = current && loop.call(current.id);
    return call?.name === "live" ? call.members : [];
  };

  const node = (): NodeView => ({
    ...options.node,
    now: clock.now(),
    agents: site.agents.filter(({ id }) => agentOf(id).name === "signed-in").length,
    calls: [...loop.calls()].length,
    waiting: [...loop.queues().skills.values()].reduce((sum, { waiting }) => sum + waiting.length, 0),
    problems: options.missing(),
  });

  const reads: Reads = {
    vdn: site.vdn,
    agents: () => site.agents.map((agent) => agentView(agent, sources)),
    agent(id) {
      const agent = configured().get(id);
      return agent && agentView(agent, sources);
    },
    groups: () => site.groups ?? [],
    skills: () => site.skills,
    numbers: () => site.numbers ?? [],
    queue,
    inspects,
    agentCounts: statistics.agent,
    skillCounts: statistics.skill,
    callsOf,
    allCalls: (asking) => (inspects(asking) ? [...loop.calls()].map(callInfo) : noRight),
    remoteNumbers: (agent) => currentMembers(agent).flatMap((member) => numberBeside(agent, member)),
    records(asking, query) {
      if (query.workno !== "" && !configured().has(query.workno)) return noAgent;
      return asking === query.workno || inspects(asking) ? records.find(query) : noRight;
    },
    netCallId(agent, id) {
      const call = liveOf(agent, id);
      if ("refused" in call) return call;
      const leg = call.members.find((member) => member.side === "party")?.leg ?? partyLegId(call.plan.id, 1);
      return options.legs.sipCallId(leg) ?? refuse("100-007", "callid: nobody outside is in this call");
    },
    setAppData(agent, id, data) {
      const call = toSet(agent, id);
      if ("refused" in call) return call;
      const event = { type: "set-data", callId: call.plan.id, appData: data } as const;
      return loop.post({ to: "agent", id: agentId(agent), input: event }) ?? done;
    },
    setBusinessData(agent, id, data) {
      const call = toSet(agent, id);
      if ("refused" in call) return call;
      businessData.set(call.plan.id, data);
      journal.keep("business-data", call.plan.id, data);
      return done;
    },
    businessData(agent, id) {
      const call = liveOf(agent, id);
      return "refused" in call ? call : (businessData.get(call.plan.id) ?? "");
    },
    node,
  };

  return {
    reads,
    keep(call) {
      records.keep(call);
      if (businessData.delete(call.plan.id)) journal.keep("business-data", call.plan.id, null);
    },
  };
}

/** Whom he inspects has the call, not he; a conference is none, nor is a recording that he hears. */
function agentCall({ id, stage }: AgentCall, loop: Loop): readonly AgentCallView[] {
  if (stage === "inspecting" || stage === "playing" || stage === "conferring") return [];
  const call: Call | undefined = loop.call(id);
  return call ? [{ call: callInfo(call), stage: stage === "offered" ? "ringing" : stage }] : [];
}

const numberBeside = (agent: string, member: Member): readonly string[] => {
  if (member.side === "party") return [member.number];
  return member.agent === agent ? [] : [member.agent];
};

// syncagentinfo: the agent's state and his calls in one answer, for a page that was reloaded (operations.json).

import type { Clock } from "../base/clock.ts";
import { agentId, type CallId } from "../base/ids.ts";
import { refuse } from "../base/step.ts";
import { type Agent, currentCall, occupied, type SignedIn, stateNumber } from "../core/agent/state.ts";
import type { Call, Live, Member } from "../core/call/state.ts";
import { featureOf } from "../core/feature.ts";
import type { Site } from "../core/site.ts";
import { callInfo } from "./call-views.ts";
import type { AgentInfo, Gateway } from "./face.ts";
import type { Feeds } from "./feeds.ts";
import type { Presence } from "./journal/loop-images.ts";
import type { Loop } from "./loop.ts";

type InfoSources = {
  readonly agent: Agent;
  readonly presence: Presence;
  /** Who inspects him. */
  readonly inspector: string | undefined;
  readonly call: (id: string) => Call | undefined;
  readonly now: number;
};

/** codes.json call_features. */
const NO_CALL = -1;

const time = (ms: number | null | undefined): string => (ms === null || ms === undefined ? "" : String(ms));
const numberOf = (member: Member): string => (member.side === "agent" ? member.agent : member.number);

function agentInfo(sources: InfoSources): AgentInfo {
  const { agent, presence, now } = sources;
  const signedIn = agent.name === "signed-in" ? agent : null;
  const current = liveCall(sources, signedIn && currentCall(signedIn)?.id);
  const held = liveCall(sources, signedIn?.calls.findLast(({ stage }) => stage === "held")?.id);
  return {
    callinfo: current ? JSON.stringify(callInfo(current)) : "",
    agentStateInfo: {
      ...callPart(current ?? held, agent.id, signedIn),
      ...heldPart(held, agent.id),
      lastState: presence.last,
      state: stateNumber(agent),
      preBusy: signedIn?.afterwards?.name === "busy",
      preRest: signedIn?.afterwards?.name === "rest",
      workNo: agent.id,
      qcWorkNo: sources.inspector ?? "",
      releaseFlag: 0,
      currentTime: String(now),
      agentStateBeginTime: String(presence.since),
      curCallId: current?.plan.id ?? "",
      curCommand: 0,
      cmdBeginTime: "",
    },
  };
}

function liveCall({ call }: InfoSources, id: string | null | undefined): Live | undefined {
  const found = id ? call(id) : undefined;
  return found?.name === "live" ? found : undefined;
}

function callPart(call: Live | undefined, agent: string, signedIn: SignedIn | null) {
  const others = call?.members.filter((member) => member.side === "party" || member.agent !== agent) ?? [];
  const recording = signedIn?.calls.some(({ id, recording: file }) => id === call?.plan.id && file !== null);
  return {
    callFeature: call ? featureOf(call.plan) : NO_CALL,
    talkingCallfeature: call ? featureOf(call.plan) : NO_CALL,
    callData: call?.appData ?? "",
    callerNo: call?.plan.caller ?? "",
    calledNo: call?.plan.called ?? "",
    mainCallId: call?.plan.id ?? "",
    firsttalkingFlag: call !== undefined && call.answeredAt !== null,
    beginTalkingTime: time(call?.answeredAt),
    secondTalkingTime: "",
    partner: others.map(numberOf).join(","),
    recordID: call && recording ? call.plan.id : "",
  };
}

function heldPart(call: Live | undefined, agent: string) {
  const seat = call?.members.find((member) => member.side === "agent" && member.agent === agent);
  return {
    holdCallId: call?.plan.id ?? "",
    beginHoldTime: time(seat?.side === "agent" ? seat.heldAt : null),
  };
}

export type AgentInfoOptions = {
  readonly clock: Clock;
  readonly site: Site;
  readonly loop: Loop;
  readonly feeds: Pick<Feeds, "clear">;
};

type AgentReads = Pick<Gateway, "agentStatus" | "agentSkills" | "skillsOf" | "agentInfo">;

/** What a page reads of one agent. */
export function agentReads({ clock, site, loop, feeds }: AgentInfoOptions): AgentReads {
  const agentOf = (agent: string): Agent => loop.agent(agentId(agent));

  /** Those that are configured for him. */
  const skillsOf = (agent: string) => {
    const configured = site.agents.find(({ id }) => id === agent)?.skills ?? [];
    return site.skills
      .filter(({ id }) => configured.includes(id))
      .map(({ id, name, mediaType }) => ({ name, id, mediatype: mediaType }));
  };

  return {
    agentStatus(agent) {
      const state = agentOf(agent);
      return { agentState: stateNumber(state), isWorking: state.name === "signed-in" && occupied(state) };
    },
    agentSkills: skillsOf,
    skillsOf: (agent) =>
      site.agents.some(({ id }) => id === agent) ? skillsOf(agent) : refuse("300-002", "workno: no such agent"),
    agentInfo(agent) {
      feeds.clear(agent);
      const call = (id: string) => loop.call(id as CallId);
      const { inspector } = [...loop.watches()].find(({ of }) => of === agent) ?? {};
      const presence = loop.presence(agentId(agent));
      return agentInfo({ agent: agentOf(agent), presence, inspector, call, now: clock.now() });
    },
  };
}

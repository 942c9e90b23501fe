// Who else is there: contract/agent-group.ts carried out.

import { refuse } from "../../base/step.ts";
import * as contract from "../../contract/agent-group.ts";
import type { Gateway } from "../../runtime/face.ts";
import type { AgentView, Reads } from "../../runtime/reads-face.ts";
import type { Outcome } from "../reply.ts";
import { type Ask, type Route, route } from "../route.ts";
import { seconds } from "./seconds.ts";

const SIGNED_OUT = 2;
const IDLE = 4;

const signedIn = ({ state }: AgentView): boolean => state !== SIGNED_OUT;
const named = ({ id, name }: AgentView): contract.NamedAgent => ({ workno: id, name });

const summary = ({ id, name, state, ctiState, group }: AgentView): contract.AgentSummary => ({
  workno: id,
  name,
  status: state,
  ctiStatus: ctiState,
  groupid: group?.id ?? 0,
  groupname: group?.name ?? "",
});

const skillList = (skills: AgentView["serves"]): readonly contract.SkillOfAgent[] =>
  skills.map(({ name, id, mediaType }) => ({ name, id, mediatype: mediaType }));

/** Signed out: what is configured for him. */
const detail = (agent: AgentView): contract.AgentDetail => ({
  ...summary(agent),
  skilllist: skillList(signedIn(agent) ? agent.serves : agent.configured),
  callids: [],
  mediatype: signedIn(agent) ? "TFF" : "FFF",
});

const knows = (reads: Reads, id: number): boolean => reads.skills().some((skill) => skill.id === id);
const noSkill = refuse("000-002", "skillid: not a skill of this VDN");
const serves =
  (id: number) =>
  (agent: AgentView): boolean =>
    agent.takesCalls && agent.serves.some((skill) => skill.id === id);

function bySkill(reads: Reads, { fields }: Ask<typeof contract.queryAgentInfoBySkillId>): Outcome {
  const { skillid, agentLimit, agentStatus } = fields;
  if (!knows(reads, skillid)) return noSkill;
  const found = reads.agents().filter(serves(skillid));
  const limited = agentLimit > 0 && agentStatus.length > 0;
  const shown = limited ? found.filter(({ state }) => agentStatus.includes(state)).slice(0, agentLimit) : found;
  return { result: shown.map(detail) };
}

function bySkillRoutes(reads: Reads): readonly Route[] {
  return [
    route(contract.queryAgentInfoBySkillId, (ask) => bySkill(reads, ask)),
    route(contract.queryAgentInfoByConfigedSkillId, ({ fields: { skillid } }) => {
      if (!knows(reads, skillid)) return noSkill;
      const found = reads.agents().filter(({ configured }) => configured.some(({ id }) => id === skillid));
      return { result: found.map(detail) };
    }),
    route(contract.queryAgentIdsBySkillId, ({ fields: { skillid } }) => {
      if (!knows(reads, skillid)) return noSkill;
      return {
        result: reads
          .agents()
          .filter(serves(skillid))
          .map(({ id }) => id),
      };
    }),
    route(contract.queryAllOnlineAgents, () => ({
      result: reads.skills().map(({ id, mediaType }) => ({
        skillMediaType: mediaType,
        skillId: id,
        agent: reads.agents().filter(serves(id)).map(detail),
      })),
    })),
  ];
}

const noAgent = (field: string) => refuse("300-002", `${field}: not an agent of this VDN`);

/** Those of another VDN are as if they were not there; when nobody is left, it is said. */
function listed(reads: Reads, ids: readonly string[]): readonly AgentView[] {
  return ids.flatMap((id) => reads.agent(id) ?? []);
}

function byNameRoutes(reads: Reads): readonly Route[] {
  return [
    route(contract.queryAgentInfoByWorkNo, ({ fields }) => {
      const agent = reads.agent(fields.workno);
      return agent ? { result: detail(agent) } : noAgent("workno");
    }),
    route(contract.queryAgentInfoWithoutSkills, ({ fields }) => {
      const found = listed(reads, fields.agentlist);
      return found.length > 0 ? { result: found.map(summary) } : noAgent("agentlist");
    }),
    route(contract.queryAgentInfoByList, ({ fields: { agentlist, mediaTypes } }) => {
      const found = agentlist.length > 0 ? listed(reads, agentlist) : reads.agents();
      if (found.length === 0) return noAgent("agentlist");
      // Nobody here is signed in to a server of web chats or mails.
      const voice = mediaTypes === "" || mediaTypes.startsWith("T");
      return { result: voice ? found.filter(({ takesCalls }) => takesCalls).map(detail) : [] };
    }),
  ];
}

function stateRoutes(reads: Reads): readonly Route[] {
  const timed = (agent: AgentView): contract.AgentState => ({
    ...named(agent),
    status: agent.state,
    ctiStatus: agent.ctiState,
    statetime: seconds(reads.node().now - agent.since),
  });
  const there = (): readonly AgentView[] => reads.agents().filter(signedIn);
  const withState = (agent: AgentView) => ({ ...named(agent), status: agent.state });
  return [
    route(contract.queryAgentStatusAndTimeOnVDN, () => ({ result: there().map(timed) })),
    route(contract.queryAgentStatusAndSkill, () => ({
      result: there().map((agent) => ({ ...timed(agent), skilllist: skillList(agent.serves) })),
    })),
    route(contract.getAgentListByStatus, ({ fields }) => {
      const states = fields.status.split(";").filter(Boolean).map(Number);
      const wanted = ({ state }: AgentView): boolean =>
        states.length > 0 ? states.includes(state) : state !== SIGNED_OUT;
      return { result: reads.agents().filter(wanted).map(withState) };
    }),
    route(contract.getIdleStatusAgents, () => ({
      result: there()
        .filter(({ state }) => state === IDLE)
        .map(named),
    })),
    route(contract.queryAllLoginedAgentInfoOnVdn, () => ({ result: there().map(detail) })),
    route(contract.getAllStatusAgents, () => ({ result: reads.agents().map(withState) })),
    route(contract.getAllStatusLocalAgents, () => ({ result: there().map(withState) })),
    route(contract.queryAllAgentWasNameOnVdn, () => ({
      result: there().map(({ id }) => ({ workno: id, wasname: reads.node().name })),
    })),
    route(contract.getAllAgentsInTextChat, () => ({ result: [] })),
    route(contract.queryAllLoggedInAgentPhonesOnVdn, ({ agent }) => {
      if (!reads.inspects(agent))
        return refuse("300-001", "the phones of agents are for supervisors and administrators");
      return { result: there().map(({ id, phone }) => ({ workno: id, phonenum: phone })) };
    }),
  ];
}

function restRoutes(reads: Reads): readonly Route[] {
  return [
    route(contract.getAgentRestReason, ({ agent }) => {
      const rest = reads.agent(agent)?.rest;
      return { result: { workno: agent, reason: rest ? String(rest.cause) : "" } };
    }),
    route(contract.queryAgentRestDetailInfo, ({ agent }) => {
      const { rest = null, since = 0 } = reads.agent(agent) ?? {};
      const { rested, restMs, overrested, overrestMs } = reads.agentCounts(agent);
      return {
        result: {
          workno: agent,
          reason: rest ? String(rest.cause) : "",
          begintime: rest ? since : null,
          endtime: rest?.until ?? null,
          restnums: rested,
          resttime: seconds(restMs),
          restoutnums: overrested,
          restouttime: seconds(overrestMs),
        },
      };
    }),
  ];
}

const noGroup = refuse("300-004", "the agent is in no work group");
const unknownGroup = refuse("300-004", "groupid: not a work group of this VDN");

function groupRoutes(reads: Reads): readonly Route[] {
  const members = (id: number): Outcome => ({
    result: reads
      .agents()
      .filter(({ group }) => group?.id === id)
      .map(detail),
  });
  const own = (agent: string): Outcome => {
    const group = reads.agent(agent)?.group;
    return group ? members(group.id) : noGroup;
  };
  const shown = ({ id, name }: { readonly id: number; readonly name: string }): contract.GroupMessage => ({
    groupid: id,
    groupname: name,
  });
  return [
    route(contract.queryAllAgentInfoOnMyGroup, ({ agent }) => own(agent)),
    route(contract.queryAllAgentInfoOnMyGroupEx, ({ agent, fields: { groupid } }) => {
      if (groupid === 0) return own(agent);
      return reads.groups().some(({ id }) => id === groupid) ? members(groupid) : unknownGroup;
    }),
    route(contract.queryGroupInfoByWorkNo, ({ fields }) => {
      const agent = reads.agent(fields.workno);
      if (!agent) return refuse("300-003", "workno: not an agent of this VDN");
      return agent.group ? { result: shown(agent.group) } : noGroup;
    }),
    route(contract.queryGroupInfoOnVdn, () => ({ result: reads.groups().map(shown) })),
  ];
}

/** Everybody who is signed in may call out; a group's members pick up for each other. */
function rightRoutes(reads: Reads): readonly Route[] {
  const inspects = ({ agent }: { readonly agent: string }): Outcome => ({ result: reads.inspects(agent) });
  return [
    route(contract.isCallOut, () => ({ result: true })),
    route(contract.isCensor, inspects),
    route(contract.isSpyMonitor, inspects),
    route(contract.isMonitor, inspects),
    route(contract.isReportManager, inspects),
    route(contract.isSystem, ({ agent }) => ({
      result: reads.agent(agent)?.rights.includes("administrator") ?? false,
    })),
    route(contract.isPickUp, ({ agent }) => ({ result: reads.agent(agent)?.group !== null })),
  ];
}

export const agentGroupRoutes = ({ reads }: Gateway): readonly Route[] => [
  ...bySkillRoutes(reads),
  ...byNameRoutes(reads),
  ...stateRoutes(reads),
  ...restRoutes(reads),
  ...groupRoutes(reads),
  ...rightRoutes(reads),
];

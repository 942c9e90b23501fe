// Operations of the group `agentgroup` (operations.json): who else is there, in which state, with which skills and rights. Where
// the documents show no result, it is made like its siblings'.

import { optionalInteger, optionalList, optionalText, requiredInteger, requiredList } from "./field.ts";
import { queriesOf } from "./group.ts";
import { operation } from "./operation.ts";
import { skillNumber, workNumber } from "./paths.ts";

/** As in agentskills (wire.md 27). */
export type SkillOfAgent = {
  /** Name of the skill. */
  readonly name: string;
  readonly id: number;
  readonly mediatype: number;
};

/** `status`, `ctiStatus`: codes.json agent_states, cti_agent_states. `groupid` 0: in no group. */
export type AgentSummary = {
  readonly workno: string;
  readonly name: string;
  readonly status: number;
  readonly ctiStatus: number;
  readonly groupid: number;
  readonly groupname: string;
};

/** `callids` is documented as not used. `mediatype`: signed in to the voice, web and mail media servers, T or F. */
export type AgentDetail = AgentSummary & {
  readonly skilllist: readonly SkillOfAgent[];
  readonly callids: readonly string[];
  /** Three letters T or F: takes calls, web chats, mails. */
  readonly mediatype: string;
};

export type NamedAgent = { readonly workno: string; readonly name: string };
/** `statetime`: seconds in that state. */
export type AgentState = NamedAgent & {
  readonly status: number;
  readonly ctiStatus: number;
  readonly statetime: number;
};
export type GroupMessage = { readonly groupid: number; readonly groupname: string };

const { described, sibling } = queriesOf("agentgroup");

const agentList = (least: number) => {
  const item = workNumber("A work number.");
  const text = "Work numbers of the agents.";
  return least > 0 ? requiredList(text, item, { min: least, max: 500 }) : optionalList(text, item, { max: 500 });
};

export const getAgentRestReason = operation(
  sibling(
    "getAgentRestReason",
    "restreason",
    "Why the agent rests: the cause of his rest, empty when he does not rest.",
  ),
);

export const queryAgentInfoBySkillId = operation({
  ...described(
    "queryAgentInfoBySkillId",
    "agentbyskill/{skillid}",
    "The agents who have signed in to a skill and take calls; agentLimit and agentStatus count only together.",
  ),
  pathFields: { skillid: skillNumber("The skill.") },
  body: {
    agentLimit: optionalInteger("So many agents at most; 0: no limit.", { min: 1, max: 500, fallback: 0 }),
    agentStatus: optionalList("States of the agents to show.", requiredInteger("A state.", { min: 0, max: 9 }), {
      max: 10,
    }),
  },
});

export const queryAgentInfoByConfigedSkillId = operation({
  ...sibling(
    "queryAgentInfoByConfigedSkillId",
    "agentbyconfigedskill/{skillid}",
    "The agents for whom a skill is configured, signed in or not.",
  ),
  pathFields: { skillid: skillNumber("The skill.") },
});

export const queryAgentIdsBySkillId = operation({
  ...sibling("queryAgentIdsBySkillId", "agentidsbyskill/{skillid}", "The work numbers of agents signed in to a skill."),
  pathFields: { skillid: skillNumber("The skill.") },
});

export const queryAgentInfoByWorkNo = operation({
  ...described("queryAgentInfoByWorkNo", "agentbyworkno/{workno}", "One agent of the same VDN."),
  pathFields: { workno: workNumber("The agent to show.") },
});

export const queryAgentInfoWithoutSkills = operation({
  ...sibling("queryAgentInfoWithoutSkills", "agentinfonoskills", "Agents of the same VDN, without their skills."),
  method: "POST",
  body: { agentlist: agentList(1) },
});

export const queryAgentStatusAndTimeOnVDN = operation(
  sibling("queryAgentStatusAndTimeOnVDN", "queryagentstatus", "The agents signed in, their states and for how long."),
);

export const queryAgentStatusAndSkill = operation(
  sibling("queryAgentStatusAndSkill", "queryagentstatusandskill", "The same with the skills that they serve."),
);

export const isCallOut = operation(sibling("isCallOut", "iscallout", "Whether the agent may call out."));
export const isCensor = operation(sibling("isCensor", "iscensor", "Whether the agent may inspect others."));
export const isSpyMonitor = operation(
  sibling("isSpyMonitor", "isspymonitor", "Whether the agent may listen to others."),
);
export const isMonitor = operation(sibling("isMonitor", "ismonitor", "Whether the agent may watch others' states."));
export const isReportManager = operation(
  sibling("isReportManager", "isreportmanager", "Whether the agent may read the calls and figures of others."),
);
export const isSystem = operation(sibling("isSystem", "issystem", "Whether the agent is an administrator."));
export const isPickUp = operation(
  sibling("isPickUp", "ispickup", "Whether the agent may take calls that ring at others of his group."),
);

export const queryAllLoggedInAgentPhonesOnVdn = operation(
  sibling(
    "queryAllLoggedInAgentPhonesOnVdn",
    "loggedinagentphoneonvdn",
    "The phones of the agents signed in; for supervisors and administrators.",
  ),
);

export const getAgentListByStatus = operation({
  ...sibling("getAgentListByStatus", "agentlistbystatus", "The agents in these states."),
  query: {
    status: optionalText("States 0-9 joined by ;, empty: all of the agents signed in.", "states 0-9 joined by ;", {
      max: 20,
      pattern: /^(?:\d(?:;\d)*;?)?$/,
    }),
  },
});

export const queryAgentRestDetailInfo = operation(
  sibling("queryAgentRestDetailInfo", "agentrestinfo", "The agent's rest now, and his rests of the day."),
);

export const getIdleStatusAgents = operation(sibling("getIdleStatusAgents", "idleagent", "The agents who are idle."));

export const queryAllAgentInfoOnMyGroup = operation(
  sibling("queryAllAgentInfoOnMyGroup", "agentongroup", "The agents of the agent's own work group."),
);

export const queryAllAgentInfoOnMyGroupEx = operation({
  ...sibling("queryAllAgentInfoOnMyGroupEx", "agentongroupex", "The agents of a work group."),
  query: {
    groupid: optionalInteger("The group; 0: the agent's own.", { min: 1, max: 2_147_483_647, fallback: 0 }),
  },
});

export const queryAllLoginedAgentInfoOnVdn = operation(
  sibling("queryAllLoginedAgentInfoOnVdn", "onlineagentonvdn", "All agents signed in."),
);

export const getAllStatusAgents = operation(
  sibling("getAllStatusAgents", "allagentstatus", "All agents of the VDN with their states; 2: signed out."),
);

export const getAllStatusLocalAgents = operation(
  sibling("getAllStatusLocalAgents", "alllocalagentstatus", "The agents signed in at this node with their states."),
);

export const queryGroupInfoByWorkNo = operation({
  ...sibling("queryGroupInfoByWorkNo", "groupbyagent/{workno}", "The work group of an agent."),
  pathFields: { workno: workNumber("The agent.") },
});

export const queryGroupInfoOnVdn = operation(
  sibling("queryGroupInfoOnVdn", "grouponvdn", "The work groups of the VDN."),
);

export const queryAllAgentWasNameOnVdn = operation(
  sibling("queryAllAgentWasNameOnVdn", "agentwasnameonvdn", "The node at which each agent is signed in."),
);

export const getAllAgentsInTextChat = operation(
  sibling("getAllAgentsInTextChat", "allchatagents", "Agents in text chats: none, there is no text chat here."),
);

export const queryAgentInfoByList = operation({
  ...described("queryAgentInfoByList", "agentbylist", "The agents named who take calls; without a list, all of them."),
  query: {
    mediaTypes: optionalText(
      "Three letters T or F, for voice, web and mail: agents signed in to one of them.",
      "three letters T or F",
      {
        max: 3,
        pattern: /^(?:[TF]{3})?$/,
      },
    ),
  },
  body: { agentlist: agentList(0) },
});

export const queryAllOnlineAgents = operation(
  described(
    "queryAllOnlineAgents",
    "allonlineagents",
    "The agents signed in, skill by skill; agentbyskill is to be used.",
  ),
);

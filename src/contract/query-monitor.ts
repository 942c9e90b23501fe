// Operations of the group `querymonitor` (operations.json): the system itself, its node, the figures of a skill. None of them has a
// documented result.

import { noChat } from "./absent.ts";
import { optionalText, requiredInteger, requiredText } from "./field.ts";
import { queriesOf } from "./group.ts";
import { operation } from "./operation.ts";
import { skillNumber, vdnNumber, workNumber } from "./paths.ts";

/** One node and no cluster: `status` 1 = in service. */
export type ClusterNode = {
  readonly clustername: string;
  /** Always 1: in service. */
  readonly status: number;
  readonly agentnum: number;
  readonly callnum: number;
};

export type AgentNode = { readonly workno: string; readonly clustername: string };

/** `problems`: phones that are not registered, trunks that are down; [] when ready. */
export type SystemState = {
  readonly ready: boolean;
  readonly agentnum: number;
  readonly callnum: number;
  readonly waitnum: number;
  readonly problems: readonly string[];
};

const { sibling } = queriesOf("querymonitor");

export const setAgentTimeOut = operation({
  ...sibling(
    "setAgentTimeOut",
    "setagenttimeout/{flag}",
    "Whether silent agents are signed out: refused, a setting of the gateway says after how long they are.",
  ),
  method: "POST",
  refused: {
    code: "100-007",
    why: "not in this gateway: SEATWAY_POLL_TIMEOUT_MS says when a silent agent is signed out",
  },
  pathFields: { flag: requiredText("What is wanted.", "1-24 characters", { min: 1, max: 24 }) },
});

export const querySysVersion = operation(sibling("querySysVersion", "systemversion", "The version of the gateway."));

export const querySystemStateInfo = operation(
  sibling("querySystemStateInfo", "systemstate", "Whether the gateway is ready, and how much goes on in it."),
);

export const queryServerTime = operation(
  sibling("queryServerTime", "servertime", "The gateway's time, milliseconds since the epoch."),
);

export const queryAgentClusterInfo = operation({
  ...sibling("queryAgentClusterInfo", "agentclusterinfo/{workno}", "The node at which an agent is signed in."),
  pathFields: { workno: workNumber("The agent.") },
});

export const queryAllAgentClusterInfo = operation(
  sibling("queryAllAgentClusterInfo", "allagentclusterinfo", "The same for all agents signed in."),
);

export const queryClusterInfo = operation(sibling("queryClusterInfo", "clusterinfo", "The nodes: this one."));

export const queryClusterInfoByName = operation({
  ...sibling("queryClusterInfoByName", "clusterinfobyname/{clustername}", "The node with this name."),
  pathFields: { clustername: requiredText("Name of the node.", "1-64 characters", { min: 1, max: 64 }) },
});

export const setMaxChatNum = operation({
  ...sibling(
    "setMaxChatNum",
    "setmaxchatnum/{vdnid}/{chatnum}",
    "How many text chats an agent may have: refused, there is no text chat here.",
  ),
  method: "POST",
  refused: noChat,
  pathFields: {
    vdnid: vdnNumber("The VDN."),
    chatnum: requiredInteger("How many.", { min: 0, max: 60 }),
  },
  query: {
    agents: optionalText("Work numbers joined by ;, empty: all.", "work numbers joined by ;", {
      max: 4000,
      pattern: /^(?:\d{1,6}(?:;\d{1,6})*;?)?$/,
    }),
  },
});

export const querySkillsStatisticInfo = operation({
  ...sibling(
    "querySkillsStatisticInfo",
    "skillstatisticinfo/{skillid}",
    "What has become of the calls of a skill since midnight UTC, as in queryskillstat.",
  ),
  pathFields: { skillid: skillNumber("The skill.") },
});

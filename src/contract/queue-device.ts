// Operations of the group `queuedevice` (operations.json): skill queues, access codes, who waits, figures of the queues.

import { optionalInteger, optionalList, requiredList } from "./field.ts";
import { queriesOf } from "./group.ts";
import { operation } from "./operation.ts";
import { skillNumber, vdnNumber, workNumber } from "./paths.ts";

/** `serviceType` 0: voice; `realFlag` 1: a real queue, agents stand behind it. */
export type SkillQueue = {
  /** Name of the skill. */
  readonly name: string;
  readonly id: number;
  readonly mediatype: number;
  readonly serviceType: number;
  readonly realFlag: number;
};

export type AccessCode = { readonly accesscode: string; readonly devicetype: number; readonly deviceno: string };

export type QueueLength = { readonly skillid: number; readonly waitnum: number };

/**
 * A queue now. `pilotNbr`: the first access code that leads to it; `queueTime`: seconds of the call that waits longest;
 * `loadFactor`, `estWaitTime`: documented as not used; `transferFlg` 0: a call that cannot be served is released.
 */
export type AcdStatistics = {
  readonly pilotNbr: string;
  readonly deviceNo: number;
  readonly queueSize: number;
  readonly queueTime: number;
  readonly loadFactor: number;
  readonly estWaitTime: number;
  readonly loggedOnAgents: number;
  readonly availAgents: number;
  readonly transferFlg: number;
  readonly transferDeviceType: number;
  readonly transferDeviceNo: number;
  readonly skillDescrip: string;
};

/** What has become of a skill's calls since midnight UTC. Numbers of calls; times in seconds. */
export type SkillStatistics = {
  readonly skillid: number;
  readonly skillname: string;
  readonly offerednums: number;
  readonly answernums: number;
  readonly abandonnums: number;
  readonly refusenums: number;
  readonly overflownums: number;
  readonly waitnums: number;
  readonly waittime: number;
  readonly maxwaittime: number;
  readonly talktime: number;
  readonly holdtime: number;
  readonly loggedOnAgents: number;
  readonly availAgents: number;
};

const { described, sibling } = queriesOf("queuedevice");

const skillItem = skillNumber("A skill.");

export const queryIVRInfoOnVdn = operation(
  sibling("queryIVRInfoOnVdn", "ivrinfo", "The IVRs of the VDN: this gateway has none."),
);

export const queryInNoOnVDN = operation(
  sibling("queryInNoOnVDN", "innoinfo", "The numbers that can be called from outside, and where they lead."),
);

export const querySkillQueueOnVDN = operation({
  ...sibling(
    "querySkillQueueOnVDN",
    "vdnskill/{vdnid}",
    "The skill queues of a VDN; only the agent's own can be seen.",
  ),
  pathFields: { vdnid: vdnNumber("The VDN.") },
});

export const querySkillQueueOnAgentVDN = operation(
  described("querySkillQueueOnAgentVDN", "agentvdnskill", "The skill queues of the agent's own VDN."),
);

export const querySkillQueueOnAgent = operation({
  ...sibling("querySkillQueueOnAgent", "agentskill/{workNo}", "The skill queues configured for an agent."),
  pathFields: { workNo: workNumber("The agent.") },
});

export const queryQueueLengthOnAgent = operation({
  ...described("queryQueueLengthOnAgent", "waitnum", "How many calls wait in the queues configured for the agent."),
  success: "success",
});

export const queryQueueLengthOnAgentSkills = operation({
  ...sibling("queryQueueLengthOnAgentSkills", "waitnumbyagent", "The same, queue by queue."),
  success: "success",
});

export const queryQueueLengthBySkillId = operation({
  ...described("queryQueueLengthBySkillId", "skillwaitnum/{skillid}", "How many calls wait in a queue."),
  pathFields: { skillid: skillNumber("The queue.") },
  success: "success",
});

export const querySkillStatWithVdn = operation({
  ...sibling("querySkillStatWithVdn", "queryskillstat", "What has become of the calls of skills since midnight UTC."),
  method: "POST",
  body: {
    vdnid: optionalInteger("The VDN; 0: the agent's own.", { min: 1, max: 512, fallback: 0 }),
    skills: optionalList("The skills; empty: all of the VDN.", skillItem, { max: 100 }),
  },
});

export const queryStatInfoOfAcd = operation({
  ...described("queryStatInfoOfAcd", "queryacdstat", "Up to 100 queues as they stand now."),
  method: "POST",
  body: { skills: requiredList("The skills.", skillItem, { min: 1, max: 100 }) },
});

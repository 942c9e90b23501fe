// What `result` is when an operation has been carried out, by its id: in the words of TypeScript, over the types of src/contract. Whatever
// has a value has a row here (open-api.ts says so); the replies of a running gateway are held against it by a test.

import { schemaOfType } from "./event-types.ts";
import type { Schema } from "./json-schema.ts";

const callInfo = "CallInfoMessage";
const signedIn = `{
  vdnid: number; workno: string;
  /** Three letters T or F, as signed in: calls, text media, mails. */ mediatype: string;
  loginTime: string; isForceChange: "true" | "false"; serverName: string; timeRemaining: string;
}`;
const status = "NamedAgent & { status: number }";
/** Where nothing can come: IVR scripts, chats and the like are not in this product. */
const refused = "null";

const agentState = [
  "callFeature: number; talkingCallfeature: number; callData: string; callerNo: string; calledNo: string; mainCallId: string",
  "firsttalkingFlag: boolean; beginTalkingTime: string; secondTalkingTime: string; partner: string; recordID: string",
  "holdCallId: string; beginHoldTime: string; lastState: number; state: number; preBusy: boolean; preRest: boolean; workNo: string",
  "qcWorkNo: string; releaseFlag: number; currentTime: string; agentStateBeginTime: string; curCallId: string; curCommand: number",
  "cmdBeginTime: string",
].join("; ");

const preview = `
  controlid: string;
  /** waiting, offered, calling; then answered, failed or declined. */ state: string;
  dialeddigits: string; callData: string;
  /** Number shown to the customer; empty: as for a callout. */ caller: string;
  /** The agent for whom alone it is; empty: whoever serves the skill. */ workno: string;
  /** What the call counts for; 0: the default skill. */ skillid: number;
  offeredto: string;
  /** Id of its call; empty: none so far. */ callid: string;
  /** The number that was chosen; empty: none so far. */ called: string;
  createtime: number; changetime: number`;

const rest = `
  reason: string;
  /** When it began, ms since the epoch; null: there is none. */ begintime: number | null;
  /** When it is to end, ms since the epoch; null: there is none. */ endtime: number | null;
  restnums: number; resttime: number; restoutnums: number; restouttime: number`;

const inspection = `{
  taskdsn: string;
  /** When it began, ms since the epoch. */ begintime: number;
  agentid: string;
  /** Work number of who is inspected. */ workno: string;
  qctype: number;
}`;

/** Groups of operations whose result is the same, by the last part of their ids. */
const table: readonly (readonly [group: string, type: string, names: string])[] = [
  ["onlineagent", signedIn, "login loginEx forceLogin forceLoginEx forceLoginExWithoutPhone"],
  ["onlineagent", "{ agentState: number; isWorking: boolean }", "getAgentStatus"],
  ["onlineagent", "{ loginTime: string }", "heartbeat"],
  ["onlineagent", "SkillOfAgent[]", "queryAgentSkills queryAgentSkillsByWorkNo"],
  ["onlineagent", `{ callinfo: string; agentStateInfo: { ${agentState} } }`, "syncAgentInfo"],
  ["onlineagent", "{ guid: string }", "updateGuid"],
  ["onlineagent", "null", "sendNoteletEx"],
  ["voicecall", "string", "callout callInner callInnerSkill innerHelp previewCallOut previewCallOutAsDocumented"],
  ["calldata", "string", "queryCallAppData getCallBusinessData getNetCallId"],
  ["calldata", callInfo, "queryCallInfo queryCallInfoBeforeAnswer"],
  [
    "calldata",
    `${callInfo}[]`,
    "queryCallInfoByCallId queryHoldListInfo queryHoldListInfoEx queryAllCallInfoByAgentWorkNo",
  ],
  ["calldata", `${callInfo}[]`, "queryAllCallInfoOnVdn queryPrivateCallInfo"],
  ["calldata", "boolean", "isProcessCall"],
  ["calldata", "number", "queryAgentHoldNum queryCallNumsOnAgent"],
  ["calldata", "string[]", "queryAllCallID queryAllCallInfoByAgentWorkNoEx queryRemoteNumbers"],
  ["calldata", "CallRecordMessage[]", "queryCallRecordList querySelfCallRecordInfo"],
  ["calldata", "CallStatistics", "queryCallStatisticsInfo"],
  ["calldata", "{ talktime: number; answernums: number; calloutnums: number }", "queryCallStatisticsInfoEx"],
  ["calldata", "WaitingCallMessage[]", "queryWaitCallInfoBySkillId"],
  ["calldata", refused, "queryCallCountByIVRId queryWaitCallInfoByIVRId"],
  [
    "recordplay",
    "RecordingMessage[]",
    "queryRecordFile queryRecordFileByCallId queryRecordFileFromRecordID querySelfRecordFile",
  ],
  ["recordplay", "string", "queryRecordFileURL"],
  ["qualitycontrol", "(NamedAgent & { status: number })[]", "queryAllMonitoredAgents"],
  ["qualitycontrol", `${inspection}[]`, "queryQcTasks"],
  ["queuedevice", refused, "queryIVRInfoOnVdn"],
  ["queuedevice", "AccessCode[]", "queryInNoOnVDN"],
  ["queuedevice", "number", "queryQueueLengthBySkillId queryQueueLengthOnAgent"],
  ["queuedevice", "QueueLength[]", "queryQueueLengthOnAgentSkills"],
  ["queuedevice", "SkillQueue[]", "querySkillQueueOnAgent querySkillQueueOnAgentVDN querySkillQueueOnVDN"],
  ["queuedevice", "SkillStatistics[]", "querySkillStatWithVdn"],
  ["queuedevice", "AcdStatistics[]", "queryStatInfoOfAcd"],
  ["agentgroup", `(${status})[]`, "getAgentListByStatus getAllStatusAgents getAllStatusLocalAgents"],
  ["agentgroup", "NamedAgent[]", "getIdleStatusAgents getAllAgentsInTextChat"],
  ["agentgroup", "{ workno: string; reason: string }", "getAgentRestReason"],
  ["agentgroup", "boolean", "isCallOut isCensor isMonitor isPickUp isReportManager isSpyMonitor isSystem"],
  ["agentgroup", "string[]", "queryAgentIdsBySkillId"],
  ["agentgroup", "AgentDetail[]", "queryAgentInfoByConfigedSkillId queryAgentInfoByList queryAgentInfoBySkillId"],
  [
    "agentgroup",
    "AgentDetail[]",
    "queryAllAgentInfoOnMyGroup queryAllAgentInfoOnMyGroupEx queryAllLoginedAgentInfoOnVdn",
  ],
  ["agentgroup", "AgentDetail", "queryAgentInfoByWorkNo"],
  ["agentgroup", "AgentSummary", "queryAgentInfoWithoutSkills"],
  ["agentgroup", `{ workno: string; ${rest} }`, "queryAgentRestDetailInfo"],
  ["agentgroup", "(AgentState & { skilllist: SkillOfAgent[] })[]", "queryAgentStatusAndSkill"],
  ["agentgroup", "AgentState[]", "queryAgentStatusAndTimeOnVDN"],
  ["agentgroup", "{ workno: string; wasname: string }[]", "queryAllAgentWasNameOnVdn"],
  ["agentgroup", "{ workno: string; phonenum: string }[]", "queryAllLoggedInAgentPhonesOnVdn"],
  ["agentgroup", "{ skillMediaType: number; skillId: number; agent: AgentDetail[] }[]", "queryAllOnlineAgents"],
  ["agentgroup", "GroupMessage", "queryGroupInfoByWorkNo"],
  ["agentgroup", "GroupMessage[]", "queryGroupInfoOnVdn"],
  ["querymonitor", "AgentNode", "queryAgentClusterInfo"],
  ["querymonitor", "AgentNode[]", "queryAllAgentClusterInfo"],
  ["querymonitor", "ClusterNode[]", "queryClusterInfo"],
  ["querymonitor", "ClusterNode", "queryClusterInfoByName"],
  ["querymonitor", "number", "queryServerTime"],
  ["querymonitor", "SkillStatistics", "querySkillsStatisticInfo"],
  ["querymonitor", "string", "querySysVersion"],
  ["querymonitor", "SystemState", "querySystemStateInfo"],
  ["config", "ConfiguredAgent[]", "queryAgent"],
  ["config", "ConfiguredRestCause[]", "queryRestCause"],
  ["agentconf", "{ failedList: AddressMessage[] }", "batchRemoveParticipant"],
  ["previewlist", "{ controlid: string }", "add"],
  ["previewlist", `{ ${preview} }[]`, "list"],
];

const types = new Map<string, string>(
  table.flatMap(([group, type, names]) => names.split(" ").map((name) => [`${group}.${name}`, type] as const)),
);

/** undefined: there is no row. */
export const resultSchema = (id: string): Schema | undefined => {
  const type = types.get(id);
  return type === undefined ? undefined : schemaOfType(type);
};

export const resultIds: ReadonlySet<string> = new Set<string>(types.keys());

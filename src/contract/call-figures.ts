// The other half of the group `calldata` (operations.json): the data of calls, calls of others and of the queues, figures of the day,
// calls that have ended.

import type { CallInfoMessage } from "./call-data.ts";
import { flag, optionalText, requiredText } from "./field.ts";
import { queriesOf } from "./group.ts";
import { operation } from "./operation.ts";
import { optionalSkill, optionalWorkNumber, skillNumber, workNumber } from "./paths.ts";
import { period } from "./period.ts";

/** A call that waits: `begintime` since when, `logontimes` for how many seconds, `userPriority` the larger the sooner. */
export type WaitingCallMessage = CallInfoMessage & {
  readonly userPriority: number;
  readonly trunkNo: number;
  readonly logontimes: number;
};

/** Of today, midnight UTC; times in seconds. What cannot happen here (IVR, redirection) is 0. */
export type CallStatistics = {
  readonly talktime: number;
  readonly answernums: number;
  readonly noanswernums: number;
  readonly calloutnums: number;
  readonly intercallnums: number;
  readonly interhelpnums: number;
  readonly transfernums: number;
  readonly transferoutnums: number;
  readonly transferivrnums: number;
  readonly redirectnums: number;
  readonly keepnums: number;
  readonly busynums: number;
  readonly restnums: number;
  readonly restoutnums: number;
  readonly resttime: number;
  readonly restouttime: number;
  readonly agentrelease: number;
  readonly busytime: number;
};

/** A call that has ended; `begintime` null: nobody answered it. */
export type CallRecordMessage = CallInfoMessage & { readonly agents: readonly string[] };

const { described, sibling } = queriesOf("calldata");

/** Any text that is no call's id names no call, and is refused as such. */
const whichCall = (description: string) => optionalText(description, "0-64 characters", { max: 64 });
const thisCall = (description: string) => requiredText(description, "1-64 characters", { min: 1, max: 64 });
const agentsCalls = { workno: workNumber("The agent; another one's are for supervisors and administrators.") };
const longest = 16_384;
/** So many characters have the longest data in Base64. */
const longestEncoded = 4 * Math.ceil(longest / 3);

export const queryCallInfoBeforeAnswer = operation({
  ...described("queryCallInfoBeforeAnswer", "callinfobeforeanswer", "The call that rings at the agent."),
  query: { callId: whichCall("Call to show; empty: the one that rings.") },
});

export const queryPrivateCallInfo = operation(
  sibling(
    "queryPrivateCallInfo",
    "privatecallinfo",
    "Calls in the agent's private queue: none, agents have no such queue.",
  ),
);

export const queryAllCallInfoOnVdn = operation(
  sibling("queryAllCallInfoOnVdn", "allcallinfoinvdn", "All calls of the VDN; for supervisors and administrators."),
);

export const queryAllCallInfoByAgentWorkNo = operation({
  ...sibling("queryAllCallInfoByAgentWorkNo", "allcallinfo/{workno}", "The calls of an agent."),
  pathFields: agentsCalls,
});

export const queryAllCallInfoByAgentWorkNoEx = operation({
  ...described("queryAllCallInfoByAgentWorkNoEx", "allcallinfoEx/{workno}", "The ids of the calls of an agent."),
  pathFields: agentsCalls,
});

export const queryAllCallID = operation(sibling("queryAllCallID", "allcallid", "The ids of the agent's own calls."));

export const setCallAppData = operation({
  ...sibling("setCallAppData", "", "Writes the data that travels with a call."),
  method: "PUT",
  query: {
    calldata: optionalText("The data.", `at most ${longest} bytes of UTF-8`, { max: longest, unit: "bytes" }),
    callid: whichCall("Call to write to; empty: the current one."),
  },
  result: "reserved",
});

export const setCallAppDataEx = operation({
  ...described("setCallAppDataEx", "setcalldataex", "Writes the data that travels with a call, long data too."),
  method: "PUT",
  body: {
    callid: whichCall("Call to write to; empty: the current one."),
    calldata: optionalText("The data.", `at most ${longest} bytes of UTF-8, before Base64`, {
      max: longestEncoded,
      unit: "bytes",
    }),
    isDataEncoded: flag("true: calldata is Base64 of UTF-8.", false),
  },
  result: "reserved",
});

const businessData = { callid: whichCall("The call; empty: the current one.") };

export const setCallBusinessData = operation({
  ...sibling("setCallBusinessData", "setcallbusinessdata", "Writes a second text that travels with a call."),
  method: "PUT",
  body: {
    ...businessData,
    businessdata: optionalText("The text.", `at most ${longest} bytes of UTF-8`, { max: longest, unit: "bytes" }),
  },
  result: "reserved",
});

export const getCallBusinessData = operation({
  ...sibling("getCallBusinessData", "getcallbusinessdata", "Reads that text."),
  method: "PUT",
  body: businessData,
});

export const queryHoldListInfoEx = operation({
  ...sibling("queryHoldListInfoEx", "holdlistex/{workno}", "The calls that an agent holds."),
  pathFields: agentsCalls,
});

export const queryAgentHoldNum = operation({
  ...sibling("queryAgentHoldNum", "agentholdnum/{workno}", "How many calls an agent holds."),
  pathFields: agentsCalls,
});

export const queryCallStatisticsInfo = operation(
  described("queryCallStatisticsInfo", "statistics", "What the agent has done since midnight UTC."),
);

export const queryCallStatisticsInfoEx = operation(
  described("queryCallStatisticsInfoEx", "statisticsEx", "The three figures of it that are asked for most."),
);

export const queryCallNumsOnAgent = operation(
  described("queryCallNumsOnAgent", "callnums", "How many calls the agent has."),
);

export const queryRemoteNumbers = operation(
  sibling("queryRemoteNumbers", "remotenumbers", "The numbers of the others in the agent's current call."),
);

export const queryWaitCallInfoBySkillId = operation({
  ...described(
    "queryWaitCallInfoBySkillId",
    "waitcallinfo/{skillid}",
    "The calls that wait in a skill's queue, first served first.",
  ),
  pathFields: { skillid: skillNumber("The queue.") },
});

const ivr = { ivrid: skillNumber("The IVR.") };

export const queryWaitCallInfoByIVRId = operation({
  ...sibling("queryWaitCallInfoByIVRId", "ivrcallinfo/{ivrid}", "The calls in an IVR: this gateway has none."),
  pathFields: ivr,
});

export const queryCallCountByIVRId = operation({
  ...sibling("queryCallCountByIVRId", "ivrcallcount/{ivrid}", "How many calls are in an IVR: this gateway has none."),
  pathFields: ivr,
});

export const isProcessCall = operation(sibling("isProcessCall", "isprocesscall", "Whether the agent has a call."));

const recordQuery = {
  skillid: optionalSkill("Calls of this skill; 0: of all."),
  ...period("Calls that ended then or later.", "Calls that ended before."),
};

export const queryCallRecordList = operation({
  ...sibling("queryCallRecordList", "callRecordInfoList", "Calls that have ended, the last ten thousand."),
  query: {
    workno: optionalWorkNumber("Calls of this agent; empty: of all, for supervisors and administrators."),
    ...recordQuery,
  },
});

export const querySelfCallRecordInfo = operation({
  ...sibling("querySelfCallRecordInfo", "queryselfcallrecordinfolist", "The same, of the agent's own calls."),
  query: recordQuery,
});

export const getNetCallId = operation({
  ...sibling("getNetCallId", "getNetCallId/{callid}", "The SIP Call-ID of the customer's side of a call."),
  pathFields: { callid: thisCall("A call of the agent's.") },
});

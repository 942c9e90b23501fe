// Operations of the group `calldata` (operations.json), and a call as they show it (wire.md 27).

import { flag, optionalText, requiredText } from "./field.ts";
import { operation } from "./operation.ts";

/** Key order as printed in wire.md 27; `orgicallednum` is spelled so. Times in ms since the epoch, null when not reached. */
export type CallInfoMessage = {
  readonly called: string;
  readonly caller: string;
  readonly callid: string;
  readonly calldata: string;
  readonly orgicallednum: string;
  readonly callfeature: number;
  readonly callskill: string;
  readonly begintime: number | null;
  readonly endtime: number | null;
  readonly callskillid: number;
  readonly mediaType: number;
};

export const queryCallInfo = operation({
  id: "calldata.queryCallInfo",
  method: "GET",
  path: "/calldata/{agentid}/callinfo",
  logName: "queryCallInfo",
  summary: "The agent's current call.",
  query: { isNoContainLastCall: flag("true: without a current call, the previous one.", false) },
  result: "value",
  success: "",
});

export const queryCallInfoByCallId = operation({
  id: "calldata.queryCallInfoByCallId",
  method: "GET",
  path: "/calldata/{agentid}/callinfobycallid/{callid}",
  logName: "queryCallInfoByCallId",
  summary: "The call that is named, as a list of one.",
  pathFields: { callid: requiredText("Call to show.", "1-64 characters", { min: 1, max: 64 }) },
  result: "value",
  success: "",
});

export const queryCallAppData = operation({
  id: "calldata.queryCallAppData",
  method: "GET",
  path: "/calldata/{agentid}/appdata",
  logName: "queryCallAppData",
  summary: "The data that travels with a call.",
  query: {
    isEncodeResult: optionalText("true: Base64 of the UTF-8 bytes; anything else: as it is.", "0-100 characters", {
      max: 100,
    }),
    callId: optionalText("Call to read; empty: the current one.", "0-64 characters", { max: 64 }),
    callid: optionalText("The same: both spellings are documented.", "0-64 characters", { max: 64 }),
  },
  result: "value",
  success: "",
});

export const queryHoldListInfo = operation({
  id: "calldata.queryHoldListInfo",
  method: "GET",
  path: "/calldata/{agentid}/holdlist",
  logName: "queryHoldListInfo",
  summary: "The calls that the agent holds.",
  result: "value",
  success: "",
});

// What is known about calls: contract/call-data.ts carried out.

import { isRefusal } from "../../base/step.ts";
import * as contract from "../../contract/call-data.ts";
import type { CallInfo, Gateway } from "../../runtime/face.ts";
import { type Route, route } from "../route.ts";

/** Programs print what they get: the keys stand in the documented order (wire.md 27). */
export const shownCall = (call: CallInfo): contract.CallInfoMessage => ({
  called: call.called,
  caller: call.caller,
  callid: call.callid,
  calldata: call.calldata,
  orgicallednum: call.orgicallednum,
  callfeature: call.callfeature,
  callskill: call.callskill,
  begintime: call.begintime,
  endtime: call.endtime,
  callskillid: call.callskillid,
  mediaType: call.mediaType,
});

export const callDataRoutes = (gateway: Gateway): readonly Route[] => [
  route(contract.queryCallInfo, ({ agent, fields }) => {
    const call = gateway.currentCall(agent, fields.isNoContainLastCall);
    return isRefusal(call) ? call : { result: shownCall(call), callId: call.callid };
  }),
  route(contract.queryCallInfoByCallId, ({ agent, fields }) => {
    const call = gateway.callById(agent, fields.callid);
    return isRefusal(call) ? call : { result: [shownCall(call)], callId: call.callid };
  }),
  route(contract.queryHoldListInfo, ({ agent }) => {
    const calls = gateway.heldCalls(agent);
    return isRefusal(calls) ? calls : { result: calls.map(shownCall) };
  }),
  route(contract.queryCallAppData, ({ agent, fields }) => {
    const callId = fields.callId || fields.callid;
    const data = gateway.appData(agent, callId);
    if (isRefusal(data)) return data;
    const encode = fields.isEncodeResult.toLowerCase() === "true";
    return { result: encode ? Buffer.from(data).toString("base64") : data, callId };
  }),
];

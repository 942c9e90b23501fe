// Calls of others and of the queues, their data, figures of the day: contract/call-figures.ts carried out.

import { isRefusal, refuse } from "../../base/step.ts";
import * as contract from "../../contract/call-figures.ts";
import type { Gateway } from "../../runtime/face.ts";
import type { AgentCallView, CallRecord, Reads, WaitingCall } from "../../runtime/reads-face.ts";
import type { Outcome } from "../reply.ts";
import { type Route, route } from "../route.ts";
import { shownCall } from "./call-data.ts";
import { type PeriodFields, periodOf } from "./period.ts";
import { seconds } from "./seconds.ts";

type Calls = readonly AgentCallView[];

const ids = (calls: Calls): readonly string[] => calls.map(({ call }) => call.callid);
const infos = (calls: Calls) => calls.map(({ call }) => shownCall(call));
const held = (calls: Calls): Calls => calls.filter(({ stage }) => stage === "held");

function ownRoutes(reads: Reads): readonly Route[] {
  const of = (agent: string): Calls => {
    const calls = reads.callsOf(agent, agent);
    return isRefusal(calls) ? [] : (calls as Calls);
  };
  return [
    route(contract.queryCallInfoBeforeAnswer, ({ agent, fields }) => {
      const found = of(agent).find(
        ({ stage, call }) => stage === "ringing" && (fields.callId === "" || call.callid === fields.callId),
      );
      if (!found) return refuse("100-007", "no call rings at the agent");
      return { result: shownCall(found.call), callId: found.call.callid };
    }),
    route(contract.queryPrivateCallInfo, () => ({ result: [] })),
    route(contract.queryAllCallID, ({ agent }) => ({ result: ids(of(agent)) })),
    route(contract.queryCallNumsOnAgent, ({ agent }) => ({ result: of(agent).length })),
    route(contract.isProcessCall, ({ agent }) => ({ result: of(agent).length > 0 })),
    route(contract.queryRemoteNumbers, ({ agent }) => ({ result: reads.remoteNumbers(agent) })),
    route(contract.getNetCallId, ({ agent, fields }) => {
      const id = reads.netCallId(agent, fields.callid);
      return isRefusal(id) ? id : { result: id, callId: fields.callid };
    }),
  ];
}

const noRightToAsk = refuse("300-001", "another agent's calls are for supervisors and administrators");
const noCall = refuse("100-007", "workno: the agent has no call");
const noneHeld = refuse("400-003", "there is no held call");

/** Another agent's calls, for those who may see them. */
function otherRoutes(reads: Reads): readonly Route[] {
  type Asked = { readonly agent: string; readonly fields: { readonly workno: string } };
  const asked =
    (show: (calls: Calls) => Outcome) =>
    ({ agent, fields }: Asked): Outcome => {
      const calls = reads.callsOf(agent, fields.workno);
      return isRefusal(calls) ? calls : show(calls as Calls);
    };
  /** holdlist's documented code for a missing right is 300-001. */
  const ofHold =
    (show: (calls: Calls) => Outcome) =>
    (ask: Asked): Outcome => {
      const outcome = asked(show)(ask);
      return "refused" in outcome && outcome.refused === "900-002" ? noRightToAsk : outcome;
    };
  return [
    route(
      contract.queryAllCallInfoByAgentWorkNo,
      asked((calls) => ({ result: infos(calls) })),
    ),
    route(
      contract.queryAllCallInfoByAgentWorkNoEx,
      asked((calls) => (calls.length > 0 ? { result: ids(calls) } : noCall)),
    ),
    route(
      contract.queryHoldListInfoEx,
      ofHold((calls) => (held(calls).length > 0 ? { result: infos(held(calls)) } : noneHeld)),
    ),
    route(
      contract.queryAgentHoldNum,
      ofHold((calls) => ({ result: held(calls).length })),
    ),
    route(contract.queryAllCallInfoOnVdn, ({ agent }) => {
      const calls = reads.allCalls(agent);
      return "refused" in calls ? calls : { result: calls.map(shownCall) };
    }),
  ];
}

const longestData = 16_384;
const nothingToSet = refuse("400-002", "calldata: nothing to set");
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Base64 of UTF-8; undefined when it is not, or when too much comes out. */
function decoded(data: string): string | undefined {
  if (!base64.test(data)) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(data, "base64"));
  } catch {
    return undefined;
  }
}

function dataRoutes(reads: Reads): readonly Route[] {
  const set = (agent: string, callId: string, data: string): Outcome => {
    if (data === "") return nothingToSet;
    const outcome = reads.setAppData(agent, callId, data);
    return "refused" in outcome ? outcome : { callId };
  };
  return [
    route(contract.setCallAppData, ({ agent, fields }) => set(agent, fields.callid, fields.calldata)),
    route(contract.setCallAppDataEx, ({ agent, fields: { callid, calldata, isDataEncoded } }) => {
      const data = isDataEncoded ? decoded(calldata) : calldata;
      if (data === undefined) return refuse("000-002", "calldata: Base64 of UTF-8");
      if (Buffer.byteLength(data) > longestData) {
        return refuse("000-002", `calldata: at most ${longestData} bytes of UTF-8, before Base64`);
      }
      return set(agent, callid, data);
    }),
    route(contract.setCallBusinessData, ({ agent, fields: { callid, businessdata } }) => {
      if (businessdata === "") return refuse("400-002", "businessdata: nothing to set");
      const outcome = reads.setBusinessData(agent, callid, businessdata);
      return "refused" in outcome ? outcome : { callId: callid };
    }),
    route(contract.getCallBusinessData, ({ agent, fields }) => {
      const data = reads.businessData(agent, fields.callid);
      return isRefusal(data) ? data : { result: data, callId: fields.callid };
    }),
  ];
}

function statistics(reads: Reads, agent: string): contract.CallStatistics {
  const counts = reads.agentCounts(agent);
  return {
    talktime: seconds(counts.talkMs),
    answernums: counts.answered,
    noanswernums: counts.unanswered,
    calloutnums: counts.calledOut,
    intercallnums: counts.calledInside,
    interhelpnums: counts.askedHelp,
    transfernums: counts.transferred,
    transferoutnums: counts.transferredOut,
    transferivrnums: 0,
    redirectnums: 0,
    keepnums: counts.held,
    busynums: counts.busy,
    restnums: counts.rested,
    restoutnums: counts.overrested,
    resttime: seconds(counts.restMs),
    restouttime: seconds(counts.overrestMs),
    agentrelease: counts.released,
    busytime: seconds(counts.busyMs),
  };
}

const noIvr = refuse("600-004", "this gateway has no IVR");

function figureRoutes(reads: Reads): readonly Route[] {
  const waitingCall = ({ call, priority, since }: WaitingCall): contract.WaitingCallMessage => ({
    ...shownCall(call),
    begintime: since,
    userPriority: priority,
    trunkNo: 0,
    logontimes: seconds(reads.node().now - since),
  });
  return [
    route(contract.queryCallStatisticsInfo, ({ agent }) => ({ result: statistics(reads, agent) })),
    route(contract.queryCallStatisticsInfoEx, ({ agent }) => {
      const { talktime, answernums, calloutnums } = statistics(reads, agent);
      return { result: { talktime, answernums, calloutnums } };
    }),
    route(contract.queryWaitCallInfoBySkillId, ({ fields }) => {
      const queue = reads.queue(fields.skillid);
      if (!queue) return refuse("000-002", "skillid: not a skill of this VDN");
      return { result: queue.waiting.map(waitingCall) };
    }),
    route(contract.queryWaitCallInfoByIVRId, () => noIvr),
    route(contract.queryCallCountByIVRId, () => noIvr),
  ];
}

type RecordFields = PeriodFields & { readonly skillid: number };

function records(reads: Reads, asking: string, workno: string, fields: RecordFields): Outcome {
  const period = periodOf(fields);
  if ("refused" in period) return period;
  const skill = fields.skillid === 0 ? null : fields.skillid;
  const found = reads.records(asking, { workno, skill, ...period });
  return "refused" in found ? found : { result: found.map(shownRecord) };
}

const shownRecord = ({ call, agents }: CallRecord): contract.CallRecordMessage => ({ ...shownCall(call), agents });

const recordRoutes = (reads: Reads): readonly Route[] => [
  route(contract.queryCallRecordList, ({ agent, fields }) => records(reads, agent, fields.workno, fields)),
  route(contract.querySelfCallRecordInfo, ({ agent, fields }) => records(reads, agent, agent, fields)),
];

export const callFigureRoutes = ({ reads }: Gateway): readonly Route[] => [
  ...ownRoutes(reads),
  ...otherRoutes(reads),
  ...dataRoutes(reads),
  ...figureRoutes(reads),
  ...recordRoutes(reads),
];

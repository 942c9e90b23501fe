// Inspectors: contract/quality-control.ts carried out.

import { isRefusal, refuse } from "../../base/step.ts";
import * as contract from "../../contract/quality-control.ts";
import type { ForceRequest } from "../../core/agent/state.ts";
import type { Gateway } from "../../runtime/face.ts";
import type { Outcome } from "../reply.ts";
import { type Route, route } from "../route.ts";
import { absentIn } from "./absent.ts";

const modes = ["listen", "insert", "whisper"] as const;

/** "101;102": work numbers joined by ; or ,. */
const workNumbers = (list: string): readonly string[] => list.split(/[;,]/).filter(Boolean);

const shown = (result: object): Outcome => (isRefusal(result) ? (result as Outcome) : { result });

function inspectionRoutes({ inspection }: Gateway): readonly Route[] {
  return [
    route(contract.addSupervise, ({ agent, fields }) => inspection.inspect(agent, fields.workNo, "listen")),
    route(contract.addInsert, ({ agent, fields }) => inspection.inspect(agent, fields.workNo, "insert")),
    route(contract.switchSuperviseOrInsert, ({ agent, fields }) =>
      inspection.switchInspection(agent, fields.workNo, "toggle"),
    ),
    route(contract.stopSuperviseOrInsert, ({ agent, fields }) => inspection.endInspection(agent, fields.workNo)),
    route(contract.intercept, ({ agent, fields }) => inspection.intercept(agent, fields.workNo, "")),
    route(contract.interceptCall, ({ agent, fields }) => inspection.intercept(agent, fields.workNo, fields.callId)),
    route(contract.requestWhisperAgent, ({ agent, fields }) =>
      inspection.inspect(agent, fields.whisperagentid, "whisper"),
    ),
    route(contract.requestStopWhisperAgent, ({ agent, fields }) =>
      inspection.endInspection(agent, fields.whisperagentid, "whisper"),
    ),
    route(contract.requestSwitchInsertWhisperAgent, ({ agent, fields }) =>
      inspection.switchInspection(agent, fields.whisperagentid, modes[fields.switchtype] ?? "listen"),
    ),
    route(contract.queryQcTasks, ({ agent }) => shown(inspection.tasks(agent))),
    route(contract.deleteQcTask, ({ agent, fields }) => inspection.endTask(agent, fields.taskdsn, fields.begintime)),
  ];
}

function forceRoutes({ inspection }: Gateway): readonly Route[] {
  const force =
    (request: ForceRequest) =>
    ({ agent, fields }: { readonly agent: string; readonly fields: { readonly workNo: string } }) =>
      inspection.force(agent, fields.workNo, request);
  return [
    route(contract.forceBusy, force({ type: "force-busy" })),
    route(contract.forceIdle, force({ type: "force-idle" })),
    route(contract.forceRest, ({ agent, fields: { workNo, time, reason } }) =>
      inspection.force(agent, workNo, { type: "force-rest", seconds: time, cause: reason }),
    ),
    route(contract.forceLogOutAgent, ({ agent, fields }) => inspection.forceSignOut(agent, fields.workNo)),
    route(contract.forceDropCall, ({ agent, fields }) => inspection.forceDrop(agent, fields.callid)),
    route(contract.adjustSkill, ({ agent, fields }) => inspection.adjustSkills(agent, fields.workNo, fields.skills)),
    route(contract.qcSetAgentSelfRecord, ({ agent, fields }) => {
      const may = inspection.mayInspect(agent);
      if (isRefusal(may)) return may;
      if (fields.recordbeforetalking === "1") {
        return refuse("900-003", "recordbeforetalking: recordings begin with the conversation");
      }
      return inspection.setSelfRecord(agent, workNumbers(fields.agents), fields.recordflag === "1");
    }),
    route(contract.qcCancelAgentSelfRecord, ({ agent, fields }) =>
      inspection.setSelfRecord(agent, workNumbers(fields.agents), false),
    ),
  ];
}

function monitorRoutes({ inspection }: Gateway): readonly Route[] {
  return [
    route(contract.beginMonitor, ({ agent, fields }) => inspection.monitor(agent, workNumbers(fields.agents), true)),
    route(contract.endMonitor, ({ agent, fields }) => inspection.monitor(agent, workNumbers(fields.agents), false)),
    route(contract.queryAllMonitoredAgents, ({ agent }) => shown(inspection.monitored(agent))),
  ];
}

/** Who may not inspect does not learn what there is not. */
const screenRoutes = ({ inspection }: Gateway): readonly Route[] =>
  absentIn(Object.values(contract), (agent) => inspection.mayInspect(agent));

export const qualityControlRoutes = (gateway: Gateway): readonly Route[] => [
  ...inspectionRoutes(gateway),
  ...forceRoutes(gateway),
  ...monitorRoutes(gateway),
  ...screenRoutes(gateway),
];

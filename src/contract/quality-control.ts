// Operations of the group `qualitycontrol` (operations.json): inspectors, and what they may do to other agents. Where the
// documents show no message, it is empty, as in the samples of their siblings.

import { type Fields, optionalInteger, optionalText, requiredInteger, requiredList, requiredText } from "./field.ts";
import { type Method, type Missing, operation } from "./operation.ts";
import { optionalWorkNumber, skillNumber, workNumber } from "./paths.ts";

const agentList = optionalText("Work numbers joined by ; or ,. Empty: all agents of the VDN.", "work numbers", {
  max: 65_536,
  pattern: /^[0-9;,]*$/,
});
const whisperAgent = {
  whisperagentid: optionalWorkNumber("The agent; empty: the one who is being inspected."),
};

type Described<Path extends Fields, Query extends Fields> = {
  readonly id: string;
  readonly line: `${Method} ${string}`;
  readonly summary: string;
  readonly pathFields?: Path;
  readonly query?: Query;
  readonly refused?: Missing;
};

type None = Readonly<Record<never, never>>;

/** One of the group; its path below /qualitycontrol/{agentid}. */
function control<Path extends Fields = None, Query extends Fields = None>(described: Described<Path, Query>) {
  const { id, line, summary, pathFields = {} as Path, query = {} as Query, refused } = described;
  const [method, path] = line.split(" ") as [Method, string];
  return operation<Path, Query>({
    ...{ id: `qualitycontrol.${id}`, method, path: `/qualitycontrol/{agentid}/${path}`, logName: id, summary },
    ...{ pathFields, query, success: "" },
    ...(refused && { refused }),
  });
}

export const addSupervise = control({
  id: "addSupervise",
  line: "PUT addsupervise/{workNo}",
  summary: "Listens to an agent, who may be in a call or not yet; nobody in the call hears the inspector.",
  pathFields: { workNo: workNumber("Agent to listen to.") },
});

export const addInsert = control({
  id: "addInsert",
  line: "PUT addinsert/{workNo}",
  summary: "Joins the call of an agent: all hear each other.",
  pathFields: { workNo: workNumber("Agent whose call is joined.") },
});

export const switchSuperviseOrInsert = control({
  id: "switchSuperviseOrInsert",
  line: "POST switch/{workNo}",
  summary: "From listening to talking with all, and back.",
  pathFields: { workNo: workNumber("The inspected agent.") },
});

export const stopSuperviseOrInsert = control({
  id: "stopSuperviseOrInsert",
  line: "DELETE {workNo}",
  summary: "Ends the inspection of an agent.",
  pathFields: { workNo: workNumber("The inspected agent.") },
});

export const intercept = control({
  id: "intercept",
  line: "PUT intercept/{workNo}",
  summary: "Takes the call of the inspected agent over; the agent is out of it.",
  pathFields: { workNo: workNumber("The inspected agent.") },
});

export const requestWhisperAgent = control({
  id: "requestWhisperAgent",
  line: "POST requestwhisperagent",
  summary: "Hears an agent's calls and is heard by the agent alone.",
  query: whisperAgent,
});

export const requestStopWhisperAgent = control({
  id: "requestStopWhisperAgent",
  line: "POST requeststopwhisperagent",
  summary: "Ends whispering.",
  query: whisperAgent,
});

export const requestSwitchInsertWhisperAgent = control({
  id: "requestSwitchInsertWhisperAgent",
  line: "POST requestswitchinsertwhisperagent",
  summary: "Changes between listening, talking with all and whispering.",
  query: {
    ...whisperAgent,
    switchtype: requiredInteger("0: listen; 1: talk with all; 2: whisper.", { min: 0, max: 2 }),
  },
});

export const forceBusy = control({
  id: "forceBusy",
  line: "POST forcebusy/{workNo}",
  summary: "Makes another agent busy; during a call, when it ends.",
  pathFields: { workNo: workNumber("The agent.") },
});

export const forceIdle = control({
  id: "forceIdle",
  line: "POST forceidle/{workNo}",
  summary: "Makes another agent idle.",
  pathFields: { workNo: workNumber("The agent.") },
});

export const forceRest = control({
  id: "forceRest",
  line: "POST forcerest/{workNo}/{time}/{reason}",
  summary: "Sends another agent to rest; during a call, when it ends.",
  pathFields: {
    workNo: workNumber("The agent."),
    time: requiredInteger("Seconds until he is reminded.", { min: 1, max: 86_399 }),
    reason: requiredInteger("Rest cause.", { min: 1, max: 255 }),
  },
});

export const forceLogOutAgent = control({
  id: "forceLogOutAgent",
  line: "POST forcelogout/{workNo}",
  summary: "Signs another agent out, whatever he is doing.",
  pathFields: { workNo: workNumber("The agent.") },
});

export const forceDropCall = control({
  id: "forceDropCall",
  line: "POST forcedropcall/{callid}",
  summary: "Ends a call for everybody who is in it.",
  pathFields: { callid: requiredText("The call.", "1-64 characters", { min: 1, max: 64 }) },
});

export const beginMonitor = control({
  id: "beginMonitor",
  line: "POST beginmonitor",
  summary: "From now on QC_AgentState_Notify tells of these agents' sign-ins, sign-outs and states.",
  query: { agents: agentList },
});

export const endMonitor = control({
  id: "endMonitor",
  line: "POST endmonitor",
  summary: "These agents are not monitored any more.",
  query: { agents: agentList },
});

export const queryAllMonitoredAgents = operation({
  id: "qualitycontrol.queryAllMonitoredAgents",
  method: "GET",
  path: "/qualitycontrol/{agentid}/allagent",
  logName: "queryAllMonitoredAgents",
  summary: "The agents whom this one monitors.",
  result: "value",
  success: "",
});

const recordFlag = (description: string) => requiredText(description, "0 or 1", { min: 1, max: 1, pattern: /^[01]$/ });

export const qcSetAgentSelfRecord = control({
  id: "qcSetAgentSelfRecord",
  line: "POST setselfrecord/{recordflag}/{recordbeforetalking}",
  summary: "Every call of these agents is recorded from now on, or not.",
  pathFields: {
    recordflag: recordFlag("1: recorded; 0: not."),
    recordbeforetalking: recordFlag("Only 0: recordings begin with the conversation."),
  },
  query: { agents: agentList },
});

export const qcCancelAgentSelfRecord = control({
  id: "qcCancelAgentSelfRecord",
  line: "POST cancelselfrecord",
  summary: "The calls of these agents are recorded as their skills have it.",
  query: { agents: agentList },
});

export const queryQcTasks = operation({
  id: "qualitycontrol.queryQcTasks",
  method: "GET",
  path: "/qualitycontrol/{agentid}/queryqctasks",
  logName: "queryQcTasks",
  summary: "The inspections that go on in the VDN.",
  result: "value",
  success: "",
});

export const deleteQcTask = control({
  id: "deleteQcTask",
  line: "DELETE deleteqctask",
  summary: "Ends an inspection, one's own or, as an administrator, any.",
  query: {
    taskdsn: requiredText("As queryqctasks shows it.", "1-64 characters", { min: 1, max: 64 }),
    begintime: optionalInteger("As queryqctasks shows it; empty: whenever it began.", {
      min: 1,
      max: Number.MAX_SAFE_INTEGER,
      fallback: 0,
    }),
  },
});

/** Screens are neither recorded nor shown by this gateway: each answers 900-003 to an inspector. */
const screen = (id: string, line: Described<None, None>["line"]) =>
  control({
    ...{ id, line, summary: "Not in this product: screens are neither recorded nor shown." },
    refused: { code: "900-003", why: "not in this product: screens are neither recorded nor shown" },
  });

export const startVideoMonitor = screen("startVideoMonitor", "POST startVideoMonitor");
export const stopVideoMonitor = screen("stopVideoMonitor", "POST stopVideoMonitor");
export const startVideoOperation = screen("startVideoOperation", "POST startVideoOperation");
export const startOrStopVideoPlay = screen("startOrStopVideoPlay", "POST startOrStopVideoPlay");
export const deleteVideoTask = screen("deleteVideoTask", "POST deleteVideoTask");
export const queryVideoRecordFile = screen("queryVideoRecordFile", "GET queryvideorecordfile");
export const registerDataToServer = screen("registerDataToServer", "POST registerDataToServer");
export const queryUrlInfo = screen("queryUrlInfo", "GET queryurlinfo");

export const adjustSkill = operation({
  id: "qualitycontrol.adjustSkill",
  method: "POST",
  path: "/qualitycontrol/{agentid}/adjustskill",
  logName: "adjustSkill",
  summary: "Another agent serves these skills from now on, until he or somebody else changes them.",
  body: {
    workNo: workNumber("The agent."),
    skills: requiredList("Skill ids.", skillNumber("A skill."), {
      min: 1,
      max: 1000,
    }),
  },
  success: "",
});

export const interceptCall = control({
  id: "interceptCall",
  line: "PUT intercept/{workNo}/{callId}",
  summary: "As intercept, when the agent is in this call.",
  pathFields: {
    workNo: workNumber("The inspected agent."),
    callId: requiredText("The call.", "1-64 characters", { min: 1, max: 64 }),
  },
});

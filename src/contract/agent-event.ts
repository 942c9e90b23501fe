// Every event that an agent can receive, as it stands in the reply to a poll (events.json; wire.md 22-26).
// `content` is exactly what crosses HTTP: key order and types (string or number) are part of the contract.
// At the end the two operations that fetch events (group `agentevent` of operations.json).

import { operation } from "./operation.ts";

/** The callid alone, as a string: Hold, Call_Release, Call_Out_Fail, Connect_Fail (wire.md 26). */
type BareCallId = string;

/** `fileName`: below the folder of recordings. `fileMediaType` "1": audio. Mind the capital of `callId` (behaviour.md §7). */
type Recorded = {
  taskId: number;
  caller: string;
  recordID: string;
  called: string;
  locationId: string;
  fileName: string;
  fileMediaType: "1";
  callId: string;
};

/** `addressType` 6: a telephone number; 9: a work number. */
type LinkedAddress = { address: string; addressType: 6 | 9 };

/** `transfrom`: work number of the agent who passes it on, "" = nobody; `feature`: call type, "0" = incoming. */
type IncomingCall = {
  caller: string;
  transfer: "yes" | "no";
  callid: string;
  transfrom: string;
  called: string;
  type: "main" | "assistant";
  mediaAbility: "1" | "3";
  feature: string;
};

/** `confId`: the number of the conference. */
type OfConference = { confId: number };

type Content = {
  /** The agent is handling a call (not: shows busy). */
  AgentState_Busy: null;
  AgentState_Ready: null;
  AgentState_Work: null;
  /** `reason`: busy reason code as a string, "0" when none was given. */
  AgentState_SetNotReady_Success: {
    /** Busy reason, by its number as text; "0": none was given. */
    reason: string;
  };
  AgentState_CancelNotReady_Success: null;
  AgentState_SetWork_Success: null;
  AgentState_CancelWork_Success: null;
  /** `reason`: rest cause code as a string. */
  AgentState_SetRest_Success: { reason: string };
  AgentState_CancelRest_Success: null;
  AgentState_Rest_Timeout: null;
  AgentEvent_Customer_Alerting: {
    callid: string;
    otherPhoneWorkno: string;
    otherPhone: string;
    type: "main" | "assistant";
  };
  /** Three or more talk; `partner`: the numbers of the others, joined by commas. */
  AgentEvent_Conference: { callid: string; partner: string };
  /** A customer's call has come to the agent; `lastReleaseAgentId`: who did not take it last, 65535 = nobody. */
  AgentEvent_Incoming_CallInfo: {
    callId: string;
    skillName: string;
    skillId: number;
    caller: string;
    called: string;
    lastReleaseAgentId: number;
    mediaType: number;
    /** How often an agent had it who did not take it, and whether one had. */
    releaseAndReQueueCount: number;
    releaseAndReQueueCallFlag: 0 | 1;
  };
  /** An incoming call waits for the agent's answer; `mediaType` "5" = an ordinary call. */
  AgentEvent_Ringing: IncomingCall & { mediaType: string };
  /** The platform has answered an incoming call for the agent. */
  AgentEvent_Auto_Answer: IncomingCall & { mediaType: number };
  /** The agent did not answer in time. */
  AgentEvent_No_Answer: BareCallId;
  /** A success transfer: 0 done, else not (mind the capital of `callId`). */
  AgentEvent_SuccTransResult: { callId: string; result: number };
  AgentEvent_Inside_Call_Fail: BareCallId;
  AgentEvent_Consult_Fail: BareCallId;
  /** `feature`: call type, "7" = outgoing; `mediaAbility`: "1" audio, "3" audio and video (decisions.md 12). */
  AgentEvent_Talking: {
    caller: string;
    callid: string;
    called: string;
    feature: string;
    type: "main" | "assistant";
    mediaAbility: "1" | "3";
  };
  AgentEvent_Hold: BareCallId;
  /** What has become of mediaswitch: `reason` 0 done, else not; `mediaType` as asked for: 1 audio, 3 audio and video. */
  AgentEvent_MediaSwith: {
    callid: string;
    /** 0: done; 1: not. */
    reason: 0 | 1;
    caller: string;
    /** As asked for: 1 audio, 3 audio and video. */
    mediaType: 1 | 3;
    called: string;
  };
  AgentEvent_Call_Release: BareCallId;
  AgentEvent_Customer_Release: { callid: string; number: string };
  AgentEvent_Call_Out_Fail: BareCallId;
  AgentEvent_Connect_Fail: BareCallId;
  /** A number to look at before it is called: one, or several to choose from, joined by commas. */
  AgentEvent_Preview_CallOut: { controlid: string; dialeddigits: string; callData: string };
  AgentEvent_Preview_CallOut_Ex: { dialeddigits: string; controlid: string; callData: string };
  /** `detect`: decisions.md 18. */
  OUTBOUND_DETECT_EVENT: { callId: string; detect: number; desc: string };
  /** After Talking, when a file is being written. */
  AgentMediaEvent_Record: Recorded;
  /** No file, or no more of it: the disk is full. The call goes on. */
  AgentMediaEvent_Record_Fail: Recorded;
  /** The phone is off-hook for a recording that is to be heard. */
  AgentMediaEvent_Play: null;
  /** It can be heard. */
  AgentMediaEvent_Play_Succ: null;
  AgentMediaEvent_Play_Fail: null;
  AgentMediaEvent_PausePlayDone: null;
  AgentMediaEvent_ResumePlayDone: null;
  AgentMediaEvent_JumpPlayDone: null;
  /** 0 to its end, 1 stopped by the agent, 2 stopped by a failure. */
  AgentMediaEvent_StopPlayDone: {
    /** 0: at its end; 1: by the agent; 2: by a failure. */
    cause: 0 | 1 | 2;
  };
  /** Times in ms since the epoch. `recordFormat` "0": the gateway's own, linear PCM. */
  AgentMediaEvent_StopRecordDone: {
    beginTime: number;
    endTime: number;
    fileMediaType: "1";
    recordFormat: "0";
    taskId: number;
  };
  /** null on the agent's own outgoing call (wire.md 23). */
  AgentOther_PhoneAlerting: { callid: string; caller: string } | null;
  AgentOther_PhoneOffhook: {
    /** Always main. */
    type: "main" | "assistant" | "unknown";
  };
  /** 2 = the agent hung up, 3 = the platform did. */
  AgentOther_PhoneRelease: { phoneState: 2 | 3 };
  AgentOther_PhoneBusy: null;
  /** Another agent has sent a note; with content: has published a bulletin, `target` the group or skill it is for. */
  AgentOther_Note: { sender: string; target: string; bulletin: string } | null;
  /** With phone linkage: 0 off-hook, 1 on-hook, 2 talking, 5 ringing. */
  AgentEvent_linkagePhoneStatus: {
    /** 0 off-hook, 1 on-hook, 2 talking, 5 ringing. */
    result: 0 | 1 | 2 | 5;
  };
  /** The agent has put the call on hold by his phone, and taken it back. */
  AgentEvent_linkagePhoneHold: { callId: string };
  AgentEvent_linkagePhoneUnHold: { callId: string };
  /** He passes the call on by his phone, or calls by himself with it. */
  AgentEvent_linkagePhoneTransferOut: { addrOut: LinkedAddress; addrSelf: LinkedAddress };
  AgentEvent_linkagePhoneCallOut: {
    addrCalled: LinkedAddress;
    addrCaller: LinkedAddress;
    skillId: number;
    callId: string;
  };
  /** An inspector begins or changes how he inspects this agent: 8 listens, 9 talks with all, 20172 whispers. */
  AgentOther_BeQcStart: { qcType: number; qcAgentId: number };
  AgentOther_BeQcStop: { qcType: number; qcAgentId: number };
  /** An agent whom this one monitors has changed. `subtype`: QC_AgentState_Login, _Logout and so on. */
  QC_AgentState_Notify: { subtype: string; monitoredagent: string; agentname: string; mediaserver: string };
  /** An inspector has made this agent busy or idle. */
  AgentState_Force_SetNotReady: null;
  AgentState_Force_Ready: null;
  /** A conference of agents: the agent is in its chair and may give orders; he is not. `cause`: as in OUTBOUND_DETECT_EVENT. */
  AgentConf_RequestSuccess: OfConference;
  AgentConf_RequestFailed: {
    /** Why, by the numbers of OUTBOUND_DETECT_EVENT. */
    cause: number;
  };
  /** The agent himself has come in, is invited, is out. */
  AgentConf_SelfJoinResult: OfConference;
  AgentConf_Ringing: OfConference;
  AgentConf_SelfLeaveResult: OfConference;
  /**
   * Another member, or this one is muted or held. `result` 1: who was invited does not come. `changeType`: 0 joined, 1 left, 2 has the
   * chair, 3 muted, 4 unmuted, 5 held, 6 held no more. `changeReason` of 1: 0 left, 1 removed, 2 hung up, 3 the conference has ended,
   * 4 signed out, 6 otherwise; else 255. `participantType`: 6 telephone number, 9 work number.
   */
  AgentConf_ParticipantChanged: {
    result: number;
    changeReason: number;
    changeType: number;
    confId: number;
    participant: string;
    participantType: number;
    deviceCallType: number;
    deviceType: number;
  };
  /** Its time is nearly over. */
  AgentConf_Timeout: OfConference;
  /** The agent has the chair now. */
  AgentConf_PresidentChanged: OfConference;
  /** An announcement to all, to one member, is over: 0 as it should, 1 not. */
  AgentConf_StopVoice: { result: number };
  AgentConf_StopParticipantVoice: { result: number };
  AgentOther_InService: null;
  AgentOther_ShutdownService: { loginTime: string };
};

export type AgentEventType = keyof Content;

export type AgentEvent = {
  [Type in AgentEventType]: { readonly eventType: Type; readonly content: Readonly<Content[Type]> };
}[AgentEventType];

/** As it crosses HTTP. `eventGenTime` (ms) only when the setting asks for it (decisions.md 6). */
export type AgentEventMessage = {
  readonly eventType: AgentEventType;
  readonly eventGenTime?: number;
  readonly workNo: string;
  readonly content: AgentEvent["content"];
};

export const getAgentEvent = operation({
  id: "agentevent.getAgentEvent",
  method: "GET",
  path: "/agentevent/{agentid}",
  logName: "getAgentEvent",
  summary: "The agent's next event; without one the request is held for a while and then answered empty.",
  access: "sign-of-life",
  result: "event",
  success: "",
});

export const getAllAgentEvent = operation({
  id: "agentevent.getAllAgentEvent",
  method: "GET",
  path: "/agentevent/allagentevent",
  logName: "getAllAgentEvent",
  summary: "The waiting events of every agent whom this trusted host signed in, as a list.",
  access: "trusted-host",
  result: "event",
  success: "",
});

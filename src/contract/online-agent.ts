// Operations of the group `onlineagent`: sign-in and sign-out, the agent's state, his skills (operations.json).

import { choice, flag, flagOrAbsent, optionalInteger, optionalText, requiredInteger, requiredText } from "./field.ts";
import { operation } from "./operation.ts";

const phonenum = "Number of the phone that the agent uses; it is bound to him while he is signed in.";
const phonenumRule = "1-24 characters";

const REST = { min: 1, max: 86_399, fallback: 86_399 };

/** Fields that every way of signing in has. `releasephone` differs: true for sign-in, false for a forced one. */
const signInFields = (releasephone: boolean) => ({
  password: requiredText("Password of the work number; an empty one is sent as an empty text.", "0-32 characters", {
    max: 32,
  }),
  autoanswer: flag("true: incoming calls are answered automatically.", true),
  autoenteridle: flag("true: the agent is idle after a call; false: he wraps up.", true),
  releasephone: flag("true: the phone is hung up after each call; false: it stays off-hook.", releasephone),
  agenttype: choice("4: PC and phone; 11: PC and video phone.", [4, 11], 4),
  status: choice("State after sign-in: 3 busy, 4 idle, 5 wrap-up, 8 rest.", [3, 4, 5, 8], 4),
  time: {
    ...optionalInteger("With status 8: length of the rest in seconds.", REST),
    readWhen: { field: "status", is: 8 },
  },
  restcause: {
    ...optionalInteger("With status 8: cause of the rest; 0: none.", { min: 0, max: 255, fallback: 0 }),
    readWhen: { field: "status", is: 8 },
  },
  ip: optionalText("IPv4 address of the agent's PC; checked and not used.", "an IPv4 address", {
    max: 15,
    pattern: /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/,
    fallback: "127.0.0.1",
  }),
  entryIp: optionalText("Address of the client's application gateway; not used.", "0-64 characters", { max: 64 }),
  phonelinkage: flag("true: the phone may be picked up and hung up from the desktop.", false),
  checkInWebm: flag("Sign in for text media: the second letter of mediatype says it, and there are none.", true),
  checkInMailm: flag("Sign in to the mail media server; not used.", false),
  vcPhoneNumber: optionalText("Number of a video conference terminal; not used.", "0-24 characters", { max: 24 }),
  listenStatus: flag("true: a supervisor is told by QC_AgentState_Notify who signs in and out.", false),
});

/** `callBackUri` and `serviceToken`, both present, ask for push instead of polling; `pushUrl` is the older way (wire.md 30). */
const pushFields = {
  callBackUri: optionalText("Where events are to be pushed; together with serviceToken.", "0-200 characters", {
    max: 200,
  }),
  serviceToken: optionalText(
    "Token sent with each pushed event; together with callBackUri.",
    "0-50 characters of A-Z, a-z, 0-9, . _ and -",
    { max: 50, pattern: /^[A-Za-z0-9._-]*$/ },
  ),
  pushUrl: optionalText("Where events are to be pushed, one in each request; the older way.", "0-200 characters", {
    max: 200,
  }),
};

export const login = operation({
  id: "onlineagent.login",
  method: "PUT",
  path: "/onlineagent/{agentid}",
  logName: "login",
  summary: "Signs the agent in; the Guid of the new session comes in the header Set-GUID.",
  access: "sign-in",
  body: { phonenum: requiredText(phonenum, phonenumRule, { min: 1, max: 24 }), ...signInFields(true), ...pushFields },
  result: "value",
  success: "",
});

export const loginEx = operation({
  id: "onlineagent.loginEx",
  method: "PUT",
  path: "/onlineagent/{agentid}/loginex",
  logName: "loginEx",
  summary: "Signs the agent in for voice alone; the phone is optional.",
  access: "sign-in",
  body: { phonenum: optionalText(phonenum, "0-24 characters", { max: 24 }), ...signInFields(true) },
  result: "value",
  success: "",
});

export const forceLogin = operation({
  id: "onlineagent.forceLogin",
  method: "PUT",
  path: "/onlineagent/{agentid}/forcelogin",
  logName: "forceLogin",
  summary: "Signs the agent in and ends a session that he has elsewhere.",
  access: "sign-in",
  body: { phonenum: requiredText(phonenum, phonenumRule, { min: 1, max: 24 }), ...signInFields(false), ...pushFields },
  result: "value",
  success: "",
});

export const logout = operation({
  id: "onlineagent.logout",
  method: "DELETE",
  path: "/onlineagent/{agentid}/logout",
  logName: "logout",
  summary: "Signs the agent out; not while he talks.",
});

export const forceLogout = operation({
  id: "onlineagent.forceLogout",
  method: "DELETE",
  path: "/onlineagent/{agentid}/forcelogout",
  logName: "forceLogout",
  summary: "Signs the agent out and releases his call.",
  result: "none",
});

export const forceLogoutWithReason = operation({
  id: "onlineagent.forceLogoutWithReason",
  method: "DELETE",
  path: "/onlineagent/{agentid}/forcelogoutwithreason/{reason}",
  logName: "forceLogoutWithReason",
  summary: "Signs the agent out, releases his call and keeps the reason.",
  pathFields: { reason: requiredInteger("Reason of the sign-out.", { min: 1, max: 255 }) },
  result: "none",
});

export const handShake = operation({
  id: "onlineagent.handShake",
  method: "POST",
  path: "/onlineagent/{agentid}/handshake",
  logName: "handShake",
  summary: "Keeps the session alive without a poll and may bring a new Guid.",
  access: "sign-of-life",
  result: "none",
});

export const heartbeat = operation({
  id: "onlineagent.heartbeat",
  method: "PUT",
  path: "/onlineagent/{agentid}/heartbeat",
  logName: "heartbeat",
  summary: "Keeps the session alive; answers with the time of the sign-in.",
  access: "heartbeat",
  result: "value",
  success: "",
});

export const updateGuid = operation({
  id: "onlineagent.updateGuid",
  method: "PUT",
  path: "/onlineagent/{agentid}/updateGuid",
  logName: "updateGuid",
  summary: "Answers with the newest Guid of the session, for a page that was reloaded.",
  result: "value",
});

export const sayBusy = operation({
  id: "onlineagent.sayBusy",
  method: "POST",
  path: "/onlineagent/{agentid}/saybusy",
  logName: "sayBusy",
  summary: "Shows the agent busy; during a call, when it ends.",
  query: {
    reason: optionalInteger("Busy reason; 0 or empty: none.", { min: 200, max: 250, fallback: 0 }),
    prolong: flag("true: an agent who is busy gives a new reason.", false),
  },
});

export const cancelBusy = operation({
  id: "onlineagent.cancelBusy",
  method: "POST",
  path: "/onlineagent/{agentid}/cancelbusy",
  logName: "cancelBusy",
  summary: "Ends busy: the agent is idle.",
});

export const sayFree = operation({
  id: "onlineagent.sayFree",
  method: "POST",
  path: "/onlineagent/{agentid}/sayfree",
  logName: "sayFree",
  summary: "Makes a busy or wrapping-up agent idle.",
});

export const sayWork = operation({
  id: "onlineagent.sayWork",
  method: "POST",
  path: "/onlineagent/{agentid}/work",
  logName: "sayWork",
  summary: "Begins wrap-up.",
  success: "",
});

export const cancelWork = operation({
  id: "onlineagent.cancelWork",
  method: "POST",
  path: "/onlineagent/{agentid}/cancelwork",
  logName: "cancelWork",
  summary: "Ends wrap-up: the agent is idle.",
});

export const rest = operation({
  id: "onlineagent.rest",
  method: "POST",
  path: "/onlineagent/{agentid}/rest/{time}/{restcause}",
  logName: "rest",
  summary: "Asks for rest; the event AgentState_SetRest_Success says when it begins.",
  pathFields: {
    time: requiredInteger("Length of the rest in seconds.", { min: 1, max: 86_399 }),
    restcause: requiredInteger("Cause of the rest; 0: none.", { min: 0, max: 255 }),
  },
  query: { prolong: flag("true: an agent who rests begins again.", false) },
});

export const cancelRest = operation({
  id: "onlineagent.cancelRest",
  method: "POST",
  path: "/onlineagent/{agentid}/cancelrest",
  logName: "cancelRest",
  summary: "Ends the rest: the agent is idle.",
});

export const setAgentAutoEnterIdle = operation({
  id: "onlineagent.setAgentAutoEnterIdle",
  method: "POST",
  path: "/onlineagent/{agentid}/autoenteridle/{flag}",
  logName: "setAgentAutoEnterIdle",
  summary: "Sets what the agent becomes after a call.",
  pathFields: { flag: requiredText("true: idle; anything else: wrap-up.", "1-5 characters", { min: 1, max: 5 }) },
});

export const setAgentAutoAnswer = operation({
  id: "onlineagent.setAgentAutoAnswer",
  method: "POST",
  path: "/onlineagent/{agentid}/autoanswer/{isautoanswer}",
  logName: "setAgentAutoAnswer",
  summary: "Switches automatic answering.",
  pathFields: {
    isautoanswer: requiredText("true: automatic; anything else: manual.", "1-5 characters", { min: 1, max: 5 }),
  },
  result: "none",
  success: "",
});

export const resetSkill = operation({
  id: "onlineagent.resetSkill",
  method: "POST",
  path: "/onlineagent/{agentid}/resetskill/{autoflag}",
  logName: "resetSkill",
  summary: "Chooses the skill queues that the agent serves.",
  pathFields: {
    autoflag: requiredText("true: all configured skills; anything else: those of skillid.", "1-100 characters", {
      min: 1,
      max: 100,
    }),
  },
  query: {
    skillid: optionalText(
      "Skill ids for autoflag=false; none: the agent serves no queue.",
      "ids joined by ; up to 4000 characters",
      {
        max: 4000,
        pattern: /^\d{1,9}(?:;\d{1,9})*;?$/,
      },
    ),
    phonelinkage: flagOrAbsent("Whether the phone may be picked up and hung up from the desktop; absent: as it was."),
  },
});

export const queryAgentSkills = operation({
  id: "onlineagent.queryAgentSkills",
  method: "GET",
  path: "/onlineagent/{agentid}/agentskills",
  logName: "queryAgentSkills",
  summary: "The skills configured for the agent, as a list of {name, id, mediatype}.",
  result: "value",
  success: "",
});

export const getAgentStatus = operation({
  id: "onlineagent.getAgentStatus",
  method: "GET",
  path: "/onlineagent/{agentid}/agentstatus",
  logName: "getAgentStatus",
  summary: "The agent's state: {agentState, isWorking}.",
  result: "value",
  success: "",
});

export const forceLoginEx = operation({
  id: "onlineagent.forceLoginEx",
  method: "PUT",
  path: "/onlineagent/{agentid}/forceloginex",
  logName: "forceLoginEx",
  summary: "Signs the agent in for voice alone and ends a session that he has elsewhere.",
  access: "sign-in",
  body: { phonenum: optionalText(phonenum, "0-24 characters", { max: 24 }), ...signInFields(false) },
  result: "value",
  success: "",
});

export const forceLoginExWithoutPhone = operation({
  id: "onlineagent.forceLoginExWithoutPhone",
  method: "PUT",
  path: "/onlineagent/{agentid}/forceloginexwithoutphone",
  logName: "forceLoginExWithoutPhone",
  summary: "Signs the agent in without a phone and ends a session that he has elsewhere.",
  access: "sign-in",
  body: signInFields(false),
  result: "value",
  success: "",
});

export const queryAgentSkillsByWorkNo = operation({
  id: "onlineagent.queryAgentSkillsByWorkNo",
  method: "GET",
  path: "/onlineagent/{agentid}/agentskillsbyworkno/{workno}",
  logName: "queryAgentSkillsByWorkNo",
  summary: "The skills configured for another agent, as a list of {name, id, mediatype}.",
  pathFields: { workno: requiredText("Work number of the agent.", "3-6 digits", { max: 6, pattern: /^\d{3,6}$/ }) },
  result: "value",
  success: "",
});

export const setTalkRight = operation({
  id: "onlineagent.setTalkRight",
  method: "POST",
  path: "/onlineagent/{agentid}/settalkright",
  logName: "setTalkRight",
  summary: "Switches whether the agent is given calls from the queues.",
  query: { flag: requiredInteger("1: he takes them; 0: he does not.", { min: 0, max: 1 }) },
});

export const setCustomState = operation({
  id: "onlineagent.setCustomState",
  method: "POST",
  path: "/onlineagent/{agentid}/setcustomstate",
  logName: "setCustomState",
  summary: "Keeps a state of the client's own with the agent.",
  query: { customstate: requiredInteger("The state; its meaning is the client's.", { min: 0, max: 65_534 }) },
});

export const cancelSetCustomState = operation({
  id: "onlineagent.cancelSetCustomState",
  method: "POST",
  path: "/onlineagent/{agentid}/cancelsetcustomstate",
  logName: "cancelSetCustomState",
  summary: "Forgets the client's own state of the agent.",
});

export const setAgentSelfRecord = operation({
  id: "onlineagent.setAgentSelfRecord",
  method: "POST",
  path: "/onlineagent/{agentid}/setselfrecord/{recordflag}/{recordbeforetalking}",
  logName: "setAgentSelfRecord",
  summary: "Switches whether every call of the agent is recorded from its answer on.",
  pathFields: {
    recordflag: requiredInteger("1: recorded; 0: as the skill has it.", { min: 0, max: 1 }),
    recordbeforetalking: requiredInteger("Recording before the answer; only 0 is possible.", { min: 0, max: 1 }),
  },
});

export const bindAgentPhone = operation({
  id: "onlineagent.bindAgentPhone",
  method: "POST",
  path: "/onlineagent/{agentid}/bindphone",
  logName: "bindAgentPhone",
  summary: "Gives the agent another phone, outside of calls.",
  body: { phonenum: requiredText(phonenum, phonenumRule, { min: 1, max: 24 }) },
});

export const syncAgentInfo = operation({
  id: "onlineagent.syncAgentInfo",
  method: "POST",
  path: "/onlineagent/{agentid}/syncagentinfo",
  logName: "syncagentinfo",
  summary: "State and calls of the agent for a page that was reloaded; the events that wait are dropped.",
  result: "value",
  success: "",
});

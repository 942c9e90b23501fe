// Operations of the group `voicecall` (operations.json; the seed page for callout).

import { choice, flag, optionalText, requiredInteger, requiredText } from "./field.ts";
import { operation } from "./operation.ts";
import { optionalSkill, skillNumber } from "./paths.ts";

/** Call ids are `<epoch seconds>-<sequence>`; any other text names no call and is refused as such, not by its form. */
const callIdLimits = { max: 64 };

const digits = { min: 1, max: 24, pattern: /^[0-9*#]+$/ };
const digitsRule = "1-24 characters of 0-9, * and #";

export const callout = operation({
  id: "voicecall.callout",
  method: "PUT",
  path: "/voicecall/{agentid}/callout",
  logName: "callout",
  summary: "Calls a customer: the agent's phone rings first, then the customer's. The result is the call id.",
  body: {
    caller: optionalText("Number shown to the customer; empty: the platform's default.", "0-24 digits", {
      max: 24,
      pattern: /^[0-9]+$/,
    }),
    called: requiredText("Number to call.", digitsRule, digits),
    skillid: optionalSkill("Skill that the call counts for; empty or 0: the default outbound skill."),
    callappdata: optionalText("Data that travels with the call; appdata reads it.", "at most 16384 bytes of UTF-8", {
      max: 16_384,
      unit: "bytes",
    }),
    mediaability: choice("0: audio; 1: video; 2: the most that the phone can.", [0, 1, 2], 0),
    userVideoDirection: {
      ...choice("Customer's video: 1 receives, 2 sends, 3 both, 4 not set.", [1, 2, 3, 4], 4),
      readWhen: { field: "mediaability", is: 1 },
    },
  },
  result: "value",
  success: "",
});

export const release = operation({
  id: "voicecall.release",
  method: "DELETE",
  path: "/voicecall/{agentid}/release",
  logName: "release",
  summary: "Ends the agent's current call.",
  success: "",
});

export const releaseEx = operation({
  id: "voicecall.releaseForVTM",
  method: "DELETE",
  path: "/voicecall/{agentid}",
  logName: "releaseEx",
  summary: "Older path of release.",
  success: "",
});

export const releasePhone = operation({
  id: "voicecall.releasePhone",
  method: "DELETE",
  path: "/voicecall/{agentid}/releasephone",
  logName: "releasePhone",
  summary: "Hangs up the agent's phone that is kept off-hook (releasephone=false); not during a call.",
  success: "",
  shape: "sibling",
});

export const dropCall = operation({
  id: "voicecall.dropCall",
  method: "POST",
  path: "/voicecall/{agentid}/dropcall/{callid}",
  logName: "dropCall",
  summary: "Ends the call that is named.",
  pathFields: { callid: requiredText("Call to end.", "1-64 characters", { min: 1, ...callIdLimits }) },
});

export const hold = operation({
  id: "voicecall.hold",
  method: "POST",
  path: "/voicecall/{agentid}/hold",
  logName: "hold",
  summary: "Holds the current call; the customer hears music.",
  success: "",
});

export const getHold = operation({
  id: "voicecall.getHold",
  method: "POST",
  path: "/voicecall/{agentid}/gethold",
  logName: "getHold",
  summary: "Takes a held call back.",
  query: { callid: optionalText("Held call; empty: the last one.", "0-64 characters", callIdLimits) },
  success: "",
});

export const beginMute = operation({
  id: "voicecall.beginMute",
  method: "POST",
  path: "/voicecall/{agentid}/beginmute",
  logName: "beginMute",
  summary: "Mutes the agent in the current call.",
  success: "",
});

export const endMute = operation({
  id: "voicecall.endMute",
  method: "POST",
  path: "/voicecall/{agentid}/endmute",
  logName: "endMute",
  summary: "Ends muting.",
  success: "",
});

export const secondDial = operation({
  id: "voicecall.secondDial",
  method: "POST",
  path: "/voicecall/{agentid}/seconddial/{number}",
  logName: "secondDial",
  summary: "Sends digits in the current call; # is %23 in the path.",
  pathFields: { number: requiredText("Digits to send.", digitsRule, digits) },
  result: "none",
  success: "",
});

export const secondDialEx = operation({
  id: "voicecall.secondDialEx",
  method: "POST",
  path: "/voicecall/{agentid}/seconddialex",
  logName: "secondDialEx",
  summary: "Sends digits in the current call.",
  query: { number: requiredText("Digits to send.", digitsRule, digits) },
});

const callerLimits = { max: 24, pattern: /^[0-9]+$/ };
const callId = (description: string) => requiredText(description, "1-64 characters", { min: 1, ...callIdLimits });
const appData = optionalText("Data that travels with the call from here on.", "at most 16384 bytes of UTF-8", {
  max: 16_384,
  unit: "bytes",
});

export const answer = operation({
  id: "voicecall.answer",
  method: "PUT",
  path: "/voicecall/{agentid}/answer",
  logName: "answer",
  summary: "Answers the call that AgentEvent_Ringing has told of.",
  query: { callid: optionalText("The ringing call; empty: the one that rings.", "0-64 characters", callIdLimits) },
});

export const reject = operation({
  id: "voicecall.reject",
  method: "POST",
  path: "/voicecall/{agentid}/reject",
  logName: "reject",
  summary: "Does not take the ringing call.",
  body: {
    callid: optionalText("The ringing call; empty: the one that rings.", "0-64 characters", callIdLimits),
    mode: requiredInteger("1: back to its queue, the agent is busy; 2: the call ends, the agent is idle.", {
      min: 1,
      max: 2,
    }),
  },
});

export const connectHold = operation({
  id: "voicecall.connectHold",
  method: "POST",
  path: "/voicecall/{agentid}/connecthold/{callid}",
  logName: "connectHold",
  summary: "Connects the current call with a held one; the agent leaves.",
  pathFields: { callid: callId("The held call.") },
});

export const confJoin = operation({
  id: "voicecall.confJoin",
  method: "POST",
  path: "/voicecall/{agentid}/confjoin",
  logName: "confJoin",
  summary: "Joins the current call and a held one into a call of three.",
  body: { callid: callId("The held call."), callappdata: appData },
});

export const disconnect = operation({
  id: "voicecall.disconnect",
  method: "POST",
  path: "/voicecall/{agentid}/disconnect/{number}",
  logName: "disconnect",
  summary: "Sends the one with this number out of the current call.",
  pathFields: { number: requiredText("Number or work number of somebody in the call.", digitsRule, digits) },
});

export const callInner = operation({
  id: "voicecall.callInner",
  method: "PUT",
  path: "/voicecall/{agentid}/callinner",
  logName: "callInner",
  summary: "Calls another agent. The result is the call id.",
  body: {
    called: requiredText("Work number of the agent.", digitsRule, digits),
    caller: optionalText("No effect: the work number of who calls is shown.", "0-24 digits", callerLimits),
    skillid: optionalSkill("Skill that the call counts for; empty or 0: the default skill."),
    callappdata: appData,
    mediaability: choice("No effect: a call between agents is audio.", [0, 1, 2], 0),
  },
  result: "value",
  success: "",
});

export const callInnerSkill = operation({
  id: "voicecall.callInnerSkill",
  method: "PUT",
  path: "/voicecall/{agentid}/callinnerskill",
  logName: "callInnerSkill",
  summary: "Calls whoever is free of a skill. The result is the call id.",
  query: { skillId: skillNumber("Id of the skill.") },
  result: "value",
  success: "",
});

export const innerHelp = operation({
  id: "voicecall.innerHelp",
  method: "POST",
  path: "/voicecall/{agentid}/innerhelp",
  logName: "innerHelp",
  summary:
    "Asks another agent or a skill for help in the current call. The result is the id of the call with the helper.",
  body: {
    dstaddress: requiredText("Work number or skill id.", digitsRule, digits),
    devicetype: choice("1: skill; 2: agent.", [1, 2], 2),
    mode: choice("1: two-party, the customer is held; 2: three-party.", [1, 2], 1),
    callappdata: appData,
    holdflag: flag("Three-party: the customer is held until the helper is there.", true),
  },
  result: "value",
  success: "",
});

export const transfer = operation({
  id: "voicecall.transfer",
  method: "POST",
  path: "/voicecall/{agentid}/transfer",
  logName: "transfer",
  summary: "Passes the current call on to a skill, an agent, a menu, an access code or an external number.",
  body: {
    devicetype: requiredInteger(
      "1: skill; 2: agent; 3: menu or announcement, by its access code; 4: access code; 5: external number.",
      { min: 1, max: 5 },
    ),
    address: requiredText("Where to.", "1-24 characters of 0-9, A-E, a-e, * and #", {
      min: 1,
      max: 24,
      pattern: /^[0-9A-Ea-e*#]+$/,
    }),
    mode: requiredInteger(
      "Devices 1, 2, 4: 0 release, 2 success. Device 3: 0 release. Device 5: 1 release, 2 success, 3 talk, 4 three-party.",
      { min: 0, max: 4 },
    ),
    callappdata: appData,
    caller: optionalText("Number shown to an external number.", "0-24 digits", callerLimits),
    mediaability: choice("External number: 0 audio, 1 video, 2 the most that both can.", [0, 1, 2], 0),
    holdflag: flag("Three-party: the customer is held until the target is there.", true),
    skillId: optionalSkill("Agent: the skill that he serves in this call; empty or 0: none."),
  },
});

export const cancelTransfer = operation({
  id: "voicecall.cancelTransfer",
  method: "POST",
  path: "/voicecall/{agentid}/canceltransfer",
  logName: "cancelTransfer",
  summary: "Takes the call back from an external number to which it is being transferred by talk or three-party.",
});

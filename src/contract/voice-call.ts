// Operations of the group `voicecall` (operations.json; the seed page for callout).

import { choice, optionalInteger, optionalText, requiredText } from "./field.ts";
import { operation } from "./operation.ts";

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
    skillid: optionalInteger("Skill that the call counts for; empty or 0: the default outbound skill.", {
      min: 0,
      max: 2_147_483_647,
      fallback: 0,
    }),
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

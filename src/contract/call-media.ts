// Video and voices in a call (operations.json, group `voicecall`).

import { choice, requiredInteger, requiredText } from "./field.ts";
import { operation } from "./operation.ts";

export const beginMuteVideo = operation({
  id: "voicecall.beginMuteVideo",
  method: "POST",
  path: "/voicecall/{agentid}/beginmutevideo",
  logName: "beginMuteVideo",
  summary: "The customer does not see the agent any more, and goes on hearing him.",
  success: "",
  shape: "sibling",
});

export const endMuteVideo = operation({
  id: "voicecall.endMuteVideo",
  method: "POST",
  path: "/voicecall/{agentid}/endmutevideo",
  logName: "endMuteVideo",
  summary: "Ends muting the video.",
  success: "",
  shape: "sibling",
});

export const mediaSwitch = operation({
  id: "voicecall.mediaSwitch",
  method: "POST",
  path: "/voicecall/{agentid}/mediaswitch",
  logName: "mediaSwitch",
  summary: "Adds video to the current audio call, or takes it away; AgentEvent_MediaSwith says what has become of it.",
  query: {
    mediaType: requiredInteger("1: audio; 3: audio and video.", { min: 1, max: 3 }),
    videoDirection: choice("Customer's video: 1 receives, 2 sends, 3 both, 4 not set.", [1, 2, 3, 4], 4),
  },
  shape: "sibling",
});

export const reportSound = operation({
  id: "voicecall.reportSound",
  method: "POST",
  path: "/voicecall/{agentid}/reportsound",
  logName: "reportSound",
  summary: "Whoever the agent talks with is told his work number by voice, where the site has announcements for it.",
  success: "",
  shape: "sibling",
});

export const startAsrByCallId = operation({
  id: "voicecall.startAsrByCallId",
  method: "POST",
  path: "/voicecall/{agentid}/startasrbycallid",
  logName: "startASR",
  summary: "For speech recognition, which this gateway does not do: answered with 200-040.",
  query: { callId: requiredText("A call that rings.", "1-64 characters", { min: 1, max: 64 }) },
  success: "",
  refused: { code: "200-040", why: "speech recognition is not enabled" },
});

// Operations of the group `recordfile`: recordings as files (operations.json).

import { choice, optionalInteger, optionalText, requiredText } from "./field.ts";
import { operation } from "./operation.ts";
import { optionalWorkNumber } from "./paths.ts";

const text = { min: 1, max: 100, pattern: /^[^\p{Cc}]*$/u };
const rule = "1-100 characters, no control characters";
const locationId = optionalInteger("Node of the recording, from AgentMediaEvent_Record; there is one.", {
  min: 0,
  max: 65_535,
  fallback: 1,
});

export const downloadRecordFile = operation({
  id: "recordfile.downloadRecordFile",
  method: "GET",
  path: "/recordfile/{agentid}",
  logName: "downloadRecordFile",
  summary: "A recording as it is: a stereo WAV file. What went wrong comes as JSON.",
  query: {
    recordId: requiredText("Its fileName, from AgentMediaEvent_Record.", rule, text),
    filetype: choice("1: recording of an agent's call; 2: of an IVR, of which there are none.", [1, 2], 1),
    locationId,
  },
  result: "file",
});

export const recordFileDownloadEx = operation({
  id: "recordfile.recordFileDownloadEx",
  method: "GET",
  path: "/recordfile/{agentid}/recordfiledownloadEx",
  logName: "recordFileDownloadEx",
  summary: "The newest recording of a call, by the call.",
  query: {
    callId: requiredText("The call.", rule, text),
    hwFileName: optionalText("A video file: there are none.", "0-100 characters", { max: 100 }),
    workNo: optionalWorkNumber("Recording of this agent; empty: the agent's own."),
  },
  result: "file",
});

export const videoFileDownloadEx = operation({
  id: "recordfile.videoFileDownloadEx",
  method: "GET",
  path: "/recordfile/{agentid}/videofiledownloadEx",
  logName: "videoFileDownloadEx",
  summary: "A video file: none are recorded.",
  query: { recordId: requiredText("Path of the video.", rule, text), locationId },
  result: "file",
});

// Operations of the group `recordplay`: recording the current call, hearing a recording, finding recordings (operations.json).

import { optionalInteger, optionalText, requiredInteger } from "./field.ts";
import { operation } from "./operation.ts";

/** Not a name that the gateway gives by itself, and nothing that a line of a log cannot show. */
const ownName = { max: 100, pattern: /^(?!\d{4}-\d\d-\d\d\/)[^\p{Cc}]*$/u };
const ownNameRule = "0-100 characters, no control characters, not beginning with a date and a slash";

export const beginRecord = operation({
  id: "recordplay.beginRecord",
  method: "PUT",
  path: "/recordplay/{agentid}/record",
  logName: "beginRecord",
  summary: "Records the agent's current call; AgentMediaEvent_Record says that the file is there.",
  query: { filename: optionalText("Older form of fileName.", ownNameRule, ownName) },
  body: {
    fileName: optionalText("What the file is to be called; empty: the gateway names it.", ownNameRule, ownName),
    mediaType: requiredInteger("5: voice.", { min: 5, max: 5 }),
    recordMode: optionalInteger("0: a new file; 1: at the end of an earlier one of this name. Others count as 0.", {
      min: 0,
      max: 2_147_483_647,
      fallback: 0,
    }),
    recordFormat: optionalInteger("0: the gateway's own, stereo WAV; no other is made.", {
      min: 0,
      max: 2_147_483_647,
      fallback: 0,
    }),
  },
});

export const beginRecordWithoutFilename = operation({
  id: "recordplay.beginRecordWithoutFilename",
  method: "PUT",
  path: "/recordplay/{agentid}/recordwithoutfilename",
  logName: "beginRecordWithoutFilename",
  summary: "Records the agent's current call under a name that the gateway gives.",
});

export const pauseRecord = operation({
  id: "recordplay.pauseRecord",
  method: "POST",
  path: "/recordplay/{agentid}/pauserecord",
  logName: "pauseRecord",
  summary: "Silence in the recording from here on, and a mark in the file.",
});

export const resumeRecord = operation({
  id: "recordplay.resumeRecord",
  method: "POST",
  path: "/recordplay/{agentid}/resumerecord",
  logName: "resumeRecord",
  summary: "Ends the pause of the recording.",
});

export const stopRecord = operation({
  id: "recordplay.stopRecord",
  method: "DELETE",
  path: "/recordplay/{agentid}/stoprecord",
  logName: "stopRecord",
  summary: "Ends the recording of the current call; the call goes on.",
});

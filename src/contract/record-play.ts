// Operations of the group `recordplay`: recording the current call, hearing a recording, finding recordings (operations.json).

import { optionalInteger, optionalText, requiredInteger, requiredText } from "./field.ts";
import { operation } from "./operation.ts";
import { optionalSkill, optionalWorkNumber } from "./paths.ts";
import { period } from "./period.ts";

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
    recordMode: optionalSkill("0: a new file; 1: at the end of an earlier one of this name. Others count as 0."),
    recordFormat: optionalSkill("0: the gateway's own, stereo WAV; no other is made."),
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

const file = (description: string) =>
  requiredText(description, "1-100 characters, no control characters", { min: 1, max: 100, pattern: /^[^\p{Cc}]*$/u });
const callNumber = (description: string) =>
  requiredText(description, "1-64 characters", { min: 1, max: 64, pattern: /^[^\p{Cc}]*$/u });

const list = {
  skillid: optionalSkill("Calls of this skill; 0: of all."),
  ...period("Recordings that began then or later.", "Recordings that began before."),
};

/** A recording as it is listed. Times in ms since the epoch, 0 = it runs; `length` in ms. */
export type RecordingMessage = {
  readonly recordID: string;
  readonly callId: string;
  readonly taskId: number;
  readonly workNo: string;
  readonly caller: string;
  readonly called: string;
  readonly skillId: number;
  readonly fileName: string;
  readonly fileMediaType: "1";
  readonly beginTime: number;
  readonly endTime: number;
  readonly length: number;
  readonly fileSize: number;
  readonly sha256: string;
  /** `cut-off`: the gateway was killed in mid-call, and the file plays as far as it came. */
  readonly state: "running" | "saved" | "cut-off" | "failed";
};

const steering = (id: string, method: "POST" | "DELETE", path: string, summary: string) =>
  ({ id: `recordplay.${id}`, method, path: `/recordplay/{agentid}/${path}`, logName: id, summary }) as const;

const notUsed = { max: 5, pattern: /^\d*$/ };
const anyNumber = { min: 0, max: 2_147_483_647 };

export const beginPlay = operation({
  ...{ id: "recordplay.beginPlay", method: "PUT", path: "/recordplay/{agentid}/play", logName: "beginPlay" },
  summary: "Rings the agent's phone and plays a recording to him.",
  body: {
    voicepath: file("Its fileName."),
    startpostion: optionalInteger("Where it begins, in seconds (spelled this way).", { ...anyNumber, fallback: 0 }),
    volumechange: optionalText("Volume; not used.", "0-5 digits", notUsed),
    speedchange: optionalText("Speed; not used.", "0-5 digits", notUsed),
    times: optionalInteger("How often it is played; others than 1 count as 1.", { ...anyNumber, fallback: 1 }),
    codeformat: optionalInteger("0: as the file is.", { min: 0, max: 0, fallback: 0 }),
    locationId: optionalInteger("Node of the recording; there is one.", { min: 0, max: 65_535, fallback: 1 }),
  },
});

export const pausePlay = operation(steering("pausePlay", "POST", "pauseplay", "Silence from here on."));
export const resumePlay = operation(steering("resumePlay", "POST", "resumeplay", "Goes on where it paused."));
export const stopPlay = operation(steering("stopPlay", "DELETE", "stopplay", "Ends it; the phone is hung up."));

const time = { time: requiredInteger("Seconds.", anyNumber) };

export const foreFastPlay = operation({
  ...steering("foreFastPlay", "POST", "forefast/{time}", "Jumps forwards; beyond the end it is over."),
  pathFields: time,
});

export const backFastPlay = operation({
  ...steering("backFastPlay", "POST", "backfast/{time}", "Jumps back, to the beginning at most."),
  pathFields: time,
});

export const beginNetPlay = operation({
  ...steering("beginNetPlay", "POST", "netplay", "A recording of another call centre: there is no network of them."),
  refused: { code: "100-007", why: "not in this product: there is no network of call centres" },
});

export const playRelocation = operation({
  ...steering(
    "playRelocation",
    "POST",
    "playrelocation",
    "Named in the documents without its fields: not in this product.",
  ),
  refused: { code: "100-007", why: "not in this product: the documents do not say where to" },
});

const query = (id: string, path: string, summary: string) =>
  ({
    id: `recordplay.${id}`,
    method: "GET",
    path: `/recordplay/{agentid}/${path}`,
    logName: id,
    summary,
    result: "value",
    success: "",
  }) as const;

export const queryRecordFile = operation({
  ...query("queryRecordFile", "recordfile", "Recordings of an agent, or for supervisors of all, the newest first."),
  query: {
    workno: optionalWorkNumber("Recordings of this agent; empty: of all, for supervisors and administrators."),
    ...list,
  },
});

export const querySelfRecordFile = operation({
  ...query("querySelfRecordFile", "queryselfrecordfile", "The agent's own recordings, the newest first."),
  query: list,
});

export const queryRecordFileByCallId = operation({
  ...query("queryRecordFileByCallId", "queryrecordfilebycallid", "The recordings of a call."),
  query: {
    workno: optionalWorkNumber("Of this agent; empty: the agent's own, for supervisors and administrators all."),
    callid: callNumber("The call."),
    calltime: optionalText("When the call was; not used: call ids do not come twice.", "0-19 characters", { max: 19 }),
  },
});

export const queryRecordFileFromRecordID = operation({
  ...query("queryRecordFileFromRecordID", "recordfilefromrecordid", "The recordings that go by this recordID."),
  query: { recordid: callNumber("As in AgentMediaEvent_Record.") },
});

export const queryRecordFileURL = operation({
  ...query("queryRecordFileURL", "recordfileurl", "Where a recording can be downloaded: a path of this interface."),
  query: { filepath: file("Its fileName.") },
});

const noZip = { code: "104-007", why: "not in this product: recordings are WAV files, no ZIP is made" } as const;
const noScreens = { code: "100-007", why: "not in this product: screens are neither recorded nor shown" } as const;

export const queryRecordZipFileURL = operation({
  ...query("queryRecordZipFileURL", "recordzipfileurl", "A recording as ZIP: none is made."),
  query: { filepath: file("Its fileName.") },
  refused: noZip,
});

export const queryBatchRecordZipFileURL = operation({
  ...query("queryBatchRecordZipFileURL", "batchrecordzipfileurl", "Recordings as ZIP: none is made."),
  query: { filepath: file("Their fileName.") },
  refused: noZip,
});

export const queryVoiceRecordScore = operation({
  ...query("queryVoiceRecordScore", "queryrecordscore", "Marks of recordings: none are given here."),
  refused: { code: "100-007", why: "not in this product: recordings are not marked" },
});

export const startRecordScreen = operation({
  id: "recordplay.startRecordScreen",
  method: "PUT",
  path: "/recordplay/{agentid}/startrecordscreen",
  logName: "startRecordScreen",
  summary: "Recording the agent's screen: not in this product.",
  refused: noScreens,
});

export const stopRecordScreen = operation({
  id: "recordplay.stopRecordScreen",
  method: "DELETE",
  path: "/recordplay/{agentid}/stoprecordscreen",
  logName: "stopRecordScreen",
  summary: "Recording the agent's screen: not in this product.",
  refused: noScreens,
});

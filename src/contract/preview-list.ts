// The list that previews come from. The documents know the events and what agents do with them, not where the numbers come from:
// these three operations are Seatway's own. For supervisors and administrators.

import { optionalInteger, optionalText, requiredInteger, requiredText } from "./field.ts";
import { operation } from "./operation.ts";
import { optionalSkill, optionalWorkNumber } from "./paths.ts";

export const addPreview = operation({
  id: "previewlist.add",
  method: "POST",
  path: "/previewlist/{agentid}",
  logName: "addPreview",
  summary: "Puts a number, or several to choose from, at the end of the list. The result has its controlid.",
  body: {
    dialeddigits: requiredText("Numbers, separated by commas.", "1-120 characters: 1-24 of 0-9, * and #, and commas", {
      min: 1,
      max: 120,
      pattern: /^[0-9*#]{1,24}(,[0-9*#]{1,24})*$/,
    }),
    callData: optionalText("Shown with the numbers, and the data of the call.", "at most 16384 bytes of UTF-8", {
      max: 16_384,
      unit: "bytes",
    }),
    workno: optionalWorkNumber("The agent for whom it is; empty: whoever serves the skill."),
    skillid: optionalSkill("What the call counts for; empty or 0: the default skill, and then workno is needed."),
    caller: optionalText("Number shown to the customer; empty: as for a callout.", "0-24 digits", {
      max: 24,
      pattern: /^[0-9]+$/,
    }),
  },
  result: "value",
  success: "",
});

export const listPreviews = operation({
  id: "previewlist.list",
  method: "GET",
  path: "/previewlist/{agentid}",
  logName: "listPreviews",
  summary: "Those that wait or are being called, and what has become of the others; the newest first.",
  query: {
    limit: optionalInteger("So many at most.", { min: 1, max: 1000, fallback: 100 }),
    before: optionalInteger("Only those whose controlid is smaller; 0: from the newest on.", {
      min: 0,
      max: Number.MAX_SAFE_INTEGER,
      fallback: 0,
    }),
  },
  result: "value",
  success: "",
});

export const removePreview = operation({
  id: "previewlist.remove",
  method: "DELETE",
  path: "/previewlist/{agentid}/{controlid}",
  logName: "removePreview",
  summary: "Takes one from the list that no agent has been shown yet, or that is over.",
  pathFields: { controlid: requiredInteger("As addPreview gave it.", { min: 1, max: Number.MAX_SAFE_INTEGER }) },
  success: "",
});

// Previewed calls: the agent is shown a number by AgentEvent_Preview_CallOut and has it called, or not (operations.json, group
// `voicecall`).

import { requiredInteger, requiredText } from "./field.ts";
import { operation } from "./operation.ts";

const callcontrolid = requiredInteger("controlid of the event.", { min: 1, max: Number.MAX_SAFE_INTEGER });

const preview = {
  method: "PUT",
  logName: "previewCallout",
  summary: "Calls a number that a preview has shown. The result is the call id.",
  body: {
    called: requiredText("One of the numbers of the event.", "1-24 characters of 0-9, * and #", {
      min: 1,
      max: 24,
      pattern: /^[0-9*#]+$/,
    }),
    callcontrolid,
  },
  result: "value",
  success: "",
} as const;

/** Programs write it so, the documents write the path with a capital. */
export const previewCallOut = operation({
  id: "voicecall.previewCallOut",
  path: "/voicecall/{agentid}/previewcallout",
  ...preview,
});
export const previewCallOutAsDocumented = operation({
  id: "voicecall.previewCallOutAsDocumented",
  path: "/voicecall/{agentid}/previewCallout",
  ...preview,
});

export const cancelPreviewCallout = operation({
  id: "voicecall.cancelPreviewCallout",
  method: "PUT",
  path: "/voicecall/{agentid}/cancelPreviewCallout",
  logName: "cancelPreviewCallout",
  summary: "Declines a number that a preview has shown.",
  body: { callcontrolid },
  success: "",
  shape: "sibling",
});

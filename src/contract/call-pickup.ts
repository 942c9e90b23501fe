// Taking calls that are another's or nobody's yet: a particular call that waits, one that rings at a colleague; and the linked phone
// (operations.json, group `voicecall`).

import { requiredInteger, requiredText } from "./field.ts";
import { operation } from "./operation.ts";
import { skillNumber, workNumber } from "./paths.ts";

export const requestAppointedCall = operation({
  id: "voicecall.requestAppointedCall",
  method: "POST",
  path: "/voicecall/{agentid}/requestcall/{callid}/{skilltype}",
  logName: "requestAppointedCall",
  summary: "Asks for one call that waits in a queue; waitcallinfo lists them.",
  pathFields: {
    callid: requiredText("A call that waits.", "1-64 characters", { min: 1, max: 64 }),
    skilltype: requiredInteger("0: a public queue; there are no others.", { min: 0, max: 0 }),
  },
  query: { skillId: skillNumber("The skill in whose queue it waits.") },
});

export const snatchPickup = operation({
  id: "voicecall.snatchPickup",
  method: "PUT",
  path: "/voicecall/{agentid}/snatchpickup",
  logName: "snatchPickup",
  summary: "Takes the call that rings at another agent of the same work group.",
  query: {
    destWorkNo: workNumber("The agent at whom it rings."),
  },
});

const summaries = {
  phonePickup: "Asks the agent's linked phone, which rings, to answer; the call is answered by it.",
  phoneHangUp: "Ends the ringing of the agent's linked phone: an offered call is rejected, one of his own given up.",
} as const;

const linkedPhone = (name: keyof typeof summaries, method: "PUT" | "POST") =>
  ({
    method,
    path: `/voicecall/{agentid}/${name.toLowerCase()}`,
    logName: name.toLowerCase(),
    summary: summaries[name],
  }) as const;

/** The documents say PUT here and POST there, for both. */
export const phonePickup = operation({ id: "voicecall.phonePickup", ...linkedPhone("phonePickup", "PUT") });
export const phonePickupByPost = operation({
  id: "voicecall.phonePickupByPost",
  ...linkedPhone("phonePickup", "POST"),
});
export const phoneHangUp = operation({ id: "voicecall.phoneHangUp", ...linkedPhone("phoneHangUp", "POST") });
export const phoneHangUpByPut = operation({ id: "voicecall.phoneHangUpByPut", ...linkedPhone("phoneHangUp", "PUT") });

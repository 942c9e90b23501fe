// Taking calls that are another's or nobody's yet: a particular call that waits, one that rings at a colleague; and the linked phone
// (operations.json, group `voicecall`).

import { requiredInteger, requiredText } from "./field.ts";
import { operation } from "./operation.ts";

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
  query: { skillId: requiredInteger("The skill in whose queue it waits.", { min: 1, max: 2_147_483_647 }) },
});

export const snatchPickup = operation({
  id: "voicecall.snatchPickup",
  method: "PUT",
  path: "/voicecall/{agentid}/snatchpickup",
  logName: "snatchPickup",
  summary: "Takes the call that rings at another agent of the same work group.",
  query: {
    destWorkNo: requiredText("The agent at whom it rings.", "a work number of 1 to 6 digits", {
      min: 1,
      max: 6,
      pattern: /^[1-9][0-9]*$/,
    }),
  },
});

const linkedPhone = (name: "phonePickup" | "phoneHangUp", method: "PUT" | "POST") =>
  ({
    method,
    path: `/voicecall/{agentid}/${name.toLowerCase()}`,
    logName: name.toLowerCase(),
    summary: "For a phone that is linked to the desktop, which this gateway does not do: answered with 100-007.",
    refused: { code: "100-007", why: "phone linkage is not enabled" },
  }) as const;

/** The documents say PUT here and POST there, for both. */
export const phonePickup = operation({ id: "voicecall.phonePickup", ...linkedPhone("phonePickup", "PUT") });
export const phonePickupByPost = operation({
  id: "voicecall.phonePickupByPost",
  ...linkedPhone("phonePickup", "POST"),
});
export const phoneHangUp = operation({ id: "voicecall.phoneHangUp", ...linkedPhone("phoneHangUp", "POST") });
export const phoneHangUpByPut = operation({ id: "voicecall.phoneHangUpByPut", ...linkedPhone("phoneHangUp", "PUT") });

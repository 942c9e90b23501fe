// Operations of the group `onlineagent` by which agents tell each other something: notes and bulletins (operations.json).
// The documents give the event of a note no content, so that it says that there is one and no more.

import { optionalText, requiredInteger, requiredList, requiredText } from "./field.ts";
import { operation } from "./operation.ts";

const receiver = requiredText("Work number of the receiver.", "3-6 digits", { max: 6, pattern: /^\d{3,6}$/ });

export const sendNotelet = operation({
  id: "onlineagent.sendNotelet",
  method: "POST",
  path: "/onlineagent/{agentid}/sendnotelet/{receiver}",
  logName: "sendNotelet",
  summary: "Tells another agent that there is a note for him.",
  pathFields: { receiver },
  query: { content: optionalText("The note.", "at most 1023 bytes of UTF-8", { max: 1023, unit: "bytes" }) },
});

export const sendNoteletEx = operation({
  id: "onlineagent.sendNoteletEx",
  method: "POST",
  path: "/onlineagent/{agentid}/sendnoteletex",
  logName: "sendNoteletEx",
  summary: "Tells other agents that there is a note for them.",
  body: {
    agentIds: requiredList("Work numbers of the receivers.", receiver, { min: 1, max: 100 }),
    content: requiredText("The note; may be empty.", "at most 1023 bytes of UTF-8", { max: 1023, unit: "bytes" }),
  },
  result: "value",
});

export const notifyBulletin = operation({
  id: "onlineagent.notifyBulletin",
  method: "POST",
  path: "/onlineagent/{agentid}/notifybulletin",
  logName: "notifyBulletin",
  summary:
    "Publishes a bulletin: those of the work group, or with this skill, who are signed in get AgentOther_Note with its text.",
  body: {
    targettype: requiredInteger("0: a work group; 1: a skill queue.", { min: 0, max: 1 }),
    targetname: requiredText("Name of the group or the queue.", "1-100 characters", { min: 1, max: 100 }),
    bulletindata: requiredText("The bulletin.", "1-900 characters", { min: 1, max: 900 }),
  },
  shape: "sibling",
});

// Calls to an agent that go on elsewhere (operations.json, group `onlineagent`; known from clients alone, its fields are those of a
// transfer).

import { choice, optionalText, requiredInteger } from "./field.ts";
import { operation } from "./operation.ts";

export const setForwarding = operation({
  id: "onlineagent.setForwarding",
  method: "POST",
  path: "/onlineagent/{agentid}/setforwarding",
  logName: "setForwarding",
  summary:
    "Sends calls for the agent's own number on, until he signs out or sets another way; calls of the queues are not his own.",
  body: {
    forwardtype: requiredInteger(
      "0: no more; 1: every call; 2: when he is not free; 3: when he does not answer or his phone is not there; 4: as 2 and 3.",
      { min: 0, max: 4 },
    ),
    devicetype: choice("Where to: 1 skill queue, 2 agent, 5 external number.", [1, 2, 5], 2),
    address: optionalText("Skill id, work number or telephone number.", "1-24 characters of 0-9, * and #", {
      max: 24,
      pattern: /^[0-9*#]+$/,
    }),
  },
  shape: "sibling",
});

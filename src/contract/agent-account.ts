// The agent's account, as far as the agent himself may change it (operations.json, group `onlineagent`; codes.json 110-xxx).

import { requiredText } from "./field.ts";
import { operation } from "./operation.ts";

/** The longest that is looked at; what a new one may be is said by codes of their own. */
const password = (description: string) => requiredText(description, "0-256 characters", { max: 256 });

export const modifyAccountPwd = operation({
  id: "onlineagent.modifyAccountPwd",
  method: "POST",
  path: "/onlineagent/{agentid}/modifyaccountpwd",
  logName: "modifyAccountPwd",
  summary: "Changes the agent's password; it holds from the next sign-in on, also after a restart.",
  query: {
    oldpassword: password("The password that holds now; an empty one is sent as an empty text."),
    newpassword: password(
      "8-30 characters without control characters; not the work number or the name, not those reversed.",
    ),
  },
  shape: "sibling",
});

// Notes and bulletins: contract/agent-message.ts carried out.

import { isRefusal } from "../../base/step.ts";
import * as contract from "../../contract/agent-message.ts";
import type { Gateway } from "../../runtime/face.ts";
import { type Route, route } from "../route.ts";

export const agentMessageRoutes = (gateway: Gateway): readonly Route[] => [
  route(contract.sendNotelet, ({ fields }) => gateway.sendNote([fields.receiver])),
  route(contract.sendNoteletEx, ({ fields }) => {
    const sent = gateway.sendNote(fields.agentIds);
    return isRefusal(sent) ? sent : { result: null };
  }),
  route(contract.notifyBulletin, ({ agent, fields: { targettype, targetname, bulletindata } }) =>
    gateway.publish(agent, { to: targettype === 0 ? "group" : "skill", name: targetname, text: bulletindata }),
  ),
];

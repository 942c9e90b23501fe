// The agent's account: contract/agent-account.ts carried out.

import * as contract from "../../contract/agent-account.ts";
import type { Gateway } from "../../runtime/face.ts";
import { type Route, route } from "../route.ts";

export const agentAccountRoutes = (gateway: Gateway): readonly Route[] => [
  route(contract.modifyAccountPwd, ({ agent, asker, fields: { oldpassword, newpassword } }) =>
    gateway.changePassword(agent, { now: oldpassword, next: newpassword }, asker),
  ),
];

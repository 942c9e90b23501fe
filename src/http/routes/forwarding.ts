// Calls that go on elsewhere: contract/forwarding.ts carried out.

import { refuse } from "../../base/step.ts";
import * as contract from "../../contract/forwarding.ts";
import type { Gateway } from "../../runtime/face.ts";
import type { Outcome } from "../reply.ts";
import { type Ask, type Route, route } from "../route.ts";

const conditions = { 1: "always", 2: "busy", 3: "no-answer", 4: "either" } as const;
const devices = { 1: "skill", 2: "agent", 5: "number" } as const;

const isCondition = (type: number): type is keyof typeof conditions => type in conditions;

function setForwarding(gateway: Gateway, { agent, fields }: Ask<typeof contract.setForwarding>): Outcome {
  const { forwardtype, devicetype, address } = fields;
  if (!isCondition(forwardtype)) return gateway.setForwarding(agent, null);
  if (address === "") return refuse("000-002", `address: ${contract.setForwarding.body.address.rule}`);
  return gateway.setForwarding(agent, { when: conditions[forwardtype], device: devices[devicetype], address });
}

export const forwardingRoutes = (gateway: Gateway): readonly Route[] => [
  route(contract.setForwarding, (ask) => setForwarding(gateway, ask)),
];

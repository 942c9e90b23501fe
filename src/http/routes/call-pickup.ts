// Taking calls that are another's or nobody's yet: contract/call-pickup.ts carried out.

import * as contract from "../../contract/call-pickup.ts";
import type { Gateway } from "../../runtime/face.ts";
import { type Route, route } from "../route.ts";

export const callPickupRoutes = (gateway: Gateway): readonly Route[] => [
  route(contract.requestAppointedCall, ({ agent, fields }) =>
    gateway.requestCall(agent, { callId: fields.callid, skill: fields.skillId }),
  ),
  route(contract.snatchPickup, ({ agent, fields }) => gateway.pickUp(agent, fields.destWorkNo)),
  route(contract.phonePickup, ({ agent }) => gateway.pickUpPhone(agent)),
  route(contract.phonePickupByPost, ({ agent }) => gateway.pickUpPhone(agent)),
  route(contract.phoneHangUp, ({ agent }) => gateway.command(agent, { type: "hang-up-phone" })),
  route(contract.phoneHangUpByPut, ({ agent }) => gateway.command(agent, { type: "hang-up-phone" })),
];

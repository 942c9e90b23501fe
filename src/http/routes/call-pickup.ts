// Taking calls that are another's or nobody's yet: contract/call-pickup.ts carried out.

import { refuse } from "../../base/step.ts";
import * as contract from "../../contract/call-pickup.ts";
import type { Gateway } from "../../runtime/face.ts";
import { type Route, route } from "../route.ts";

const notLinked = () => refuse("100-007", "phone linkage is not enabled");

export const callPickupRoutes = (gateway: Gateway): readonly Route[] => [
  route(contract.requestAppointedCall, ({ agent, fields }) =>
    gateway.requestCall(agent, { callId: fields.callid, skill: fields.skillId }),
  ),
  route(contract.snatchPickup, ({ agent, fields }) => gateway.pickUp(agent, fields.destWorkNo)),
  route(contract.phonePickup, notLinked),
  route(contract.phonePickupByPost, notLinked),
  route(contract.phoneHangUp, notLinked),
  route(contract.phoneHangUpByPut, notLinked),
];

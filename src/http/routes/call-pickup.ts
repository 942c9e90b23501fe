// Taking calls that are another's or nobody's yet: contract/call-pickup.ts carried out.

import * as contract from "../../contract/call-pickup.ts";
import type { Gateway } from "../../runtime/face.ts";
import { type Route, refusing, route } from "../route.ts";

export const callPickupRoutes = (gateway: Gateway): readonly Route[] => [
  route(contract.requestAppointedCall, ({ agent, fields }) =>
    gateway.requestCall(agent, { callId: fields.callid, skill: fields.skillId }),
  ),
  route(contract.snatchPickup, ({ agent, fields }) => gateway.pickUp(agent, fields.destWorkNo)),
  refusing(contract.phonePickup),
  refusing(contract.phonePickupByPost),
  refusing(contract.phoneHangUp),
  refusing(contract.phoneHangUpByPut),
];
